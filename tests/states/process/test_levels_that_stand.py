"""No level falls by one person alone, whatever the road; and it rises wherever a case stands."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from states.access import SYSTEM
from states.casebook.closing import disposition
from states.casebook.inquiry import assessing, triage
from states.casebook.intake import reports
from states.casebook.lookups import asking
from states.casebook.plan import coming_back, meetings, planning
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.casebook.triggers import acting
from states.contents.closing import DispositionContent
from states.contents.inquiry import AssessmentContent
from states.contents.plans import ActionContent, PlanContent
from states.contents.reports import ReportContent, SubjectContent
from states.errors import BadInput, Refused, TransitionRefused
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.people import IdentifierKind, Role
from states.vocabulary.plans import MeetingKind, PlanKind
from states.vocabulary.sources import SourceKind
from tests.cases.planning import still_open
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import case, owed, running


def missing(walk: Walk, number: str, trigger: str) -> dict[str, str]:
    """What blocks a trigger for the chair: the guards' names and sentences."""
    (answer,) = [one for one in acting.can(walk.book, number, by=walk.chair) if one.row.trigger == trigger]
    return {one.guard: one.sentence for one in answer.missing}


def urged(walk: Walk, number: str) -> dict[str, str]:
    """What presses, by trigger."""
    return {one.row.trigger: one.urged for one in acting.can(walk.book, number, by=walk.chair) if one.urged}


def waive_sources(walk: Walk, number: str) -> None:
    """Decide on every source that is waited for."""
    for query in walk.records(number, "source_queries"):
        if query["status"] == "asked":
            asking.waive_source(walk.book, number, SourceKind(query["kind"]), by=walk.chair, because="x")


def due(walk: Walk, number: str, clock: Clock) -> Any:
    """When a clock of a case that runs is due."""
    (line,) = [one for one in sweeping.running(walk.book, by=SYSTEM, number=number) if one.clock == clock]
    return line.due_at


@pytest.mark.clause("W-19", "W-30")
def test_one_person_takes_no_extreme_case_to_closed(walk: Walk) -> None:
    """Assessed None in the same minute, with people who were never asked: each thing that lacks is named."""
    number = walk.in_inquiry(Level.EXTREME)
    waive_sources(walk, number)
    made = walk.assess(number, Level.NONE, confirm=False)
    lacks = missing(walk, number, "assess")
    assert "@chair, @dean, @nurse have not said that they took part" in lacks["quorum"]
    assert "second member" in lacks["lowering_agreed"]
    assert "chair" in lacks["lowering_agreed"]
    assert "meeting with a quorum" in lacks["lowering_agreed"]
    assessing.concur(walk.book, number, by=members.actor(walk.book, "nurse"), about=made)
    assessing.confirm(walk.book, number, made, by=members.actor(walk.book, "dean"))
    assert "second member" not in missing(walk, number, "assess")["lowering_agreed"]
    assessing.concur(walk.book, number, by=walk.chair, about=made)
    assert "quorum" not in missing(walk, number, "assess")
    assert "to go down to None needs a meeting" in missing(walk, number, "assess")["lowering_agreed"]
    walk.met(number)
    walk.act(number, "assess")
    disposition.write_disposition(walk.book, number, DispositionContent(text="x"), by=walk.officer)
    assert "lowering_agreed" not in missing(walk, number, "close")
    assert "no_graver_level_stands" not in missing(walk, number, "close")


@pytest.mark.clause("W-19")
def test_nobody_confirms_for_another_and_nobody_twice(walk: Walk) -> None:
    """Who was not named, and who has said so already, is refused."""
    number = walk.in_inquiry()
    made = walk.assess(number, Level.MODERATE)
    with pytest.raises(Refused, match="already"):
        assessing.confirm(walk.book, number, made, by=walk.chair)
    content = AssessmentContent(
        level=Level.MODERATE,
        criteria=("moderate-1",),
        factors=(),
        rationale="x",
        threat_of_violence=False,
        significant_disruption=False,
        participants=("officer", "nurse"),
    )
    other = assessing.file_assessment(walk.book, number, content, by=walk.officer)
    with pytest.raises(Refused, match="does not name you"):
        assessing.confirm(walk.book, number, other, by=walk.chair)


