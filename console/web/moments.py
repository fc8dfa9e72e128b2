"""Times as pages say them: when, by the clock of a site with its name, and how long from now."""

from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta
from babel.units import format_unit

from states.calendar.moments import Here
from states.casebook import Casebook
from states.vocabulary.times import on_day, spelled

#: units from the longest on: seconds, and what one is called
_UNITS = ((31_536_000, "year"), (86_400, "day"), (3_600, "hour"), (60, "minute"))


def here(book: Casebook, site: str = "") -> Here:
    """Where and when somebody types, by whose clock what they type counts.

    Args:
        book: the casebook.
        site: code of the site; empty: the institution's first.
    """
    of = book.pack.site(site) if site else book.pack.home
    return Here(ZoneInfo(of.timezone), book.clock())


def due(at: datetime, zone: tzinfo) -> str:
    """By when something is due; midnight ends the day before, as in ``end of Wed 2 Dec 2026, MST``."""
    there = at.astimezone(zone)
    if there.time() != time.min:
        return spelled(at, zone)
    day = (at - timedelta(microseconds=1)).astimezone(zone)
    return f"end of {on_day(day)}, {day:%Z}"


def how_far(at: datetime, now: datetime) -> str:
    """How far a moment is from now, as in ``in 2 days`` or ``3 hours ago``."""
    said = span(abs(at - now))
    if said == "less than a minute":
        return "now"
    return f"in {said}" if at > now else f"{said} ago"


def span(length: timedelta, language: str = "en") -> str:
    """A length of time in its largest unit; below three days, in its two largest."""
    if language != "en":
        return format_timedelta(length, locale=language)
    left, parts = int(length.total_seconds()), list[str]()
    for seconds, unit in _UNITS:
        count, left = divmod(left, seconds)
        if count:
            parts.append(format_unit(count, f"duration-{unit}", locale=language))
        if (unit == "year" and count) or (unit == "day" and count > 2):  # noqa: PLR2004 - hours are no matter then
            break
    return " ".join(parts[:2]) or "less than a minute"
