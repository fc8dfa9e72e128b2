"""Every day of any year belongs to exactly one report, whatever becomes of the calendar."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.figures.periods import Period, ended, periods
from states.policy.pack import Pack
from states.policy.reading import load_pack
from states.policy.year import Semester

pytestmark = pytest.mark.clause("W-34")

#: what semesters are called, in the order of the year
NAMES = ("Winter", "Spring", "Summer", "Fall")


@cache
def shipped() -> Pack:
    """The shipped pack."""
    return load_pack("wnmu")


def with_semesters(days: list[tuple[date, date]]) -> Pack:
    """The shipped pack with other semesters: their first and last days."""
    semesters = tuple(
        Semester(name=name, start=f"{start:%m-%d}", end=f"{end:%m-%d}", clause="W-33", chosen="invented")
        for name, (start, end) in zip(NAMES, days, strict=False)
    )
    return shipped().model_copy(update={"semesters": semesters})


@st.composite
def calendars(draw: st.DrawFn) -> Pack:
    """A pack with one to four semesters, in the year's order and without overlap."""
    places = draw(
        st.lists(st.integers(1, 362), min_size=2, max_size=8, unique=True).filter(lambda n: len(n) % 2 == 0)
    )
    days = [date(2001, 1, 1) + timedelta(days=place) for place in sorted(places)]
    return with_semesters(list(zip(days[::2], days[1::2], strict=True)))


def local(at: datetime) -> datetime:
    """A moment by the clock of the first site."""
    return at.astimezone(ZoneInfo(shipped().home.timezone))


@given(calendars(), st.integers(2020, 2060), st.integers(0, 364))
def test_each_day_of_any_year_is_in_one_period(pack: Pack, year: int, day: int) -> None:
    """Also the days between two semesters, and those of leap years."""
    zone = ZoneInfo(pack.home.timezone)
    noon = datetime(year, 1, 1, 12, tzinfo=zone) + timedelta(days=day)
    every = periods(datetime(year + 1, 12, 31, tzinfo=UTC), pack)
    assert len([each for each in every if each.begins <= noon < each.ends]) == 1
    assert all(local(each.begins).time() == local(each.ends).time() == datetime.min.time() for each in every)


@given(st.lists(calendars(), min_size=1, max_size=5), st.data())
def test_each_day_is_in_one_report_though_the_calendar_changes(
    packs: list[Pack], data: st.DataObject
) -> None:
    """Whenever reports are approved, and whatever the calendar is by then, no day is left out or twice."""
    now, reported = datetime(2026, 1, 1, tzinfo=UTC), list[Period]()
    first = ended(periods(now, packs[0]), now)[-1].ends
    for pack in packs:
        now += timedelta(days=data.draw(st.integers(1, 300)))
        due = [each for each in ended(periods(now, pack, reported), now) if each.ends > first]
        new = [each for each in due if each not in reported]
        # A report is approved in its turn: the oldest first, and maybe not the newest yet.
        reported += new[: data.draw(st.integers(0, len(new)))]
    every = periods(now, packs[-1], reported)
    assert set(reported) <= set(every)
    assert all(one.ends == other.begins for one, other in pairwise(every))
    assert len({each.name for each in every}) == len(every)
    assert every[-1].begins <= now < every[-1].ends


def test_what_happens_between_two_semesters_is_counted_with_the_next() -> None:
    """The winter break belongs to Spring, and the first of June to Summer."""
    every = {each.name: each for each in periods(datetime(2026, 9, 1, tzinfo=UTC), shipped())}
    spring, summer = every["Spring 2026"], every["Summer 2026"]
    assert local(spring.begins).date() == date(2025, 12, 16)
    assert (local(spring.ends).date(), summer.begins) == (date(2026, 5, 16), spring.ends)
    assert list(every)[-1] == "Fall 2026"


def test_a_report_changes_the_name_of_no_other_period() -> None:
    """While the calendar stays as it is, the periods before and after it stay as they were."""
    now = datetime(2026, 9, 1, tzinfo=UTC)
    every = periods(now, shipped())
    for each in every[:-1]:
        assert periods(now, shipped(), [each]) == every
