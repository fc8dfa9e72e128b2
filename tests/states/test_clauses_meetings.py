"""The clauses on meetings: how soon, for what, with whom, and what came of them."""

from datetime import timedelta

import pytest

from states.casebook import effects, inquiry, meetings, results, timers
from states.errors import Refused
from states.records import MinutesContent
from states.vocabulary import Clock, EffectKind, Level, MeetingKind
from tests.states.conftest import Watch
from tests.states.looking import owed, running
from tests.walking import Walk

QUORATE = ("chair", "officer", "nurse")


def hold(walk: Walk, number: str, meeting: str, present: tuple[str, ...] = QUORATE) -> bool:
    """Hold a meeting; returns whether it had a quorum."""
    minutes = MinutesContent(present=present, minutes="What was said.", suggestions=("Ask earlier.",))
    return meetings.hold(walk.book, number, meeting, minutes, by=walk.chair)


def convened(walk: Walk) -> tuple[str, MeetingKind]:
    """Let the next effect that convenes the team call its meeting; gives id and kind."""
    (claim,) = effects.claim_due(walk.book, limit=1, kinds=[EffectKind.CONVENE_TEAM])
    effects.assign(walk.book, claim.lease, "run")
    work = effects.begin(walk.book, claim.effect_id, "run")
    assert work is not None
    meeting, kind, _ = results.convene(walk.book, work)
    effects.finish(walk.book, work)
    return meeting, kind


@pytest.mark.parametrize(
    ("level", "hours"),
    [
        pytest.param(Level.EXTREME, 2, marks=pytest.mark.clause("W-30")),
        pytest.param(Level.SEVERE, 2, marks=pytest.mark.clause("W-30")),
        pytest.param(Level.ELEVATED, 48, marks=pytest.mark.clause("W-31")),
        pytest.param(Level.MODERATE, 48, marks=pytest.mark.clause("W-31")),
        pytest.param(Level.MILD, 7 * 24, marks=pytest.mark.clause("W-32")),
    ],
)
def test_the_first_meeting_is_due_as_the_level_asks(
    walk: Walk, watch: Watch, level: Level, hours: float
) -> None:
    """Reckoned from the receipt of the report, however late it is screened."""
    received = watch.now
    number = walk.reported()
    watch.forward(hours=1)
    inquiry.screen(walk.book, number, by=walk.officer, level=level, because="x")
    (line,) = [one for one in timers.running(walk.book, number=number) if one.clock == Clock.FIRST_MEETING]
    assert line.due_at == received + timedelta(hours=hours)


@pytest.mark.clause("W-13", "W-30")
def test_a_screening_as_extreme_alerts_the_police_and_convenes_the_team_at_once(walk: Walk) -> None:
    """Nobody has to press a second button."""
    number = walk.reported()
    inquiry.screen(walk.book, number, by=walk.officer, level=Level.EXTREME, because="x")
    assert {EffectKind.ALERT_POLICE, EffectKind.CONVENE_TEAM} <= set(owed(walk.book, number))
    assert convened(walk)[1] is MeetingKind.EMERGENCY


@pytest.mark.clause("W-30")
def test_a_screening_as_severe_calls_an_emergency_meeting(walk: Walk) -> None:
    """Before anybody opens an inquiry."""
    number = walk.reported()
    inquiry.screen(walk.book, number, by=walk.officer, level=Level.SEVERE, because="x")
    assert EffectKind.ALERT_POLICE not in owed(walk.book, number)
    assert convened(walk)[1] is MeetingKind.EMERGENCY


@pytest.mark.clause("W-31", "W-32")
@pytest.mark.parametrize("level", [Level.ELEVATED, Level.MODERATE, Level.MILD])
def test_opening_an_inquiry_convenes_the_team_for_a_first_meeting(walk: Walk, level: Level) -> None:
    """Which stops the clock once it was held."""
    number = walk.in_inquiry(level)
    meeting, kind = convened(walk)
    assert kind is MeetingKind.INITIAL
    assert Clock.FIRST_MEETING in running(walk.book, number)
    hold(walk, number, meeting)
    assert Clock.FIRST_MEETING not in running(walk.book, number)


@pytest.mark.clause("W-30")
def test_an_emergency_meeting_reviews_the_alarms(walk: Walk) -> None:
    """An alarm is never held up; the team looks at it afterwards."""
    number = walk.reported()
    walk.act(number, "raise_alarm", {"reason": "A weapon was seen."})
    assert Clock.ALARM_REVIEW in running(walk.book, number)
    hold(walk, number, convened(walk)[0])
    assert Clock.ALARM_REVIEW not in running(walk.book, number)
    assert [row["reviewed_at"] is not None for row in walk.records(number, "alarms")] == [True]


@pytest.mark.clause("U-04")
@pytest.mark.parametrize("kind", [MeetingKind.REVIEW, MeetingKind.EMERGENCY, MeetingKind.INITIAL])
def test_a_meeting_is_called_for_any_time_that_people_agree_on(
    walk: Walk, watch: Watch, kind: MeetingKind
) -> None:
    """The invitations go out for that very meeting."""
    number = walk.reported()
    at = watch.now + timedelta(days=2)
    meeting = meetings.schedule(walk.book, number, by=walk.officer, kind=kind, at=at)
    assert convened(walk) == (meeting, kind)
    (kept,) = walk.records(number, "meetings")
    assert kept["scheduled_at"] == at


@pytest.mark.clause("U-05")
@pytest.mark.parametrize(
    ("present", "quorate"),
    [(QUORATE, True), (("chair", "officer"), False), (("officer", "nurse", "dean"), False)],
)
def test_who_was_there_and_what_came_of_it_is_kept(
    walk: Walk, present: tuple[str, ...], *, quorate: bool
) -> None:
    """With the offices that were there, and whether they were enough; minutes are written once."""
    number = walk.in_inquiry()
    meeting, _ = convened(walk)
    assert hold(walk, number, meeting, present) is quorate
    (kept,) = walk.records(number, "meetings")
    assert (kept["quorate"], kept["held_at"]) == (quorate, walk.book.clock())
    content = MinutesContent.model_validate(kept["content"])
    assert (content.present, content.minutes) == (present, "What was said.")
    with pytest.raises(Refused, match="on record already"):
        hold(walk, number, meeting)


@pytest.mark.clause("U-06")
def test_a_closed_case_is_debriefed_and_suggestions_are_gathered(walk: Walk) -> None:
    """A clock runs until the debrief was held."""
    number = walk.closed()
    assert Clock.DEBRIEF in running(walk.book, number)
    meeting = meetings.schedule(
        walk.book, number, by=walk.chair, kind=MeetingKind.DEBRIEF, at=walk.book.clock() + timedelta(days=5)
    )
    hold(walk, number, meeting)
    assert Clock.DEBRIEF not in running(walk.book, number)
    (kept,) = [row for row in walk.records(number, "meetings") if row["id"] == meeting]
    assert MinutesContent.model_validate(kept["content"]).suggestions == ("Ask earlier.",)
