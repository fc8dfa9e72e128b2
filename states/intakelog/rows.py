"""A police log's rows, as a format says that they are read, with every byte of the file accounted for.

Each row of the file is one of three things: a row of the log (several that are the charges of one incident
are one), lines that could not be read, or lines that are no rows (a title, a header once more, a footer). A
row with more or fewer cells than the header is unreadable, unless what is missing or too much is empty:
nobody can tell which one is missing. A file cut within its very last column cannot be told from one that ends
there: its last row is read as it stands, and a later whole file brings the whole row as another one.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from states.intakelog.datetokens import NotADateError, tokens
from states.intakelog.formats import LogFormat
from states.intakelog.headings import LONGEST_HEADING, Column, folded
from states.intakelog.reading.records import Record, decoded
from states.intakelog.reading.sheets import as_date

_LINES: Final = Path(__file__).parent / "words" / "lines.toml"

#: what a column that says whether a row changes an earlier one holds when it does
_TRUE: Final = frozenset({"true", "yes", "y", "1", "x", "t"})


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row of the log; of a log with a row for each charge, an incident.

    Args:
        line: the line of the file it begins on, counted from 1.
        last_line: the line it ends on.
        offset: how many bytes of the file were read once this row was; for a progress bar.
        fields: what each column says, by the header's names, extra columns too.
        raw: the row word for word, with its quotes and its line end.
        says: what each column says that the format names; several of one are put together.
        count: how many rows of the file it is made of.
        amends: whether it says that it changes an earlier row of its number.
        note: what a person should know about how it was read.
    """

    line: int
    last_line: int
    offset: int
    fields: Mapping[str, str]
    raw: str
    says: Mapping[Column, str]
    count: int = 1
    amends: bool = False
    note: str = ""

    def said(self, column: Column) -> str:
        """What a column says; nothing, where there is none."""
        return self.says.get(column, "")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Lines that could not be read as a row.

    Args:
        first_line: the line of the file they begin on, counted from 1.
        last_line: the line they end on.
        offset: how many bytes of the file were read once these were; for a progress bar.
        raw: the bytes as they stand in the file, with their line end.
        reason: why they could not be read, as a sentence that quotes nothing of them.
    """

    first_line: int
    last_line: int
    offset: int
    raw: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class NoRow:
    """Lines that are no row: nothing is kept of them.

    Args:
        first_line: the line of the file they begin on, counted from 1.
        last_line: the line they end on.
        offset: how many bytes of the file were read once these were; for a progress bar.
        raw: the bytes as they stand in the file, with their line end.
        what: what they are instead; empty: nothing is written there.
    """

    first_line: int
    last_line: int
    offset: int
    raw: bytes
    what: str


_DATES: Final = frozenset({Column.REPORTED, Column.OCCURRED, Column.ENDED})

#: what looks like the number of a case within a line of words
_NUMBERS: Final = re.compile(r"\b(?:[A-Z]{1,6}[ -]?)?\d{2,}(?:-\d+)+\b|\b[A-Z]{0,4}\d{6,}\b")

#: the columns in which a row may say that it changes another one
_MARKED: Final = (Column.NUMBER, Column.NATURE, Column.DISPOSITION)

#: how a disposition says that nothing is settled yet
_OPEN: Final = re.compile(r"\b(open|pending|active|ongoing|under (review|investigation))\b", re.IGNORECASE)

#: no date that heads a page or a day is longer
_LONGEST_DATE: Final = 40

Entry = LogRow | Unreadable | NoRow

TITLE: Final = "a title"
HEADER: Final = "the header"
AGAIN: Final = "the header once more"
HEADING: Final = "a heading or a footer"


def rows_of(
    records: Iterator[Record], headings: Sequence[str], format_: LogFormat, header_at: int
) -> Iterator[Entry]:
    """Say of each row of cells what it is.

    Args:
        records: the file's, from its beginning.
        headings: the header, each heading once.
        format_: how the log is written.
        header_at: which of the records the header is, from 0.

    Yields:
        The rows in the file's order; put together, their ``raw`` is the file.
    """
    reader = _RowReader(headings, format_)
    pending: LogRow | None = None
    for number, record in enumerate(records):
        entry = _above(record, number, header_at) if number <= header_at else reader.entry(record, pending)
        if isinstance(entry, LogRow):
            if pending is not None and reader.is_of(pending, entry):
                pending = reader.together(pending, entry)
                continue
            if pending is not None:
                yield pending
            pending = entry
            continue
        if pending is not None:
            yield pending
            pending = None
        yield entry
    if pending is not None:
        yield pending


def has_date(text: str) -> bool:
    """Whether a text gives a date, in whatever order of day and month."""
    if text.strip().isdecimal():
        return False  # eight digits that might be a date may as well be a number
    for day_first in (False, True):
        try:
            if tokens(text, day_first=day_first).dates:
                return True
        except NotADateError:
            continue
    return False


def is_settled(before: LogRow, row: LogRow) -> bool:
    """Whether a row ends what the one above it left open: then it changes that, and is no further charge."""
    was, now = before.said(Column.DISPOSITION), row.said(Column.DISPOSITION)
    return was != now and bool(_OPEN.search(was)) and not _OPEN.search(now)


def is_no_row(text: str, format_: LogFormat | None = None) -> bool:
    """Whether a line that stands alone is a footer or a heading rather than something that happened."""
    line = " ".join(text.split())
    own = format_.no_rows if format_ is not None else ()
    patterns = (*_patterns()["no_rows"], *(re.compile(each, re.IGNORECASE) for each in own))
    return any(pattern.fullmatch(line) for pattern in patterns) or (
        len(line) <= _LONGEST_DATE and not line.isdecimal() and _is_date(line)
    )


def _is_date(text: str) -> bool:
    try:
        read = tokens(text)
    except NotADateError:
        return False
    return bool(read.dates or read.months or read.years)


def _above(record: Record, number: int, header_at: int) -> Entry:
    what = HEADER if number == header_at else "" if not record.raw.strip() else TITLE
    return NoRow(record.first, record.last, record.offset, record.raw, what)


class _RowReader:
    """Reads the rows under one header."""

    def __init__(self, headings: Sequence[str], format_: LogFormat) -> None:
        self._headings, self._format = tuple(headings), format_
        self._folded = [folded(heading) for heading in headings]
        self._places = format_.places(headings)
        self._needed = max(place for places in self._places.values() for place in places) + 1
        self._amended = (
            *_patterns()["amended"],
            *(re.compile(each, re.IGNORECASE) for each in format_.amended),
        )
        self._below_amended = False

    def entry(self, record: Record, before: LogRow | None) -> Entry:
        """Say what a row of cells is, given the row right above it."""
        where = (record.first, record.last, record.offset)
        if record.problem:
            return Unreadable(*where, record.raw, record.problem)
        if record.is_empty:
            return NoRow(*where, record.raw, "")
        cells = [cell.strip() for cell in record.cells]
        filled = [place for place, cell in enumerate(cells) if cell]
        if len(filled) == 1:
            return self._alone(record, cells, filled[0], before)
        if [folded(cell) for cell in cells][: len(self._folded)] == self._folded:
            return NoRow(*where, record.raw, AGAIN)
        width = len(self._headings)
        if filled[-1] >= width or (len(cells) < width and not self._is_whole(record, len(cells))):
            return Unreadable(
                *where,
                record.raw,
                f"The row has {len(cells)} columns where the header names {width}.",
            )
        return self._row(record, [*record.cells, *[""] * width][:width])

    def is_of(self, before: LogRow, row: LogRow) -> bool:
        """Whether a row is a further charge of the incident above it."""
        if not row.said(Column.NUMBER):
            return row.count == 0
        return (
            self._format.a_row_is == "charge"
            and not row.amends
            and not is_settled(before, row)
            and row.said(Column.NUMBER) == before.said(Column.NUMBER)
            and row.said(Column.REPORTED) == before.said(Column.REPORTED)
        )

    def together(self, before: LogRow, row: LogRow) -> LogRow:
        """An incident with one more charge."""
        sign = f" {self._format.separators[0].strip() or '/'} "
        fields = {
            heading: said if not row.fields[heading].strip() or row.fields[heading] in said.split(sign)
            else sign.join(filter(str.strip, (said, row.fields[heading])))
            for heading, said in before.fields.items()
        }  # fmt: skip
        return replace(
            before,
            last_line=row.last_line,
            offset=row.offset,
            fields=fields,
            raw=before.raw + row.raw,
            says=self._says([fields[heading] for heading in self._headings]),
            count=before.count + max(row.count, 1),
            note=before.note or row.note,
        )

    def _alone(self, record: Record, cells: Sequence[str], place: int, before: LogRow | None) -> Entry:
        """Say what a line is of which one cell alone is filled."""
        where, text = (record.first, record.last, record.offset), cells[place]
        if is_no_row(text, self._format):
            self._below_amended = False
            return NoRow(*where, record.raw, HEADING)
        if self._amends_in(text):
            rest = text
            for pattern in self._amended:
                rest = pattern.sub(" ", rest)
            numbers = [each for each in _NUMBERS.findall(rest) if not has_date(each)]
            if len(numbers) == 1:
                return self._told_of(record, numbers[0], text)
            if not numbers and len(text) <= LONGEST_HEADING:
                self._below_amended = True
                return NoRow(*where, record.raw, HEADING)
        natures = self._places.get(Column.NATURE, ())
        if before is not None and place in natures and len(cells) >= len(self._headings):
            # a further charge, with nothing but its name
            row = self._row(record, [*record.cells, *[""] * len(self._headings)][: len(self._headings)])
            return replace(row, count=0)
        said = "The line has a single cell: it may be a note to the rows beside it."
        return Unreadable(*where, record.raw, said)

    def _told_of(self, record: Record, number: str, text: str) -> LogRow:
        """A line that tells in words what has changed about a row."""
        cells = [*record.cells, *[""] * len(self._headings)][: len(self._headings)]
        row = self._row(record, cells)
        return replace(row, says={Column.NUMBER: number, Column.NARRATIVE: text}, amends=True)

    def _is_whole(self, record: Record, width: int) -> bool:
        """Whether a row is only short of cells at its end that nothing needs, and was not cut."""
        return width >= self._needed and record.raw.endswith(b"\n")

    def _row(self, record: Record, cells: Sequence[str]) -> LogRow:
        says = self._says(cells)
        mark = says.pop(Column.UPDATE, "").casefold()
        return LogRow(
            line=record.first,
            last_line=record.last,
            offset=record.offset,
            fields=dict(zip(self._headings, cells, strict=True)),
            raw=decoded(record.raw, self._format.encoding)[0],
            says=says,
            amends=self._below_amended or mark in _TRUE or self._amends_in(mark) or self._says_so(says),
            note=record.note,
        )

    def _says(self, cells: Sequence[str]) -> dict[Column, str]:
        says = {
            column: " ".join(filter(None, (_cell(column, cells[place]) for place in places)))
            for column, places in self._places.items()
        }
        ended = says.pop(Column.ENDED, "")
        if ended and ended != says.get(Column.OCCURRED):
            says[Column.OCCURRED] = " - ".join(filter(None, (says.get(Column.OCCURRED, ""), ended)))
        return says

    def _says_so(self, says: Mapping[Column, str]) -> bool:
        begins = says.get(Column.NARRATIVE, "")[:40]
        return any(self._amends_in(text) for text in (*(says.get(column, "") for column in _MARKED), begins))

    def _amends_in(self, text: str) -> bool:
        return any(pattern.search(text) for pattern in self._amended)


def _cell(column: Column, cell: str) -> str:
    return as_date(cell.strip()) if column in _DATES else cell.strip()


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    words = tomllib.loads(_LINES.read_text(encoding="utf-8"))
    return {
        name: tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
        for name, patterns in words.items()
    }
