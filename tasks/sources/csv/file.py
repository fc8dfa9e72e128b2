"""Reading one CSV export, whoever wrote it: its encoding, its separator, and where its columns are."""

import codecs
import csv
import os
import re
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

#: the headings that a column may have, the preferred one first; folded
Headings = tuple[str, ...]

#: what may stand between two cells, as exports have it
SEPARATORS = ",;\t|"

#: what a file begins with that says how it is encoded
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

#: a first line that tells a spreadsheet what stands between two cells; it shows from the header, too
_SIGN = re.compile(r"sep=.\s*", re.IGNORECASE)

#: how a last line ends that was written whole, also in UTF-16
_ENDS = (b"\n", b"\n\x00")

#: seconds after which a file whose last line has no end is taken for complete rather than half-written
SETTLED_AFTER = 10.0


class Unusable(Exception):
    """An export lacks a column, has one twice, or holds a NUL, or lines of another shape than its header."""


def newest(folder: Path) -> Path | None:
    """The newest export of a folder that is not being written any more; None: there is none.

    Args:
        folder: where exports are dropped; whatever is hidden or does not end in ``.csv`` is none.

    Raises:
        OSError: it cannot be read.
    """
    if not folder.is_dir():
        return None
    exports = [
        path
        for path in folder.iterdir()
        if path.suffix.casefold() == ".csv" and not path.name.startswith(".")
    ]
    newest_first = sorted(exports, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    return next((path for path in newest_first if is_complete(path)), None)


def is_complete(export: Path) -> bool:
    """Whether a file is whole, as far as one can tell: its last line has its end, or it is at rest.

    Raises:
        OSError: it cannot be read.
    """
    with export.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(size - 2, 0))
        terminated = stream.read().endswith(_ENDS)
        # The age of a file is a matter of the machine's clock, not of the case's.
        return terminated or time.time() - os.fstat(stream.fileno()).st_mtime > SETTLED_AFTER


def rows(
    export: Path, columns: Iterable[Headings], *, encoding: str = "", separator: str = ""
) -> Iterator[Mapping[Headings, str]]:
    """Read the rows of an export, one at a time.

    Args:
        export: the file, with a header line.
        columns: those that are wanted; no other is taken.
        encoding: how it is encoded; empty: as its first bytes say, else UTF-8.
        separator: what stands between two cells; empty: one with which every wanted column is there.

    Raises:
        Unusable: it is not of the shape that is wanted.
        OSError, UnicodeError, csv.Error: it cannot be read.
    """
    wanted = list(columns)
    encoding = encoding or _encoding(export)
    for candidate in separator or SEPARATORS:
        with export.open(encoding=encoding, newline="") as stream:
            if _SIGN.fullmatch(stream.readline()) is None:
                stream.seek(0)
            lines = csv.reader(stream, delimiter=candidate, strict=True)
            header = _header(lines)
            places = _places(header, wanted)
            if places is None:
                continue
            for line in lines:
                if line and (len(line) != len(header) or any("\0" in cell for cell in line)):
                    raise Unusable
                if line:
                    yield {column: line[place] for column, place in places.items()}
            return
    raise Unusable


def folded(value: str) -> str:
    """A text without what does not count when two are compared: case, spacing, how letters are composed."""
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def _encoding(export: Path) -> str:
    with export.open("rb") as stream:
        return _MARKS.get(stream.read(2), "utf-8-sig")


def _header(lines: Iterator[list[str]]) -> list[str]:
    try:
        return [folded(heading) for heading in next(lines, [])]
    except csv.Error:
        # Quotes that make no sense with this separator may do with another one.
        return []


def _places(header: Sequence[str], wanted: Iterable[Headings]) -> dict[Headings, int] | None:
    """Where each wanted column is; None: one is not there, or its heading is there twice."""
    places = {}
    for column in wanted:
        heading = next((heading for heading in column if heading in header), None)
        if heading is None or header.count(heading) != 1:
            return None
        places[column] = header.index(heading)
    return places
