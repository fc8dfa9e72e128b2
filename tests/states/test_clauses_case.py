"""The clauses on a case's way: screened, inquired into, assessed, planned for, monitored, closed."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from states.access import SYSTEM
from states.casebook import acting, inquiry, intake, orders, planning, referral_answers, team, timers
from states.errors import Refused, TransitionRefused
from states.process import ENDED_BY_CLOSING
from states.records import (
    ActionContent,
    AssessmentContent,
    Factor,
    NoteContent,
    OutcomeContent,
    PlanContent,
    ProtectiveOrderContent,
    ReferralContent,
    ReportContent,
    SubjectContent,
)
from states.referral_moves import ANSWERS
from states.vocabulary import (
    CaseState,
    Clock,
    Condition,
    EffectKind,
    FactorKind,
    IdentifierKind,
    Level,
    PlanKind,
    PlanTopic,
    ReferralKind,
    ReferralStatus,
)
from tests.states.conftest import Watch
from tests.states.looking import case, owed, running
from tests.walking import Walk


def assess(walk: Walk, number: str, level: Level, **given: Any) -> str:
    """File an assessment by three offices; returns its id."""
    fields: dict[str, Any] = {
        "level": level,
        "criteria": (walk.book.pack.levels[level].criteria[0].id,),
        "factors": (),
        "rationale": "What the team found.",
        "threat_of_violence": level not in (Level.MILD, Level.NONE),
        "significant_disruption": False,
        "participants": ("chair", "officer", "nurse"),
    }
    made = inquiry.file_assessment(walk.book, number, AssessmentContent(**(fields | given)), by=walk.officer)
    for member in ("chair", "nurse"):
        inquiry.confirm(walk.book, number, made, by=team.actor(walk.book, member))
    return made


def missing(walk: Walk, number: str, trigger: str) -> dict[str, str]:
    """What blocks a trigger for the chair: the guards' names and sentences."""
    (answer,) = [one for one in acting.can(walk.book, number, by=walk.chair) if one.row.trigger == trigger]
    return {one.guard: one.sentence for one in answer.missing}


@pytest.mark.clause("W-05", "W-19")
@pytest.mark.parametrize("level", Level)
def test_the_team_classifies_into_six_levels_by_their_own_criteria(walk: Walk, level: Level) -> None:
    """The level in force is the one that people wrote down, with the criteria that they found met."""
    number = walk.assessed(level)
    (assessment,) = walk.records(number, "assessments")
    assert case(walk.book, number).level == level
    assert case(walk.book, number).assessment_id == assessment["id"]
    assert set(assessment["criteria"]) <= {one.id for one in walk.book.pack.levels[level].criteria}


@pytest.mark.clause("W-19")
def test_the_software_never_classifies(walk: Walk) -> None:
    """Whatever sources say and however grave the screening: a level is what the team assessed."""
    number = walk.in_inquiry(Level.EXTREME)
    assert case(walk.book, number).level is None
    assert "assessment_on_file" in missing(walk, number, "assess")


@pytest.mark.clause("W-06")
def test_an_assessment_records_the_subjects_condition(walk: Walk) -> None:
    """Distress, disturbance, dysregulation: each may be observed, several at once."""
    number = walk.in_inquiry()
    assess(walk, number, Level.MODERATE, conditions=tuple(Condition))
    assert walk.records(number, "assessments")[0]["conditions"] == list(Condition)


@pytest.mark.clause("W-07", "W-08", "W-20")
@pytest.mark.parametrize("level", [level for level in Level if level is not Level.NONE])
def test_each_level_asks_for_its_plan(walk: Walk, level: Level) -> None:
    """Threat management for Extreme and Severe, active monitoring for the others; none else will do."""
    grave = level in (Level.EXTREME, Level.SEVERE)
    asked = PlanKind.THREAT_MANAGEMENT if grave else PlanKind.ACTIVE_MONITORING
    (other,) = set(PlanKind) - {asked}
    number = walk.assessed(level)
    walk.act(number, "develop_plan")
    planning.draft_plan(walk.book, number, PlanContent(kind=other), by=walk.officer)
    assert str(level) in missing(walk, number, "activate_plan")["plan_fits_level"]
    planning.draft_plan(walk.book, number, PlanContent(kind=asked), by=walk.officer)
    assert "plan_fits_level" not in missing(walk, number, "activate_plan")


