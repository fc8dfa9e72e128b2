"""The logbook: a police log taken in row by row, each accounted for, none twice (W-03, W-04, W-47, A-04)."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select, update

from states import ledger
from states.access import Act, Actor, permit
from states.casebook.book import CASES, Casebook
from states.casebook.conflicts import seen_by
from states.casebook.intake import Receipt, take
from states.casebook.roster import own_names
from states.errors import BadInput, Refused, UnknownRecord
from states.intakelog.dates import Occurrence, filing_doubt, parse_occurred
from states.intakelog.rows import LogRow, Unreadable, identified, read_log
from states.intakelog.rules import classify
from states.persons.members import mentions
from states.records import ReportContent, SubjectContent
from states.tables import LogEntry, new_id, table_of
from states.vault import INTAKE_SCOPE, TEAM_SCOPE, DataKey
from states.vocabulary import ReportChannel, Verdict

_ENTRIES = table_of(LogEntry)

#: rows that are committed together
BATCH = 200


@dataclass(slots=True)
class Imported:
    """What became of a log's rows.

    Args:
        verdicts: how many new rows got which verdict.
        rules: for each verdict, how many of these rows each rule named; no rule names what none knows.
        known: how many rows were on record already.
        doubtful: how many new rows carry a doubt about their dates.
        unreadable: for each piece that could not be read: first line, last line, why. Kept, for a person.
    """

    verdicts: dict[Verdict, int]
    rules: dict[Verdict, Counter[str]]
    known: int
    doubtful: int
    unreadable: list[tuple[int, int, str]]

    @property
    def total(self) -> int:
        """Every row and unreadable piece, accounted for."""
        return sum(self.verdicts.values()) + self.known


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One row of an imported log in a list, with its text."""

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


def import_log(
    book: Casebook,
    stream: BinaryIO,
    *,
    by: Actor,
    site: str,
    progress: Callable[[int], None] = lambda _offset: None,
) -> Imported:
    """Take in a police log: every row is a report of concern, not of concern, or needs a person.

    A row that is on record already is counted and left alone, so that importing twice adds nothing. What
    cannot be read is kept byte for byte, for a person. What was read before the file broke is kept.

    Args:
        book: the casebook.
        stream: the file, open for reading bytes.
        by: who imports.
        site: code of the site whose log it is; its time zone is the log's.
        progress: is told how many bytes of the file are done, after each commit.

    Raises:
        BadInput: the file's header is not a police log's; nothing was read.
    """
    permit(by, Act.RUN_TEAM)
    zone = ZoneInfo(book.pack.site(site).timezone)
    imported = Imported(dict.fromkeys(Verdict, 0), {verdict: Counter() for verdict in Verdict}, 0, 0, [])
    entries = identified(read_log(stream))
    while batch := list(islice(entries, BATCH)):
        with book.store.write() as connection:
            _take_in(book, connection, batch, zone, imported)
        progress(batch[-1][0].offset)
    return imported


def _take_in(
    book: Casebook,
    connection: Connection,
    batch: list[tuple[LogRow | Unreadable, bytes]],
    zone: ZoneInfo,
    imported: Imported,
) -> None:
    prints = {book.vault.blind("log_entry", identity.hex()): entry for entry, identity in batch}
    known = set(connection.scalars(select(_ENTRIES.c.fingerprint).where(_ENTRIES.c.fingerprint.in_(prints))))
    key = book.key(connection, INTAKE_SCOPE)
    now = book.clock()
    rows = []
    for fingerprint, entry in prints.items():
        if fingerprint in known:
            imported.known += 1
            continue
        values = _unreadable(entry) if isinstance(entry, Unreadable) else _read(book, entry, zone)
        imported.verdicts[values["verdict"]] += 1
        imported.rules[values["verdict"]][values["rule"]] += 1
        imported.doubtful += bool(values["content"].get("doubt"))
        if isinstance(entry, Unreadable):
            imported.unreadable.append((entry.first_line, entry.last_line, entry.reason))
        entry_id = new_id()
        content = key.seal("log_entries", entry_id, values.pop("content"))
        rows.append(
            {"id": entry_id, "fingerprint": fingerprint, "imported_at": now, "content": content} | values
        )
    if rows:
        connection.execute(insert(_ENTRIES), rows)


def _read(book: Casebook, row: LogRow, zone: ZoneInfo) -> dict[str, Any]:
    classified = classify(row, book.pack.intake.rules)
    reported = parse_occurred(row.fields["Reported"], zone)
    occurred = parse_occurred(row.fields["Occurred"], zone, reported)
    doubts = [occurred.doubt, filing_doubt(row.fields["CaseNumber"], reported)]
    content = {
        "fields": dict(row.fields),
        "raw": row.raw,
        "sentence": classified.sentence,
        "doubt": " ".join(filter(None, doubts)),
    }
    return _dated(occurred) | {
        "line": row.line,
        "verdict": classified.verdict,
        "rule": classified.rule_id,
        "content": content,
    }


def _dated(occurred: Occurrence) -> dict[str, Any]:
    return {"occurred_from": occurred.start, "occurred_to": occurred.end, "precision": occurred.precision}


