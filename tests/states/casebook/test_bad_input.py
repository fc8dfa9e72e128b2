"""Whatever somebody gives: the answer is a sentence that repeats none of it, and nothing is half-written."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from states.access import REPORTER, SYSTEM
from states.casebook.closing import disposition
from states.casebook.inquiry import assessing, correcting, triage
from states.casebook.intake import logbook, reports
from states.casebook.lookups import asking
from states.casebook.persons import joining
from states.casebook.plan import doing, meetings, planning
from states.casebook.referrals import answers
from states.casebook.team import members, reviews
from states.casebook.triggers import acting
from states.contents.inquiry import AssessmentContent
from states.contents.leaving import OutcomeContent
from states.contents.plans import (
    ActionContent,
    MinutesContent,
    PlanContent,
)
from states.contents.reports import ReportContent, SubjectContent
from states.contents.team import MemberContent, ReviewContent
from states.errors import BadInput, NotPermitted, Refused, TatError, UnknownRecord
from states.process import TRANSITIONS
from states.tables import Assessment, Plan, Report
from states.vocabulary.cases import Level
from states.vocabulary.leaving import ReferralStatus
from states.vocabulary.plans import MeetingKind, PlanKind
from states.vocabulary.sources import SourceKind
from tests.cases.walking import Walk
from tests.states.conftest import MONDAY, Watch
from tests.states.contents.invented_report import MARK, REPORT
from tests.states.looking import everything, newest

AtStage = Callable[[str], tuple[Walk, str]]


NAIVE = datetime(2026, 3, 1, 12)  # noqa: DTZ001 - the lack of a time zone is the point


def plan(**given: Any) -> PlanContent:
    """A plan with one action."""
    action = ActionContent(what="Call weekly.", **({"owner": "nurse", "due_at": None} | given))
    return PlanContent(kind=PlanKind.ACTIVE_MONITORING, actions=(action,))


def assessment(**given: Any) -> AssessmentContent:
    """A moderate assessment by three offices."""
    fields: dict[str, Any] = {
        "level": Level.MODERATE,
        "criteria": ("moderate-1",),
        "factors": (),
        "rationale": "x",
        "threat_of_violence": False,
        "significant_disruption": False,
        "participants": ("chair", "officer", "nurse"),
    }
    return AssessmentContent(**(fields | given))


Wrong = tuple[str, Callable[[Walk, str], object], type[TatError], str]


#: what goes wrong at a stage of a case: the stage, the call, the error, a word of its sentence
WRONG: dict[str, Wrong] = {
    "unknown trigger": (
        "reported",
        lambda w, n: acting.act(w.book, n, "to_closed", by=w.chair),
        BadInput,
        "no such trigger",
    ),
    "unknown case": (
        "reported",
        lambda w, _: acting.act(w.book, "TAT-1999-0001", "assess", by=w.chair),
        UnknownRecord,
        "no case",
    ),
    "a version to come": (
        "reported",
        lambda w, n: acting.act(w.book, n, "dismiss", by=w.chair, expected=99),
        BadInput,
        "version",
    ),
    "an unknown key along with a trigger": (
        "reported",
        lambda w, n: w.act(n, "raise_alarm", {MARK: "x"}),
        BadInput,
        "reason",
    ),
    "NUL in a reason": ("reported", lambda w, n: w.act(n, "raise_alarm", {"reason": "\0"}), BadInput, "NUL"),
    "a blank reason": (
        "monitored",
        lambda w, n: w.act(n, "revise_plan", {"reason": " \n "}),
        Refused,
        "say why",
    ),
    "a report from the future": (
        "reported",
        lambda w, _: reports.report(
            w.book, ReportContent.read(REPORT), by=REPORTER, received_at=MONDAY + timedelta(hours=1)
        ),
        BadInput,
        "future",
    ),
    "a report without a time zone": (
        "reported",
        lambda w, _: reports.report(w.book, ReportContent.read(REPORT), by=REPORTER, received_at=NAIVE),
        BadInput,
        "time zone",
    ),
    "an unknown site": (
        "reported",
        lambda w, _: reports.report(
            w.book, ReportContent.read(REPORT | {"subject": {"site": MARK}}), by=REPORTER
        ),
        BadInput,
        "no such site",
    ),
    "a follow-up of nothing": (
        "reported",
        lambda w, _: reports.report(w.book, ReportContent.read(REPORT | {"follows_up": MARK}), by=REPORTER),
        UnknownRecord,
        "no report",
    ),
    "a follow-up of a written report": (
        "reported",
        lambda w, _: reports.report(
            w.book, ReportContent.read(REPORT | {"follows_up": newest(w.book, Report)}), by=REPORTER
        ),
        BadInput,
        "not a verbal one",
    ),
    "a screening without a reason": (
        "reported",
        lambda w, n: triage.screen(w.book, n, by=w.chair, level=Level.MILD, because="  "),
        BadInput,
        "Say why",
    ),
    "a screening of what is past it": (
        "monitored",
        lambda w, n: triage.screen(w.book, n, by=w.chair, level=Level.MILD, because="x"),
        Refused,
        "file an assessment",
    ),
    "an unknown lead": (
        "reported",
        lambda w, n: triage.assign(w.book, n, by=w.chair, lead=MARK, offices=["student_affairs"]),
        BadInput,
        "no active member",
    ),
    "an unknown office": (
        "reported",
        lambda w, n: triage.assign(w.book, n, by=w.chair, lead="chair", offices=[MARK]),
        BadInput,
        "no such office",
    ),
    "somebody assigns who may not": (
        "reported",
        lambda w, n: triage.assign(w.book, n, by=w.officer, lead="officer", offices=["student_affairs"]),
        NotPermitted,
        "chair",
    ),
    "a subject at an unknown site": (
        "reported",
        lambda w, n: correcting.correct_subject(w.book, n, SubjectContent(site=MARK), by=w.chair),
        BadInput,
        "no such site",
    ),
    "an assessment before the inquiry": (
        "reported",
        lambda w, n: assessing.file_assessment(w.book, n, assessment(), by=w.chair),
        Refused,
        "nothing is assessed",
    ),
    "a criterion of another level": (
        "in_inquiry",
        lambda w, n: assessing.file_assessment(w.book, n, assessment(criteria=("mild-1",)), by=w.chair),
        BadInput,
        "criteria of Moderate that are met",
    ),
    "no criterion": (
        "in_inquiry",
        lambda w, n: assessing.file_assessment(w.book, n, assessment(criteria=()), by=w.chair),
        BadInput,
        "criteria takes one or more ids",
    ),
    "an unknown participant": (
        "in_inquiry",
        lambda w, n: assessing.file_assessment(w.book, n, assessment(participants=(MARK,)), by=w.chair),
        BadInput,
        "no active member",
    ),
    "a lower level without a reason": (
        "monitored",
        lambda w, n: assessing.file_assessment(
            w.book, n, assessment(level=Level.MILD, criteria=("mild-1",)), by=w.chair
        ),
        BadInput,
        "from Moderate to Mild",
    ),
    "agreeing with oneself": (
        "monitored",
        lambda w, n: assessing.concur(w.book, n, by=w.officer, about=newest(w.book, Assessment)),
        Refused,
        "second member",
    ),
    "agreeing with nothing": (
        "reported",
        lambda w, n: assessing.concur(w.book, n, by=w.chair, about=MARK),
        UnknownRecord,
        "no record",
    ),
    "waiving what nobody waits for": (
        "in_inquiry",
        lambda w, n: asking.waive_source(w.book, n, SourceKind.DIRECTORY, by=w.chair, because="x"),
        Refused,
        "does not wait",
    ),
    "a plan outside planning": (
        "reported",
        lambda w, n: planning.draft_plan(w.book, n, plan(), by=w.chair),
        Refused,
        "in Reported",
    ),
    "an action due in the past": (
        "planned",
        lambda w, n: planning.draft_plan(w.book, n, plan(due_at=MONDAY - timedelta(days=1)), by=w.chair),
        BadInput,
        "in the past",
    ),
    "an action without a time zone": (
        "planned",
        lambda w, n: planning.draft_plan(w.book, n, plan(due_at=NAIVE), by=w.chair),
        BadInput,
        "time zone",
    ),
    "an action of nobody's": (
        "planned",
        lambda w, n: planning.draft_plan(w.book, n, plan(owner=MARK), by=w.chair),
        BadInput,
        "no active member",
    ),
    "approving one's own plan": (
        "planned",
        lambda w, n: planning.approve_plan(w.book, n, newest(w.book, Plan), by=w.officer),
        Refused,
        "somebody else",
    ),
    "completing no action": (
        "monitored",
        lambda w, n: doing.complete_action(w.book, n, MARK, by=w.chair),
        UnknownRecord,
        "no record",
    ),
    "a referral that answers itself": (
        "monitored",
        lambda w, n: answers.record_outcome(
            w.book, n, MARK, ReferralStatus.SENT, OutcomeContent(), by=w.chair
        ),
        BadInput,
        "acknowledged",
    ),
    "a meeting in the past": (
        "in_inquiry",
        lambda w, n: meetings.schedule(
            w.book, n, by=w.chair, kind=MeetingKind.REVIEW, at=MONDAY - timedelta(days=1)
        ),
        BadInput,
        "still ahead",
    ),
    "a meeting without a time zone": (
        "in_inquiry",
        lambda w, n: meetings.schedule(w.book, n, by=w.chair, kind=MeetingKind.REVIEW, at=NAIVE),
        BadInput,
        "time zone",
    ),
    "an unknown meeting": (
        "in_inquiry",
        lambda w, n: meetings.hold(
            w.book, n, MARK, MinutesContent(present=("chair",), minutes="x"), by=w.chair
        ),
        UnknownRecord,
        "no record",
    ),
    "a link to no case": (
        "reported",
        lambda w, n: joining.confirm_link(w.book, n, MARK, by=w.chair, same_person=True),
        UnknownRecord,
        "no case under that number",
    ),
    "erasing an open case": (
        "monitored",
        lambda w, n: disposition.erase(w.book, n, by=members.actor(w.book, "custodian")),
        Refused,
        "only a closed case",
    ),
    "erasing as the chair": (
        "closed",
        lambda w, n: disposition.erase(w.book, n, by=w.chair),
        NotPermitted,
        "custodian",
    ),
    "a member without a plain id": (
        "reported",
        lambda w, _: members.enrol(w.book, MARK, MemberContent(name="x", address="y"), by=w.chair),
        BadInput,
        "letters, digits and dashes",
    ),
    "a member who would pass for the software": (
        "reported",
        lambda w, _: members.enrol(w.book, SYSTEM.id, MemberContent(name="x", address="y"), by=w.chair),
        BadInput,
        "reserved",
    ),
    "a stranger enrols": (
        "reported",
        lambda w, _: members.enrol(w.book, "new", MemberContent(name="x", address="y"), by=None),
        NotPermitted,
        "chair",
    ),
    "a review without a time zone": (
        "reported",
        lambda w, _: reviews.record_review(
            w.book,
            ReviewContent(sections_revised="x"),
            by=w.chair,
            approved_by="president",
            effective_at=NAIVE,
        ),
        BadInput,
        "time zone",
    ),
    "an unknown row of a log": (
        "reported",
        lambda w, _: logbook.take_up(w.book, MARK, SubjectContent(site="silver_city"), by=w.chair),
        UnknownRecord,
        "no imported row",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_goes_wrong_writes_nothing_and_says_so(at_stage: AtStage, name: str) -> None:
    """Not a row of any table differs, and the sentence holds nothing of what was given."""
    stage, call, error, word = WRONG[name]
    walk, number = at_stage(stage)
    before = everything(walk.book)
    with pytest.raises(error, match=word) as refusal:
        call(walk, number)
    said = str(refusal.value)
    assert said.endswith((".", "?", ")"))
    assert MARK not in said
    assert everything(walk.book) == before


def test_times_come_back_in_utc(walk: Walk, watch: Watch) -> None:
    """Whatever time zone was given, the same moment comes back, aware."""
    received = datetime.fromisoformat("2026-02-02T08:30:00-07:00")
    content = ReportContent.read(REPORT)
    number = reports.report(walk.book, content, by=REPORTER, received_at=received).number
    kept = walk.records(number, "reports")[0]["received_at"]
    assert kept == received
    assert kept.tzinfo is UTC
    assert watch.now > kept


@pytest.mark.parametrize("trigger", [row.trigger for row in TRANSITIONS if row.comes_with])
def test_what_comes_with_a_record_is_not_fired_alone(at_stage: AtStage, trigger: str) -> None:
    """Whoever asks, and by whatever way: no event and no notice tells of a report or a merge that is none."""
    walk, number = at_stage("reported")
    before = everything(walk.book)
    with pytest.raises(BadInput, match="comes with a record") as refusal:
        walk.act(number, trigger)
    assert "Nothing was written" in str(refusal.value)
    assert everything(walk.book) == before
