"""Which entries of a log are the same: the same words read again, or a row that changes an earlier one."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from states.intakelog.formats import shipped
from states.intakelog.headings import Column
from states.intakelog.rows import Entry, LogRow

_DASHES: Final = re.compile("[\N{HYPHEN}-\N{HORIZONTAL BAR}\N{MINUS SIGN}]")

#: what stands beside a number where a row changes an earlier one: a word, a remark in brackets, a star
_MARKS: Final = re.compile(
    r"\([^)]*\)|\[[^\]]*\]|\b(?:amend|updat|revis|supplement|correct|follow[- ]?up)\w*|[*+#]+", re.IGNORECASE
)

#: what a row may share with an earlier one of its number, when it is not told by the time of its report
_SHARED: Final = (Column.OCCURRED, Column.LOCATION, Column.NATURE, Column.NARRATIVE)


def identified(entries: Iterator[Entry]) -> Iterator[tuple[Entry, bytes]]:
    """Give each entry of one file the identity that it keeps when the log is read again.

    Args:
        entries: what :func:`rows_of` gives for one file, from its beginning.

    Yields:
        Each entry with its :func:`fingerprint`.
    """
    seen: Counter[bytes] = Counter()
    for entry in entries:
        said = fingerprint(entry, 0)
        yield entry, fingerprint(entry, seen[said])
        seen[said] += 1


def fingerprint(entry: Entry, occurrence_no: int) -> bytes:
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


def number_of(row: LogRow) -> str:
    """The number that an incident is known by, whatever its signs and spaces; empty: it has none.

    Of several in one cell, as of two departments, the first one counts.
    """
    return number_in(row.said(Column.NUMBER))


def number_in(cell: str) -> str:
    """The number in a cell, as :func:`number_of` has it."""
    lines = cell.strip().splitlines() or [""]
    alone = _MARKS.sub(" ", lines[0])
    number = re.sub(r"\s+", "", _DASHES.sub("-", alone)).casefold().strip("-:")
    return number if any(sign.isdigit() for sign in number) else ""


def is_version(earlier: Mapping[Column, str], says: Mapping[Column, str], *, amends: bool) -> bool:
    """Whether a row is a new version of an earlier one of its number.

    Departments use a number twice by mistake, too: a row that has nothing else in common with the earlier one
    is another incident.

    Args:
        earlier: what the earlier row says, by column.
        says: what the row says.
        amends: whether it says that it changes another row.
    """
    if amends:
        return True
    reported = _plain(says.get(Column.REPORTED, ""))
    if reported and reported == _plain(earlier.get(Column.REPORTED, "")):
        return True
    alike = sum(
        bool(says.get(column)) and _plain(says[column]) == _plain(earlier.get(column, ""))
        for column in _SHARED
    )
    return alike >= 2  # noqa: PLR2004 - one may be chance


def changes(earlier: Mapping[Column, str], row: LogRow) -> str:
    """What a new version says otherwise, word for word."""
    said = [
        f"{column.capitalize()}: {earlier.get(column, '') or 'nothing'} -> {row.said(column) or 'nothing'}."
        for column in Column
        if column in row.says and _plain(row.said(column)) != _plain(earlier.get(column, ""))
    ]
    return " ".join(said) or "It says the same in other columns, or twice."


def said_of(fields: Mapping[str, str], said: Mapping[str, str]) -> dict[Column, str]:
    """What a row says, by column; of one that an earlier release wrote down, by the headings that it knew.

    Args:
        fields: what each column says, by its heading.
        said: what the columns say that the log's format names.
    """
    if said or not fields:
        return {Column(name): text for name, text in said.items()}
    return {
        column: fields[headings[0]]
        for column, headings in shipped()["campus-incidents"].columns.items()
        if headings[0] in fields
    }


def _plain(text: str) -> str:
    return " ".join(_DASHES.sub("-", text).split()).casefold()
