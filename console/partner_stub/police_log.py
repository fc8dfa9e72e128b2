"""A police log as the stub's past contacts."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from console.partner_stub.records import Contact
from states.intakelog.dates import parse_occurred
from states.intakelog.rows import LogRow, read_log


def contacts_of(log: Path, zone: ZoneInfo) -> Iterator[Contact]:
    """Read the entries of a police log that say where and when something happened; the others are left out.

    Args:
        log: the file.
        zone: the time zone of its clock times.

    Raises:
        BadInput: the header is not that of a police log.
    """
    with log.open("rb") as stream:
        for entry in read_log(stream):
            if isinstance(entry, LogRow) and (contact := _contact(entry, zone)) is not None:
                yield contact


def _contact(entry: LogRow, zone: ZoneInfo) -> Contact | None:
    when = parse_occurred(entry.fields["Occurred"], zone)
    place = _line(entry.fields["Location"])
    incident = _line(entry.fields["Incident"])
    if when.start is None or when.end is None or not place or not incident:
        return None
    outcome = _line(entry.fields["Disposition"])
    return Contact(place, when.start.date(), when.end.date(), incident, outcome)


def _line(text: str) -> str:
    """A text as one line that the protocol takes for words."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:120].strip()