@pytest.mark.clause("W-08")
@pytest.mark.parametrize("level", [Level.ELEVATED, Level.MODERATE, Level.MILD])
def test_a_monitored_case_is_reassessed_again_and_again(walk: Walk, watch: Watch, level: Level) -> None:
    """Each reassessment sets the next one's time, as the level asks."""
    number = walk.monitored(level)
    days = walk.book.pack.levels[level].reassess_days
    assert days is not None
    for _ in range(2):
        (line,) = [
            one
            for one in timers.running(walk.book, by=SYSTEM, number=number)
            if one.clock == Clock.REASSESSMENT
        ]
        assert abs(line.due_at - watch.now - timedelta(days=days)) <= timedelta(hours=1)
        watch.forward(days=days)
        assess(walk, number, level)
        walk.act(number, "reassess")


def test_lowering_a_level_takes_a_reason_and_a_second_member(walk: Walk) -> None:
    """One person alone lowers nothing."""
    number = walk.monitored(Level.ELEVATED)
    assessment = assess(walk, number, Level.MILD, reason_for_lowering="The dispute is settled.")
    assert "second member" in missing(walk, number, "reassess")["lowering_agreed"]
    inquiry.concur(walk.book, number, by=walk.chair, about=assessment)
    walk.act(number, "reassess")
    assert case(walk.book, number).level == Level.MILD


@pytest.mark.clause("W-09")
def test_active_monitoring_follows_a_threat_management_plan(walk: Walk) -> None:
    """When the level falls, the plan no longer fits, and planning begins anew without a further reason."""
    number = walk.monitored(Level.SEVERE)
    walk.met(number)
    assessment = assess(walk, number, Level.MODERATE, reason_for_lowering="Means removed.")
    inquiry.concur(walk.book, number, by=walk.chair, about=assessment)
    walk.act(number, "reassess")
    walk.act(number, "revise_plan")
    action = ActionContent(what="Weekly talk.", owner="nurse", due_at=walk.book.clock() + timedelta(days=7))
    plan = PlanContent(kind=PlanKind.ACTIVE_MONITORING, actions=(action,))
    plan_id = planning.draft_plan(walk.book, number, plan, by=walk.officer)
    planning.approve_plan(walk.book, number, plan_id, by=walk.chair)
    walk.act(number, "activate_plan")
    assert [row["kind"] for row in walk.records(number, "plans")] == [
        PlanKind.THREAT_MANAGEMENT,
        PlanKind.ACTIVE_MONITORING,
    ]


@pytest.mark.clause("W-10")
@pytest.mark.parametrize("topic", PlanTopic)
def test_a_threat_management_plan_addresses_each_topic(walk: Walk, topic: PlanTopic) -> None:
    """Subject, possible targets, escalation and precipitating events: none may be left out."""
    number = walk.assessed(Level.SEVERE)
    walk.act(number, "develop_plan")
    topics = {other: "What the plan says." for other in PlanTopic if other is not topic}
    plan = PlanContent(kind=PlanKind.THREAT_MANAGEMENT, topics=topics | {topic: "  "})
    planning.draft_plan(walk.book, number, plan, by=walk.officer)
    assert topic.replace("_", " ") in missing(walk, number, "activate_plan")["plan_covers_topics"]


@pytest.mark.clause("W-11")
def test_a_report_of_no_risk_is_dismissed_when_a_second_member_agrees(walk: Walk) -> None:
    """With its reason on record, and nobody's alone."""
    number = walk.reported()
    screening = inquiry.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="A quotation.")
    with pytest.raises(TransitionRefused, match="second member") as refusal:
        walk.act(number, "dismiss")
    assert "The disposition is not written yet." in str(refusal.value)
    inquiry.concur(walk.book, number, by=walk.chair, about=screening)
    walk.dispose(number)
    walk.act(number, "dismiss")
    assert case(walk.book, number).state == CaseState.CLOSED
    assert EffectKind.CLOSE_OUT in owed(walk.book, number)


