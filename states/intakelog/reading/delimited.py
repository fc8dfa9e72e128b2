"""Text with a sign between its cells (CSV, or a table copied from a page), read as RFC 4180 says.

A quoted field may run over several lines. Only where what begins with a quote does not end as a row of the
header's width is it guessed where the damage lies: the quote counts as never closed as soon as one of the
lines that follow reads as a whole row by itself. So one stray quote, or two files glued together, cost the
lines they damaged and no more.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Self

from states.intakelog.reading.records import LONGEST_ROW, Line, Record, decoded, joined, unreadable

CUT: Final = "A quoted field begins here and does not end: the file may be cut."

#: what may stand between two cells, the usual one first
DELIMITERS: Final = ",\t;|"


class Reader:
    """Reads rows of one width.

    Args:
        delimiter: the sign between two cells.
        width: how many cells a row has.
        is_whole: whether the cells of one line are surely a row by themselves, as by a date in its place.
        encoding: how the file is encoded; empty: UTF-8.
    """

    def __init__(
        self,
        delimiter: str,
        width: int,
        is_whole: Callable[[tuple[str, ...]], bool],
        encoding: str = "",
    ) -> None:
        self._delimiter, self._width, self._is_whole, self._encoding = delimiter, width, is_whole, encoding
        sign = re.escape(delimiter.encode())
        # As the csv module reads a field: only a quote at its very start opens a quoted one, and text may
        # follow the quote that closes it. The loops never give back what they took, so that no line takes
        # longer than its length.
        plain = rb'(?:[^"%b][^%b]*+)?' % (sign, sign)
        quoted = rb'"(?:[^"]|"")*+"[^%b]*+' % sign
        rest = rb"(?:%b(?:%b|%b))*+" % (sign, quoted, plain)
        self._closed = re.compile(rb"(?:%b|%b)%b" % (quoted, plain, rest))
        self._closes = re.compile(rb'(?:[^"]|"")*+"[^%b]*+%b' % (sign, rest))
        # As RFC 4180 has it: nothing follows that quote, and a line ends only within quotes.
        plain = rb'(?:[^"%b\r\n][^%b\r\n]*+)?' % (sign, sign)
        quoted = rb'"(?:[^"]|"")*+"[ ]*+'
        self._strict = re.compile(
            rb"(?:%b|%b)(?:%b(?:%b|%b))*+[\r\n]*+" % (quoted, plain, sign, quoted, plain)
        )

    def records(self, lines: Iterator[Line]) -> Iterator[Record]:
        """Read rows, one at a time.

        Args:
            lines: the file's lines, from where they are to be read on.

        Yields:
            A record for each row, blank lines too; put together, their ``raw`` is what was read.
        """
        coming = _Lines(lines)
        for line in coming:
            if line.too_long or self._closed.fullmatch(line.raw):
                yield self.record(line)
                continue
            taken, closed = self._until_closed(line, coming)
            if len(taken) > 1 and sum(len(each.raw) for each in taken) > LONGEST_ROW:
                coming.give_back([taken.pop()])
            record = self.record(joined(taken))
            if not (closed and self._strict.fullmatch(record.raw) and len(record.cells) == self._width):
                cut = next((n for n, each in enumerate(taken) if n and self._begins_anew(each)), len(taken))
                coming.give_back(taken[cut:])
                if cut < len(taken) or not closed:
                    record = unreadable(joined(taken[:cut]), CUT)
            yield record

    def _until_closed(self, first: Line, coming: Iterator[Line]) -> tuple[list[Line], bool]:
        """The lines up to the one that closes the quote which the first one opens, and whether one does."""
        taken, size = [first], len(first.raw)
        for line in coming:
            taken.append(line)
            size += len(line.raw)
            if line.too_long or size > LONGEST_ROW:
                break
            if self._closes.fullmatch(line.raw):
                return taken, True
        return taken, False

    def _begins_anew(self, line: Line) -> bool:
        """Whether a line within a quoted field shows that the field was never closed."""
        if line.too_long:
            return True
        if not self._closed.fullmatch(line.raw):
            return False
        record = self.record(line)
        return not record.problem and len(record.cells) == self._width and self._is_whole(record.cells)

    def record(self, line: Line) -> Record:
        """Read lines as one row."""
        if line.too_long or len(line.raw) > LONGEST_ROW:
            return unreadable(line, f"The row is longer than {LONGEST_ROW} bytes.")
        if b"\0" in line.raw:
            return unreadable(line, "The row holds a NUL, which is no text.")
        try:
            text, note = decoded(line.raw, self._encoding)
        except UnicodeDecodeError:
            return unreadable(line, "The row is neither UTF-8 nor Windows-1252 text.")
        try:
            cells = next(csv.reader([text.rstrip("\r\n") + "\n"], delimiter=self._delimiter), [])
        except csv.Error:
            return unreadable(line, "The row's quotes and line ends do not fit each other.")
        return Record(line.first, line.last, line.offset, line.raw, tuple(cells), note=note)


class _Lines:
    """Lines, of which some may be given back to be read once more."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._again: deque[Line] = deque()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Line:
        return self._again.popleft() if self._again else next(self._lines)

    def give_back(self, lines: Sequence[Line]) -> None:
        """Put lines before those that were not read yet."""
        self._again.extendleft(reversed(lines))
