"""Times as people type them: read where they have one meaning, else refused with all that they could mean."""

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from dateutil import parser  # type: ignore[import-untyped]

from states.errors import BadInput

T = TypeVar("T")

#: what people write for this very moment
_NOW = "now"

#: days by the word that people use, from today
_DAYS = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}
_DAY = re.compile(rf"\b({'|'.join(_DAYS)})\b", re.IGNORECASE)

_WEEKDAY = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b", re.IGNORECASE)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: a day whose order no reader takes otherwise
_ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}(?!\d)")

#: whether the day comes before the month, and whether a year of two digits comes first
_ORDERS = ((False, False), (True, False), (True, True), (False, True))

#: what the library fills gaps with: where the two results differ, something was not said
_FILLED = (datetime(2000, 1, 1, 0), datetime(2004, 6, 30, 23))  # noqa: DTZ001 - gaps have no zone

#: how far from today a day without its year may lie
A_YEAR = timedelta(days=366)

#: how every refusal of a time ends
EXAMPLES = (
    "as in 2026-11-27 17:00, Fri 27 Nov 2026 5 pm, or tomorrow 5 pm; a day of the week has to fit its date"
)
EXAMPLES_OF_DAYS = "as in 2026-11-27, Nov 27 2026, or yesterday"


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when somebody types.

    Args:
        zone: the time zone of their site.
        now: what time it is (aware).
    """

    zone: ZoneInfo
    now: datetime

    @property
    def today(self) -> date:
        """The day it is there."""
        return self.now.astimezone(self.zone).date()

    def from_today(self, day: date) -> bool:
        """Whether a day is today or still to come."""
        return day >= self.today

    def until_today(self, day: date) -> bool:
        """Whether a day is today or has been."""
        return day <= self.today


#: which of the days that a text without its year could mean, was meant
Wanted = Callable[[date], bool]


def _any(_day: date) -> bool:
    return True


def moment(text: str, what: str, here: Here, *, ahead: bool = False) -> datetime:
    """The moment that somebody typed, in their site's time zone unless they named one (aware).

    Args:
        text: ISO 8601, or a day and a time as people write them; or "now".
        what: what it is, as a sentence's subject: the option or the field.
        here: where and when it is typed.
        ahead: whether a day without its year, or a weekday, is one that is still to come.

    Raises:
        BadInput: it is no moment, lacks a part, or could mean several; lists those.
    """
    if text.strip().casefold() == _NOW:
        return here.now
    wanted = here.from_today if ahead else _any
    found = [at for naive in _readings(text, here, wanted, timed=True) for at in _there(naive, here.zone)]
    if not found:
        raise BadInput(f"{what} takes a day and a time of day, {EXAMPLES}. Nothing was written.")
    return _only(found, what, lambda at: f"{at:%a} {at.isoformat(' ', 'minutes')}")


def by(text: str, what: str, here: Here) -> datetime:
    """The moment by which something is due; a day alone means its end, by the clock of the site (aware).

    Args:
        text: ISO 8601, or a day, with a time or without, as people write them.
        what: what it is, as a sentence's subject.
        here: where and when it is typed.

    Raises:
        BadInput: it is no moment, or could mean several; lists those.
    """
    if _readings(text, here, here.from_today, timed=False):
        last = datetime.combine(day(text, what, here, ahead=True), time(23, 59))
        return _there(last, here.zone)[-1]
    return moment(text, what, here, ahead=True)


def day(text: str, what: str, here: Here, *, past: bool = False, ahead: bool = False) -> date:
    """The day that somebody typed.

    Args:
        text: ISO 8601, or a day as people write it.
        what: what it is, as a sentence's subject.
        here: where and when it is typed.
        past: whether a day without its year, or a weekday, is one that has been.
        ahead: whether it is one that is still to come.

    Raises:
        BadInput: it is no day, or could mean several; lists those.
    """
    wanted = here.until_today if past else here.from_today if ahead else _any
    found = sorted({naive.date() for naive in _readings(text, here, wanted, timed=False)})
    if not found:
        raise BadInput(f"{what} takes a day, {EXAMPLES_OF_DAYS}. Nothing was written.")
    return _only(found, what, lambda at: f"{at:%a} {at.isoformat()}")


def _only(found: list[T], what: str, shown: Callable[[T], str]) -> T:
    if len(found) == 1:
        return found[0]
    raise BadInput(
        f"{what} could mean {' or '.join(map(shown, found))}. Nothing was written: give it as one of these."
    )


def _readings(text: str, here: Here, wanted: Wanted, *, timed: bool) -> list[datetime]:
    """All that a text could mean, soonest first; naive unless it names its time zone."""
    said = re.sub(r"\bnoon\b", "12:00", text.strip(), flags=re.IGNORECASE)
    said = _DAY.sub(lambda word: str(here.today + timedelta(days=_DAYS[word[1].lower()])), said)
    orders = _ORDERS[-1:] if _ISO_DAY.search(said) else _ORDERS
    found = {each for order in orders for each in _read(said, here, order, wanted, timed=timed)}
    return sorted(found, key=lambda at: at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None))


def _read(
    said: str, here: Here, order: tuple[bool, bool], wanted: Wanted, *, timed: bool
) -> Iterator[datetime]:
    try:
        with warnings.catch_warnings():
            # A time zone that the library does not know is no reason to take another one.
            warnings.simplefilter("error", parser.UnknownTimezoneWarning)
            first, second = (
                parser.parse(said, default=filled, dayfirst=order[0], yearfirst=order[1])
                for filled in _FILLED
            )
    except (ValueError, OverflowError, parser.UnknownTimezoneWarning):
        return
    if (timed and first.time() != second.time()) or (not timed and first.time() == second.time()):
        return
    weekday = _WEEKDAY.search(said)
    for each in _dated(first, second, here, wanted, bare=weekday is not None):
        if weekday is None or _WEEKDAYS[each.weekday()] == weekday[1].lower():
            yield each


def _dated(
    first: datetime, second: datetime, here: Here, wanted: Wanted, *, bare: bool
) -> Iterator[datetime]:
    """A reading with its day: as given; else in the years, or of a weekday in the weeks, about now."""
    if first.date() == second.date():
        yield first
        return
    near: list[date] = []
    if (first.month, first.day) == (second.month, second.day):
        for year in (here.today.year - 1, here.today.year, here.today.year + 1):
            with suppress(ValueError):  # February 29 is not in every year
                near.append(first.date().replace(year=year))
        near = [each for each in near if abs(each - here.today) <= A_YEAR]
    elif bare:
        near = [here.today + timedelta(days=days) for days in range(-7, 8)]
    yield from (datetime.combine(each, first.timetz()) for each in near if wanted(each))


def _there(at: datetime, zone: ZoneInfo) -> list[datetime]:
    """A moment by the clock of the site: one, two where clocks go back, none where they go forward."""
    if at.tzinfo is not None:
        return [at]
    both = [at.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    real = [each for each in both if each.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == at]
    return real if len({each.utcoffset() for each in real}) > 1 else real[:1]