@pytest.mark.clause("W-11", "W-26")
def test_no_identified_risk_closes_after_its_documentation(walk: Walk) -> None:
    """Not before the disposition is written."""
    number = walk.assessed(Level.NONE)
    assert set(missing(walk, number, "close")) == {"disposition_written"}
    assert "level_above_none" in missing(walk, number, "develop_plan")


@pytest.mark.clause("W-18", "U-01")
@pytest.mark.parametrize("kind", ["interview", "inquiry", "observation"])
@pytest.mark.parametrize("convened", [True, False])
def test_inquiries_and_interviews_go_on_record(walk: Walk, kind: str, *, convened: bool) -> None:
    """With whom, by single members or by the team convened."""
    number = walk.in_inquiry()
    note = NoteContent(kind=kind, with_whom="Wit Ness", by_team_convened=convened, text="What was said.")
    inquiry.note(walk.book, number, note, by=walk.officer)
    (kept,) = walk.records(number, "notes")
    assert (kept["by"], kept["kind"]) == ("officer", kind)
    assert NoteContent.model_validate(kept["content"]) == note


@pytest.mark.clause("A-02", "A-03")
def test_an_assessment_tells_static_dynamic_and_protective_factors(walk: Walk) -> None:
    """What stays, what changes and what protects are told apart."""
    number = walk.in_inquiry()
    factors = tuple(Factor(kind=kind, text=f"A {kind} factor.") for kind in FactorKind)
    assess(walk, number, Level.MODERATE, factors=factors)
    content = AssessmentContent.model_validate(walk.records(number, "assessments")[0]["content"])
    assert content.factors == factors


@pytest.mark.clause("A-03")
def test_change_is_watched_from_one_assessment_to_the_next(walk: Walk) -> None:
    """Each assessment stays on record with the level that it found in force."""
    number = walk.monitored(Level.MODERATE)
    assess(walk, number, Level.SEVERE, factors=(Factor(kind=FactorKind.DYNAMIC, text="Lost his room."),))
    walk.act(number, "reassess")
    assert [(row["previous"], row["level"]) for row in walk.records(number, "assessments")] == [
        (None, Level.MODERATE),
        (Level.MODERATE, Level.SEVERE),
    ]
    assert EffectKind.REFRESH_RECORDS in owed(walk.book, number)


@pytest.mark.clause("W-21", "W-29")
@pytest.mark.parametrize("outcome", [None, *ReferralStatus])
def test_what_other_officials_do_neither_holds_up_nor_hurries_a_case(
    walk: Walk, outcome: ReferralStatus | None
) -> None:
    """Whatever becomes of discipline or prosecution, the same triggers are open."""
    number = walk.monitored(Level.MILD, referrals=(ReferralKind.CONDUCT, ReferralKind.PROSECUTION))
    before = {one.row.trigger: one.missing for one in acting.can(walk.book, number, by=walk.chair)}
    for referral in walk.records(number, "referrals"):
        if outcome in ANSWERS:
            referral_answers.record_outcome(
                walk.book, number, referral["id"], outcome, OutcomeContent(), by=walk.chair
            )
    assert {one.row.trigger: one.missing for one in acting.can(walk.book, number, by=walk.chair)} == before


@pytest.mark.clause("W-26")
@pytest.mark.parametrize("level", Level)
def test_a_case_closes_when_the_person_no_longer_poses_a_threat(walk: Walk, level: Level) -> None:
    """At None; at Mild when the team says why; never above."""
    number = walk.assessed(level)
    blocked = "no_longer_a_threat" in missing(walk, number, "close")
    assert blocked is (level is not Level.NONE)
    with pytest.raises(TransitionRefused) as refusal:
        walk.act(number, "close", {"reason": "He has left."})
    still = "no_longer_a_threat" in [one.guard for one in refusal.value.missing]
    assert still is (level not in (Level.NONE, Level.MILD))


