"""A police log's CSV file, taken apart row by row as it streams in, with every byte accounted for.

Three rules say what a row is:

1. A quoted field may run over several lines. But as soon as one of its further lines reads as a whole row by
   itself, with a date in its column *Reported*, the quote counts as never closed: the lines before are
   unreadable, and reading goes on with that one. So one stray quote, or two files glued together, cost the
   lines they damaged and no more.
2. A row with more or fewer columns than the header is unreadable: nobody can tell which column is missing.
3. A row that is not UTF-8, or holds a NUL, is unreadable: its bytes are kept, and the file goes on.

Lines without any text are skipped. A file cut within its very last column cannot be told from one that ends
there: its last row is read as it stands, and a later whole file brings the whole row as another one.
"""

import csv
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from states.errors import BadInput
from states.intakelog.datetokens import NotADateError, tokens

#: the columns a log must have, in any order and among any others
COLUMNS: Final = ("Incident", "Location", "Reported", "Occurred", "Comments", "Disposition", "CaseNumber")

#: bytes that one row may have at most; a row that is longer is unreadable, and takes no more memory than this
LONGEST_ROW: Final = 131_072

_BOM: Final = b"\xef\xbb\xbf"

# One field, as the csv module reads it: only a quote at its very start opens a quoted one. The loops never
# give back what they took, so that no line takes longer than its length.
_PLAIN: Final = rb'(?:[^",][^,]*+)?'
_QUOTED: Final = rb'"(?:[^"]|"")*+"[^,]*+'
_REST: Final = rb"(?:,(?:%b|%b))*+" % (_QUOTED, _PLAIN)
_CLOSED: Final = re.compile(rb"(?:%b|%b)%b" % (_QUOTED, _PLAIN, _REST))
_CLOSES: Final = re.compile(rb'(?:[^"]|"")*+"[^,]*+%b' % _REST)


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row of the log.

    Args:
        line: the line of the file it begins on, counted from 1.
        last_line: the line it ends on.
        offset: how many bytes of the file were read once this row was; for a progress bar.
        fields: what each column says, by the header's names, extra columns too.
        raw: the row word for word, with its quotes and its line end.
    """

    line: int
    last_line: int
    offset: int
    fields: Mapping[str, str]
    raw: str


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
class _Lines:
    """Lines that follow each other, not yet read; or a piece of one that is too long for a row."""

    first: int
    last: int
    offset: int
    raw: bytes
    too_long: bool = False


def read_log(stream: BinaryIO) -> Iterator[LogRow | Unreadable]:
    """Read a police log.

    The header is read at once, the rows as they are asked for: a file of any length takes little memory.

    Args:
        stream: the file, opened for reading bytes.

    Returns:
        The rows in the file's order, and in their places the lines that could not be read. Put together,
        their ``raw`` is the file without its header and its lines without text.

    Raises:
        BadInput: the header is not that of a police log; nothing was read.
    """
    lines = _lines(stream)
    header = _header(lines)
    return _rows(lines, header)


def identified(entries: Iterator[LogRow | Unreadable]) -> Iterator[tuple[LogRow | Unreadable, bytes]]:
    """Give each entry of one file the identity that it keeps when the log is read again.

    Args:
        entries: what :func:`read_log` gives for one file, from its beginning.

    Yields:
        Each entry with its :func:`fingerprint`.
    """
    seen: Counter[bytes] = Counter()
    for entry in entries:
        said = fingerprint(entry, 0)
        yield entry, fingerprint(entry, seen[said])
        seen[said] += 1


def fingerprint(entry: LogRow | Unreadable, occurrence_no: int) -> bytes:
    """Make the identity of an entry: the same words for the same time in one file are the same entry.

    It does not depend on line numbers, line ends, quotes or the order of columns. So a log that has grown
    since, or lost its end, brings in only what was not there; and two rows with the same words in one file
    stay two. A row with one changed word is another row: nothing written is dropped as already known.

    It is a plain digest. What it was made of may name people: put it through a keyed hash before keeping it.

    Args:
        entry: the row, or the lines that could not be read.
        occurrence_no: how many entries with the same words came before it in the file.

    Returns:
        32 bytes.
    """
    if isinstance(entry, LogRow):
        said = json.dumps(sorted(entry.fields.items())).encode()
    else:
        said = b"unreadable:" + entry.raw.rstrip(b"\r\n")
    return hashlib.sha256(b"%d:" % occurrence_no + said).digest()


def _lines(stream: BinaryIO) -> Iterator[_Lines]:
    """Give the file's lines; one that is too long for a row comes in pieces under one number."""
    number, offset, begins = 0, 0, True
    while piece := stream.readline(LONGEST_ROW + 1):
        too_long = not begins or len(piece) > LONGEST_ROW
        number += begins
        offset += len(piece)
        begins = piece.endswith(b"\n")
        yield _Lines(number, number, offset, piece, too_long)


