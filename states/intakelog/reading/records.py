"""A row of cells as it stands in a log's file, with every byte of it; and how its bytes become text."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Final

from states.errors import BadInput

#: bytes that one row may have at most; a row that is longer is unreadable, and takes no more memory than this
LONGEST_ROW: Final = 131_072

#: bytes that a file may have that has to be held in memory whole
MOST_AT_ONCE: Final = 50_000_000

NOT_UTF8: Final = "The row is not UTF-8: it was read as Windows-1252 (cp1252), as older programs write."

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Record:
    """One row of cells, or lines that are none.

    Args:
        first: the line of the file it begins on, counted from 1; of a workbook, the row.
        last: the line it ends on.
        offset: how many bytes of the file were read once this was; for a progress bar.
        raw: the bytes as they stand in the file; of a workbook or a page, its cells with tabs between them.
        cells: what the cells say; of lines that could not be read, none.
        problem: why they could not be read, as a sentence that quotes nothing of them; empty: they could.
        note: what a person should know about how it was read.
    """

    first: int
    last: int
    offset: int
    raw: bytes
    cells: tuple[str, ...] = ()
    problem: str = ""
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written there."""
        return not self.problem and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file, not yet read; or a piece of one that is too long for a row."""

    first: int
    last: int
    offset: int
    raw: bytes
    too_long: bool = False


def joined(lines: list[Line]) -> Line:
    """Lines that follow each other, as one."""
    raw = b"".join(line.raw for line in lines)
    return Line(lines[0].first, lines[-1].last, lines[-1].offset, raw, any(line.too_long for line in lines))


def unreadable(line: Line, problem: str) -> Record:
    """Lines of which a sentence says why they are no row."""
    return Record(line.first, line.last, line.offset, line.raw, problem=problem)


def lines_of(stream: BinaryIO, encoding: str = "") -> Iterator[Line]:
    """Give a file's lines in UTF-8 (or what it is in instead, where it is neither that nor UTF-16).

    A line that is too long for a row comes in pieces under one number. A mark of the byte order is left out;
    where lines end with a carriage return alone, they get another end.

    Args:
        stream: the file, at its beginning.
        encoding: how it is encoded; empty: as its first bytes say.

    Raises:
        BadInput: it has to be held in memory whole, and is too large for that.
    """
    mark, wide = _wide(stream.read(4), encoding)
    stream.seek(mark)
    if wide:
        stream, mark = BytesIO(_whole(stream).decode(wide, "replace").encode()), 0
    if _ends_with_returns(stream):
        stream, mark = BytesIO(_whole(stream).replace(b"\r", b"\n")), 0
    number, offset, begins = 0, mark, True
    while piece := stream.readline(LONGEST_ROW + 1):
        too_long = not begins or len(piece) > LONGEST_ROW
        number += begins
        offset += len(piece)
        begins = piece.endswith(b"\n")
        yield Line(number, number, offset, piece, too_long)


def refuse_too_large(stream: BinaryIO) -> None:
    """Refuse a file that has to be held in memory whole, and is too large for that.

    Raises:
        BadInput: it is; nothing was read.
    """
    at = stream.tell()
    size = stream.seek(0, 2)
    stream.seek(at)
    if size > MOST_AT_ONCE:
        raise BadInput(
            f"This file is larger than {MOST_AT_ONCE // 1_000_000} MB, and of a kind that has to be held in "
            "memory whole (a workbook, a page, UTF-16, or lines that end as on old Macintoshes). Nothing was "
            "read: save it as CSV in UTF-8, which may have any size, or in parts."
        )


def _whole(stream: BinaryIO) -> bytes:
    refuse_too_large(stream)
    return stream.read()


def decoded(raw: bytes, encoding: str = "") -> tuple[str, str]:
    """The text of a row, and what is to be said about how it was read.

    Args:
        raw: its bytes.
        encoding: how the file is encoded; empty: UTF-8.

    Raises:
        UnicodeDecodeError: it is neither that nor Windows-1252.
    """
    try:
        return raw.decode("utf-8" if encoding.startswith("utf") else encoding or "utf-8"), ""
    except UnicodeDecodeError:
        return raw.decode("cp1252"), NOT_UTF8


def _wide(begins: bytes, encoding: str) -> tuple[int, str]:
    """How many bytes the mark of the byte order has, and the encoding where it is one of two bytes a sign."""
    for mark, name in _MARKS:
        if begins.startswith(mark):
            return len(mark), name if name != "utf-8" else ""
    if encoding.startswith("utf-16"):
        return 0, encoding
    # A log begins with a letter of its title or heading: beside it, UTF-16 has a zero.
    if len(begins) == 4 and begins[0] and begins[2] and not begins[1] and not begins[3]:  # noqa: PLR2004 - two signs
        return 0, "utf-16-le"
    if len(begins) == 4 and begins[1] and begins[3] and not begins[0] and not begins[2]:  # noqa: PLR2004 - two signs
        return 0, "utf-16-be"
    return 0, ""


def _ends_with_returns(stream: BinaryIO) -> bool:
    """Whether lines end with a carriage return alone, as on old Macintoshes."""
    at = stream.tell()
    begins = stream.read(65_536)
    stream.seek(at)
    # Within a cell there may be others, as Excel wrote them there.
    rows = re.sub(rb'"(?:[^"]|"")*+"', b"", begins)
    return b"\r" in rows.rstrip(b"\r") and b"\n" not in rows
