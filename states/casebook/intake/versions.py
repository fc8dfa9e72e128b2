"""The incidents of logs that are on record, by their departments' numbers, and the newest version of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from states.casebook.book import Casebook
from states.contents.kept import LOG_ENTRIES
from states.intakelog.headings import Column
from states.intakelog.identity import is_version, number_in, number_of, said_of
from states.intakelog.rows import LogRow
from states.tables import LogEntry, table_of
from states.vault import DataKey

_ENTRIES = table_of(LogEntry)


@dataclass(slots=True)
class Earlier:
    """The newest version of an incident.

    Args:
        entry_id: the row that it was written down as.
        said: what it says, by column.
        verdict: what it was judged to be.
        rule: the rule that said so.
        version: how many versions there are.
        case_id: the case that it was taken up in; None: none.
        amends: whether it says that it changes another row.
        row: its row, while that is not in the database yet.
    """

    entry_id: str
    said: Mapping[Column, str]
    verdict: str
    rule: str
    version: int
    case_id: str | None
    amends: bool
    row: dict[str, Any] | None = None


class Incidents:
    """The incidents of one site's log.

    Args:
        book: the casebook.
        site: code of the site whose log it is.
    """

    def __init__(self, book: Casebook, site: str) -> None:
        self._book, self._site = book, site
        self._found: dict[str, list[Earlier]] = {}
        self._old: dict[str, list[Earlier]] | None = None

    def mark(self, row: LogRow) -> str:
        """What tells the incident of a row, without saying its number; empty: it has none."""
        return self._mark(number_of(row))

    def look_up(self, connection: Connection, key: DataKey, rows: Sequence[LogRow]) -> None:
        """Find the incidents of these rows that are on record."""
        marks = {mark for row in rows if (mark := self.mark(row))}
        if marks and self._old is None:
            self._old = {}
            for mark, earlier in self._without_marks(connection, key):
                self._old.setdefault(mark, []).append(earlier)
        self._found = {mark: list((self._old or {}).get(mark, ())) for mark in marks}
        query = select(_ENTRIES).where(_ENTRIES.c.incident.in_(marks), _ENTRIES.c.replaced.is_(False))
        query = query.where(_ENTRIES.c.withdrawn.is_(False))
        for row in connection.execute(query) if marks else ():
            self._found[row.incident].append(_earlier(row, key))

    def knows(self, row: LogRow) -> bool:
        """Whether any entry has the number of a row."""
        return bool(self._found.get(self.mark(row)))

    def earlier(self, row: LogRow) -> Earlier | None:
        """The incident that a row is a version of; None: it is one of its own."""
        found = self._found.get(self.mark(row), [])
        return next(
            (earlier for earlier in found if is_version(earlier.said, row.says, amends=row.amends)), None
        )

    def note(self, entry: LogRow, row: dict[str, Any], in_place_of: Earlier | None) -> None:
        """Take a row that is about to be written down for the newest version of its incident."""
        if not row["incident"]:
            return
        found = self._found.setdefault(row["incident"], [])
        if in_place_of is not None:
            found.remove(in_place_of)
            if self._old and in_place_of in self._old.get(row["incident"], ()):
                self._old[row["incident"]].remove(in_place_of)
        said = entry.says if in_place_of is None else {**in_place_of.said, **entry.says}
        found.append(
            Earlier(
                entry_id=row["id"],
                said=said,
                verdict=row["verdict"],
                rule=row["rule"],
                version=row["version"],
                case_id=row["case_id"],
                amends=entry.amends,
                row=row,
            )
        )

    def _mark(self, number: str) -> str:
        return self._book.vault.blind("log_incident", f"{self._site}\n{number}") if number else ""

    def _without_marks(self, connection: Connection, key: DataKey) -> Iterator[tuple[str, Earlier]]:
        """The rows of earlier releases, which wrote down no number beside what is sealed."""
        query = select(_ENTRIES).where(_ENTRIES.c.incident.is_(None), _ENTRIES.c.replaced.is_(False))
        for row in connection.execute(query):
            earlier = _earlier(row, key)
            if mark := self._mark(number_in(earlier.said.get(Column.NUMBER, ""))):
                yield mark, earlier


def _earlier(row: Any, key: DataKey) -> Earlier:
    content = LOG_ENTRIES.open(key, row)
    return Earlier(
        entry_id=row.id,
        said=said_of(content.fields, content.said),
        verdict=row.verdict,
        rule=row.rule,
        version=row.version,
        case_id=row.case_id,
        amends=content.amends,
    )
