"""Nothing of an earlier course, an older plan or an older question is taken for what is in force now."""

from datetime import UTC, datetime, timedelta

import pytest

from states.access import SYSTEM
from states.casebook.closing import disposition, endings
from states.casebook.effects import attempts, claiming
from states.casebook.inquiry import assessing, correcting, triage
from states.casebook.intake import reports
from states.casebook.lookups import asking, questions
from states.casebook.plan import coming_back, doing, planning
from states.casebook.referrals import sending
from states.casebook.rounds import results, team_clocks
from states.casebook.team import members
from states.contents.payloads import ANNUAL_REVIEW, GaveUp
from states.contents.plans import (
    ActionContent,
    CheckInContent,
    PlanContent,
    ReferralContent,
    ReintegrationContent,
)
from states.contents.reports import ReportContent, SubjectContent
from states.errors import Refused
from states.settings import Settings
from states.vocabulary.cases import Level, ReportChannel
from states.vocabulary.effects import Clock, DeadlineStage, EffectKind
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import Affiliation, IdentifierKind
from states.vocabulary.plans import PlanKind
from states.vocabulary.sources import SourceKind
from tasks.drafts.composing import Writer
from tests.cases.planning import still_open
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.courses.taking_up import take_up
from tests.states.looking import deadlines, running


def test_a_draft_that_nobody_approved_sends_no_referral(walk: Walk) -> None:
    """What goes out late is the plan's that was put into action, whatever was drafted since."""
    number = walk.monitored(referrals=(ReferralKind.COUNSELLING,))
    work = take_up(walk.book, number, EffectKind.ROUTE_REFERRALS)
    assigning = take_up(walk.book, number, EffectKind.ASSIGN_ACTIONS)
    walk.act(number, "revise_plan", {"reason": "It is too little."})
    draft = PlanContent(
        kind=PlanKind.ACTIVE_MONITORING,
        actions=(ActionContent(what="Unapproved.", owner="dean", due_at=walk.book.clock()),),
        stay_open=still_open(walk, number),
        referrals=(ReferralContent(kind=ReferralKind.PROSECUTION, recommendation="Unapproved."),),
    )
    planning.draft_plan(walk.book, number, draft, by=walk.officer)
    assert [row.kind for row in sending.routed(walk.book, work)] == ["counselling"]
    assert {row.owner for row, _ in results.open_actions(walk.book, assigning)} == {"officer", "nurse"}


def test_check_ins_that_were_given_up_are_put_into_no_calendar(walk: Walk) -> None:
    """Monitoring was resumed before the invitations went out."""
    number = walk.reintegrating()
    work = take_up(walk.book, number, EffectKind.SCHEDULE_CHECKINS)
    walk.act(number, "resume_monitoring", {"reason": "It did not work."})
    assert results.check_ins(walk.book, work) == []


def test_an_action_that_is_done_before_the_plan_is_in_force_has_no_clock(walk: Walk) -> None:
    """What is done is never called late."""
    number = walk.planned()
    for action in walk.records(number, "plan_actions"):
        doing.complete_action(walk.book, number, action["id"], by=walk.officer)
    walk.act(number, "activate_plan")
    assert Clock.PLAN_ACTION not in running(walk.book, number)


def test_a_check_in_that_is_settled_before_reintegration_begins_has_no_clock(walk: Walk) -> None:
    """What is done or waived is never called late."""
    number = walk.monitored(Level.MILD)
    for action in walk.records(number, "plan_actions"):
        doing.complete_action(walk.book, number, action["id"], by=walk.officer)
    agreed = CheckInContent(owner="nurse", due_at=walk.book.clock() + timedelta(days=7), what="Talk.")
    content = ReintegrationContent(conditions=("Stay in touch.",), check_ins=(agreed,))
    coming_back.draft_reintegration(walk.book, number, content, by=walk.officer)
    (check_in,) = walk.records(number, "check_ins")
    coming_back.settle_check_in(walk.book, number, check_in["id"], by=walk.officer)
    walk.act(number, "begin_reintegration")
    assert Clock.CHECK_IN not in running(walk.book, number)