def _header(lines: Iterator[_Lines]) -> list[str]:
    raw = next((line.raw for line in lines if line.raw.removeprefix(_BOM).strip()), b"")
    try:
        names = next(csv.reader([raw.removeprefix(_BOM).decode()]), [])
    except (UnicodeDecodeError, csv.Error):
        raise BadInput(
            "The log's first line is not UTF-8 text, and nothing was read. "
            "Save the file as CSV in UTF-8, then repeat."
        ) from None
    names = [name.strip() for name in names]
    if missing := [name for name in COLUMNS if name not in names]:
        raise BadInput(
            f"The log's first line does not name the column(s) {', '.join(missing)}, and nothing was read. "
            f"It must name {', '.join(COLUMNS)}, in any order."
        )
    if len(set(names)) < len(names):
        raise BadInput(
            "The log's first line names a column twice, and nothing was read. "
            "Give each its own name, then repeat."
        )
    return names


def _rows(lines: Iterator[_Lines], header: list[str]) -> Iterator[LogRow | Unreadable]:
    pending: list[_Lines] = []
    for line in lines:
        if pending and _CLOSES.fullmatch(line.raw) and not _begins_anew(line, pending, header):
            yield _entry(_joined([*pending, line]), header)
            pending = []
            continue
        if pending and _begins_anew(line, pending, header):
            yield _never_closed(pending)
            pending = []
        if pending or not (line.too_long or _CLOSED.fullmatch(line.raw)):
            pending.append(line)
        elif line.raw.strip():
            yield _entry(line, header)
    if pending:
        yield _never_closed(pending)


def _begins_anew(line: _Lines, pending: list[_Lines], header: list[str]) -> bool:
    """Tell whether a line within a quoted field shows that the field was never closed."""
    if line.too_long or line.offset - pending[0].offset + len(pending[0].raw) > LONGEST_ROW:
        return True
    row = _entry(line, header)
    return isinstance(row, LogRow) and _dated(row.fields["Reported"])


def _dated(text: str) -> bool:
    try:
        return bool(tokens(text).dates)
    except NotADateError:
        return False


def _joined(lines: list[_Lines]) -> _Lines:
    return _Lines(lines[0].first, lines[-1].last, lines[-1].offset, b"".join(line.raw for line in lines))


def _never_closed(lines: list[_Lines]) -> Unreadable:
    return _unreadable(_joined(lines), "A quoted field begins here and does not end: the file may be cut.")


def _unreadable(lines: _Lines, reason: str) -> Unreadable:
    return Unreadable(lines.first, lines.last, lines.offset, lines.raw, reason)


def _entry(lines: _Lines, header: list[str]) -> LogRow | Unreadable:
    """Read lines as one row."""
    if lines.too_long or len(lines.raw) > LONGEST_ROW:
        return _unreadable(lines, f"The row is longer than {LONGEST_ROW} bytes.")
    if b"\0" in lines.raw:
        return _unreadable(lines, "The row holds a NUL, which is no text.")
    try:
        raw = lines.raw.decode()
    except UnicodeDecodeError:
        return _unreadable(lines, "The row is not UTF-8 text.")
    try:
        values = next(csv.reader([raw], strict=False), [])
    except csv.Error:
        return _unreadable(lines, "The row's quotes and line ends do not fit each other.")
    if len(values) != len(header):
        return _unreadable(lines, f"The row has {len(values)} columns where the header names {len(header)}.")
    return LogRow(lines.first, lines.last, lines.offset, dict(zip(header, values, strict=True)), raw)
