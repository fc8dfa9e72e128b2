"""The rows of a CSV file at a door, read as a log's are: each for itself, whoever wrote the file.

UTF-8, UTF-16 or Windows-1252; commas, semicolons, tabs or bars, seen from the header or said by a first line
``sep=;``; lines that end in any way; quoted fields over several lines (RFC 4180). A row that cannot be read
says why, and keeps no other from being read.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import BytesIO

from states.errors import BadInput
from states.intakelog.reading.delimited import DELIMITERS, Reader
from states.intakelog.reading.records import Record, lines_of

#: how a spreadsheet is told what stands between two cells
_SIGN = re.compile(rb"sep=(.)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rows:
    """A file of rows.

    Args:
        header: its headings, as they stand.
        records: the rows below it, blank ones too; one that could not be read has a problem, and no cells.
    """

    header: tuple[str, ...]
    records: Iterator[Record]


def read(content: bytes, wanted: Collection[str]) -> Rows:
    """Read a file of rows.

    Args:
        content: the file.
        wanted: the headings that it must have.

    Raises:
        BadInput: it has no such header.
    """
    hint = next((_SIGN.fullmatch(line.raw) for line in lines_of(BytesIO(content))), None)
    for sign in hint[1].decode("latin-1") if hint else DELIMITERS:
        header, begins = _header(content, sign)
        if set(wanted) <= set(header):
            # Where what begins with a quote does not end as a row, any line of the header's width is one.
            reader = Reader(sign, len(header), lambda _: True)
            records = reader.records(line for line in lines_of(BytesIO(content)) if line.first > begins)
            return Rows(header, records)
    raise BadInput("This file lacks a column that the door names. It is kept for a person.")


def _header(content: bytes, sign: str) -> tuple[tuple[str, ...], int]:
    """The first line that says something, and the line on which it ends."""
    for record in Reader(sign, 0, lambda _: False).records(lines_of(BytesIO(content))):
        if not record.is_empty and not _SIGN.fullmatch(record.raw):
            return tuple(cell.strip() for cell in record.cells), record.last
    return (), 0


def named(header: Collection[str], record: Record) -> dict[str, str]:
    """A row's cells by their headings; of a column without one, by its place.

    Raises:
        BadInput: it could not be read, or has another number of cells than the header.
    """
    if record.problem:
        raise BadInput(f"{record.problem} It is kept for a person.")
    if len(record.cells) != len(header):
        raise BadInput("This row has another number of cells than the header. It is kept for a person.")
    names = (column or f"({number})" for number, column in enumerate(header, 1))
    return dict(zip(names, record.cells, strict=True))
