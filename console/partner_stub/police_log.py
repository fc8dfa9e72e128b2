"""A police log as the stub's past contacts."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from console.partner_stub.records import Contact
from states.intakelog.dates import Style, parse_occurred
from states.intakelog.headings import Column
from states.intakelog.opening import open_log
from states.intakelog.rows import LogRow


def contacts_of(log: Path, zone: ZoneInfo) -> Iterator[Contact]:
    """Read the entries of a police log that say where and when something happened; the others are left out.

    Args:
        log: the file.
        zone: the time zone of its clock times.

    Raises:
        BadInput: nobody can tell which column is which.
    """
    with log.open("rb") as stream:
        opened = open_log(stream)
        for entry in opened.entries():
            if isinstance(entry, LogRow) and (contact := _contact(entry, zone, opened.format.style)):
                yield contact


def _contact(entry: LogRow, zone: ZoneInfo, style: Style) -> Contact | None:
    when = parse_occurred(entry.said(Column.OCCURRED), zone, None, style)
    place = _line(entry.said(Column.LOCATION))
    incident = _line(entry.said(Column.NATURE))
    if when.start is None or when.end is None or not place or not incident:
        return None
    outcome = _line(entry.said(Column.DISPOSITION))
    return Contact(place, when.start.date(), when.end.date(), incident, outcome)


def _line(text: str) -> str:
    """A text as one line that the protocol takes for words."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:120].strip()
