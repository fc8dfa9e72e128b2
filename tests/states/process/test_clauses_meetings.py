"""The clauses on meetings: how soon, for what, with whom, and what came of them."""

from datetime import datetime, timedelta

import pytest

from states.access import SYSTEM
from states.casebook.effects import attempts, claiming
from states.casebook.inquiry import triage
from states.casebook.lookups import asking
from states.casebook.plan import meetings
from states.casebook.rounds import results, sweeping
from states.casebook.triggers import acting
from states.contents.plans import MinutesContent
from states.errors import Refused
from states.vocabulary.cases import Level
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.plans import MeetingKind
from states.vocabulary.sources import SourceKind
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.courses.taking_up import begun
from tests.states.looking import owed, running

QUORATE = ("chair", "officer", "nurse")


def hold(walk: Walk, number: str, meeting: str, present: tuple[str, ...] = QUORATE) -> bool:
    """Hold a meeting at the time that it was called for; returns whether it had a quorum."""
    (called,) = [row for row in walk.records(number, "meetings") if row["id"] == meeting]
    watch = walk.book.clock
    assert isinstance(watch, Watch)
    watch.now = max(watch.now, called["scheduled_at"])
    minutes = MinutesContent(present=present, minutes="What was said.", suggestions=("Ask earlier.",))
    return meetings.hold(walk.book, number, meeting, minutes, by=walk.chair)


def convened(walk: Walk) -> tuple[str, MeetingKind]:
    """Let the next effect that convenes the team call its meeting; gives id and kind."""
    (claim,) = claiming.claim_due(walk.book, limit=1, kinds=[EffectKind.CONVENE_TEAM], by=SYSTEM)
    claiming.assign(walk.book, claim.lease, "run")
    work = begun(walk.book, claim.effect_id, "run")
    meeting, kind, _ = results.convene(walk.book, work)
    attempts.finish(walk.book, work)
    return meeting, kind


def calls(walk: Walk, number: str) -> int:
    """How often the team was to be called about a case, up to now."""
    return owed(walk.book, number).count(EffectKind.CONVENE_TEAM)


def clear(walk: Walk) -> None:
    """Take what has called the team up to now out of the way."""
    claiming.claim_due(walk.book, limit=9, kinds=[EffectKind.CONVENE_TEAM], by=SYSTEM)


def waive_sources(walk: Walk, number: str) -> None:
    """Go on without the answers that an inquiry waits for."""
    for query in walk.records(number, "source_queries"):
        asking.waive_source(walk.book, number, SourceKind(query["kind"]), by=walk.chair, because="x")


def due(walk: Walk, number: str, clock: Clock) -> datetime:
    """When a clock of a case that runs is due."""
    (line,) = [one for one in sweeping.running(walk.book, by=SYSTEM, number=number) if one.clock == clock]
    return line.due_at


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
    triage.screen(walk.book, number, by=walk.officer, level=level, because="x")
    (line,) = [
        one
        for one in sweeping.running(walk.book, by=SYSTEM, number=number)
        if one.clock == Clock.FIRST_MEETING
    ]
    assert line.due_at == received + timedelta(hours=hours)


@pytest.mark.clause("W-13", "W-30")
def test_a_screening_as_extreme_alerts_the_police_and_convenes_the_team_at_once(walk: Walk) -> None:
    """Nobody has to press a second button."""
    number = walk.reported()
    triage.screen(walk.book, number, by=walk.officer, level=Level.EXTREME, because="x")
    assert {EffectKind.ALERT_POLICE, EffectKind.CONVENE_TEAM} <= set(owed(walk.book, number))
    assert convened(walk)[1] is MeetingKind.EMERGENCY


@pytest.mark.clause("W-13", "W-30")
def test_a_screening_as_severe_alerts_the_police_and_calls_an_emergency_meeting(walk: Walk) -> None:
    """Before anybody opens an inquiry."""
    number = walk.reported()
    triage.screen(walk.book, number, by=walk.officer, level=Level.SEVERE, because="x")
    assert EffectKind.ALERT_POLICE in owed(walk.book, number)
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


