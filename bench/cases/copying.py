"""Copies of a case that was walked, each with its own chain, rows and key: as many events as a bench wants.

Only ids and numbers differ, and every digest and hash that covers them: they are reckoned anew by what the
product itself reckons them with, so that a verification of the copies holds, or something is wrong with it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, text, update

from states.casebook import Casebook
from states.ledger import checkpoints, coverage
from states.ledger.chain import canonical, link
from states.ledger.folding import of_cases
from states.tables import BlindIndex, Case, CaseViewer, Counter, Event, WrappedKey, table_of

_CASES, _EVENTS, _COUNTERS = table_of(Case), table_of(Event), table_of(Counter)
_KEYS, _BLIND, _VIEWERS = table_of(WrappedKey), table_of(BlindIndex), table_of(CaseViewer)

#: how many copies are written together, and how many checkpoints name each chain while it grows
TOGETHER, NAMED = 1_000, 4

#: digits at the end of an id that tell the copies apart
DIGITS = 7

_ID = re.compile(r"[0-9a-f]{32}")

#: a row, as the database gives it
Row = dict[str, Any]


def fill(book: Casebook, number: str, events: int) -> int:
    """Copy a case until there are so many events of cases; returns how many there are then.

    Args:
        book: the casebook that has the case.
        number: the case's number.
        events: at least how many.
    """
    with book.store.read() as connection:
        model = _Model(book, connection, number)
    length = len(model.events)
    copies = range(2, -(-events // length) + 1)
    for start in range(0, len(copies), TOGETHER):
        written: dict[Table, list[Row]] = {}
        for n in copies[start : start + TOGETHER]:
            for table, row in model.copy(n):
                written.setdefault(table, []).append(row)
        with book.store.write() as connection:
            for table, rows in written.items():
                connection.execute(insert(table), rows)
            for part in range(1, NAMED + 1):
                reached = [row for row in written[_EVENTS] if row["seq"] == part * length // NAMED]
                connection.execute(
                    _GROW, [{"of": e["case_id"], "to": e["seq"], "by": e["hash"]} for e in reached]
                )
                checkpoints.checkpoint(connection, book.clock(), book.vault)
            connection.execute(update(_COUNTERS).values(next=n + 1))
    with book.store.engine.connect() as connection:
        analyze = "ANALYZE" if book.store.is_sqlite else "VACUUM ANALYZE"
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(analyze))
    return length * (1 + len(copies))


_GROW = update(_CASES).where(_CASES.c.id == bindparam("of")).values(seq=bindparam("to"), head=bindparam("by"))


class _Model:
    """The case that is copied.

    Args:
        book: its casebook.
        connection: an open connection.
        number: its number.
    """

    def __init__(self, book: Casebook, connection: Connection, number: str) -> None:
        self._vault = book.vault
        self.case = _all(connection, _CASES, _CASES.c.number == number)[0]
        mine = self.case["id"]
        tables = [table for table in of_cases() if table.name not in coverage.SHARED]
        self._rows = {table: _all(connection, table, table.c.case_id == mine) for table in (*tables, _BLIND)}
        self._viewers = _all(connection, _VIEWERS, _VIEWERS.c.case_id == mine)
        self._key = _all(connection, _KEYS, _KEYS.c.scope == mine)[0]
        self.events = _all(connection, _EVENTS, _EVENTS.c.case_id == mine)
        self.events.sort(key=lambda event: event["seq"])
        self._ids = {mine, *(row["id"] for rows in self._rows.values() for row in rows)}
        # What events told before of a column that changed again is told as it was.
        self._told = _digests(self.case, self._rows, self._key)

    def copy(self, n: int) -> Iterator[tuple[Table, Row]]:
        """The rows of the copy with that number, by table, each behind those that it refers to."""
        case: Row = self._moved(self.case, n)
        rows = {table: [self._moved(row, n) for row in every] for table, every in self._rows.items()}
        wrapped = self._vault.new_key(case["id"])
        key = self._key | {"scope": case["id"], "wrapped": wrapped}
        told = _digests(case, rows, key)
        entries = [[row[name] for name in ("id", "role", "about", "kind", "blind")] for row in rows[_BLIND]]
        index = self._vault.unwrap(case["id"], wrapped).vouch(canonical(sorted(entries)))
        told[coverage.index_of(case["id"])] = index
        events, head = [], ""
        for event in self.events:
            each = self._moved(event, n)
            each["digests"] = {
                place: told[place] if self._is_newest(before, digest) else digest
                for (before, digest), place in zip(event["digests"].items(), each["digests"], strict=True)
            }
            head = each["hash"] = link(head, each)
            events.append(each)
        yield _CASES, case | {"head": head, "sealed_seq": 0}
        yield _KEYS, key
        viewers = [self._moved(row, n) for row in self._viewers]
        for table, every in (*rows.items(), (_VIEWERS, viewers), (_EVENTS, events)):
            yield from ((table, row) for row in every)

    def _is_newest(self, place: str, digest: str) -> bool:
        return self._told.get(place) == digest or place.startswith(f"{_BLIND.name}/")

    def _moved(self, value: Any, n: int) -> Any:
        """A value with the ids and the number of that copy."""
        if isinstance(value, str):
            if value == self.case["number"]:
                return f"{value[: value.rindex('-')]}-{n:04}"
            return _ID.sub(lambda found: self._id(found[0], n), value)
        if isinstance(value, list):
            return [self._moved(each, n) for each in value]
        if isinstance(value, Mapping):
            return {self._moved(name, n): self._moved(each, n) for name, each in value.items()}
        return value

    def _id(self, found: str, n: int) -> str:
        return f"{found[:-DIGITS]}{n:0{DIGITS}x}" if found in self._ids else found


def _all(connection: Connection, table: Table, where: Any) -> list[Row]:
    return [dict(row) for row in connection.execute(select(table).where(where)).mappings()]


def _digests(case: Row, rows: Mapping[Table, list[Row]], key: Row) -> dict[str, str]:
    """What tells of these rows as they are, by place."""
    told: dict[str, str] = {}
    for name, row in (
        ("cases", case),
        (_KEYS.name, key),
        *((table.name, row) for table, every in rows.items() if table is not _BLIND for row in every),
    ):
        covered = coverage.of(name)
        place = f"{name}/{row[covered.key]}#"
        told[place] = covered.written_once(row)
        told |= {f"{place}{column}": covered.of(row[column]) for column in covered.changing}
    return told
