"""The logbook: police logs taken in row by row, each accounted for, none twice (W-03, W-04, W-47, A-04)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select, update

from states.access import SYSTEM, Act, Actor, is_there, permit
from states.casebook.book import CASES, Casebook
from states.casebook.intake.reports import Receipt, take
from states.casebook.intake.taking import Imported, Taking
from states.casebook.standing.roster import own_names
from states.casebook.team.upkeep import unread
from states.contents.kept import LOG_ENTRIES
from states.contents.reports import ReportContent, SubjectContent
from states.errors import BadInput, Refused, UnknownRecord
from states.intakelog.headings import Column
from states.intakelog.identity import identified, said_of
from states.intakelog.opening import Log, open_log
from states.intakelog.rows import Unreadable
from states.ledger import chain, coverage
from states.persons.members import mentions
from states.tables import LogEntry, table_of
from states.vault import INTAKE_SCOPE, TEAM_SCOPE, DataKey
from states.vocabulary.cases import ReportChannel
from states.vocabulary.people import Verdict

_ENTRIES = table_of(LogEntry)

#: rows that are committed together
BATCH = 200


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One row of an imported log in a list, with its text, and what it says by column."""

    entry_id: str
    line: int
    verdict: str
    rule: str
    occurred_from: datetime | None
    occurred_to: datetime | None
    precision: str
    case_number: str | None
    fields: dict[str, str]
    raw: str
    sentence: str
    doubt: str
    said: dict[Column, str]
    version: int
    replaced: bool
    changed: str
    withdrawn: str


def import_log(
    book: Casebook,
    stream: BinaryIO,
    *,
    by: Actor,
    site: str,
    log: Log | None = None,
    progress: Callable[[int], None] = lambda _offset: None,
) -> Imported:
    """Take in a police log: every row is a report of concern, not of concern, or needs a person.

    A row that is on record already is counted and left alone, so that importing twice adds nothing, and an
    import that was cut off goes on. A row that changes an earlier one of its number is a new version of that,
    never a second report. What cannot be read is kept byte for byte, for a person. What was read before the
    file broke is kept.

    Args:
        book: the casebook.
        stream: the file, open for reading bytes.
        by: who imports.
        site: code of the site whose log it is; its time zone is the log's, unless the log's format has one.
        log: the file as it was opened; None: it is opened in a format that ships, or as is guessed.
        progress: is told how many bytes of the file are done, after each commit.

    Raises:
        BadInput: nobody can tell which column is which; nothing was read.
    """
    permit(by, Act.RUN_TEAM)
    zone = ZoneInfo(book.pack.site(site).timezone)
    log = log or open_log(stream)
    taking = Taking(book, by, site, zone, log.format)
    found = identified(log.entries())
    while batch := list(islice(found, BATCH)):
        with book.store.write() as connection:
            taking.take_in(connection, batch)
        progress(batch[-1][0].offset)
    return taking.imported


def keep(book: Casebook, raw: bytes, reason: str) -> bool:
    """Keep something that came in and could not be read, for a person; says whether it was not kept already.

    A clock runs until a person has seen to it.

    Args:
        book: the casebook.
        raw: what came in, word for word.
        reason: why it could not be read, as a sentence that quotes nothing of it.
    """
    entry = Unreadable(first_line=1, last_line=1, offset=len(raw), raw=raw, reason=reason)
    taking = Taking(book, SYSTEM, "", ZoneInfo(book.pack.home.timezone), None)
    with book.store.write() as connection:
        taking.take_in(connection, list(identified(iter([entry]))))
        told = unread.begin(book, connection, book.clock()) if taking.imported.known == 0 else {}
        if told:
            chain.append_of_team(connection, told, at=book.clock(), actor=SYSTEM.id, what="intake_clocks_set")
    return taking.imported.known == 0


def entries(
    book: Casebook,
    *,
    by: Actor,
    verdict: Verdict | None = None,
    rule: str = "",
    limit: int = 50,
    replaced: bool = False,
    withdrawn: bool = False,
) -> list[EntryLine]:
    """List imported rows with their text, in the log's order; leaves a ``read`` event (P-08).

    A row is of no case until somebody takes it up, so that the event stands in the team's own chain. Rows of
    a case that whoever looks is kept out of, and those that name them, are not there for them (W-39).

    Args:
        book: the casebook.
        by: who looks.
        verdict: only the rows of this verdict.
        rule: only the rows that this rule named.
        limit: how many rows at most.
        replaced: versions, too, in whose place there is a newer one.
        withdrawn: the rows, too, whose import was taken back.
    """
    permit(by, Act.TAKE_IN)
    query = select(_ENTRIES, CASES.c.number).join(CASES, CASES.c.id == _ENTRIES.c.case_id, isouter=True)
    query = query.order_by(_ENTRIES.c.imported_at, _ENTRIES.c.line).limit(limit)
    if verdict is not None:
        query = query.where(_ENTRIES.c.verdict == verdict)
    if not replaced:
        query = query.where(_ENTRIES.c.replaced.is_(False))
    if not withdrawn:
        query = query.where(_ENTRIES.c.withdrawn.is_(False))
    if rule:
        query = query.where(_ENTRIES.c.rule == rule)
    with book.store.write() as connection:
        rows = connection.execute(query.where(is_there(by, _ENTRIES.c.case_id))).all()
        if not rows:
            return []
        key = book.key(connection, INTAKE_SCOPE)
        names = own_names(book.lock_team(connection), connection, [by.id]).get(by.id, ())
        lines = [line for line in (_line(row, key) for row in rows) if not _names(line, names)]
        read = [line.entry_id for line in lines]
        chain.append_of_team(connection, at=book.clock(), actor=by, what="read", of="intake", rows=read)
        return lines