@pytest.mark.clause("W-30", "W-31", "W-32", "U-04")
def test_a_meeting_without_a_quorum_is_not_the_first_meeting(walk: Walk, watch: Watch) -> None:
    """Its clock goes on, the team is called again, and the guard explainer says why."""
    number = walk.in_inquiry()
    due_at = due(walk, number, Clock.FIRST_MEETING)
    called = calls(walk, number)
    assert hold(walk, number, convened(walk)[0], ("chair", "officer")) is False
    assert due(walk, number, Clock.FIRST_MEETING) == due_at
    assert Clock.NEXT_MEETING not in running(walk.book, number)
    assert calls(walk, number) == called + 1
    (assess,) = [one for one in acting.can(walk.book, number, by=walk.chair) if one.row.trigger == "assess"]
    (sentence,) = [missing.sentence for missing in assess.missing if missing.guard == "quorum"]
    assert "had no quorum" in sentence
    watch.forward(hours=1)
    again, kind = convened(walk)
    assert kind is MeetingKind.INITIAL
    assert hold(walk, number, again)
    assert Clock.FIRST_MEETING not in running(walk.book, number)


@pytest.mark.clause("W-33")
@pytest.mark.parametrize(
    ("level", "days"),
    [(Level.EXTREME, 1), (Level.SEVERE, 3), (Level.ELEVATED, 7), (Level.MODERATE, 14), (Level.MILD, 30)],
)
def test_after_a_meeting_the_next_one_is_called_by_itself(
    walk: Walk, watch: Watch, level: Level, days: int
) -> None:
    """For as long as the case is active: each meeting held starts the clock of the next."""
    number = walk.in_inquiry(level)
    hold(walk, number, convened(walk)[0])
    clear(walk)
    for _ in range(2):
        due_at = due(walk, number, Clock.NEXT_MEETING)
        # The clock keeps the time of day, across the change to summer time too.
        assert abs(due_at - watch.now - timedelta(days=days)) <= timedelta(hours=1)
        called = calls(walk, number)
        terms = walk.book.pack.clock(Clock.NEXT_MEETING, level)
        assert terms is not None
        watch.now = due_at - terms.remind_before.delta
        sweeping.sweep(walk.book, by=SYSTEM)
        sweeping.sweep(walk.book, by=SYSTEM)
        assert calls(walk, number) == called + 1
        meeting, kind = convened(walk)
        assert kind is MeetingKind.REVIEW
        kept = next(row for row in walk.records(number, "meetings") if row["id"] == meeting)
        assert watch.now < kept["scheduled_at"] < due_at
        watch.now = due_at
        hold(walk, number, meeting)


@pytest.mark.clause("W-31", "W-33")
def test_a_meeting_that_lapsed_is_called_again(walk: Walk, watch: Watch) -> None:
    """With each stage that its clock reaches, and never while one is still to come."""
    number = walk.in_inquiry()
    first, _ = convened(walk)
    called = calls(walk, number)
    watch.forward(hours=3)
    sweeping.sweep(walk.book, by=SYSTEM)
    assert calls(walk, number) == called
    watch.now = due(walk, number, Clock.FIRST_MEETING) - timedelta(hours=1)
    sweeping.sweep(walk.book, by=SYSTEM)
    assert calls(walk, number) == called + 1
    again, kind = convened(walk)
    assert again != first
    assert kind is MeetingKind.INITIAL


@pytest.mark.clause("W-33")
def test_a_closed_case_calls_no_meeting_any_more(walk: Walk, watch: Watch) -> None:
    """Its clock is stopped, and a call that was still to be made comes to nothing."""
    number = walk.assessed(Level.NONE)
    watch.now = due(walk, number, Clock.NEXT_MEETING) - timedelta(hours=1)
    sweeping.sweep(walk.book, by=SYSTEM)
    due_calls = claiming.claim_due(walk.book, limit=9, kinds=[EffectKind.CONVENE_TEAM], by=SYSTEM)
    walk.dispose(number)
    walk.act(number, "close")
    assert Clock.NEXT_MEETING not in running(walk.book, number)
    claiming.assign(walk.book, due_calls[0].lease, "run")
    works = [begun(walk.book, claim.effect_id, "run") for claim in due_calls]
    swept = [work for work in works if work.payload.clock is not None]
    assert [results.called_for(walk.book, work) for work in swept] == [False]


@pytest.mark.clause("W-30")
@pytest.mark.parametrize("level", [Level.EXTREME, Level.SEVERE])
def test_an_assessment_as_grave_calls_an_emergency_meeting(walk: Walk, watch: Watch, level: Level) -> None:
    """Put in force first or later; the meeting's clock runs until the team has met."""
    for stage, trigger in ((walk.monitored, "reassess"), (walk.in_inquiry, "assess")):
        number = stage(Level.MILD)
        if trigger == "assess":
            waive_sources(walk, number)
        clear(walk)
        walk.assess(number, level)
        walk.act(number, trigger)
        assert due(walk, number, Clock.FIRST_MEETING) == watch.now + timedelta(hours=2)
        meeting, kind = convened(walk)
        assert kind is MeetingKind.EMERGENCY
        hold(walk, number, meeting)
        assert Clock.FIRST_MEETING not in running(walk.book, number)


