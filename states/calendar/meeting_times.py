"""When the team is called to meet: in office hours, on the quarter hour, when people can come (W-30 to W-33).

An ordinary meeting is proposed within office hours of a working day, with notice, and before it is due. Where
no such time is left (a long weekend, a short clock) one by day will do, on whatever day; only then any time.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from states.calendar.reckoning import is_business_day
from states.policy.places import Site

#: times are proposed on the quarter hour, and none that is nearer than this
STEP = timedelta(minutes=15)

#: how long a meeting takes in calendars
LENGTH = timedelta(hours=1)

#: how far ahead a time is looked for when none is left before the due time
HORIZON = timedelta(days=31)


def at_once(now: datetime, by: datetime) -> datetime:
    """When an emergency meeting is called for: the last quarter hour before it is due, else the next one.

    Args:
        now: what time it is.
        by: by when the team is to meet; may have passed.
    """
    return max(_up(now + STEP), _before(by))


def soon(now: datetime, by: datetime, site: Site) -> datetime:
    """The first time from now on that people can keep, before the meeting is due where there is one.

    Args:
        now: what time it is.
        by: by when the team is to meet; may have passed.
        site: whose time zone, holidays and office hours count.

    Returns:
        An aware moment in UTC, on the quarter hour.
    """
    with_notice, next_one = _up(now + site.meetings.notice.delta), _up(now + STEP)
    for start, wanted in (
        (with_notice, _in_office_hours),
        (next_one, _in_office_hours),
        (with_notice, _by_day),
        (next_one, _by_day),
    ):
        found = next((slot for slot in _slots(start, by) if wanted(slot, site)), None)
        if found is not None:
            return found
    if next_one < by:
        return max(next_one, _before(by))
    return next(slot for slot in _slots(with_notice, with_notice + HORIZON) if _in_office_hours(slot, site))


def late(now: datetime, by: datetime, site: Site) -> datetime:
    """The last time within office hours before something is due; else as :func:`soon`.

    Args:
        now: what time it is.
        by: when it is due.
        site: whose time zone, holidays and office hours count.
    """
    earliest = _up(now + site.meetings.notice.delta)
    slot = _before(by)
    while slot >= earliest:
        if _in_office_hours(slot, site):
            return slot
        slot -= STEP
    return soon(now, by, site)


def _slots(start: datetime, by: datetime) -> Iterator[datetime]:
    while start < by:
        yield start
        start += STEP


def _up(moment: datetime) -> datetime:
    """The quarter hour at or after a moment, in UTC."""
    utc = moment.astimezone(UTC)
    over = timedelta(minutes=utc.minute % 15, seconds=utc.second, microseconds=utc.microsecond)
    return utc if not over else utc - over + STEP


def _before(moment: datetime) -> datetime:
    """The last quarter hour before a moment, in UTC."""
    return _up(moment) - STEP


def _by_day(slot: datetime, site: Site) -> bool:
    """Whether a whole meeting from then on lies between the hours at which offices open and close."""
    zone = ZoneInfo(site.timezone)
    begins, ends = slot.astimezone(zone), (slot + LENGTH).astimezone(zone)
    opens, closes = time.fromisoformat(site.meetings.opens), time.fromisoformat(site.meetings.closes)
    return begins.date() == ends.date() and begins.time() >= opens and ends.time() <= closes


def _in_office_hours(slot: datetime, site: Site) -> bool:
    return _by_day(slot, site) and is_business_day(slot.astimezone(ZoneInfo(site.timezone)).date(), site)
