"""Calendar arithmetic: when something is due, in the site's time zone and with its holidays.

Hours and minutes are elapsed time. Days and business days keep the local time of day: ten past nine stays ten
past nine across a clock change. What starts while the offices are closed has its business days in full: it is
due at the end of the last one.

What starts later is never due earlier. So where a clock change skips the due time, the end of the gap counts;
where it comes twice, the first time does; what starts while an hour is repeated counts as started at its end.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from states.policy.pack import Pack
from states.policy.places import Site
from states.policy.terms import Duration, on_day
from states.policy.year import Semester

DAY = timedelta(days=1)
SATURDAY = 5


def due(start: datetime, duration: Duration, site: Site) -> datetime:
    """When a clock that starts now is due.

    Args:
        start: when it starts; aware.
        duration: how long it runs.
        site: whose time zone and holidays count.

    Returns:
        An aware moment in UTC, later than the start.
    """
    if duration.minutes is not None or duration.hours is not None:
        return start.astimezone(UTC) + duration.nominal
    zone = ZoneInfo(site.timezone)
    wall = _wall(start, zone)
    if duration.days is not None:
        wall += duration.nominal
    else:
        wall = _business_days_later(wall, duration.business_days or 0, site)
    return _moment(wall, zone)


def soonest(start: datetime, duration: Duration, sites: Iterable[Site]) -> datetime:
    """When something is due where it concerns several sites: the earliest time counts (W-57).

    Args:
        start: from when on, aware.
        duration: how long.
        sites: the sites; one at least.
    """
    return min(due(start, duration, site) for site in sites)


def semester_of(day: date, pack: Pack) -> Semester | None:
    """The semester a day lies in; None between semesters (W-33)."""
    for semester in pack.semesters:
        if on_day(semester.start, day.year) <= day <= on_day(semester.end, day.year):
            return semester
    return None


def next_semester_end(now: datetime, pack: Pack, site: Site) -> datetime:
    """When the present semester ends, or between semesters the next one (W-34).

    Args:
        now: aware.
        pack: whose semesters count.
        site: whose midnight counts.

    Returns:
        The midnight after the semester's last day, in UTC; always later than now.
    """
    year = now.astimezone(ZoneInfo(site.timezone)).year
    return min(end for end in semester_ends(range(year - 1, year + 2), pack, site) if end > now)


def semester_ends(years: Iterable[int], pack: Pack, site: Site) -> dict[datetime, str]:
    """When each semester of some years ends, and what it is called, as in ``Spring 2026``.

    Args:
        years: the years.
        pack: whose semesters count.
        site: whose midnight counts.

    Returns:
        By the midnight after its last day, in UTC.
    """
    zone = ZoneInfo(site.timezone)
    return {
        _moment(datetime.combine(on_day(semester.end, year) + DAY, time()), zone): f"{semester.name} {year}"
        for year in years
        for semester in pack.semesters
    }


def is_business_day(day: date, site: Site) -> bool:
    """Whether offices are open: neither a weekend nor one of the site's holidays."""
    return day.weekday() < SATURDAY and day not in _holidays(site.country, site.subdivision, day.year)


@lru_cache(maxsize=256)
def _holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415 - most commands reckon with no holiday

    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


def _business_days_later(wall: datetime, days: int, site: Site) -> datetime:
    day = wall.date()
    for _ in range(days):
        day += DAY
        while not is_business_day(day, site):
            day += DAY
    if is_business_day(wall.date(), site):
        return datetime.combine(day, wall.time())
    return datetime.combine(day + DAY, time())


def _wall(moment: datetime, zone: tzinfo) -> datetime:
    """The local time, naive; during a repeated hour, its end."""
    local = moment.astimezone(zone)
    if not local.fold:
        return local.replace(tzinfo=None)
    first = local.replace(fold=0).astimezone(UTC)
    change = _change(first, moment.astimezone(UTC), zone)
    last = (change - timedelta.resolution).astimezone(zone)
    return last.replace(tzinfo=None) + timedelta.resolution


def _moment(wall: datetime, zone: tzinfo) -> datetime:
    """The moment, in UTC, of a naive local time: the first of two, or the end of the gap it falls into."""
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    return _change(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), moment, zone)


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The moment between two at which the zone's clocks change, to the microsecond."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta.resolution:
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
