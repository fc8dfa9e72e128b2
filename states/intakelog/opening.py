"""A log's file opened: what kind of file it is, where its header stands, in which format it is written."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import BinaryIO, Final

from states.errors import BadInput
from states.intakelog.formats import LogFormat, nearest, shipped
from states.intakelog.guessing import SAMPLE, drafted, guessed
from states.intakelog.headings import Column, folded, is_enough, recognized
from states.intakelog.reading.delimited import DELIMITERS, Reader
from states.intakelog.reading.pasted import is_page, is_pipes, page_records, pipe_records
from states.intakelog.reading.records import Record, lines_of, refuse_too_large
from states.intakelog.reading.sheets import is_sheet, not_readable, sheet_records
from states.intakelog.rows import Entry, LogRow, has_date, rows_of

#: records among which the header is looked for
SEARCHED: Final = 60


@dataclass(frozen=True, slots=True)
class Log:
    """A log's file, opened.

    Args:
        format: how it is written.
        name: the name of that format; empty: it was guessed.
        headings: its header, each heading once.
        header_at: which of its records the header is, from 0.
        unused: the headings of which nothing is taken but their text.
    """

    format: LogFormat
    name: str
    headings: tuple[str, ...]
    header_at: int
    unused: tuple[str, ...]
    _stream: BinaryIO
    _kind: str

    def entries(self) -> Iterator[Entry]:
        """Its rows, one at a time, from the first each time: a text of any length takes little memory."""
        records = _records(self._stream, self._kind, self.headings, self.format)
        return rows_of(records, self.headings, self.format, self.header_at)

    def first_rows(self, count: int) -> list[LogRow]:
        """Its first rows as they would be read."""
        return list(islice((entry for entry in self.entries() if isinstance(entry, LogRow)), count))


def open_log(
    stream: BinaryIO,
    known: Mapping[str, LogFormat] | None = None,
    *,
    name: str = "",
    given: LogFormat | None = None,
) -> Log:
    """Open a police log.

    Args:
        stream: the file, opened for reading bytes; it must know how to go back.
        known: the formats that are known, by name; None: those that ship.
        name: the format it is in, by name; empty: it is found, or guessed.
        given: the format it is in.

    Raises:
        BadInput: it is no log that can be read, or not in the format that was named; nothing was read.
    """
    formats = shipped() if known is None else known
    if name and name not in formats:
        raise BadInput(
            "There is no log format of that name, and nothing was read. "
            f"There are: {', '.join(sorted(formats))}."
        )
    chosen = given or formats.get(name)
    kind, delimiter = _kind_of(stream, chosen)
    encoding = chosen.encoding if chosen else ""
    head = list(islice(_plain(stream, kind, delimiter, encoding), SEARCHED))
    header_at, headings = _header(head, chosen)
    if chosen is None:
        name = nearest(formats, headings)
        chosen = formats.get(name)
    if chosen is None:
        draft = drafted(headings, delimiter)
        records = islice(_records(stream, kind, headings, draft), SAMPLE)
        rows = [entry for entry in rows_of(records, headings, draft, header_at) if isinstance(entry, LogRow)]
        chosen = guessed(draft, rows)
    if kind == "text":
        chosen = chosen.model_copy(update={"delimiter": delimiter})
    taken = {folded(heading) for named in chosen.columns.values() for heading in named}
    unused = tuple(heading for heading in headings if folded(heading) not in taken)
    return Log(chosen, name, headings, header_at, unused, stream, kind)


def _kind_of(stream: BinaryIO, chosen: LogFormat | None) -> tuple[str, str]:
    stream.seek(0)
    begins = stream.read(65_536)
    if is_sheet(begins):
        return "sheet", ""
    not_readable(begins)
    lines = lines_of(BytesIO(begins), chosen.encoding if chosen else "")
    text = b"".join(line.raw for line in lines).decode("utf-8", "replace")
    if is_page(text):
        return "page", ""
    if is_pipes(text):
        return "pipes", ""
    return "text", (chosen.delimiter if chosen else "") or _delimiter(text)


def _delimiter(text: str) -> str:
    """The sign by which the file shows most headings, or else most often cuts its lines alike."""
    hint = text.lstrip("\ufeff")[:5].casefold()
    if hint.startswith("sep=") and hint[4:5] in DELIMITERS:
        return hint[4]
    best, most = ",", 0
    for sign in DELIMITERS:
        lines = text.replace('"', "").split("\n")[:SEARCHED]
        seen = max((len(recognized(line.split(sign))) for line in lines), default=0)
        if seen > most:
            best, most = sign, seen
    return best


def _plain(stream: BinaryIO, kind: str, delimiter: str, encoding: str) -> Iterator[Record]:
    """The file's records while its header is not known."""
    if kind == "text":
        return Reader(delimiter, 0, lambda _: False, encoding).records(lines_of(_rewound(stream), encoding))
    return _others(stream, kind)