@pytest.mark.clause("W-19")
def test_who_was_at_a_meeting_with_a_quorum_need_not_confirm(walk: Walk) -> None:
    """And who only stands in the assessment does."""
    number = walk.in_inquiry()
    waive_sources(walk, number)
    walk.assess(number, Level.MODERATE, confirm=False)
    assert "quorum" in missing(walk, number, "assess")
    walk.met(number)
    assert "quorum" not in missing(walk, number, "assess")


@pytest.mark.clause("W-11", "W-19")
def test_the_later_and_lower_of_two_screenings_does_not_win(walk: Walk) -> None:
    """Everybody on the case is told of both; the graver one stands until chair and another have agreed."""
    number = walk.reported()
    triage.screen(walk.book, number, by=walk.officer, level=Level.EXTREME, because="x")
    due_at = due(walk, number, Clock.FIRST_MEETING)
    told = owed(walk.book, number).count(EffectKind.NOTIFY_TEAM)
    other = replace(members.actor(walk.book, "nurse"), roles=frozenset({Role.INTAKE}))
    lower = triage.screen(walk.book, number, by=other, level=Level.NONE, because="y")
    assert case(walk.book, number).provisional_level == Level.EXTREME
    assert due(walk, number, Clock.FIRST_MEETING) == due_at
    assert owed(walk.book, number).count(EffectKind.NOTIFY_TEAM) == told + 1
    assert {"lowering_agreed", "screening_concurred"} <= set(missing(walk, number, "dismiss"))
    assessing.concur(walk.book, number, by=walk.chair, about=lower)
    assert case(walk.book, number).provisional_level == Level.EXTREME
    walk.met(number)
    assert case(walk.book, number).provisional_level == Level.NONE
    assert "registrar (never asked)" in missing(walk, number, "dismiss")["sources_decided_if_grave"]


@pytest.mark.clause("W-19")
def test_who_screens_again_lowers_nothing_alone(walk: Walk) -> None:
    """Below the grave levels a second member is enough."""
    number = walk.reported()
    triage.screen(walk.book, number, by=walk.chair, level=Level.ELEVATED, because="x")
    again = triage.screen(walk.book, number, by=walk.chair, level=Level.MILD, because="y")
    assert case(walk.book, number).provisional_level == Level.ELEVATED
    with pytest.raises(Refused, match="wrote this yourself"):
        assessing.concur(walk.book, number, by=walk.chair, about=again)
    assessing.concur(walk.book, number, by=walk.officer, about=again)
    assert case(walk.book, number).provisional_level == Level.MILD


@pytest.mark.clause("W-19", "W-47")
def test_what_came_on_record_while_a_case_was_closed_stands_after_its_reopening(walk: Walk) -> None:
    """Reopening is no way around a second member."""
    number = walk.closed()
    triage.screen(walk.book, number, by=walk.officer, level=Level.SEVERE, because="New threats.")
    triage.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="Or not.")
    assert case(walk.book, number).provisional_level == Level.SEVERE
    walk.act(number, "reopen", {"reason": "New threats."})
    walk.assess(number, Level.NONE)
    assert "Severe stands" in missing(walk, number, "assess")["lowering_agreed"]


@pytest.mark.clause("W-05", "W-30")
@pytest.mark.parametrize("stage", ["assessed", "planned", "monitored", "reintegrating"])
def test_a_level_is_raised_wherever_a_case_stands(walk: Walk, stage: str) -> None:
    """The police hear of it and the team is called when it is filed; the case stays in its state."""
    number = getattr(walk, stage)()
    state = case(walk.book, number).state
    called = owed(walk.book, number).count(EffectKind.CONVENE_TEAM)
    walk.assess(number, Level.SEVERE)
    assert EffectKind.ALERT_POLICE in owed(walk.book, number)
    assert owed(walk.book, number).count(EffectKind.CONVENE_TEAM) == called + 1
    assert "Severe" in urged(walk, number)["reassess"]
    walk.act(number, "reassess")
    assert (case(walk.book, number).state, case(walk.book, number).level) == (state, Level.SEVERE)
    assert due(walk, number, Clock.FIRST_MEETING) <= walk.book.clock() + timedelta(hours=2)


@pytest.mark.clause("W-17", "W-19")
@pytest.mark.parametrize("level", list(Level))
def test_records_are_waited_for_no_longer_than_the_assessment_may_take(walk: Walk, level: Level) -> None:
    """What the team assesses by lies before it, or the chair has heard by then that it does not."""
    number = walk.in_inquiry(level)
    assert due(walk, number, Clock.SOURCE_ANSWER) < due(walk, number, Clock.ASSESSMENT)