def test_a_question_that_a_newer_one_took_the_place_of_is_not_asked_again(walk: Walk) -> None:
    """As little as possible is asked: of each kind, the newest question of this course."""
    number = walk.monitored()
    for _ in range(2):
        walk.assess(number, Level.MODERATE)
        walk.act(number, "reassess")
    asked = questions.questions(walk.book, take_up(walk.book, number, EffectKind.REFRESH_RECORDS))
    assert len(asked) == len({question.kind for question in asked})


@pytest.mark.clause("W-17")
def test_who_turns_out_to_be_a_student_has_the_student_record_asked_for(walk: Walk) -> None:
    """The inquiry began when nobody knew what the person is to the institution."""
    number = walk.in_inquiry(affiliation=Affiliation.UNKNOWN)
    for query in walk.records(number, "source_queries"):
        asking.waive_source(
            walk.book, number, SourceKind(query["kind"]), by=walk.chair, because="Nothing to look for."
        )
    subject = SubjectContent(
        affiliations=(Affiliation.STUDENT,),
        identifiers={IdentifierKind.CAMPUS_ID: "invented-1"},
        site="silver_city",
    )
    correcting.correct_subject(walk.book, number, subject, by=walk.chair)
    waiting = [row["kind"] for row in walk.records(number, "source_queries") if row["status"] == "asked"]
    assert waiting == [SourceKind.REGISTRAR]
    assert Clock.SOURCE_ANSWER in running(walk.book, number)
    work = take_up(walk.book, number, EffectKind.COLLECT_RECORDS)
    assert SourceKind.REGISTRAR in {question.kind for question in questions.questions(walk.book, work)}
    correcting.correct_subject(walk.book, number, subject, by=walk.chair)
    assert len(walk.records(number, "source_queries")) == 2


@pytest.mark.clause("W-11")
def test_a_report_screened_as_no_risk_waits_for_its_second_member_on_the_clock(walk: Walk) -> None:
    """Until somebody agrees and it is dismissed, its clock runs."""
    number = walk.reported()
    screening = triage.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="A joke.")
    assert Clock.SCREENING in running(walk.book, number)
    assessing.concur(walk.book, number, by=walk.chair, about=screening)
    walk.dispose(number)
    walk.act(number, "dismiss")
    assert Clock.SCREENING not in running(walk.book, number)


@pytest.mark.clause("W-12")
def test_a_follow_up_that_was_written_is_not_waived_away(walk: Walk) -> None:
    """The verbal report goes on naming the written one."""
    number = walk.reported(channel=ReportChannel.VERBAL)
    (verbal,) = walk.records(number, "reports")
    written = ReportContent(
        behaviour_of_concern="In writing.",
        subject=SubjectContent(site="silver_city"),
        follows_up=verbal["id"],
    )
    receipt = reports.report(walk.book, written, by=walk.chair)
    with pytest.raises(Refused):
        reports.waive_follow_up(walk.book, number, verbal["id"], by=walk.chair, because="No need.")
    assert walk.records(number, "reports")[0]["follow_up"] == receipt.report_id


def test_a_report_that_nobody_has_looked_at_is_not_erased(walk: Walk) -> None:
    """While a new report waits for a decision, its closed case is not erased."""
    subject = SubjectContent(site="silver_city", identifiers={IdentifierKind.CAMPUS_ID: "invented-2"})
    content = ReportContent(behaviour_of_concern="Invented.", subject=subject)
    number = reports.report(walk.book, content, by=walk.chair).number
    screening = triage.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="A joke.")
    assessing.concur(walk.book, number, by=walk.chair, about=screening)
    walk.dispose(number)
    walk.act(number, "dismiss")
    reports.report(walk.book, content, by=walk.chair)
    custodian = members.actor(walk.book, "custodian")
    with pytest.raises(Refused, match="reopen"):
        disposition.erase(walk.book, number, by=custodian)
    triage.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="The same joke.")
    walk.erase(number)


