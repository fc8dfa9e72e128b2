"""The words of a log's dates: a date, a clock time, a month, "to", "various times" and the like."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final

OTHERS: Final = "The text speaks of other dates that it does not give."
MISTYPED: Final = "A date is written with a wrong sign between its numbers."

_MONTHS: Final = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
}

#: First and last month of each season and academic quarter, wide enough for every calendar's own limits.
#: A winter that is no "quarter" may belong to either of two years, so it stays text.
_SEASONS: Final = {"winter": (1, 3), "spring": (3, 6), "summer": (6, 9), "fall": (9, 12), "autumn": (9, 12)}

_NAMES: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))

#: Each alternative is a group named with the token's letter; X is a filler without meaning.
_TOKEN: Final = re.compile(
    rf"""
      (?P<D>`?(?P<month>\d\d?)(?P<first>\s?/\s?|:(?=\d\d?/))(?P<day>\d\d?)(?P<second>\s?/|\s)
         (?P<year>\d\d\d\d|\d\d)(?!\d|[:;]\d)[/b]?)
    | (?P<T>(?P<hour>\d\d?)[:;](?P<minute>\d\d)(?::00)?(?!\d)\s*(?P<half>[AP]?\s?M\b)?[`)]?)
    | (?P<C>(?P<digits>\d\d\d\d?)(?!\d)\s*(?P<digits_half>[AP]M\b)?)
    | (?P<Y>'(?P<short_year>\d\d)(?!\d))
    | (?P<R>(?:to|t0|thru|through)(?![a-z])|-)
    | (?P<A>and\b(?!\s+(?:various\s+)?other\b)|&)
    | (?P<P>present\b)
    | (?P<S>(?P<season>winter(?=\s+quarter)|spring|summer|fall|autumn)(?:\s+quarter)?\b)
    | (?P<M>(?P<name>{_NAMES})\b)
    | (?P<O>(?:and\s+)?(?:various\s+)?other\b)
    | (?P<V>(?:various|unknown|unspecified|not\s+specified|void|dates?|days?|times?|from)\b|[/,()])
    | (?P<X>\s+|at\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)


class NotADateError(Exception):
    """The text, or a part of it, is no date; it never leaves this package."""


@dataclass(slots=True)
class Tokens:
    """What the tokens of one text say, in the order they stand.

    Args:
        kinds: a letter for each token: D date, T clock time, U clock time of two readings, M month, S season,
            Y year, R "to", A "and", P "present", V a remark such as "various times".
        dates: the dates (D).
        clocks: the clock times (T).
        months: the months (M), 1 to 12.
        seasons: first and last month of each season (S).
        years: the years that stand alone or with a month or season (Y).
        doubts: what a person should look at.
        reported: when the entry was reported, in wall-clock time of the site.
    """

    kinds: str = ""
    dates: list[date] = field(default_factory=list)
    clocks: list[time] = field(default_factory=list)
    months: list[int] = field(default_factory=list)
    seasons: list[tuple[int, int]] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    reported: datetime | None = None


def tokens(text: str) -> Tokens:
    """Cut a text into tokens.

    Args:
        text: the text as it stands in the log.

    Returns:
        What the text says.

    Raises:
        NotADateError: something in it is no token, or a date or clock time that does not exist.
    """
    read = Tokens()
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise NotADateError
        at = found.end()
        letter = found.lastgroup or ""
        read.kinds += _TAKERS[letter](found, read) if letter in _TAKERS else letter
    # "various dates and times" is one remark, and a dash before a remark is no "to"
    read.kinds = re.sub(r"R?V(?:[RA]?V)*", "V", read.kinds.replace("X", ""))
    return read


def full_year(digits: str) -> int:
    """Read a year of two or four digits; of two, 69 to 99 lie in the last century, as POSIX has it."""
    year = int(digits)
    if len(digits) > len("99"):
        return year
    return year + (1900 if year >= 69 else 2000)  # noqa: PLR2004 - POSIX's own number


def valid_date(year: int, month: int, day: int) -> date:
    """Make a date of a century a log may speak of.

    Args:
        year: the year, 1900 to 2199.
        month: the month, 1 to 12.
        day: the day of the month.

    Returns:
        The date.

    Raises:
        NotADateError: there is no such day, or it lies in another century.
    """
    if not 1900 <= year <= 2199:  # noqa: PLR2004 - the centuries
        raise NotADateError
    try:
        return date(year, month, day)
    except ValueError:
        raise NotADateError from None


def _take_date(found: re.Match[str], read: Tokens) -> str:
    if "/" not in found["first"] or "/" not in found["second"]:
        read.doubts.append(MISTYPED)
    read.dates.append(valid_date(full_year(found["year"]), int(found["month"]), int(found["day"])))
    return "D"


def _take_clock(found: re.Match[str], read: Tokens) -> str:
    return _clock(read, int(found["hour"]), int(found["minute"]), found["half"])


def _take_digits(found: re.Match[str], read: Tokens) -> str:
    """Take three or four digits that stand alone: a year, or a clock time without a colon."""
    digits = found["digits"]
    if not found["digits_half"] and re.fullmatch(r"(19|20)\d\d", digits):
        read.years.append(int(digits))
        return "Y"
    # four digits that begin with a zero are a 24-hour clock, so it is the morning
    half = found["digits_half"] or ("AM" if re.fullmatch(r"0\d\d\d", digits) else None)
    return _clock(read, int(digits[:-2]), int(digits[-2:]), half)


def _clock(read: Tokens, hour: int, minute: int, half: str | None) -> str:
    """Take a clock time: kind T, or U when it can be read in two ways."""
    try:
        clock = time(hour, minute)
    except ValueError:
        raise NotADateError from None
    letter = (half or "").strip()[:1].upper()
    if letter in {"A", "P"} and hour <= 12:  # noqa: PLR2004 - the dial's last hour
        read.clocks.append(clock.replace(hour=hour % 12 + (12 if letter == "P" else 0)))
        return "T"
    if half is None and not 1 <= hour <= 12:  # noqa: PLR2004 - only a 24-hour clock shows it
        read.clocks.append(clock)
        return "T"
    return "U"


def _take_year(found: re.Match[str], read: Tokens) -> str:
    read.years.append(full_year(found["short_year"]))
    return "Y"


def _take_season(found: re.Match[str], read: Tokens) -> str:
    read.seasons.append(_SEASONS[found["season"].lower()])
    return "S"


def _take_month(found: re.Match[str], read: Tokens) -> str:
    read.months.append(_MONTHS[found["name"].lower()])
    return "M"


def _take_others(_: re.Match[str], read: Tokens) -> str:
    read.doubts.append(OTHERS)
    return "V"


_TAKERS: Final[dict[str, Callable[[re.Match[str], Tokens], str]]] = {
    "D": _take_date,
    "T": _take_clock,
    "C": _take_digits,
    "Y": _take_year,
    "S": _take_season,
    "M": _take_month,
    "O": _take_others,
}
