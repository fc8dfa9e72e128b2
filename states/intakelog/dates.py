"""When a log's entry happened: free text read into an interval, never guessed, never corrected in silence.

The text is cut into tokens (:mod:`states.intakelog.datetokens`), and :data:`SHAPES` says what each sequence
of them means. Text that holds anything else stays text. Libraries that read dates from free text were left
out on purpose: they take ``6/1016`` and ``5532 S. Kenwood 1:28 AM`` for dates that nobody wrote.
"""

import calendar
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from states.intakelog.datetokens import OTHERS, NotADateError, Tokens, full_year, tokens, valid_date


class Precision(StrEnum):
    """The finest unit in which the text gives both ends of the interval."""

    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """When something happened, as far as the text tells.

    The interval is closed and counted in whole minutes: ``start`` is the first minute meant, ``end`` the
    last. A single moment has ``start == end``; a day runs from 00:00 to 23:59. Both carry the site's time
    zone. A clock time that came twice (in the hour that a clock change repeats) runs from its first to its
    second coming: compare the two in UTC, because within one zone Python does not see the difference.

    Args:
        start: the first minute; None when the text gives none.
        end: the last minute; None when the text gives none.
        precision: how exact the interval is.
        text: what was read, word for word.
        doubt: sentences that say why a person should look; empty when nothing speaks against the reading.
    """

    start: datetime | None
    end: datetime | None
    precision: Precision
    text: str
    doubt: str = ""


#: an entry that claims to be older than this when it was reported is worth a second look
LONG_AGO: Final = timedelta(days=5 * 365 + 2)

UNREADABLE: Final = "The text could not be read as a date."
UNCLEAR: Final = "The clock times can be read in several ways, so the days are taken whole."
BACKWARDS: Final = "The end lies before the start, so the days are taken whole."
FUTURE: Final = "It lies after the time of the report."
ENDS_LATER: Final = "It ends after the time of the report."
OLD: Final = "It lies more than five years before the report."
TWICE: Final = "The clock was set back then, and the time came twice."
SKIPPED: Final = "The clock was set forward then, and skipped the time."
OPEN_END: Final = "It runs to the time of the report, which is not known."
YEARLESS: Final = "It names a season or a month without a year."
MISFILED: Final = "The case number is of another year than the report."


#: how a log says that something happened when it was reported
_SAME: Final = re.compile(
    r"(the )?same( as)?( (date|time|day|reported|report|and|date/time|above))*\.?", re.IGNORECASE
)


class Style(NamedTuple):
    """How a log writes its dates.

    Args:
        day_first: whether the day stands before the month, where both are numbers.
        clock_24: whether a clock time without AM or PM is one of 24 hours.
    """

    day_first: bool = False
    clock_24: bool = False


#: as most departments write: the month first, and a clock of 12 hours unless it shows another
AMERICAN: Final = Style()


class _Span(NamedTuple):
    """An interval in wall-clock time of the site; without a last minute when it is open."""

    first: datetime
    last: datetime | None
    precision: Precision


def parse_occurred(
    text: str, tz: ZoneInfo, reported: Occurrence | None = None, style: Style = AMERICAN
) -> Occurrence:
    """Read when something happened from a log's free text.

    Args:
        text: the text as it stands in the log.
        tz: the site's time zone, in which the text is meant.
        reported: when it was reported, read by this function too. With it, "to Present" gets its end, and an
            interval that does not fit the report is doubted, never changed.
        style: how the log writes its dates.

    Returns:
        The interval, or precision *unknown* and no interval where the text gives none.
    """
    if reported is not None and _SAME.fullmatch(text.strip()):
        return replace(reported, text=text)
    try:
        read = tokens(text, zone=tz, day_first=style.day_first, clock_24=style.clock_24)
        read.reported = (
            reported.end.astimezone(tz).replace(tzinfo=None) if reported and reported.end else None
        )
        span = _shaped(read)
    except NotADateError:
        return Occurrence(None, None, Precision.UNKNOWN, text, UNREADABLE)
    if span is None:
        return Occurrence(None, None, Precision.UNKNOWN, text, " ".join(read.doubts))
    exact = span.precision is Precision.MINUTE
    start = _placed(span.first, tz, read.doubts if exact else [], last=False)
    end = _placed(span.last, tz, read.doubts if exact else [], last=True) if span.last else None
    read.doubts += _against(start, end, reported, exact=exact)
    return Occurrence(start, end, span.precision, text, " ".join(dict.fromkeys(read.doubts)))


def filing_doubt(case_number: str, reported: Occurrence) -> str:
    """Say whether an entry stands under another year than it was reported in.

    Args:
        case_number: the log's case number; the year is in it as two digits before a dash (``19-00001``).
        reported: when the entry was reported, read by :func:`parse_occurred`.

    Returns:
        A sentence, or nothing when the years agree or one of them is not known.
    """
    filed = re.search(r"\b(\d\d)-\d", case_number)
    if filed is None or reported.start is None or full_year(filed[1]) == reported.start.year:
        return ""
    return MISFILED