@pytest.mark.clause("W-30")
def test_an_emergency_meeting_that_is_ahead_is_not_called_twice(walk: Walk, watch: Watch) -> None:
    """Nor is one called again that was held, for a level that is no graver."""
    number = walk.monitored()
    at = watch.now + timedelta(hours=1)
    ahead = meetings.schedule(walk.book, number, by=walk.officer, kind=MeetingKind.EMERGENCY, at=at)
    called = calls(walk, number)
    walk.assess(number, Level.SEVERE)
    walk.act(number, "reassess")
    assert calls(walk, number) == called
    watch.forward(hours=2)
    hold(walk, number, ahead)
    walk.assess(number, Level.SEVERE)
    walk.act(number, "reassess")
    assert calls(walk, number) == called
    walk.assess(number, Level.EXTREME)
    walk.act(number, "reassess")
    assert calls(walk, number) > called
    clear_but_one = convened(walk)
    assert clear_but_one[1] is MeetingKind.EMERGENCY


def called_off(walk: Walk, number: str) -> set[str]:
    """The meetings of a case that were called off, each told by an effect."""
    off = {row["id"] for row in walk.records(number, "meetings") if row["cancelled_at"]}
    told: set[str] = set()
    for claim in claiming.claim_due(walk.book, limit=9, kinds=[EffectKind.CANCEL_MEETINGS], by=SYSTEM):
        claiming.assign(walk.book, claim.lease, "run")
        work = begun(walk.book, claim.effect_id, "run")
        told |= set(work.payload.meetings)
        attempts.finish(walk.book, work)
    assert told == off
    return off


@pytest.mark.clause("U-04", "W-30")
def test_a_sooner_meeting_takes_the_place_of_the_one_a_clock_asked_for(walk: Walk, watch: Watch) -> None:
    """Whether people agree on it or an alarm calls it; a meeting that people agreed on stays."""
    for kind in (MeetingKind.INITIAL, MeetingKind.EMERGENCY):
        number = walk.in_inquiry()
        first, _ = convened(walk)
        at = watch.now + timedelta(days=9)
        later = meetings.schedule(walk.book, number, by=walk.officer, kind=MeetingKind.REVIEW, at=at)
        assert called_off(walk, number) == set()
        clear(walk)
        if kind is MeetingKind.EMERGENCY:
            walk.act(number, "raise_alarm", {"reason": "A weapon."})
            sooner, _ = convened(walk)
        else:
            at = watch.now + timedelta(hours=30)
            sooner = meetings.schedule(walk.book, number, by=walk.officer, kind=kind, at=at)
        assert called_off(walk, number) == {first}
        assert {row["id"] for row in walk.records(number, "meetings")} == {first, later, sooner}
        clear(walk)


@pytest.mark.clause("U-04", "W-33")
def test_what_the_team_was_called_for_is_off_once_it_has_met(walk: Walk, watch: Watch) -> None:
    """Nobody has to come twice for one thing; and nobody comes for a case that is closed."""
    number = walk.assessed(Level.NONE)
    at = watch.now + timedelta(hours=2)
    by_hand = meetings.schedule(walk.book, number, by=walk.officer, kind=MeetingKind.INITIAL, at=at)
    (first,) = {meeting for meeting, _ in (convened(walk), convened(walk))} - {by_hand}
    clear(walk)
    hold(walk, number, by_hand)
    assert called_off(walk, number) == {first}
    at = watch.now + timedelta(days=40)
    again = meetings.schedule(walk.book, number, by=walk.officer, kind=MeetingKind.REVIEW, at=at)
    invitation = claiming.claim_due(walk.book, limit=1, kinds=[EffectKind.CONVENE_TEAM], by=SYSTEM)[0]
    walk.dispose(number)
    walk.act(number, "close")
    claiming.assign(walk.book, invitation.lease, "run")
    work = begun(walk.book, invitation.effect_id, "run")
    assert not results.called_for(walk.book, work)
    off = {row["id"] for row in walk.records(number, "meetings") if row["cancelled_at"]}
    assert off == {first, again}
    assert EffectKind.CANCEL_MEETINGS in owed(walk.book, number)
