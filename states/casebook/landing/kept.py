"""What could not be read, for whoever does intake: listed, read, entered as a report, or set aside (W-03).

Whoever it names is not shown it, nor that it is there (W-39): as with a case that they are kept out of.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, func, select

from states.access import MAY, Act, Actor, is_there, permit
from states.casebook.book import Casebook
from states.casebook.intake import logbook
from states.casebook.intake.reports import Receipt
from states.casebook.intake.undoing import withdraw
from states.casebook.standing.roster import own_names
from states.casebook.team.upkeep import unread
from states.contents.inquiry import reason
from states.contents.kept import LOG_ENTRIES
from states.contents.reports import ReportContent
from states.contents.verbatim import LogEntryContent
from states.errors import Refused, UnknownRecord
from states.intakelog.headings import Column
from states.intakelog.identity import said_of
from states.ledger import chain
from states.persons.members import mentions
from states.tables import LogEntry, table_of
from states.vault import INTAKE_SCOPE, TEAM_SCOPE
from states.vocabulary.people import Verdict

_ENTRIES = table_of(LogEntry)

#: the rows of logs that somebody may make a report of, and nobody has seen to
_OF_LOGS = (
    _ENTRIES.c.verdict.in_((Verdict.CONCERN, Verdict.NEEDS_A_PERSON))
    & _ENTRIES.c.import_id.is_not(None)
    & _ENTRIES.c.case_id.is_(None)
    & _ENTRIES.c.withdrawn.is_(False)
    & _ENTRIES.c.replaced.is_(False)
)

#: of a mail's files, lines in which no name is to be read
_ENCODED = re.compile(r"[A-Za-z0-9+/=]{60,}")

#: signs, besides those, that are looked through for somebody's name
LOOKED_THROUGH = 200_000

#: what is said of what is not there, and of what somebody is not shown
NO_SUCH_ENTRY = "There is nothing kept under that id; nothing was written."


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that came in and could not be read, or a row of a log that nobody has taken up.

    Args:
        entry_id: its id.
        came_at: when it came in.
        why: why a person has to read it, as a sentence; of what came in at a door it quotes nothing.
        raw: what came in, word for word; bytes that are no text as surrogates.
        waits: whether nobody has seen to it yet.
        set_aside: why it was set aside; empty: it was not.
        of_log: whether it is a row of a log.
        happened: of a log's row what it says happened, and when.
    """

    entry_id: str
    came_at: datetime
    why: str
    raw: str = field(repr=False)
    waits: bool
    set_aside: str = field(repr=False)
    of_log: bool = False
    happened: tuple[str, str] = field(default=("", ""), repr=False)

    @property
    def text(self) -> str:
        """What can be shown of it as text; a mark stands for each byte that is none."""
        return self.raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")


def any_for(book: Casebook, *, by: Actor) -> bool:
    """Whether something waits that is there for somebody; shows nothing of it.

    Args:
        book: the casebook.
        by: who looks.
    """
    if by.roles.isdisjoint(MAY[Act.TAKE_IN]):
        return False
    # The smallest first: whether a long one names somebody takes long to see.
    query = select(_ENTRIES.c.id).where(unread.waits()).order_by(func.length(_ENTRIES.c.content))
    with book.store.read() as connection:
        return next(_theirs(book, connection, query, by), None) is not None


def waiting(
    book: Casebook, *, by: Actor, of_logs: bool = False, limit: int = 50, behind: int = 0
) -> list[Kept]:
    """What waits for a person, oldest first; leaves a ``read`` event (P-08).

    Args:
        book: the casebook.
        by: who looks.
        of_logs: the rows of logs that are of concern or need a person, and not what came in at doors.
        limit: how many at most.
        behind: behind how many of them the list begins.

    Raises:
        NotPermitted: intake is not theirs.
    """
    permit(by, Act.TAKE_IN)
    which = _OF_LOGS if of_logs else unread.waits()
    query = select(_ENTRIES.c.id).where(which).order_by(_ENTRIES.c.imported_at, _ENTRIES.c.line)
    with book.store.read() as connection:
        shown = list(islice(_theirs(book, connection, query, by), behind, behind + limit))
    if shown:
        _log_read(book, [each.entry_id for each in shown], by)
    return shown


def read(book: Casebook, entry_id: str, *, by: Actor) -> Kept:
    """Read what came in, word for word, whether it still waits or not; leaves a ``read`` event (P-08).

    Args:
        book: the casebook.
        entry_id: which.
        by: who reads.

    Raises:
        NotPermitted: intake is not theirs.
        UnknownRecord: there is no such thing for them.
    """
    permit(by, Act.TAKE_IN)
    with book.store.read() as connection:
        found = _one(book, connection, entry_id, by)
    _log_read(book, [entry_id], by)
    return found


