"""Due times are reckoned by the site's clock and its holidays, and nothing swallows one."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from states.calendar.reckoning import due, is_business_day, next_semester_end, semester_of
from states.policy.pack import Pack
from states.policy.places import Site
from states.policy.reading import load_pack
from states.policy.terms import Duration

PACK = load_pack("wnmu")
SITE = PACK.site("silver_city")
DENVER = ZoneInfo("America/Denver")

#: sites whose clocks change at midnight, by half an hour, never, and by a whole skipped day
SITES = [
    SITE,
    SITE.model_copy(update={"timezone": "America/Havana", "country": "CU", "subdivision": None}),
    SITE.model_copy(update={"timezone": "Australia/Lord_Howe", "country": "AU", "subdivision": None}),
    SITE.model_copy(update={"timezone": "America/Phoenix", "subdivision": "AZ"}),
    SITE.model_copy(update={"timezone": "Pacific/Apia", "country": "WS", "subdivision": None}),
]

#: moments in UTC; two kinds of them lie around the clock changes of 2026 in Denver, where mistakes live
MOMENTS = st.one_of(
    st.integers(0, 28 * 366 * 86400).map(
        lambda second: datetime(2009, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    ),
    st.timedeltas(timedelta(days=-9), timedelta(days=2)).map(datetime(2026, 3, 8, 9, tzinfo=UTC).__add__),
    st.timedeltas(timedelta(days=-9), timedelta(days=2)).map(datetime(2026, 11, 1, 8, tzinfo=UTC).__add__),
)
AMOUNTS = st.integers(1, 400)
DURATIONS = st.one_of(
    st.builds(Duration, minutes=AMOUNTS),
    st.builds(Duration, hours=AMOUNTS),
    st.builds(Duration, days=AMOUNTS),
    st.builds(Duration, business_days=st.integers(1, 60)),
)


def denver(*parts: int, fold: int = 0) -> datetime:
    """A local time in Denver."""
    year, month, day, *clock = parts
    hour, minute = (*clock, 0, 0)[:2]
    return datetime(year, month, day, hour, minute, fold=fold, tzinfo=DENVER)


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        # elapsed time does not care about clock changes
        (denver(2026, 3, 7, 12), Duration(hours=24), denver(2026, 3, 8, 13)),
        (denver(2026, 10, 31, 12), Duration(hours=48), denver(2026, 11, 2, 11)),
        (denver(2026, 3, 8, 1, 59), Duration(minutes=1), denver(2026, 3, 8, 3)),
        # days keep the time of day
        (denver(2026, 3, 7, 12), Duration(days=1), denver(2026, 3, 8, 12)),
        (denver(2026, 10, 31, 12), Duration(days=1), denver(2026, 11, 1, 12)),
        # half past two does not exist on 8 March 2026: the end of the gap counts
        (denver(2026, 3, 7, 2, 30), Duration(days=1), denver(2026, 3, 8, 3)),
        (denver(2026, 3, 6, 2, 30), Duration(days=2), denver(2026, 3, 8, 3)),
        (denver(2026, 3, 7, 2, 30), Duration(days=2), denver(2026, 3, 9, 2, 30)),
        # half past one comes twice on 1 November 2026: the first counts
        (denver(2026, 10, 31, 1, 30), Duration(days=1), denver(2026, 11, 1, 1, 30)),
        # what starts in the repeated hour counts as started at its end
        (denver(2026, 11, 1, 1, 30, fold=1), Duration(days=1), denver(2026, 11, 2, 2)),
        # leap days
        (denver(2024, 2, 28, 9), Duration(days=1), denver(2024, 2, 29, 9)),
        (denver(2024, 2, 29, 9), Duration(days=365), denver(2025, 2, 28, 9)),
        (denver(2024, 2, 28, 9), Duration(business_days=2), denver(2024, 3, 1, 9)),
        # weekends
        (denver(2026, 4, 10, 15), Duration(business_days=1), denver(2026, 4, 13, 15)),
        (denver(2026, 4, 10, 15), Duration(business_days=5), denver(2026, 4, 17, 15)),
        # Thanksgiving and the Friday after, when New Mexico keeps Presidents' Day
        (denver(2026, 11, 25, 15), Duration(business_days=1), denver(2026, 11, 30, 15)),
        # New Year's Day, over the turn of the year
        (denver(2026, 12, 31, 10), Duration(business_days=1), denver(2027, 1, 4, 10)),
        # a Friday before the clock change
        (denver(2026, 3, 6, 10), Duration(business_days=1), denver(2026, 3, 9, 10)),
        # what starts on a Saturday or a holiday has its days in full: to the end of the last one
        (denver(2026, 4, 11, 15), Duration(business_days=1), denver(2026, 4, 14)),
        (denver(2026, 4, 11, 15), Duration(business_days=5), denver(2026, 4, 18)),
        (denver(2026, 11, 26, 8), Duration(business_days=1), denver(2026, 12, 1)),
    ],
)
def test_due_times_are_those_a_calendar_gives(
    start: datetime, duration: Duration, expected: datetime
) -> None:
    """Each start and duration gives the moment one counts off on a calendar, in UTC."""
    moment = due(start, duration, SITE)
    assert moment == expected.astimezone(UTC)
    assert moment.tzinfo is UTC


def test_the_local_day_counts_not_the_day_in_utc() -> None:
    """Friday 18:00 in Silver City is Saturday in UTC, and is reckoned as a Friday."""
    start = datetime(2026, 4, 11, 0, tzinfo=UTC)
    assert due(start, Duration(business_days=1), SITE) == datetime(2026, 4, 14, 0, tzinfo=UTC)


def test_a_day_that_a_site_skipped_swallows_no_deadline() -> None:
    """Apia skipped 30 December 2011: what falls due on that day is due when the next one begins."""
    apia = SITES[-1]
    start = datetime(2011, 12, 29, 12, tzinfo=ZoneInfo("Pacific/Apia"))
    expected = datetime(2011, 12, 31, tzinfo=ZoneInfo("Pacific/Apia"))
    assert due(start, Duration(days=1), apia) == expected.astimezone(UTC)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.timezone)
@settings(deadline=None)
@given(start=MOMENTS, duration=DURATIONS)
def test_a_clock_is_due_after_it_starts(site: Site, start: datetime, duration: Duration) -> None:
    """No clock is due before it has started, and none earlier than its length less the clock's changes."""
    # In the year in which Apia skipped a day it put its clocks forward, too.
    lost = timedelta(days=1, hours=1) if site.timezone == "Pacific/Apia" else timedelta(hours=1)
    moment = due(start, duration, site)
    assert moment > start
    assert moment - start >= duration.nominal - lost


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.timezone)
@settings(deadline=None)
@given(one=MOMENTS, lag=st.timedeltas(timedelta(0), timedelta(days=3)), duration=DURATIONS)
def test_what_starts_later_is_never_due_earlier(
    site: Site, one: datetime, lag: timedelta, duration: Duration
) -> None:
    """Of two clocks of one length, the one that starts later is due later, or at the same moment."""
    assert due(one, duration, site) <= due(one + lag, duration, site)


