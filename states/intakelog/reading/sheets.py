"""A workbook (XLSX) as rows of cells: every sheet, one after the other; dates as ISO 8601 has them."""

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.exceptions import InvalidFileException

from states.errors import BadInput
from states.intakelog.reading.records import Record

_ZIP: Final = b"PK\x03\x04"

#: what a file begins with that is no log as it is, and what to do about it
_OTHERS: Final = (
    (b"%PDF", "a PDF. Copy the table out of it into a sheet or a text file, or ask the department for a CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file. Open it, and save it as XLSX or CSV"),
    (b"{\\rtf", "a text with formatting (RTF). Open it, and save its table as CSV"),
)

#: bytes that all parts of a workbook may have once they are unpacked
MOST_UNPACKED: Final = 300_000_000

#: the last row that a sheet may have (ECMA-376; Excel's own limit)
_LAST_ROW: Final = 1_048_576

_BROKEN: Final = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    KeyError,
    ValueError,
    OSError,
)
#: days since 1899 that a workbook may have for dates of 1990 to 2149
_SERIAL: Final = re.compile(r"(?:3[3-9]|[4-8]\d|9[01])\d{3}(?:\.\d+)?")


def is_sheet(begins: bytes) -> bool:
    """Whether a file is a workbook, by its first bytes."""
    return begins.startswith(_ZIP)


def not_readable(begins: bytes) -> None:
    """Say what to do about a file of which no table can be read.

    Raises:
        BadInput: it is one.
    """
    for mark, said in _OTHERS:
        if begins.startswith(mark):
            raise BadInput(f"This file is {said}, then import that. Nothing was read.")


def sheet_records(stream: BinaryIO) -> Iterator[Record]:
    """Read a workbook's rows.

    Raises:
        BadInput: it is no workbook, or it is damaged or locked; nothing was read.
    """
    try:
        _refuse_packed_tight(stream)
        book = load_workbook(stream, read_only=True, data_only=True)
    except _BROKEN:
        raise BadInput(
            "This file is no workbook that can be read: it may be damaged, or locked with a password. "
            "Nothing was read. Open it, and save it as XLSX or CSV."
        ) from None
    size = stream.seek(0, 2)
    sheets = book.worksheets
    number = widest = 0
    try:
        for place, sheet in enumerate(sheets):
            rows = max(sheet.max_row or 0, 1)
            # Not every program that writes workbooks knows how far a sheet reaches, and says so rightly.
            sheet.reset_dimensions()
            for row_no, row in enumerate(sheet.iter_rows(max_row=_LAST_ROW, values_only=True), 1):
                number += 1
                # A sheet may be formatted far beyond what is written in it.
                filled = next((place for place in range(len(row), 0, -1) if row[place - 1] is not None), 0)
                widest = max(widest, filled)
                cells = (*map(_text, row[:filled]), *[""] * (widest - filled))
                raw = ("\t".join(re.sub(r"\s+", " ", cell) for cell in cells).rstrip("\t") + "\n").encode()
                done = (place + min(row_no / rows, 1)) / len(sheets)
                yield Record(number, number, int(size * done), raw, cells)
    except _BROKEN:
        raise BadInput(
            "This workbook is damaged, and cannot be read to its end. Open it, save it as XLSX or CSV, and "
            "import that: what was read of it is on record, and comes in once."
        ) from None
    finally:
        book.close()


def _refuse_packed_tight(stream: BinaryIO) -> None:
    """Refuse a workbook that would take too much memory once it is unpacked, however small it is.

    Raises:
        BadInput: it would; nothing was read.
        BadZipFile: it is no workbook.
    """
    with zipfile.ZipFile(stream) as packed:
        size = sum(each.file_size for each in packed.infolist())
    if size > MOST_UNPACKED:
        raise BadInput(
            f"This workbook takes more than {MOST_UNPACKED // 1_000_000} MB once it is unpacked. Nothing was "
            "read: save the sheet with the log as CSV, then import that."
        )


def as_date(text: str) -> str:
    """A cell of a column of dates: the number that a workbook has for a date, as that date."""
    if not _SERIAL.fullmatch(text):
        return text
    value = from_excel(float(text))
    return _text(value) if isinstance(value, dt.datetime) else text


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        rounded = (cell + dt.timedelta(seconds=30)).replace(second=0, microsecond=0)
        return rounded.strftime("%Y-%m-%d" if not (rounded.hour or rounded.minute) else "%Y-%m-%d %H:%M")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, dt.time):
        return cell.strftime("%H:%M")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
