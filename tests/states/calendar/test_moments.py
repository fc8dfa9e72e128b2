"""Times as people type them have one meaning, or are refused with all that they could mean."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from states.calendar.moments import Here, by, day, moment
from states.contents.inquiry import AssessmentContent
from states.contents.plans import ActionContent, PlanContent, ProtectiveOrderContent
from states.contents.reports import ReportContent
from states.errors import BadInput

#: a Wednesday, at noon in Silver City
HERE = Here(ZoneInfo("America/Denver"), datetime(2026, 11, 25, 19, tzinfo=UTC))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-27T17:00-07:00", "2026-11-27T17:00-07:00"),
        ("2026-11-27T17:00Z", "2026-11-27T17:00+00:00"),
        ("2026-02-11T16:00:00.5Z", "2026-02-11T16:00:00.500+00:00"),
        ("2026-11-27 17:00", "2026-11-27T17:00-07:00"),
        ("2026-10-11 5 pm", "2026-10-11T17:00-06:00"),
        ("11/27/2026 5 pm", "2026-11-27T17:00-07:00"),
        ("27.11.2026 17:00", "2026-11-27T17:00-07:00"),
        ("now", HERE.now.isoformat()),
        (" Now ", HERE.now.isoformat()),
        ("tomorrow 5 pm", "2026-11-26T17:00-07:00"),
        ("Tomorrow at noon", "2026-11-26T12:00-07:00"),
        ("Fri 27 Nov 2026 17:00", "2026-11-27T17:00-07:00"),
        ("November 27th, 2026 at 5:30pm", "2026-11-27T17:30-07:00"),
        ("Tue 10/11/2026 9:00", "2026-11-10T09:00-07:00"),
    ],
)
def test_a_time_with_one_meaning_is_read_by_the_clock_of_the_site(typed: str, meant: str) -> None:
    """As ISO 8601, as Americans and Europeans write it, and in words."""
    assert moment(typed, "--at", HERE) == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("10/11/2026 17:00", ("Sun 2026-10-11 17:00-06:00", "Tue 2026-11-10 17:00-07:00")),
        ("Friday 5 pm", ("Fri 2026-11-20 17:00-07:00", "Fri 2026-11-27 17:00-07:00")),
        ("Nov 27 5 pm", ("Thu 2025-11-27 17:00-07:00", "Fri 2026-11-27 17:00-07:00")),
        ("2026-11-01 01:30", ("Sun 2026-11-01 01:30-06:00", "Sun 2026-11-01 01:30-07:00")),
    ],
)
def test_a_time_with_several_meanings_is_refused_with_all_of_them(
    typed: str, readings: tuple[str, ...]
) -> None:
    """And each that it names can be typed as it stands."""
    with pytest.raises(BadInput) as refusal:
        moment(typed, "--at", HERE)
    for reading in readings:
        assert reading in str(refusal.value)
        assert moment(reading, "--at", HERE).isoformat(" ", "minutes") in reading


@pytest.mark.parametrize("typed", ["Friday 5 pm", "Nov 27 5 pm"])
def test_what_lies_ahead_leaves_only_the_next_one(typed: str) -> None:
    """Nobody calls a meeting for last Friday."""
    assert moment(typed, "--at", HERE, ahead=True) == datetime.fromisoformat("2026-11-27T17:00-07:00")


@pytest.mark.parametrize(
    "typed",
    [
        *("", "soon", "17", "5 pm", "2026-11-27", "Thu 27 Nov 2026 17:00", "2026-03-08 02:30", "Feb 29 5 pm"),
        *("2026-11-27 17:00 XYZT", "31/31/2026 17:00", "in a while", "2026-13-01 10:00", "9" * 400),
    ],
)
def test_what_is_no_time_is_refused_with_how_one_looks(typed: str) -> None:
    """A day without its hour, one that contradicts its weekday, one that the clock change swallows."""
    with pytest.raises(BadInput, match=r"--at takes a day and a time of day, as in 2026-11-27 17:00"):
        moment(typed, "--at", HERE)


def test_a_day_that_has_been_may_be_said_without_its_year() -> None:
    """The nearest one before now; in figures it has to be told apart all the same."""
    assert day("yesterday", "occurred_on", HERE, past=True) == date(2026, 11, 24)
    assert day("Nov 20", "occurred_on", HERE, past=True) == date(2026, 11, 20)
    assert day("Tuesday", "occurred_on", HERE, past=True) == date(2026, 11, 24)
    with pytest.raises(BadInput, match=r"occurred_on could mean Sun 2026-10-11 or Tue 2026-11-10"):
        day("10/11/2026", "occurred_on", HERE, past=True)


def test_what_is_due_on_a_day_is_due_at_its_end() -> None:
    """By the clock of the site."""
    assert by("Friday", "due_at", HERE) == datetime.fromisoformat("2026-11-27T23:59-07:00")
    assert by("Friday 3 pm", "due_at", HERE) == datetime.fromisoformat("2026-11-27T15:00-07:00")


def test_fields_of_files_take_times_as_options_do_and_name_themselves() -> None:
    """In whichever record they stand; the refusal has the name of the field."""
    order = {"protects": "a", "against": "b", "valid_until": "January 31, 2027"}
    assert str(ProtectiveOrderContent.read(order, HERE).valid_until) == "2027-01-31 23:59:00-07:00"
    plan = {"kind": "active_monitoring", "actions": [{"what": "x", "due_at": "3/4/2027"}]}
    with pytest.raises(BadInput, match="due_at could mean Thu 2027-03-04 or Sat 2027-04-03"):
        PlanContent.read(plan, HERE)
    report = {"behaviour_of_concern": "x", "subject": {"site": "gallup"}, "occurred_on": "yesterday"}
    assert ReportContent.read(report, HERE).occurred_on == date(2026, 11, 24)


def test_a_field_that_does_not_belong_is_answered_with_those_that_do() -> None:
    """At its place, without a word of what was given."""
    with pytest.raises(BadInput) as refusal:
        ActionContent.read({"what": "x", "invented-name": "y"})
    assert "those that do are what, owner, due_at, initial" in str(refusal.value)
    assert "invented-name" not in str(refusal.value)
    with pytest.raises(BadInput, match=r"actions\.0 .* those that do are what, owner, due_at, initial"):
        PlanContent.read({"kind": "active_monitoring", "actions": [{"what": "x", "ownr": "y"}]})


@pytest.mark.parametrize("typed", ["extreme", "EXTREME", "Extreme", " extreme "])
def test_a_level_is_taken_in_any_case(typed: str) -> None:
    """In files as on the command line."""
    given = {"level": typed, "criteria": ["x"], "factors": [], "rationale": "x", "participants": ["x"]}
    seen = {"threat_of_violence": True, "significant_disruption": True}
    assert AssessmentContent.read(given | seen).level == "Extreme"
