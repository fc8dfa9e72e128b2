"""How a police log would be read, shown to whoever imports it before anything is."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from console.shown.parts import Part, pairs, table
from states.intakelog.dates import UNREADABLE, Occurrence, parse_occurred
from states.intakelog.headings import Column
from states.intakelog.opening import Log
from states.intakelog.rows import LogRow
from states.vocabulary.counts import counted

#: rows that are shown as they would be read
FIRST = 5

#: rows whose dates are tried
SAMPLE = 200

#: what each column is called on screen
CALLED = {
    Column.NATURE: "What happened",
    Column.NUMBER: "Case number",
    Column.REPORTED: "Reported",
    Column.OCCURRED: "Occurred",
    Column.ENDED: "Occurred until",
    Column.LOCATION: "Location",
    Column.NARRATIVE: "Narrative",
    Column.DISPOSITION: "Disposition",
    Column.UPDATE: "Marks updates",
}

_SIGNS = {"\t": "tab", "\n": "line end", ",": "comma", ";": "semicolon", "|": "bar", "/": "slash"}


def guess(log: Log, zone: ZoneInfo) -> Iterator[Part | str]:
    """A guessed format in words, and the first rows as it reads them.

    Args:
        log: the log.
        zone: the time zone of its times.
    """
    format_ = log.format
    yield "No known format fits this file. This is how it would be read:"
    columns = [(CALLED[column], ", ".join(headings)) for column, headings in format_.columns.items()]
    yield table(("Column", "Is taken from"), columns)
    yield pairs(
        [
            ("Not used", ", ".join(log.unused)),
            ("Dates", "the day first" if format_.day_first else "the month first"),
            ("Clock", "24 hours" if format_.clock_24 else "12 hours, with AM and PM"),
            (
                "A row is",
                "a charge; rows of one number are one incident"
                if format_.a_row_is == "charge"
                else "an incident",
            ),
            ("Between natures", ", ".join(_SIGNS.get(sign, sign) for sign in format_.separators)),
            ("Between cells", _SIGNS.get(format_.delimiter, format_.delimiter)),
            ("Above the header", counted(log.header_at, "line") if log.header_at else ""),
        ]
    )
    sample = log.first_rows(SAMPLE)
    unread = sum(_has_a_date_unread(row, zone, log) for row in sample)
    if unread:
        yield f"Dates that are not read, and stay text: in {unread} of the first {len(sample)} rows."
    rows = [_row(row, zone, log) for row in sample[:FIRST]]
    yield table(("#Line", "Number", "What happened", "Reported", "Occurred", "Disposition"), rows)


def _has_a_date_unread(row: LogRow, zone: ZoneInfo, log: Log) -> bool:
    read = (
        parse_occurred(row.said(column), zone, None, log.format.style)
        for column in (Column.REPORTED, Column.OCCURRED)
    )
    return any(each.doubt == UNREADABLE for each in read)


def _row(row: LogRow, zone: ZoneInfo, log: Log) -> tuple[object, ...]:
    reported = parse_occurred(row.said(Column.REPORTED), zone, None, log.format.style)
    occurred = parse_occurred(row.said(Column.OCCURRED), zone, reported, log.format.style)
    return (
        row.line,
        row.said(Column.NUMBER),
        row.said(Column.NATURE) or row.said(Column.NARRATIVE)[:60],
        _when(reported),
        _when(occurred),
        row.said(Column.DISPOSITION),
    )


def _when(read: Occurrence) -> str:
    if read.start is None:
        return f"not read: {read.text}" if read.text else ""
    if read.precision != "minute":
        return f"{read.start:%Y-%m-%d} ({read.precision})"
    end = f" to {read.end:%Y-%m-%d %H:%M}" if read.end and read.end != read.start else ""
    return f"{read.start:%Y-%m-%d %H:%M}{end}"