def _records(stream: BinaryIO, kind: str, headings: Sequence[str], format_: LogFormat) -> Iterator[Record]:
    if kind != "text":
        return _others(stream, kind)
    places = format_.places(headings)
    dated = [place for column in (Column.REPORTED, Column.OCCURRED) for place in places.get(column, ())]

    def is_whole(cells: tuple[str, ...]) -> bool:
        return any(has_date(cells[place]) for place in dated)

    reader = Reader(format_.delimiter, len(headings), is_whole, format_.encoding)
    return reader.records(lines_of(_rewound(stream), format_.encoding))


def _others(stream: BinaryIO, kind: str) -> Iterator[Record]:
    refuse_too_large(_rewound(stream))
    if kind == "sheet":
        return sheet_records(_rewound(stream))
    raw = b"".join(line.raw for line in lines_of(_rewound(stream)))
    return page_records(raw) if kind == "page" else pipe_records(raw)


def _rewound(stream: BinaryIO) -> BinaryIO:
    stream.seek(0)
    return stream


def _header(head: Sequence[Record], chosen: LogFormat | None) -> tuple[int, tuple[str, ...]]:
    """Where the header is, and its headings, each of them once."""
    best: dict[Column, tuple[str, ...]] = {}
    for number, record in enumerate(head):
        headings = _once(record.cells)
        if record.problem or not headings:
            continue
        if chosen is not None:
            if chosen.fits(headings):
                return number, headings
            continue
        seen = recognized(headings)
        if is_enough(seen):
            _refuse_twice(headings, seen)
            return number, headings
        best = max(best, seen, key=len)
    if chosen is not None:
        named = ", ".join(heading for headings in chosen.columns.values() for heading in headings)
        raise BadInput(
            f"No line among the first {SEARCHED} of this file names the columns {named}, and nothing was "
            "read. Import it without a format to see how it would be read."
        )
    found = f" It shows only: {', '.join(best)}." if best else ""
    raise BadInput(
        "This file does not say which column is which, and nothing was read. A log has a line of headings: "
        "what happened (as Nature), and when it was reported or its case number (as Date Reported, Case "
        f"Number).{found} Put such a line above the rows, or write a format for it (docs/logs.md) and name "
        "it with --format."
    )


def _once(cells: Sequence[str]) -> tuple[str, ...]:
    """The headings of a header, those without text or there before by their place."""
    seen: Counter[str] = Counter()
    headings = []
    for place, cell in enumerate(cells, 1):
        heading = " ".join(cell.split()) or f"column {place}"
        seen[folded(heading)] += 1
        headings.append(heading if seen[folded(heading)] == 1 else f"{heading} ({seen[folded(heading)]})")
    while headings and headings[-1] == f"column {len(headings)}":
        headings.pop()
    return tuple(headings)


def _refuse_twice(headings: Sequence[str], seen: Mapping[Column, tuple[str, ...]]) -> None:
    taken = {
        folded(each) for column, named in seen.items() for each in named if column is not Column.REPORTED
    }
    twice = [each for each in headings if each.endswith(" (2)") and folded(each[:-4]) in taken]
    if twice:
        raise BadInput(
            "The log's header names a column twice, so that nobody can tell which one is meant, and nothing "
            "was read. Give each its own name, then repeat."
        )
