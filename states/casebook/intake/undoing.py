"""Imports of logs taken back: the wrong file, or one that was read in the wrong format (W-03).

A row that nobody has taken up is withdrawn with a reason, and stays on record as that; one that became part
of a case stays. The same file may be imported again afterwards, as if its withdrawn rows had never come.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from states.access import Act, Actor, is_there, permit
from states.casebook.book import CASES, Casebook
from states.contents.inquiry import reason
from states.contents.kept import LOG_ENTRIES
from states.errors import UnknownRecord
from states.intakelog.identity import is_version, said_of
from states.ledger import chain, coverage
from states.tables import LogEntry, table_of
from states.vault import INTAKE_SCOPE, DataKey

_ENTRIES = table_of(LogEntry)

#: rows that are withdrawn together
BATCH = 200


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import of a log.

    Args:
        import_id: its id.
        at: when it began.
        rows: how many rows it brought in.
        taken_up: how many of these are part of a case.
        withdrawn: how many were withdrawn.
    """

    import_id: str
    at: datetime
    rows: int
    taken_up: int
    withdrawn: int


@dataclass(slots=True)
class Undone:
    """What became of the rows of an import that was taken back.

    Args:
        withdrawn: how many were withdrawn.
        restored: how many earlier versions count again.
        left: the rows that are part of a case and stay: the line, and the case's number (empty: whoever looks
            is kept out of it).
    """

    withdrawn: int = 0
    restored: int = 0
    left: list[tuple[int, str]] = field(default_factory=list)


def imports(book: Casebook, *, by: Actor, limit: int = 50) -> list[ImportLine]:
    """The imports of logs, the newest first.

    Args:
        book: the casebook.
        by: who looks.
        limit: how many at most.
    """
    permit(by, Act.RUN_TEAM)
    began = func.min(_ENTRIES.c.imported_at)
    mine = select(
        _ENTRIES.c.import_id,
        began,
        func.count(),
        func.count(_ENTRIES.c.case_id),
        func.count().filter(_ENTRIES.c.withdrawn),
    ).where(_ENTRIES.c.import_id.is_not(None))
    with book.store.read() as connection:
        found = mine.group_by(_ENTRIES.c.import_id).order_by(began.desc()).limit(limit)
        return [ImportLine(*row) for row in connection.execute(found)]


def undo(book: Casebook, import_id: str, *, by: Actor, because: str) -> Undone:
    """Take an import of a log back; what was cut off in it is finished by asking again.

    Args:
        book: the casebook.
        import_id: the import, or the beginning of its id.
        by: who takes it back.
        because: why; kept with each row.

    Raises:
        BadInput: no reason is given.
        UnknownRecord: there is no such import, or more than one whose id begins so.
    """
    permit(by, Act.RUN_TEAM)
    why = reason(because, "taking an import back").text
    whole = _whole(book, import_id)
    undone = Undone()
    mine = select(_ENTRIES).where(_ENTRIES.c.import_id == whole, _ENTRIES.c.case_id.is_(None))
    mine = mine.where(_ENTRIES.c.withdrawn.is_(False)).order_by(_ENTRIES.c.line).limit(BATCH)
    while True:
        with book.store.write() as connection:
            book.lock_team(connection)
            rows = connection.execute(mine).all()
            if not rows:
                undone.left = _left(connection, whole, by)
                return undone
            key = book.key(connection, INTAKE_SCOPE)
            told = dict[str, str]()
            for row in rows:
                told |= _withdraw(connection, key, row, why)
            restored = [each for row in rows if (each := _before(connection, key, row)) is not None]
            for entry_id in restored:
                told |= _set(connection, entry_id, replaced=False)
            what = "import_taken_back"
            now, count = book.clock(), len(rows)
            chain.append_of_team(connection, told, at=now, actor=by, what=what, import_id=whole, count=count)
        undone.withdrawn += len(rows)
        undone.restored += len(restored)


def _whole(book: Casebook, import_id: str) -> str:
    begins = _ENTRIES.c.import_id.startswith(import_id, autoescape=True)
    with book.store.read() as connection:
        found: Sequence[str] = connection.scalars(select(_ENTRIES.c.import_id).where(begins).distinct()).all()
    if len(found) != 1 or not import_id:
        raise UnknownRecord(
            "There is no import under that id, or more than one. Nothing was written: see "
            "`tat intake imports`."
        )
    return found[0]


def _set(connection: Connection, entry_id: str, **values: Any) -> dict[str, str]:
    connection.execute(update(_ENTRIES).where(_ENTRIES.c.id == entry_id).values(**values))
    return coverage.of("log_entries").changed(entry_id, values)


def withdraw(connection: Connection, key: DataKey, entry_id: str, why: str) -> dict[str, str]:
    """Say of a row that it no longer counts, and why; gives what the ledger tells of it."""
    row = connection.execute(select(_ENTRIES).where(_ENTRIES.c.id == entry_id)).one()
    return _withdraw(connection, key, row, why)


def _withdraw(connection: Connection, key: DataKey, row: Any, why: str) -> dict[str, str]:
    content = LOG_ENTRIES.open(key, row).model_copy(update={"withdrawn": why})
    sealed = LOG_ENTRIES.seal(key, row.id, content)
    connection.execute(update(_ENTRIES).where(_ENTRIES.c.id == row.id).values(content=sealed))
    told = _set(connection, row.id, withdrawn=True)
    return told | coverage.sealed("log_entries", row.id, sealed)


def _before(connection: Connection, key: DataKey, row: Any) -> str | None:
    """The version in whose place a withdrawn row stood, by id; None: it was the first, or not the newest."""
    if row.replaced or not row.incident or row.version == 1:
        return None
    earlier = select(_ENTRIES).where(_ENTRIES.c.incident == row.incident, _ENTRIES.c.replaced.is_(True))
    earlier = earlier.where(_ENTRIES.c.withdrawn.is_(False), _ENTRIES.c.version < row.version)
    content = LOG_ENTRIES.open(key, row)
    says = said_of(content.fields, content.said)
    for each in connection.execute(earlier.order_by(_ENTRIES.c.version.desc())):
        before = LOG_ENTRIES.open(key, each)
        if is_version(said_of(before.fields, before.said), says, amends=content.amends):
            return str(each.id)
    return None


def _left(connection: Connection, import_id: str, by: Actor) -> list[tuple[int, str]]:
    numbers = select(CASES.c.id, CASES.c.number).where(is_there(by, CASES.c.id))
    seen = {row.id: row.number for row in connection.execute(numbers)}
    mine = select(_ENTRIES.c.line, _ENTRIES.c.case_id).where(_ENTRIES.c.import_id == import_id)
    mine = mine.where(_ENTRIES.c.case_id.is_not(None)).order_by(_ENTRIES.c.line)
    return [(row.line, seen.get(row.case_id, "")) for row in connection.execute(mine)]