@pytest.mark.clause("W-26")
def test_a_graver_assessment_keeps_a_case_open(walk: Walk) -> None:
    """Nobody closes past what the team has just found."""
    number = walk.reintegrating()
    assess(walk, number, Level.SEVERE)
    assert "Severe" in missing(walk, number, "close")["no_graver_level_stands"]


@pytest.mark.clause("W-42")
def test_a_protective_order_is_kept_on_the_case_and_told_to_the_police(walk: Walk) -> None:
    """With whom it protects and until when; the police of the place are owed their copy."""
    number = walk.reported()
    before = len(owed(walk.book, number))
    order = ProtectiveOrderContent(
        protects="Pat Sample", against="Sam Sample", valid_until=walk.book.clock() + timedelta(days=90)
    )
    orders.file(walk.book, number, order, by=walk.officer)
    (kept,) = walk.records(number, "protective_orders")
    assert ProtectiveOrderContent.model_validate(kept["content"]) == order
    assert set(owed(walk.book, number)[before:]) == {EffectKind.NOTIFY_TEAM, EffectKind.ROUTE_REFERRALS}


@pytest.mark.clause("W-45")
def test_reintegration_waits_for_the_initial_actions_and_the_threats_end(walk: Walk) -> None:
    """Each condition is named until it is met."""
    number = walk.monitored(Level.SEVERE)
    assert set(missing(walk, number, "begin_reintegration")) == {
        "level_permits_reintegration",
        "initial_actions_complete",
        "reintegration_drafted",
    }
    ready = walk.reintegrating()
    assert case(walk.book, ready).state == CaseState.REINTEGRATION
    assert Clock.CHECK_IN in running(walk.book, ready)
    assert EffectKind.SCHEDULE_CHECKINS in owed(walk.book, ready)


@pytest.mark.clause("W-45")
def test_a_case_in_reintegration_closes_when_its_check_ins_are_settled(walk: Walk) -> None:
    """Each took place, or was waived with a reason."""
    number = walk.reintegrating()
    first, second = walk.records(number, "check_ins")
    planning.settle_check_in(walk.book, number, first["id"], by=walk.officer)
    assert "1 check-in" in missing(walk, number, "close")["check_ins_settled"]
    planning.settle_check_in(
        walk.book, number, second["id"], by=walk.officer, waived_because="He moved away."
    )
    assert "check_ins_settled" not in missing(walk, number, "close")
    assert Clock.CHECK_IN not in running(walk.book, number)


@pytest.mark.clause("W-45")
def test_a_case_that_goes_back_to_monitoring_gives_its_check_ins_up(walk: Walk) -> None:
    """A new plan for coming back starts from nothing."""
    number = walk.reintegrating()
    with pytest.raises(TransitionRefused, match="Say why"):
        walk.act(number, "resume_monitoring")
    walk.act(number, "resume_monitoring", {"reason": "He missed both talks."})
    assert {row["waived"] for row in walk.records(number, "check_ins")} == {True}
    assert Clock.CHECK_IN not in running(walk.book, number)
    assert "reintegration_drafted" in missing(walk, number, "begin_reintegration")


def test_a_draft_that_another_one_replaced_binds_nobody(walk: Walk) -> None:
    """Only what was put into action has to be done."""
    number = walk.planned(Level.MILD)
    action = ActionContent(what="Another.", owner="nurse", due_at=walk.book.clock() + timedelta(days=2))
    again = PlanContent(kind=PlanKind.ACTIVE_MONITORING, actions=(action,))
    plan_id = planning.draft_plan(walk.book, number, again, by=walk.officer)
    planning.approve_plan(walk.book, number, plan_id, by=walk.chair)
    walk.act(number, "activate_plan")
    assert "1 initial" in missing(walk, number, "begin_reintegration")["initial_actions_complete"]
    (mine,) = [row for row in walk.records(number, "plan_actions") if row["plan_id"] == plan_id]
    planning.complete_action(walk.book, number, mine["id"], by=walk.officer)
    assert "initial_actions_complete" not in missing(walk, number, "begin_reintegration")


