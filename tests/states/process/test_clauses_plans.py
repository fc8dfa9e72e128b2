"""The clauses on plans: which one a level asks for, what it covers, monitoring, and coming back."""

from datetime import datetime, timedelta

import pytest

from states.access import SYSTEM
from states.casebook.inquiry import assessing, correcting
from states.casebook.intake import reports
from states.casebook.plan import coming_back, doing, planning
from states.casebook.rounds import sweeping
from states.contents.plans import ActionContent, PlanContent, ReferralContent
from states.contents.reports import ReportContent, SubjectContent
from states.errors import Refused, TransitionRefused
from states.process import ENDED_BY_CLOSING
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.plans import PlanKind, PlanTopic
from tests.cases.planning import still_open
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import case, owed, running
from tests.states.process.filing import assess, missing


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
            for one in sweeping.running(walk.book, by=SYSTEM, number=number)
            if one.clock == Clock.REASSESSMENT
        ]
        assert abs(line.due_at - watch.now - timedelta(days=days)) <= timedelta(hours=1)
        watch.forward(days=days)
        assess(walk, number, level)
        walk.act(number, "reassess")


@pytest.mark.clause("W-09")
def test_active_monitoring_follows_a_threat_management_plan(walk: Walk) -> None:
    """When the level falls, the plan no longer fits, and planning begins anew without a further reason."""
    number = walk.monitored(Level.SEVERE)
    walk.met(number)
    assessment = assess(walk, number, Level.MODERATE, reason_for_lowering="Means removed.")
    assessing.concur(walk.book, number, by=walk.chair, about=assessment)
    walk.act(number, "reassess")
    walk.act(number, "revise_plan")
    action = ActionContent(what="Weekly talk.", owner="nurse", due_at=walk.book.clock() + timedelta(days=7))
    stay = still_open(walk, number)
    plan = PlanContent(kind=PlanKind.ACTIVE_MONITORING, actions=(action,), stay_open=stay)
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
    coming_back.settle_check_in(walk.book, number, first["id"], by=walk.officer)
    assert "1 check-in" in missing(walk, number, "close")["check_ins_settled"]
    coming_back.settle_check_in(
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


@pytest.mark.clause("W-10")
def test_the_actions_of_a_plan_are_listed_as_they_were_drafted(walk: Walk) -> None:
    """All are written by one event: their ids rise in that order."""
    number = walk.planned()
    drafted = [f"Invented action {place}." for place in range(12)]
    actions = [{"what": what} for what in drafted]
    said = PlanContent.read({"kind": PlanKind.ACTIVE_MONITORING, "summary": "x", "actions": actions})
    plan = planning.draft_plan(walk.book, number, said, by=walk.officer)
    rows = [row for row in walk.records(number, "plan_actions") if row["plan_id"] == plan]
    assert [row["content"]["what"] for row in rows] == drafted
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)


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
    doing.complete_action(walk.book, number, mine["id"], by=walk.officer)
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
    correcting.correct_subject(walk.book, number, subject, by=walk.chair)
    again = ReportContent(behaviour_of_concern="Seen again.", subject=subject)
    assert reports.report(walk.book, again, by=walk.chair).number == number
    return walk.book.clock()


def reassessed_by(walk: Walk, number: str) -> datetime:
    """When the reassessment of a case is due."""
    (line,) = [
        one
        for one in sweeping.running(walk.book, by=SYSTEM, number=number)
        if one.clock == Clock.REASSESSMENT
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
        stay = still_open(walk, number)
        plan = PlanContent(kind=PlanKind.ACTIVE_MONITORING, actions=(action,), stay_open=stay)
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
    assessing.concur(walk.book, monitored, by=walk.chair, about=agreed)
    walk.act(monitored, "reassess")
    reintegrating = walk.reintegrating()
    for row in walk.records(reintegrating, "check_ins"):
        coming_back.settle_check_in(walk.book, reintegrating, row["id"], by=walk.officer)
    needing_no_meeting = set(ENDED_BY_CLOSING) - {Clock.FIRST_MEETING, Clock.NEXT_MEETING, Clock.PLAN_ACTION}
    for number, days in ((monitored, 14), (reintegrating, 30)):
        assert running(walk.book, number) & needing_no_meeting == set()
        (line,) = [
            one
            for one in sweeping.running(walk.book, by=SYSTEM, number=number)
            if one.clock == Clock.NEXT_MEETING
        ]
        assert line.clause == "W-33"
        assert line.due_at <= watch.now + timedelta(days=days)
