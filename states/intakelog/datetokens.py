"""The words of a log's dates: a date, a clock time, a month, "to", "various times" and the like."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

OTHERS: Final = "The text speaks of other dates that it does not give."
MISTYPED: Final = "A date is written with a wrong sign between its numbers."
ABOUT: Final = "The text says that the time is approximate."

#: every sign that stands for a hyphen or a dash, as Unicode has them
_DASHES: Final = re.compile(
    "[\N{HYPHEN}-\N{HORIZONTAL BAR}\N{MINUS SIGN}\N{SMALL HYPHEN-MINUS}\N{FULLWIDTH HYPHEN-MINUS}]"
)

#: a clock time or a year that is glued to the date after or before it
_GLUED: Final = re.compile(
    r"(?<!\d)(\d{4})(?=\d\d?/\d\d?/\d{4})|(?<=/)(\d{4})(?=\d\d:\d\d)|\b(between)(?=\d)", re.IGNORECASE
)

_NOON: Final = re.compile(r"\b12(?::00)?\s*noon\b", re.IGNORECASE)

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

_DAYS: Final = "|".join(day for day in (*calendar.day_name, *calendar.day_abbr))

#: Each alternative is a group named with the token's letter; X is a filler without meaning.
_TOKEN: Final = re.compile(
    rf"""
      (?P<J>(?P<iso>\d{{4}}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|[+-]\d\d:?\d\d)(?![\d:])))
    | (?P<I>(?P<iso_year>\d{{4}})(?P<sign>[-/])(?P<iso_month>\d\d?)(?P=sign)(?P<iso_day>\d\d?)(?!\d)T?)
    | (?P<E>(?P<e_year>(?:19|20)\d\d)(?P<e_month>0[1-9]|1[0-2])(?P<e_day>[0-2]\d|3[01])(?![\d:/.-])T?)
    | (?P<D>`?(?P<month>\d\d?)(?P<first>\s?/\s?|:(?=\d\d?/))(?P<day>\d\d?)(?P<second>\s?/|\s)
         (?P<year>\d\d\d\d|\d\d)(?!\d|[:;]\d)[/b]?)
    | (?P<H>(?P<h_month>\d\d?)(?P<dash>[-.])(?P<h_day>\d\d?)(?P=dash)(?P<h_year>\d\d\d\d|\d\d)(?![\d:./-]))
    | (?P<N>(?P<n_name>{_NAMES})\.?\s+(?P<n_day>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<n_year>\d\d\d\d)(?![\d:]))
    | (?P<K>(?P<k_day>\d\d?)(?:st|nd|rd|th)?[\s-]+(?P<k_name>{_NAMES})\.?,?[\s-]+
         (?P<k_year>\d\d\d\d|\d\d)(?![\d:]))
    | (?P<T>(?P<hour>\d\d?)[:;](?P<minute>\d\d)(?::\d\d(?:\.0+)?)?(?!\d)\s*
         (?P<half>[AP]?\.?\s?M\b\.?)?[`)]?)
    | (?P<Q>(?P<q_hour>\d\d?)\s?(?P<q_half>[AP]\.?M\b\.?))
    | (?P<C>(?P<digits>\d\d\d\d?)(?!\d)\s*(?P<digits_half>[AP]\.?M\b\.?)?)
    | (?P<Y>'(?P<short_year>\d\d)(?!\d))
    | (?P<R>(?:to|t0|thru|through|until|till)(?![a-z])|-|~)
    | (?P<A>and\b(?!\s+(?:various\s+)?other\b)|&)
    | (?P<P>(?:present|ongoing|current)\b)
    | (?P<S>(?P<season>winter(?=\s+quarter)|spring|summer|fall|autumn)
         (?:\s+(?:quarter|semester|term)|\s+of)*\b)
    | (?P<M>(?P<name>{_NAMES})\b\.?)
    | (?P<O>(?:and\s+)?(?:various\s+)?other\b)
    | (?P<V>(?:(?:early|late|mid|sometime|over)?-?\s?(?:morning|afternoon|evening|night|week)
         |midday|noon|midnight|daytime|sometime|various|unknown|unkn?\b\.?|unspecified|not\s+(?:specified|known|given|available)|n/a|none|void
         |dates?|days?|times?|from)\b\.?|unknown(?=times?\b|dates?\b)|[/()?])
    | (?P<B>(?:approx(?:imately|\.)?|approximate|about|around|circa|ca\.|est(?:imated|\.))(?![a-z]))
    | (?P<X>\s+|(?:at|of|on|between|hours?|hrs?|h|e[sd]t|c[sd]t|m[sd]t|p[sd]t|(?:{_DAYS}))(?![a-z0-9])\.?
         |[,@])
    """,
    re.VERBOSE | re.IGNORECASE,
)


_AFTERNOON: Final = re.compile(r"\b(?:1[3-9]|2[0-3]):[0-5]\d\b")
_HALVES: Final = re.compile(r"\d\s?[AP]\.?\s?M\b", re.IGNORECASE)


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
        zone: the site's time zone, for times that name their own.
        day_first: whether the day stands before the month.
        clock_24: whether the log's clock is one of 24 hours.
    """

    kinds: str = ""
    dates: list[date] = field(default_factory=list)
    clocks: list[time] = field(default_factory=list)
    months: list[int] = field(default_factory=list)
    seasons: list[tuple[int, int]] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    reported: datetime | None = None
    zone: ZoneInfo | None = None
    day_first: bool = False
    clock_24: bool = False


def tokens(
    text: str, *, zone: ZoneInfo | None = None, day_first: bool = False, clock_24: bool = False
) -> Tokens:
    """Cut a text into tokens.

    Args:
        text: the text as it stands in the log.
        zone: the site's time zone; a time that names its own is put into it.
        day_first: whether the day stands before the month, where both are numbers.
        clock_24: whether a clock time without AM or PM is one of 24 hours.

    Returns:
        What the text says.

    Raises:
        NotADateError: something in it is no token, or a date or clock time that does not exist.
    """
    clock_24 = clock_24 or _shows_24_hours(text)
    read = Tokens(zone=zone, day_first=day_first, clock_24=clock_24)
    text = _NOON.sub("12:00 PM", _GLUED.sub(r"\g<0> ", _DASHES.sub("-", text)))
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


def _shows_24_hours(text: str) -> bool:
    """Whether a clock time of the afternoon stands there without AM or PM, and no other one with it."""
    return bool(_AFTERNOON.search(text)) and not _HALVES.search(text)


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
    return _numbers(read, found["month"], found["day"], found["year"])


def _take_dashed(found: re.Match[str], read: Tokens) -> str:
    return _numbers(read, found["h_month"], found["h_day"], found["h_year"])


def _numbers(read: Tokens, first: str, second: str, year: str) -> str:
    month, day = (second, first) if read.day_first else (first, second)
    read.dates.append(valid_date(full_year(year), int(month), int(day)))
    return "D"


def _take_iso_date(found: re.Match[str], read: Tokens) -> str:
    read.dates.append(valid_date(int(found["iso_year"]), int(found["iso_month"]), int(found["iso_day"])))
    return "D"


def _take_basic_date(found: re.Match[str], read: Tokens) -> str:
    """Take a date of eight digits (ISO 8601, basic format)."""
    read.dates.append(valid_date(int(found["e_year"]), int(found["e_month"]), int(found["e_day"])))
    return "D"


def _take_iso_moment(found: re.Match[str], read: Tokens) -> str:
    """Take a moment that names its own time zone (ISO 8601): a date and a clock time of the site."""
    try:
        moment = datetime.fromisoformat(re.sub(r"\s(?=[Z+-])", "", found["iso"]))
    except ValueError:
        raise NotADateError from None
    valid_date(moment.year, moment.month, moment.day)
    there = moment.astimezone(read.zone) if read.zone else moment
    read.dates.append(there.date())
    read.clocks.append(there.time().replace(second=0, microsecond=0))
    return "DT"


def _take_named(found: re.Match[str], read: Tokens) -> str:
    month = _MONTHS[found["n_name"].lower()]
    read.dates.append(valid_date(int(found["n_year"]), month, int(found["n_day"])))
    return "D"


def _take_day_named(found: re.Match[str], read: Tokens) -> str:
    month = _MONTHS[found["k_name"].lower()]
    read.dates.append(valid_date(full_year(found["k_year"]), month, int(found["k_day"])))
    return "D"


def _take_clock(found: re.Match[str], read: Tokens) -> str:
    # an hour that begins with a zero is of a 24-hour clock, so it is the morning
    half = found["half"] or ("AM" if re.match(r"0\d", found["hour"]) else None)
    return _clock(read, int(found["hour"]), int(found["minute"]), half)


def _take_hour(found: re.Match[str], read: Tokens) -> str:
    return _clock(read, int(found["q_hour"]), 0, found["q_half"])


def _take_digits(found: re.Match[str], read: Tokens) -> str:
    """Take three or four digits that stand alone: a year, or a clock time without a colon."""
    digits = found["digits"]
    # beside a date, which has its own year, four digits are a clock time
    if not found["digits_half"] and not read.dates and re.fullmatch(r"(19|20)\d\d", digits):
        read.years.append(int(digits))
        return "Y"
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
    if half is None and (read.clock_24 or not 1 <= hour <= 12):  # noqa: PLR2004 - only a 24-hour clock shows it
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


def _take_about(_: re.Match[str], read: Tokens) -> str:
    read.doubts.append(ABOUT)
    return ""


_TAKERS: Final[dict[str, Callable[[re.Match[str], Tokens], str]]] = {
    "J": _take_iso_moment,
    "I": _take_iso_date,
    "E": _take_basic_date,
    "D": _take_date,
    "H": _take_dashed,
    "N": _take_named,
    "K": _take_day_named,
    "Q": _take_hour,
    "B": _take_about,
    "T": _take_clock,
    "C": _take_digits,
    "Y": _take_year,
    "S": _take_season,
    "M": _take_month,
    "O": _take_others,
}
