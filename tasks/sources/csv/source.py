"""A source that reads CSV exports: a file, or the newest one of a folder that another system drops them into.

::

    [registrar]
    use = "csv"
    kind = "registrar"                   # or any other kind
    folder = "/srv/exports/registrar"    # or file = "/srv/exports/registrar.csv"
    observed_at = "As Of"                # a column of ISO 8601 dates; may be left out
    encoding = "cp1252"                  # may be left out: UTF-8, or UTF-16 with its mark at the beginning
    separator = ";"                      # may be left out: a comma, semicolon, tab or bar, as the file has it

    [registrar.identifiers]              # what a person is found by, and in which column
    campus_id = ["Student ID", "Banner ID"]    # headings change: the first of these that is there
    email = "Email"

    [registrar.static]                   # facts that tell of risk over time, and their columns
    "Enrolled since" = "Enrolled Since"

    [registrar.dynamic]                  # facts that tell of change
    "Academic standing" = ["Academic Standing", "Standing"]

Columns that the table does not name are never taken; case and spacing of headings do not count. An export has
a header line. One that is still being written is passed over for the one before it. A row is the subject's
when the most certain identifier that both have agrees; case and spacing do not count.
"""

import codecs
import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from states.correspondence.question import Question
from states.store.threads import AT_ONCE, in_threads
from states.vocabulary.cases import FactorKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.sources.bases import ACCEPTS, ONE_RECORD
from tasks.sources.contract import Fact, Found, Needs, NotFound, Provenance, Reply, Unavailable
from tasks.sources.csv.file import Headings, Unusable, folded, is_complete, newest, rows


def _folded(headings: Headings) -> Headings:
    if not headings or not all(names := [folded(heading) for heading in headings]):
        raise ValueError("it must name a heading, or several of them in a list")
    return tuple(names)


#: a column by its heading, or by a list of headings that it may have
Column = Annotated[
    Headings,
    BeforeValidator(lambda given: (given,) if isinstance(given, str) else given),
    AfterValidator(_folded),
]


class _Table(BaseModel):
    """The source's table in the sources file."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kind: SourceKind
    file: Path | None = None
    folder: Path | None = None
    observed_at: Column | None = None
    encoding: str = ""
    separator: str = Field(default="", max_length=1)
    identifiers: dict[IdentifierKind, Column] = Field(min_length=1)
    static: dict[str, Column] = {}
    dynamic: dict[str, Column] = {}

    @field_validator("file", "folder")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_absolute():
            raise ValueError("the path must be absolute, from / on")
        return path

    @field_validator("encoding")
    @classmethod
    def _known(cls, encoding: str) -> str:
        try:
            codecs.lookup(encoding or "utf-8")
        except LookupError:
            raise ValueError("there is no such encoding, as utf-8 or cp1252") from None
        return encoding

    @field_validator("separator")
    @classmethod
    def _separates(cls, separator: str) -> str:
        if separator and (separator.isalnum() or separator in '"\r\n '):
            raise ValueError("it must be a sign that separates, as a comma, a semicolon, a bar or a tab")
        return separator

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.file is None) == (self.folder is None):
            raise ValueError("it must have either a file or a folder")
        return self


class CsvSource:
    """Answers from CSV exports, as of a registrar, human resources or police (W-17, U-03).

    Args:
        name: the source's name.
        table: its table in the sources file.
    """

    def __init__(self, name: str, table: _Table) -> None:
        self.name = name
        self.kinds: frozenset[SourceKind] = frozenset({table.kind})
        self.needs: Mapping[SourceKind, Needs] = {table.kind: Needs(any_of=frozenset(table.identifiers))}
        self.accepts: Mapping[SourceKind, frozenset[LegalBasis]] = {table.kind: ACCEPTS[table.kind]}
        self._table = table
        self._facts: list[tuple[str, Headings, Literal[FactorKind.STATIC, FactorKind.DYNAMIC]]] = [
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

    async def lookup(self, question: Question) -> Reply:
        """Look the subject up in the newest export; reads line by line, whatever the export's size."""
        return await in_threads(f"source {self.name}", AT_ONCE, self._lookup, question)

    def _lookup(self, question: Question) -> Reply:
        try:
            export = self._export()
            if export is None:
                return Unavailable("no_file")
            as_of = datetime.fromtimestamp(export.stat().st_mtime, UTC)
            matching = list(self._matching(export, question.identifiers))
        except (OSError, UnicodeError, csv.Error, Unusable):
            return Unavailable("unreadable_file")
        provenance = Provenance(self.name, as_of)
        if not matching:
            return NotFound(provenance)
        if len(matching) > 1 and question.kind in ONE_RECORD:
            return Unavailable("several_records", permanent=True)
        return Found(tuple(fact for row in matching for fact in self._read(row)), provenance)

    def _export(self) -> Path | None:
        if self._table.folder is not None:
            return newest(self._table.folder)
        file = self._table.file
        return file if file is not None and file.exists() and is_complete(file) else None

    def _matching(
        self, export: Path, wanted: Mapping[IdentifierKind, str]
    ) -> Iterator[Mapping[Headings, str]]:
        # From the most certain identifier to the least; the first one that a row has decides about the row.
        order = [
            (self._table.identifiers[kind], folded(wanted[kind])) for kind in IdentifierKind if kind in wanted
        ]
        written = {"encoding": self._table.encoding, "separator": self._table.separator}
        for row in rows(export, self._columns, **written):
            decisive = next(((cell, value) for column, value in order if (cell := folded(row[column]))), None)
            if decisive is not None and decisive[0] == decisive[1]:
                yield row

    def _read(self, row: Mapping[Headings, str]) -> Iterator[Fact]:
        observed_at = _day(row[self._table.observed_at]) if self._table.observed_at is not None else None
        for fact, column, kind in self._facts:
            if value := row[column].strip():
                yield Fact(fact, value, kind, observed_at)


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell.strip())
    except ValueError:
        return None