def _unreadable(entry: Unreadable) -> dict[str, Any]:
    raw = entry.raw.decode("utf-8", "surrogateescape")
    return {
        "line": entry.first_line,
        "verdict": Verdict.NEEDS_A_PERSON,
        "rule": "",
        "occurred_from": None,
        "occurred_to": None,
        "precision": "",
        "content": {"fields": {}, "raw": raw, "sentence": entry.reason, "doubt": ""},
    }


def keep(book: Casebook, raw: bytes, reason: str) -> bool:
    """Keep something that came in and could not be read, for a person; says whether it was not kept already.

    Args:
        book: the casebook.
        raw: what came in, word for word.
        reason: why it could not be read, as a sentence that quotes nothing of it.
    """
    entry = Unreadable(first_line=1, last_line=1, offset=len(raw), raw=raw, reason=reason)
    zone = ZoneInfo(next(iter(book.pack.sites.values())).timezone)
    imported = Imported(dict.fromkeys(Verdict, 0), {verdict: Counter() for verdict in Verdict}, 0, 0, [])
    with book.store.write() as connection:
        _take_in(book, connection, list(identified(iter([entry]))), zone, imported)
    return imported.known == 0


def entries(
    book: Casebook, *, by: Actor, verdict: Verdict | None = None, rule: str = "", limit: int = 50
) -> list[EntryLine]:
    """List imported rows with their text, in the log's order; leaves a ``read`` event (P-08).

    A row is of no case until somebody takes it up, so that the event stands in the team's own chain. Rows of
    a case that whoever looks is kept out of, and those that name them, are not there for them (W-39).
    """
    permit(by, Act.READ)
    query = select(_ENTRIES, CASES.c.number).join(CASES, CASES.c.id == _ENTRIES.c.case_id, isouter=True)
    query = query.order_by(_ENTRIES.c.imported_at, _ENTRIES.c.line).limit(limit)
    if verdict is not None:
        query = query.where(_ENTRIES.c.verdict == verdict)
    if rule:
        query = query.where(_ENTRIES.c.rule == rule)
    with book.store.write() as connection:
        rows = connection.execute(query.where(seen_by(connection, by, _ENTRIES.c.case_id))).all()
        if not rows:
            return []
        key = book.key(connection, INTAKE_SCOPE)
        names = own_names(book.lock_team(connection), connection, [by.id]).get(by.id, ())
        lines = [line for line in (_line(row, key) for row in rows) if not _names(line, names)]
        read = [line.entry_id for line in lines]
        ledger.append_of_team(connection, at=book.clock(), actor=by.id, what="read", of="intake", rows=read)
        return lines


def _names(line: EntryLine, names: Collection[str]) -> bool:
    return bool(names) and mentions(" ".join((line.raw, *line.fields.values())), names)


def _line(row: Any, key: DataKey) -> EntryLine:
    content = key.open("log_entries", row.id, row.content)
    return EntryLine(
        entry_id=row.id,
        line=row.line,
        verdict=row.verdict,
        rule=row.rule,
        occurred_from=row.occurred_from,
        occurred_to=row.occurred_to,
        precision=row.precision,
        case_number=row.number,
        **content,
    )


def counts(book: Casebook) -> dict[str, int]:
    """How many imported rows there are of each verdict."""
    with book.store.read() as connection:
        found = connection.execute(
            select(_ENTRIES.c.verdict, func.count()).group_by(_ENTRIES.c.verdict)
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
        Refused: it was taken up already.
    """
    permit(by, Act.RECORD)
    with book.store.write() as connection:
        query = select(_ENTRIES, CASES.c.number).join(CASES, CASES.c.id == _ENTRIES.c.case_id, isouter=True)
        row = connection.execute(query.where(_ENTRIES.c.id == entry_id).with_for_update(of=_ENTRIES)).first()
        line = None if row is None else _line(row, book.key(connection, INTAKE_SCOPE))
        if line is None or _is_own(book, connection, line, by):
            raise UnknownRecord("There is no imported row under that id; nothing was written.")
        if line.case_number is not None:
            raise Refused(f"That row was taken up already, in {line.case_number}. Nothing was written.")
        receipt = take(book, connection, _as_report(line, subject), by=by)
        case_id = select(CASES.c.id).where(CASES.c.number == receipt.number).scalar_subquery()
        connection.execute(update(_ENTRIES).where(_ENTRIES.c.id == entry_id).values(case_id=case_id))
    return receipt


def _is_own(book: Casebook, connection: Connection, line: EntryLine, by: Actor) -> bool:
    """Whether a row names whoever wants to take it up, or belongs to a case that they are kept out of."""
    mine = CASES.c.number == line.case_number
    hidden = line.case_number is not None and not connection.scalar(
        select(CASES.c.id).where(mine, seen_by(connection, by, CASES.c.id))
    )
    names = own_names(book.key(connection, TEAM_SCOPE), connection, [by.id]).get(by.id, ())
    return hidden or _names(line, names)


def _as_report(line: EntryLine, subject: SubjectContent) -> ReportContent:
    text = line.fields.get("Comments") or line.raw
    if not text.strip():
        raise BadInput("That row says nothing that could be a report. Nothing was written.")
    return ReportContent.read(
        {
            "behaviour_of_concern": f"{line.fields.get('Incident', '')}: {text}",
            "occurred_at": line.fields.get("Occurred", "")[:300],
            "own_observation": False,
            "channel": ReportChannel.WRITTEN,
            "subject": subject.model_dump(mode="json"),
        }
    )