def enter(book: Casebook, entry_id: str, content: ReportContent, *, by: Actor) -> Receipt:
    """Enter what came in as a report, as whoever read it wrote it down; it counts as received when it came.

    Args:
        book: the casebook.
        entry_id: which.
        content: the report.
        by: who enters it.

    Raises:
        NotPermitted: intake is not theirs.
        UnknownRecord: there is no such thing for them.
        Refused: somebody has seen to it already.
        BadInput: the report names a site that the policy does not know.
    """
    permit(by, Act.TAKE_IN)
    with book.store.write() as connection:
        book.lock_team(connection)
        _must_wait(_one(book, connection, entry_id, by))
        return logbook.take_as(book, connection, entry_id, content, by=by)


def set_aside(book: Casebook, entry_id: str, *, by: Actor, because: str) -> None:
    """Say that what came in is no report, and why; it stays on record, word for word.

    Args:
        book: the casebook.
        entry_id: which.
        by: who says so.
        because: why; kept with it.

    Raises:
        NotPermitted: intake is not theirs.
        BadInput: no reason is given.
        UnknownRecord: there is no such thing for them.
        Refused: somebody has seen to it already, or it is a row of a log: those come again with the next log.
    """
    permit(by, Act.TAKE_IN)
    why = reason(because, "setting aside what came in").text
    with book.store.write() as connection:
        book.lock_team(connection)
        found = _one(book, connection, entry_id, by)
        _must_wait(found)
        if found.of_log:
            raise Refused("A row of a log stays as it is until somebody enters it. Nothing was written.")
        now = book.clock()
        told = withdraw(connection, book.key(connection, INTAKE_SCOPE), entry_id, why)
        told |= unread.settle(book, connection, now)
        chain.append_of_team(connection, told, at=now, actor=by, what="kept_set_aside", row=entry_id)


def _names_of(book: Casebook, connection: Connection, by: Actor) -> Collection[str]:
    return own_names(book.key(connection, TEAM_SCOPE), connection, [by.id]).get(by.id, ())


def _speaks_of(content: LogEntryContent, names: Collection[str]) -> bool:
    said = " ".join((*content.fields.values(), content.raw)) if names else ""
    return bool(names) and mentions(_ENCODED.sub(" ", said)[:LOOKED_THROUGH], names)


def _theirs(book: Casebook, connection: Connection, ids: Select[tuple[str]], by: Actor) -> Iterator[Kept]:
    """Those of some that are there for somebody; each is opened when it is its turn."""
    every = connection.scalars(ids).all()
    names = _names_of(book, connection, by) if every else ()
    for entry_id in every:
        row = connection.execute(select(_ENTRIES).where(_ENTRIES.c.id == entry_id)).one()
        content = LOG_ENTRIES.open(book.key(connection, INTAKE_SCOPE), row)
        if not _speaks_of(content, names):
            yield _kept(row, content)


def _one(book: Casebook, connection: Connection, entry_id: str, by: Actor) -> Kept:
    query = select(_ENTRIES).where(_ENTRIES.c.id == entry_id, _ENTRIES.c.replaced.is_(False))
    query = query.where(is_there(by, _ENTRIES.c.case_id))
    row = connection.execute(query).first()
    if row is None:
        raise UnknownRecord(NO_SUCH_ENTRY)
    content = LOG_ENTRIES.open(book.key(connection, INTAKE_SCOPE), row)
    if _speaks_of(content, _names_of(book, connection, by)):
        raise UnknownRecord(NO_SUCH_ENTRY)
    if row.case_id is not None:
        # What has become part of a case is read there, by whoever may.
        raise Refused("Somebody has entered that as a report already. Nothing was written.")
    return _kept(row, content)


def _must_wait(found: Kept) -> None:
    if not found.waits:
        raise Refused("Somebody has set that aside already. Nothing was written.")


def _kept(row: Any, content: LogEntryContent) -> Kept:
    said = said_of(content.fields, content.said)
    narrative = (said.get(Column.NATURE), said.get(Column.NARRATIVE), said.get(Column.LOCATION))
    happened = (": ".join(filter(None, narrative)), said.get(Column.OCCURRED, ""))
    why, raw = content.sentence, content.raw
    return Kept(
        row.id,
        row.imported_at,
        why,
        raw,
        not row.withdrawn,
        content.withdrawn,
        row.import_id is not None,
        happened,
    )


def _log_read(book: Casebook, rows: list[str], by: Actor) -> None:
    with book.store.write() as connection:
        book.lock_team(connection)
        chain.append_of_team(connection, at=book.clock(), actor=by, what="read", of="intake", rows=rows)