@pytest.mark.clause("W-05")
def test_a_level_is_raised_by_screening_while_an_inquiry_runs(walk: Walk) -> None:
    """The assessment falls due in hours then, and the records sooner."""
    number = walk.in_inquiry(Level.MILD)
    assert due(walk, number, Clock.ASSESSMENT) > walk.book.clock() + timedelta(days=4)
    triage.screen(walk.book, number, by=walk.officer, level=Level.EXTREME, because="A plan was found.")
    assert case(walk.book, number).provisional_level == Level.EXTREME
    assert due(walk, number, Clock.ASSESSMENT) <= walk.book.clock() + timedelta(hours=12)
    assert due(walk, number, Clock.SOURCE_ANSWER) < due(walk, number, Clock.ASSESSMENT)
    assert EffectKind.ALERT_POLICE in owed(walk.book, number)


@pytest.mark.clause("W-07", "W-20")
def test_a_plan_of_the_wrong_kind_is_called_out_and_gets_its_clock(walk: Walk) -> None:
    """Until it is revised, or the level asks for it again."""
    number = walk.monitored(Level.MILD)
    assert Clock.PLAN not in running(walk.book, number)
    walk.assess(number, Level.EXTREME)
    walk.act(number, "reassess")
    assert Clock.PLAN in running(walk.book, number)
    said = urged(walk, number)["revise_plan"]
    assert "no longer fits: Extreme asks for a threat management plan. Revise it" in said
    walk.act(number, "revise_plan")
    assert [line.clock for line in sweeping.running(walk.book, by=SYSTEM, number=number)].count(
        Clock.PLAN
    ) == 1


@pytest.mark.clause("W-09")
def test_active_monitoring_follows_a_threat_management_plan_while_the_level_is_still_severe(
    walk: Walk,
) -> None:
    """But not where no such plan was in action since the level rose."""
    number = walk.monitored(Level.SEVERE)
    walk.act(number, "revise_plan", {"reason": "The plan has done its work."})
    action = ActionContent(what="Weekly.", owner="nurse", due_at=walk.book.clock() + timedelta(days=7))
    stay = still_open(walk, number)
    plan = PlanContent(kind=PlanKind.ACTIVE_MONITORING, actions=(action,), stay_open=stay)
    planned = planning.draft_plan(walk.book, number, plan, by=walk.officer)
    planning.approve_plan(walk.book, number, planned, by=walk.chair)
    walk.act(number, "activate_plan")
    assert case(walk.book, number).state == CaseState.MONITORING
    walk.assess(number, Level.EXTREME)
    walk.act(number, "reassess")
    assert "Extreme asks for a threat management plan" in urged(walk, number)["revise_plan"]


@pytest.mark.clause("W-19")
def test_a_reassessment_asks_for_a_quorum(walk: Walk) -> None:
    """As the first assessment does."""
    number = walk.monitored()
    walk.assess(number, Level.MODERATE, confirm=False)
    assert "1 of at least 3 offices" in missing(walk, number, "reassess")["quorum"]


@pytest.mark.clause("W-26")
@pytest.mark.parametrize("risk", ["threat_of_violence", "significant_disruption"])
def test_closing_asks_for_disruption_as_well_as_for_violence(walk: Walk, risk: str) -> None:
    """An assessment says both; no case closes while either is seen, and None says neither."""
    number = walk.in_inquiry(Level.MILD)
    waive_sources(walk, number)
    fields: dict[str, Any] = {
        "level": Level.MILD,
        "criteria": ("mild-1",),
        "factors": (),
        "rationale": "x",
        "threat_of_violence": False,
        "significant_disruption": False,
        "participants": ("officer", "chair", "nurse"),
    }
    assessing.file_assessment(
        walk.book, number, AssessmentContent(**(fields | {risk: True})), by=walk.officer
    )
    walk.met(number)
    walk.act(number, "assess")
    with pytest.raises(TransitionRefused) as refusal:
        walk.act(number, "close", {"reason": "He has left."})
    said = {one.guard: one.sentence for one in refusal.value.missing}
    assert risk.replace("_", " ") in said["no_longer_a_threat"]
    none = fields | {"level": Level.NONE, "criteria": ("none-1",), "reason_for_lowering": "x", risk: True}
    with pytest.raises(BadInput, match="neither"):
        assessing.file_assessment(walk.book, number, AssessmentContent(**none), by=walk.officer)