def _names(line: EntryLine, names: Collection[str]) -> bool:
    return bool(names) and mentions(" ".join((line.raw, *line.fields.values())), names)


def _line(row: Any, key: DataKey) -> EntryLine:
    content = LOG_ENTRIES.open(key, row)
    return EntryLine(
        entry_id=row.id,
        line=row.line,
        verdict=row.verdict,
        rule=row.rule,
        occurred_from=row.occurred_from,
        occurred_to=row.occurred_to,
        precision=row.precision,
        case_number=row.number,
        fields=content.fields,
        raw=content.raw,
        sentence=content.sentence,
        doubt=content.doubt,
        said=said_of(content.fields, content.said),
        version=row.version,
        replaced=row.replaced,
        changed=content.changed,
        withdrawn=content.withdrawn,
    )


def counts(book: Casebook, *, by: Actor) -> dict[str, int]:
    """How many imported rows there are of each verdict; of several versions of one, the newest counts."""
    permit(by, Act.OPERATE)
    with book.store.read() as connection:
        found = connection.execute(
            select(_ENTRIES.c.verdict, func.count())
            .where(_ENTRIES.c.replaced.is_(False), _ENTRIES.c.withdrawn.is_(False))
            .group_by(_ENTRIES.c.verdict)
        ).all()
    return dict.fromkeys(Verdict, 0) | {str(verdict): count for verdict, count in found}


def take_up(book: Casebook, entry_id: str, subject: SubjectContent, *, by: Actor) -> Receipt:
    """Make an imported row a report of concern about a person, who the log does not name.

    Args:
        book: the casebook.
        entry_id: the row.
        subject: the person it is about, as far as is known.
        by: who takes it up.

    Raises:
        UnknownRecord: there is no such row.
        Refused: it was taken up already, or there is a newer version of it.
    """
    permit(by, Act.TAKE_IN)
    with book.store.write() as connection:
        book.lock_team(connection)
        query = select(_ENTRIES, CASES.c.number).join(CASES, CASES.c.id == _ENTRIES.c.case_id, isouter=True)
        row = connection.execute(query.where(_ENTRIES.c.id == entry_id).with_for_update(of=_ENTRIES)).first()
        line = None if row is None else _line(row, book.key(connection, INTAKE_SCOPE))
        if line is None or _is_own(book, connection, line, by):
            raise UnknownRecord("There is no imported row under that id; nothing was written.")
        if line.case_number is not None:
            raise Refused(f"That row was taken up already, in {line.case_number}. Nothing was written.")
        if line.withdrawn:
            raise Refused("That row was set aside, or its import was taken back. Nothing was written.")
        if line.replaced:
            raise Refused("There is a newer version of that row: take up that one. Nothing was written.")
        return take_as(book, connection, entry_id, _as_report(line, subject), by=by)


def take_as(
    book: Casebook, connection: Connection, entry_id: str, content: ReportContent, *, by: Actor
) -> Receipt:
    """Make a row that nobody has taken up yet this report, in a transaction that holds the team's lock.

    What came in at a door counts as received when it came: that it could not be read puts no clock off.
    """
    row = connection.execute(select(_ENTRIES).where(_ENTRIES.c.id == entry_id)).one()
    received_at = row.imported_at if row.import_id is None else None
    receipt = take(book, connection, content, by=by, received_at=received_at)
    case_id = connection.scalar(select(CASES.c.id).where(CASES.c.number == receipt.number))
    connection.execute(update(_ENTRIES).where(_ENTRIES.c.id == entry_id).values(case_id=case_id))
    told = coverage.of("log_entries").changed(entry_id, {"case_id": case_id})
    told |= unread.settle(book, connection, book.clock())
    what = {"what": "row_taken_up", "row": entry_id}
    chain.append_of_team(connection, told, at=book.clock(), actor=by, **what)
    return receipt


def _is_own(book: Casebook, connection: Connection, line: EntryLine, by: Actor) -> bool:
    """Whether a row names whoever wants to take it up, or belongs to a case that they are kept out of."""
    mine = CASES.c.number == line.case_number
    hidden = line.case_number is not None and not connection.scalar(
        select(CASES.c.id).where(mine, is_there(by, CASES.c.id))
    )
    names = own_names(book.key(connection, TEAM_SCOPE), connection, [by.id]).get(by.id, ())
    return hidden or _names(line, names)


def _as_report(line: EntryLine, subject: SubjectContent) -> ReportContent:
    text = line.said.get(Column.NARRATIVE) or line.raw
    if not text.strip():
        raise BadInput("That row says nothing that could be a report. Nothing was written.")
    return ReportContent.read(
        {
            "behaviour_of_concern": f"{line.said.get(Column.NATURE, '')}: {text}",
            "occurred_at": line.said.get(Column.OCCURRED, "")[:300],
            "own_observation": False,
            "channel": ReportChannel.WRITTEN,
            "subject": subject.model_dump(mode="json"),
        }
    )
