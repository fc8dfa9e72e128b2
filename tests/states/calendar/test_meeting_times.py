"""Meetings are called for times that people keep, and before they are due where there is such a time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from states.calendar import meeting_times
from states.calendar.reckoning import is_business_day
from states.policy.pack import Pack
from states.policy.places import Site

DENVER = ZoneInfo("America/Denver")


@pytest.fixture
def site(pack: Pack) -> Site:
    """The main campus: eight to five, four hours' notice."""
    return pack.site("silver_city")


def there(text: str) -> datetime:
    """A moment by the clock of the campus."""
    return datetime.fromisoformat(text).replace(tzinfo=DENVER)


@pytest.mark.parametrize(
    ("now", "by", "called"),
    [
        # A Monday at seven past nine: four hours later, on the quarter hour.
        ("2026-02-02T09:07:31", "2026-02-04T09:07:31", "2026-02-02T13:15"),
        # In the evening: at eight the next morning.
        ("2026-02-02T19:00", "2026-02-04T19:00", "2026-02-03T08:00"),
        # Less than the notice is left: office hours come first.
        ("2026-02-02T09:00", "2026-02-02T12:00", "2026-02-02T09:15"),
        # A Friday evening, due on Sunday: by day, on Saturday, and not at the deadline's minute.
        ("2026-02-06T18:00", "2026-02-08T18:00", "2026-02-07T08:00"),
        # The Friday before Labor Day, due on Monday morning: the holiday is no office day, nor is Saturday.
        ("2026-09-04T16:40", "2026-09-06T16:40", "2026-09-05T08:00"),
        # Due at night, before anybody is there: the last quarter hour before.
        ("2026-02-02T22:00", "2026-02-03T02:00", "2026-02-03T01:45"),
        # It is late already: the next time that people keep.
        ("2026-02-06T18:00", "2026-02-06T12:00", "2026-02-09T08:00"),
        # Over the night in which summer time begins, where only that Sunday is left.
        ("2026-03-07T16:30", "2026-03-08T16:30", "2026-03-08T08:00"),
    ],
)
@pytest.mark.clause("W-31", "W-32")
def test_an_ordinary_meeting_is_called_for_the_next_time_that_people_keep(
    site: Site, now: str, by: str, called: str
) -> None:
    """In office hours with notice; else in office hours; else by day; else any time before it is due."""
    assert meeting_times.soon(there(now), there(by), site) == there(called)


@pytest.mark.clause("W-30")
def test_an_emergency_meeting_waits_for_no_office_hour() -> None:
    """The last quarter hour before it is due; and the next one when that has passed."""
    night = there("2026-02-08T02:03:44")
    assert meeting_times.at_once(night, night + timedelta(hours=2)) == there("2026-02-08T04:00")
    assert meeting_times.at_once(night, night - timedelta(hours=1)) == there("2026-02-08T02:30")


@pytest.mark.clause("W-33")
@pytest.mark.parametrize(
    ("by", "called"),
    [
        ("2026-02-09T09:07", "2026-02-09T09:00"),
        # Labor Day, at noon: on the Friday before.
        ("2026-09-07T12:00", "2026-09-04T16:00"),
    ],
)
def test_a_regular_meeting_is_called_for_the_last_office_hour_before_it_is_due(
    site: Site, by: str, called: str
) -> None:
    """Never on the holiday itself, nor at the deadline's minute."""
    assert meeting_times.late(there("2026-02-02T09:00"), there(by), site) == there(called)


@settings(max_examples=300, deadline=None)
@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - made aware below
    hours=st.integers(1, 24 * 14),
)
def test_a_time_is_always_found_on_the_quarter_hour_and_before_it_is_due(
    pack: Pack, now: datetime, hours: int
) -> None:
    """Whatever the day: clock changes and holidays too."""
    moment = now.replace(tzinfo=UTC)
    by = moment + timedelta(hours=hours)
    site = pack.site("silver_city")
    for called in (meeting_times.soon(moment, by, site), meeting_times.late(moment, by, site)):
        assert moment < called < by
        assert (called.minute % 15, called.second, called.microsecond) == (0, 0, 0)
        if hours > 24 * 5:
            assert is_business_day(called.astimezone(DENVER).date(), site)