@pytest.mark.clause("W-43")
def test_the_end_of_a_retention_is_the_custodians_matter(walk: Walk) -> None:
    """Whoever may erase the record is reminded of it."""
    number = walk.closed()
    work = take_up(walk.book, number, EffectKind.CLOSE_OUT)
    writer = Writer(walk.book.pack, Settings(), results.brief(walk.book, work))
    now = walk.book.clock()
    drafts = writer.reminder(Clock.RETENTION, DeadlineStage.REMINDED, "", now, now=now)
    assert [draft.recipient for draft in drafts] == ["custodian"]


def test_the_day_of_the_conclusion_is_the_sites(walk: Walk, watch: Watch) -> None:
    """A case that is closed in the evening is not concluded tomorrow."""
    watch.now = datetime(2026, 2, 4, 1, 30, tzinfo=UTC)  # half past six in the evening of the third
    number = walk.closed()
    work = take_up(walk.book, number, EffectKind.CLOSE_OUT)
    writer = Writer(walk.book.pack, Settings(), results.brief(walk.book, work))
    (draft,) = writer.conclusion(endings.reporters_to_tell(walk.book, work), watch.now)
    assert draft.context["detail"]["concluded"] == "2026-02-03"


def test_work_of_the_team_that_is_given_up_is_told_to_people(walk: Walk, watch: Watch) -> None:
    """A reminder that could not be sent is nobody's case, and no less somebody's business."""
    team_clocks.set_team_clocks(walk.book, by=SYSTEM)
    watch.forward(days=200)
    (effect,) = team_clocks.owe_team(walk.book, Clock.ANNUAL_REVIEW, ANNUAL_REVIEW, by=SYSTEM)
    work = attempts.begin(walk.book, effect, "a-run", by=SYSTEM)
    assert work is not None
    assert attempts.fail(walk.book, work, "invented_code", permanent=True)
    (claim,) = claiming.claim_due(walk.book, limit=5, kinds=[EffectKind.REMIND], by=SYSTEM)
    (told,), _ = attempts.begin_batch(walk.book, claim.lease)
    assert told.payload == GaveUp(stuck=EffectKind.ANNUAL_REVIEW, attempts=1)
    writer = Writer(walk.book.pack, Settings(), results.brief(walk.book, told))
    drafts = writer.stuck(told.payload.stuck, told.payload.attempts)
    assert [draft.recipient for draft in drafts] == ["chair", "operator"]


def test_a_milder_assessment_in_reintegration_is_the_reassessment_that_was_due(walk: Walk) -> None:
    """A report made it due; an assessment that finds nothing graver answers it."""
    number = walk.reintegrating()
    subject = SubjectContent(site="silver_city", identifiers={IdentifierKind.CAMPUS_ID: "invented-3"})
    correcting.correct_subject(walk.book, number, subject, by=walk.chair)
    content = ReportContent(behaviour_of_concern="Seen again.", subject=subject)
    assert reports.report(walk.book, content, by=walk.chair).number == number
    assert Clock.REASSESSMENT in running(walk.book, number)
    walk.assess(number, Level.NONE)
    assert Clock.REASSESSMENT not in running(walk.book, number)


@pytest.mark.clause("W-08")
def test_report_upon_report_does_not_put_the_escalation_off(walk: Walk, watch: Watch) -> None:
    """The reassessment that the first one made due stays as late as it is."""
    number = walk.monitored()
    subject = SubjectContent(site="silver_city", identifiers={IdentifierKind.CAMPUS_ID: "invented-4"})
    correcting.correct_subject(walk.book, number, subject, by=walk.chair)
    content = ReportContent(behaviour_of_concern="Seen again.", subject=subject)
    reports.report(walk.book, content, by=walk.chair)
    first = [row.due_at for row in deadlines(walk.book, Clock.REASSESSMENT) if row.satisfied_at is None]
    watch.forward(hours=20)
    reports.report(walk.book, content, by=walk.chair)
    second = [row.due_at for row in deadlines(walk.book, Clock.REASSESSMENT) if row.satisfied_at is None]
    assert second == first