@pytest.mark.parametrize("unit", ["minutes", "hours", "days", "business_days"])
@settings(deadline=None)
@given(start=MOMENTS, amount=st.integers(1, 60))
def test_the_longer_clock_is_due_later(unit: str, start: datetime, amount: int) -> None:
    """Of two clocks that start together, the longer one is due later."""
    shorter, longer = (Duration(**{unit: length}) for length in (amount, amount + 1))
    assert due(start, shorter, SITE) < due(start, longer, SITE)


@settings(deadline=None)
@given(start=MOMENTS, amount=st.integers(1, 60))
def test_as_many_business_days_pass_as_the_clock_has(start: datetime, amount: int) -> None:
    """After the day of the start come exactly that many business days."""
    first = start.astimezone(DENVER).date()
    moment = due(start, Duration(business_days=amount), SITE).astimezone(DENVER)
    last = moment.date() if is_business_day(first, SITE) else moment.date() - timedelta(days=1)
    days = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(is_business_day(day, SITE) for day in days) == amount
    assert is_business_day(last, SITE)
    assert is_business_day(first, SITE) or (moment.hour, moment.minute) == (0, 0)


def test_weekends_and_the_sites_holidays_are_no_business_days() -> None:
    """Offices are closed on weekends, and on the holidays of the site's own state."""
    assert is_business_day(date(2026, 11, 25), SITE)
    assert not is_business_day(date(2026, 11, 26), SITE)
    assert not is_business_day(date(2026, 11, 28), SITE)
    # The Friday after Thanksgiving is a holiday in New Mexico, and none in Wyoming.
    assert not is_business_day(date(2026, 11, 27), SITE)
    assert is_business_day(date(2026, 11, 27), SITE.model_copy(update={"subdivision": "WY"}))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 14), None),
        (date(2026, 1, 15), "Spring"),
        (date(2026, 5, 15), "Spring"),
        (date(2026, 5, 16), None),
        (date(2028, 2, 29), "Spring"),
        (date(2026, 12, 15), "Fall"),
        (date(2026, 12, 31), None),
    ],
)
def test_a_day_lies_in_its_semester_or_in_none(day: date, name: str | None) -> None:
    """First and last day belong to the semester; the days between semesters to none."""
    semester = semester_of(day, PACK)
    assert (semester and semester.name) == name


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (denver(2026, 3, 1), denver(2026, 5, 16)),
        (denver(2026, 5, 15, 23, 59), denver(2026, 5, 16)),
        (denver(2026, 5, 16), denver(2026, 8, 6)),
        (denver(2026, 8, 10), denver(2026, 12, 16)),
        (denver(2026, 12, 31, 23), denver(2027, 5, 16)),
        (denver(2027, 1, 1), denver(2027, 5, 16)),
    ],
)
def test_a_semester_ends_at_the_sites_midnight(now: datetime, end: datetime) -> None:
    """The next end of a semester is the local midnight after its last day, between semesters too."""
    assert next_semester_end(now, PACK, SITE) == end.astimezone(UTC)


@settings(deadline=None)
@given(now=MOMENTS)
def test_there_is_always_a_next_semester_end(now: datetime) -> None:
    """Whenever one asks, the next end of a semester lies ahead, by less than a year."""
    assert now < next_semester_end(now, PACK, SITE) < now + timedelta(days=366)


def test_a_semester_that_ends_with_the_year_ends_at_new_year() -> None:
    """A last day of 31 December ends when the new year begins, also seen from that very moment."""
    fall = PACK.semesters[-1].model_copy(update={"end": "12-31"})
    pack: Pack = PACK.model_copy(update={"semesters": (fall,)})
    assert next_semester_end(denver(2026, 12, 31, 23), pack, SITE) == denver(2027, 1, 1).astimezone(UTC)
    assert next_semester_end(denver(2027, 1, 1), pack, SITE) == denver(2028, 1, 1).astimezone(UTC)