def _shaped(read: Tokens) -> _Span | None:
    for pattern, build in SHAPES:
        if re.fullmatch(pattern, read.kinds):
            return build(read)
    if not read.dates:
        raise NotADateError
    read.doubts.append(UNCLEAR)
    return _whole_days(read.dates)


def _whole_days(days: Sequence[date]) -> _Span:
    return _Span(
        datetime.combine(min(days), time.min), datetime.combine(max(days), time(23, 59)), Precision.DAY
    )


def _days(read: Tokens) -> _Span:
    if read.dates[-1] < read.dates[0]:
        read.doubts.append(BACKWARDS)
    return _whole_days(read.dates)


def _days_and_others(read: Tokens) -> _Span:
    read.doubts.append(OTHERS)
    return _days(read)


def _day_to_report(read: Tokens) -> _Span:
    first = datetime.combine(read.dates[0], time.min)
    if read.reported is None:
        read.doubts.append(OPEN_END)
    elif read.reported < first:
        read.doubts.append(BACKWARDS)
        return _whole_days([read.dates[0], read.reported.date()])
    return _Span(first, read.reported, Precision.DAY)


def _minutes(read: Tokens) -> _Span:
    """From the first day's first clock time to the last day's last one."""
    first = datetime.combine(read.dates[0], read.clocks[0])
    last = datetime.combine(read.dates[-1], read.clocks[-1])
    if last < first and len(read.dates) == 1 and first.hour >= 12 > last.hour:  # noqa: PLR2004
        last += timedelta(days=1)  # from an evening past midnight
    if last < first:
        read.doubts.append(BACKWARDS)
        return _whole_days(read.dates)
    return _Span(first, last, Precision.MINUTE)


def _yearless(read: Tokens) -> None:
    read.doubts.append(YEARLESS)


def _months(read: Tokens) -> _Span:
    first, last = read.months[0], read.months[-1]
    year = read.years[0]
    if len(read.years) == 1 and first > last:
        year -= 1  # October to February 2018 began in 2017
    return _calendar(read, (year, first), (read.years[-1], last), Precision.MONTH)


def _season(read: Tokens) -> _Span:
    first, last = read.seasons[0][0], read.seasons[-1][1]
    return _calendar(read, (read.years[0], first), (read.years[-1], last), Precision.SEASON)


def _years(read: Tokens) -> _Span:
    return _calendar(read, (read.years[0], 1), (read.years[-1], 12), Precision.YEAR)


def _calendar(read: Tokens, first: tuple[int, int], last: tuple[int, int], precision: Precision) -> _Span:
    """Whole months, from (year, month) to (year, month)."""
    if last < first:
        read.doubts.append(BACKWARDS)
        first, last = last, first
    end = valid_date(*last, calendar.monthrange(*last)[1])
    return _Span(
        datetime.combine(valid_date(*first, 1), time.min), datetime.combine(end, time(23, 59)), precision
    )


#: What each sequence of tokens means; the letters are those of :class:`states.intakelog.datetokens.Tokens`.
#: What has dates but no line here is read as whole days.
SHAPES: Final[tuple[tuple[str, Callable[[Tokens], _Span | None]], ...]] = (
    ("V?", lambda _: None),
    ("V?DV?", _days),
    ("DAV", _days_and_others),
    ("V?D[RA]DV?", _days),
    ("DR?PV?", _day_to_report),
    ("DR?T", _minutes),
    ("TD", _minutes),
    ("DR?T[RA]?T", _minutes),
    ("D[RA]DTR?T", _minutes),
    ("DADT", _minutes),
    ("DR?T[RA]?DR?T", _minutes),
    ("V?[SM]V?", _yearless),
    ("MYV?", _months),
    ("MRMYV?", _months),
    ("MY[RA]MYV?", _months),
    ("SY([RA]SY)?V?", _season),
    ("V?Y([RA]Y)?V?", _years),
)


def _placed(wall: datetime, tz: ZoneInfo, doubts: list[str], *, last: bool) -> datetime:
    """Put a wall-clock time on the site's time line, and doubt it where that has a gap or a fold."""
    early, late = (wall.replace(tzinfo=tz, fold=fold) for fold in (0, 1))
    if early.utcoffset() == late.utcoffset():
        return early
    if early.astimezone(UTC).astimezone(tz).replace(tzinfo=None) == wall:
        doubts.append(TWICE)
        return late if last else early
    doubts.append(SKIPPED)
    return early.astimezone(UTC).astimezone(tz)


def _against(
    start: datetime, end: datetime | None, reported: Occurrence | None, *, exact: bool
) -> Iterator[str]:
    """Say what speaks against an interval, given when it was reported."""
    if reported is None or reported.start is None or reported.end is None:
        return
    known = reported.end.astimezone(UTC)
    if start.astimezone(UTC) > known:
        yield FUTURE
    elif exact and end and end.astimezone(UTC) > known:
        yield ENDS_LATER
    if start.astimezone(UTC) < reported.start.astimezone(UTC) - LONG_AGO:
        yield OLD