def test_a_plan_is_approved_by_somebody_who_did_not_write_it(walk: Walk) -> None:
    """And a new draft needs an approval of its own."""
    number = walk.assessed(Level.MILD)
    walk.act(number, "develop_plan")
    referral = ReferralContent(kind=ReferralKind.COUNSELLING, recommendation="Recommended.")
    plan = PlanContent(kind=PlanKind.ACTIVE_MONITORING, referrals=(referral,))
    first = planning.draft_plan(walk.book, number, plan, by=walk.officer)
    with pytest.raises(Refused, match="wrote this plan yourself"):
        planning.approve_plan(walk.book, number, first, by=walk.officer)
    planning.approve_plan(walk.book, number, first, by=walk.chair)
    assert "plan_approved" not in missing(walk, number, "activate_plan")
    planning.draft_plan(walk.book, number, plan, by=walk.officer)
    assert "plan_approved" in missing(walk, number, "activate_plan")


def reported_again(walk: Walk, number: str) -> datetime:
    """Let another report come in about a case's subject; gives the time, when the case is reassessed."""
    subject = SubjectContent(site="silver_city", identifiers={IdentifierKind.CAMPUS_ID: "invented-9"})
    inquiry.correct_subject(walk.book, number, subject, by=walk.chair)
    again = ReportContent(behaviour_of_concern="Seen again.", subject=subject)
    assert intake.report(walk.book, again, by=walk.chair).number == number
    return walk.book.clock()


def reassessed_by(walk: Walk, number: str) -> datetime:
    """When the reassessment of a case is due."""
    (line,) = [
        one for one in timers.running(walk.book, by=SYSTEM, number=number) if one.clock == Clock.REASSESSMENT
    ]
    return line.due_at


@pytest.mark.clause("W-08")
@pytest.mark.parametrize("stage", ["monitored", "reintegrating"])
def test_a_reassessment_that_a_report_made_due_is_not_put_off(walk: Walk, watch: Watch, stage: str) -> None:
    """Neither by a new plan that is put into action, nor by going back to monitoring."""
    number = getattr(walk, stage)()
    due_at = reported_again(walk, number)
    watch.forward(hours=5)
    if stage == "reintegrating":
        walk.act(number, "resume_monitoring", {"reason": "He was seen again."})
    else:
        walk.act(number, "revise_plan", {"reason": "He was seen again."})
        action = ActionContent(what="Call.", owner="nurse", due_at=watch.now + timedelta(days=2))
        plan = PlanContent(kind=PlanKind.ACTIVE_MONITORING, actions=(action,))
        plan_id = planning.draft_plan(walk.book, number, plan, by=walk.officer)
        planning.approve_plan(walk.book, number, plan_id, by=walk.chair)
        walk.act(number, "activate_plan")
    assert case(walk.book, number).state == CaseState.MONITORING
    assert reassessed_by(walk, number) == due_at


@pytest.mark.clause("W-33")
def test_a_case_at_none_or_with_its_check_ins_settled_still_has_a_clock(walk: Walk, watch: Watch) -> None:
    """The team meets about it until it is closed, or says why not."""
    monitored = walk.monitored(Level.MILD)
    agreed = walk.assess(monitored, Level.NONE)
    inquiry.concur(walk.book, monitored, by=walk.chair, about=agreed)
    walk.act(monitored, "reassess")
    reintegrating = walk.reintegrating()
    for row in walk.records(reintegrating, "check_ins"):
        planning.settle_check_in(walk.book, reintegrating, row["id"], by=walk.officer)
    needing_no_meeting = set(ENDED_BY_CLOSING) - {Clock.FIRST_MEETING, Clock.NEXT_MEETING, Clock.PLAN_ACTION}
    for number, days in ((monitored, 14), (reintegrating, 30)):
        assert running(walk.book, number) & needing_no_meeting == set()
        (line,) = [
            one
            for one in timers.running(walk.book, by=SYSTEM, number=number)
            if one.clock == Clock.NEXT_MEETING
        ]
        assert line.clause == "W-33"
        assert line.due_at <= watch.now + timedelta(days=days)
