"""A source that reads CSV exports: a file, or the newest one of a folder that another system drops them into.

::

    [registrar]
    use = "csv"
    kind = "registrar"                   # or human_resources, past_contacts
    folder = "/srv/exports/registrar"    # or file = "/srv/exports/registrar.csv"
    observed_at = "As Of"                # a column of ISO 8601 dates; may be left out

    [registrar.identifiers]              # what a person is found by, and in which column
    campus_id = "Student ID"
    email = "Email"

    [registrar.static]                   # facts that tell of risk over time, and their columns
    "Enrolled since" = "Enrolled Since"

    [registrar.dynamic]                  # facts that tell of change
    "Academic standing" = "Academic Standing"

Columns that the table does not name are never taken. Exports are UTF-8, comma-separated, with a header line.
A row is the subject's when the most certain identifier that both have agrees; case and spacing do not count.
"""

import asyncio
import csv
import os
import time
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from states.vocabulary import FactorKind, IdentifierKind, LegalBasis, SourceKind
from tasks.sources.bases import ACCEPTS, ONE_RECORD
from tasks.sources.contract import Fact, Found, LookupRequest, Needs, NotFound, Provenance, Reply, Unavailable

#: seconds after which a file whose last line has no end is taken for complete rather than half-written
SETTLED_AFTER = 10.0


class _Table(BaseModel):
    """The source's table in the sources file."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kind: Literal[SourceKind.REGISTRAR, SourceKind.HUMAN_RESOURCES, SourceKind.PAST_CONTACTS]
    file: Path | None = None
    folder: Path | None = None
    observed_at: str | None = None
    identifiers: dict[IdentifierKind, str] = Field(min_length=1)
    static: dict[str, str] = {}
    dynamic: dict[str, str] = {}

    @field_validator("file", "folder")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_absolute():
            raise ValueError("the path must be absolute, from / on")
        return path

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.file is None) == (self.folder is None):
            raise ValueError("it must have either a file or a folder")
        return self


class CsvSource:
    """Answers from CSV exports of a registrar, human resources or past contacts with police (W-17, U-03).

    Args:
        name: the source's name.
        table: its table in the sources file.
    """

    def __init__(self, name: str, table: _Table) -> None:
        self.name = name
        self.kinds: frozenset[SourceKind] = frozenset({table.kind})
        self.needs: Mapping[SourceKind, Needs] = {table.kind: Needs(any_of=frozenset(table.identifiers))}
        self.accepts: frozenset[LegalBasis] = ACCEPTS[table.kind]
        self._table = table
        self._facts: list[tuple[str, str, Literal[FactorKind.STATIC, FactorKind.DYNAMIC]]] = [
            *((fact, column, FactorKind.STATIC) for fact, column in table.static.items()),
            *((fact, column, FactorKind.DYNAMIC) for fact, column in table.dynamic.items()),
        ]
        dates = [] if table.observed_at is None else [table.observed_at]
        self._columns = {*table.identifiers.values(), *(column for _, column, _ in self._facts), *dates}

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the source that a table describes, as shown at the top of this module.

        Raises:
            ValidationError: the table lacks something, or holds something that cannot be used.
        """
        return cls(name, _Table.model_validate(table))

    async def lookup(self, request: LookupRequest) -> Reply:
        """Look the subject up in the newest export; reads line by line, whatever the export's size."""
        return await asyncio.to_thread(self._lookup, request)

    def _lookup(self, request: LookupRequest) -> Reply:
        try:
            export = self._newest()
            if export is None:
                return Unavailable("no_file")
            as_of = datetime.fromtimestamp(export.stat().st_mtime, UTC)
            rows = list(self._matching(export, request.identifiers))
        except (OSError, UnicodeError, csv.Error, _Unusable):
            return Unavailable("unreadable_file")
        provenance = Provenance(self.name, as_of)
        if not rows:
            return NotFound(provenance)
        if len(rows) > 1 and request.kind in ONE_RECORD:
            return Unavailable("several_records", permanent=True)
        return Found(tuple(fact for row in rows for fact in self._read(row)), provenance)

    def _newest(self) -> Path | None:
        if self._table.folder is None:
            exports = [self._table.file] if self._table.file is not None and self._table.file.exists() else []
        elif self._table.folder.is_dir():
            exports = [path for path in self._table.folder.iterdir() if path.suffix.casefold() == ".csv"]
        else:
            exports = []
        visible = [path for path in exports if not path.name.startswith(".")]
        newest_first = sorted(visible, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
        return next((path for path in newest_first if _complete(path)), None)

    def _matching(self, export: Path, wanted: Mapping[IdentifierKind, str]) -> Iterator[dict[str, str]]:
        # From the most certain identifier to the least; the first one that a row has decides about the row.
        order = [
            (self._table.identifiers[kind], _folded(wanted[kind]))
            for kind in IdentifierKind
            if kind in wanted
        ]
        for row in self._rows(export):
            decisive = next(
                ((cell, value) for column, value in order if (cell := _folded(row[column]))), None
            )
            if decisive is not None and decisive[0] == decisive[1]:
                yield row

    def _rows(self, export: Path) -> Iterator[dict[str, str]]:
        with export.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream, strict=True)
            header = [column.strip() for column in next(lines, [])]
            if any(header.count(column) != 1 for column in self._columns):
                raise _Unusable
            for line in lines:
                if line and len(line) != len(header):
                    raise _Unusable
                if line:
                    yield dict(zip(header, line, strict=True))

    def _read(self, row: Mapping[str, str]) -> Iterator[Fact]:
        observed_at = _day(row[self._table.observed_at]) if self._table.observed_at is not None else None
        for fact, column, kind in self._facts:
            if value := row[column].strip():
                yield Fact(fact, value, kind, observed_at)


class _Unusable(Exception):
    """An export lacks a column, or holds lines of another shape than its header."""


def _complete(export: Path) -> bool:
    with export.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(size - 1, 0))
        terminated = stream.read() == b"\n"
        # The age of a file is a matter of the machine's clock, not of the case's.
        return terminated or time.time() - os.fstat(stream.fileno()).st_mtime > SETTLED_AFTER


def _folded(value: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell.strip())
    except ValueError:
        return None