@pytest.mark.clause("W-31")
def test_a_further_report_does_not_move_the_first_meeting(walk: Walk, watch: Watch) -> None:
    """The 48 hours run from the initial report, however often it is screened."""
    subject = SubjectContent(site="silver_city", identifiers={IdentifierKind.CAMPUS_ID: "invented-31"})
    content = ReportContent(behaviour_of_concern="x", subject=subject)
    received = watch.now
    number = reports.report(walk.book, content, by=walk.chair).number
    triage.screen(walk.book, number, by=walk.officer, level=Level.MODERATE, because="x")
    watch.forward(hours=30)
    assert reports.report(walk.book, content, by=walk.chair).number == number
    triage.screen(walk.book, number, by=walk.officer, level=Level.ELEVATED, because="y")
    assert due(walk, number, Clock.FIRST_MEETING) == received + timedelta(hours=48)


@pytest.mark.clause("U-04")
def test_minutes_wait_for_the_meeting_which_may_be_moved_to_when_the_team_met(
    walk: Walk, watch: Watch
) -> None:
    """The refusal says how."""
    number = walk.in_inquiry()
    at = watch.now + timedelta(hours=5)
    meeting = meetings.schedule(walk.book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=at)
    watch.forward(hours=2)
    minutes = walk.minutes()
    with pytest.raises(Refused, match="tat meeting move"):
        meetings.hold(walk.book, number, meeting, minutes, by=walk.chair)
    earlier = watch.now - timedelta(hours=1)
    meetings.move(walk.book, number, meeting, by=walk.chair, at=earlier, because="All were there.")
    assert meetings.hold(walk.book, number, meeting, minutes, by=walk.chair)


@pytest.mark.clause("U-04", "W-31")
def test_a_meeting_is_cancelled_or_moved_but_not_the_last_one_that_is_in_time(
    walk: Walk, watch: Watch
) -> None:
    """With a reason, and once."""
    number = walk.in_inquiry()
    at = watch.now + timedelta(hours=5)
    first = meetings.schedule(walk.book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=at)
    with pytest.raises(Refused, match="no other meeting is called"):
        meetings.cancel(walk.book, number, first, by=walk.chair, because="x")
    later = at + timedelta(hours=20)
    second = meetings.schedule(walk.book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=later)
    with pytest.raises(BadInput, match="needs a reason"):
        meetings.cancel(walk.book, number, first, by=walk.chair, because=" ")
    meetings.cancel(walk.book, number, first, by=walk.chair, because="The room is taken.")
    with pytest.raises(Refused, match="called off already"):
        meetings.move(walk.book, number, first, by=walk.chair, at=later, because="x")
    meetings.move(walk.book, number, second, by=walk.chair, at=later + timedelta(hours=1), because="x")
    kept = {row["id"]: row for row in walk.records(number, "meetings")}
    assert (kept[second]["sequence"], kept[first]["sequence"]) == (1, 1)
    assert kept[first]["cancelled_at"] is not None


@pytest.mark.clause("W-30")
def test_a_second_emergency_meeting_takes_the_place_of_the_first(walk: Walk, watch: Watch) -> None:
    """Whoever called the first one."""
    number = walk.in_inquiry()
    kind = MeetingKind.EMERGENCY
    times = [watch.now + timedelta(hours=hours) for hours in (3, 1)]
    first, second = [meetings.schedule(walk.book, number, by=walk.chair, kind=kind, at=at) for at in times]
    kept = {row["id"]: row["cancelled_at"] for row in walk.records(number, "meetings")}
    assert kept[first] is not None
    assert kept[second] is None
    assert EffectKind.CANCEL_MEETINGS in owed(walk.book, number)


@pytest.mark.clause("W-45")
def test_a_check_in_that_is_done_stays_done(walk: Walk) -> None:
    """Nor is one that was waived done afterwards."""
    number = walk.reintegrating()
    first, second = [row["id"] for row in walk.records(number, "check_ins")]
    coming_back.settle_check_in(walk.book, number, first, by=walk.officer)
    with pytest.raises(Refused, match="done already"):
        coming_back.settle_check_in(walk.book, number, first, by=walk.officer, waived_because="x")
    coming_back.settle_check_in(walk.book, number, second, by=walk.officer, waived_because="x")
    with pytest.raises(Refused, match="waived already"):
        coming_back.settle_check_in(walk.book, number, second, by=walk.officer)
