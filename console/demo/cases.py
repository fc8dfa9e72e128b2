"""The demo's four cases, from a report to Closed, in the plan's and the log's words; people are invented."""

from console.demo.stage import Stage
from console.invented.people import CASEY, JORDAN, RILEY, SAM, TERRY
from states.access import REPORTER
from states.casebook.closing import disposition
from states.casebook.inquiry import assessing, triage
from states.casebook.intake import logbook, reports
from states.casebook.lookups import asking
from states.casebook.plan import coming_back, doing, planning
from states.casebook.referrals import answers
from states.contents.closing import DispositionContent, FollowUpContent
from states.contents.inquiry import NoteContent
from states.contents.leaving import OutcomeContent
from states.contents.plans import (
    ActionContent,
    CheckInContent,
    PlanContent,
    ReferralContent,
    ReintegrationContent,
)
from states.contents.reports import ReportContent, SubjectContent
from states.vocabulary.cases import Level, ReportChannel
from states.vocabulary.danger import Behaviour
from states.vocabulary.leaving import ReferralKind, ReferralStatus
from states.vocabulary.people import Affiliation, Verdict
from states.vocabulary.plans import Finding, PlanKind, PlanTopic
from states.vocabulary.sources import SourceKind

THREE_OFFICES = ("student_affairs", "university_police", "health_services")


def extreme(stage: Stage) -> str:
    """A threat to shoot someone: police at once, a Threat Management Plan, stepped down, reintegrated."""
    stage.title("1  Extreme: a specific threat to inflict harm (the plan's own example)")
    book = stage.book
    verbal = ReportContent(
        behaviour_of_concern="Said in class that they will shoot a named individual on Friday.",
        subject=SAM,
        reporter=TERRY,
        channel=ReportChannel.VERBAL,
        behaviours=(Behaviour.THREATENING,),
        own_observation=True,
    )
    receipt = reports.report(book, verbal, by=REPORTER)
    number = receipt.number
    stage.say(number, "verbal report of concern taken")
    stage.settle(number)
    stage.screen(number, Level.EXTREME, "A concrete threat with target, time and means.")
    stage.take_over(number)
    written = verbal.model_copy(update={"channel": ReportChannel.FORM, "follows_up": receipt.report_id})
    second = reports.report(book, written, by=REPORTER)
    stage.say(number, f"written follow-up joined {second.number}: same campus identifier")
    stage.assign(number, THREE_OFFICES)
    stage.act(number, "open_inquiry")
    stage.meet(number)
    stage.refused(number, "assess")
    triage.note(
        book,
        number,
        NoteContent(kind="interview", with_whom="a classmate", text="Confirms the words."),
        by=stage.police,
    )
    stage.say(number, "interview recorded")
    stage.assess(number, Level.EXTREME, "Direct, specific, with steps taken.")
    stage.act(number, "assess")
    stage.act(number, "develop_plan")
    _plan(stage, number, PlanKind.THREAT_MANAGEMENT)
    stage.act(number, "activate_plan")
    _answer_referrals(stage, number)
    _complete_actions(stage, number)
    stage.assess(
        number, Level.MODERATE, "Weapons handed over; in treatment.", lowering="Means and intent are gone."
    )
    stage.act(number, "reassess")
    stage.act(number, "revise_plan")
    _plan(stage, number, PlanKind.ACTIVE_MONITORING)
    stage.act(number, "activate_plan")
    _complete_actions(stage, number)
    stage.assess(number, Level.MILD, "Stable for weeks.", lowering="No threat made or present any more.")
    stage.act(number, "reassess")
    _reintegrate(stage, number)
    _dispose(stage, number)
    stage.act(number, "close", reason="No longer poses a threat; conditions were kept.")
    return number


def rising(stage: Stage) -> str:
    """A case from the police log that is Moderate at first, and Elevated when it is looked at again."""
    stage.title("2  Moderate, raised by a reassessment (from the imported police log)")
    number = _from_log(stage, "stalking", RILEY)
    stage.screen(number, Level.MODERATE, "Repeated unwanted contact; possible threat.")
    stage.assign(number, THREE_OFFICES)
    stage.act(number, "open_inquiry")
    stage.meet(number)
    stage.assess(number, Level.MODERATE, "Vague and indirect; lacks realism.")
    stage.act(number, "assess")
    stage.act(number, "develop_plan")
    _plan(stage, number, PlanKind.ACTIVE_MONITORING)
    stage.act(number, "activate_plan")
    stage.assess(number, Level.ELEVATED, "Contact goes on, with variations; seriously disruptive.")
    stage.act(number, "reassess")
    _complete_actions(stage, number)
    stage.assess(number, Level.MILD, "Contact has stopped.", lowering="No contact for the whole interval.")
    stage.act(number, "reassess")
    _dispose(stage, number)
    stage.act(
        number,
        "close",
        reason="Contact has stopped.",
        without_reintegration="The person never left campus life.",
    )
    return number


def dismissed(stage: Stage) -> str:
    """A case from the police log without an identified risk: dismissed, with a second member's agreement."""
    stage.title("3  Dismissed (from the imported police log)")
    number = _from_log(stage, "harassment", CASEY)
    screening = stage.screen(number, Level.NONE, "A misunderstanding that both sides have settled.")
    stage.refused(number, "dismiss")
    assessing.concur(stage.book, number, by=stage.chair, about=screening)
    stage.say(number, "a second member agrees")
    _dispose(stage, number)
    stage.act(number, "dismiss")
    return number


def reopened(stage: Stage) -> str:
    """A case that is closed, and reopened when another office reports the same person."""
    stage.title("4  Reopened: another office reports the same person")
    book = stage.book
    first = ReportContent(
        behaviour_of_concern="Unusual overreaction to normal circumstances.", subject=JORDAN
    )
    number = reports.report(book, first, by=stage.people["m-academic"]).number
    stage.say(number, "report of concern taken from Academic Affairs")
    stage.settle(number)
    _inquire(stage, number, Level.MILD, "Disruptive, no threat made.")
    stage.assess(number, Level.MILD, "Disruptive behavior; no threat.")
    stage.act(number, "assess")
    _dispose(stage, number)
    stage.act(number, "close", reason="A talk with the supervisor has settled it.")
    again = ReportContent(behaviour_of_concern="Inability to control anger in a meeting.", subject=JORDAN)
    receipt = reports.report(book, again, by=stage.people["m-risk"])
    stage.say(number, f"Risk Management reports the same person: joined {receipt.number}, which is closed")
    stage.settle(number)
    stage.act(number, "reopen")
    _settle_sources(stage, number)
    stage.meet(number)
    stage.assess(number, Level.NONE, "Behavior does not appear to pose a threat.")
    stage.act(number, "assess")
    _dispose(stage, number)
    stage.act(number, "close")
    return number


def _from_log(stage: Stage, rule: str, subject: SubjectContent) -> str:
    entries = logbook.entries(stage.book, by=stage.chair, verdict=Verdict.CONCERN, rule=rule)
    entry = next(entry for entry in entries if entry.case_number is None)
    number = logbook.take_up(stage.book, entry.entry_id, subject, by=stage.chair).number
    stage.say(number, f"taken up from line {entry.line} of the log (rule {rule})")
    stage.settle(number)
    return number


def _inquire(stage: Stage, number: str, level: Level, because: str) -> None:
    stage.screen(number, level, because)
    stage.assign(number, ("student_affairs", "university_police", "academic_affairs"))
    stage.act(number, "open_inquiry")
    _settle_sources(stage, number)
    stage.meet(number)


def _settle_sources(stage: Stage, number: str) -> None:
    for query in stage.records(number)["source_queries"]:
        if query["status"] == "unavailable":
            asking.waive_source(
                stage.book, number, SourceKind(query["kind"]), by=stage.chair, because="Asked by phone."
            )
            stage.say(number, f"{query['kind']} is unavailable and waived with a reason")


def _plan(stage: Stage, number: str, kind: PlanKind) -> None:
    topics = {topic: f"What the plan says on {topic.replace('_', ' ')}." for topic in PlanTopic}
    content = PlanContent(
        kind=kind,
        summary="Recommended by the team.",
        topics=topics,
        actions=(
            ActionContent(what="Talk with the person every week.", owner="m-health", due_at=stage.ahead(7)),
        ),
        referrals=(
            ReferralContent(kind=ReferralKind.COUNSELLING, recommendation="Professional counseling."),
            ReferralContent(kind=ReferralKind.CONDUCT, recommendation="Consider action under the handbook."),
        ),
    )
    plan = planning.draft_plan(stage.book, number, content, by=stage.chair)
    stage.say(number, f"{kind.replace('_', ' ')} plan drafted")
    planning.approve_plan(stage.book, number, plan, by=stage.police)
    stage.say(number, "plan approved by somebody who did not write it")


def _complete_actions(stage: Stage, number: str) -> None:
    for action in stage.records(number)["plan_actions"]:
        if action["done_at"] is None:
            doing.complete_action(stage.book, number, action["id"], by=stage.people["m-health"])
    stage.say(number, "actions of the plan complete")


def _answer_referrals(stage: Stage, number: str) -> None:
    for referral in stage.records(number)["referrals"]:
        # Counseling tells attendance alone.
        text = "" if referral["kind"] == ReferralKind.COUNSELLING else "Received."
        outcome = OutcomeContent(text=text)
        status = ReferralStatus.ACKNOWLEDGED
        answers.record_outcome(stage.book, number, referral["id"], status, outcome, by=stage.chair)
    stage.say(number, "offices acknowledged the referrals")


def _reintegrate(stage: Stage, number: str) -> None:
    content = ReintegrationContent(
        conditions=("Keeps the weekly talks.",),
        check_ins=(
            CheckInContent(owner="m-health", due_at=stage.ahead(14), what="How is the return going?"),
        ),
    )
    coming_back.draft_reintegration(stage.book, number, content, by=stage.chair)
    stage.say(number, "reintegration plan drafted: conditions and check-ins")
    stage.act(number, "begin_reintegration")
    for check_in in stage.records(number)["check_ins"]:
        coming_back.settle_check_in(stage.book, number, check_in["id"], by=stage.people["m-health"])
    stage.say(number, "check-ins held")


def _dispose(stage: Stage, number: str) -> None:
    follow_up = [
        FollowUpContent(office=office, name="Jordan Placeholder", what="A talk once a month.")
        for each in stage.records(number)["case"]["affiliations"]
        for office in stage.book.pack.handover[Affiliation(each)].offices
    ]
    content = DispositionContent(
        text="The team has concluded the matter.",
        threat=Finding.NO_LONGER,
        disruption=Finding.DOES_NOT,
        follow_up=tuple({each.office: each for each in follow_up}.values()),
    )
    disposition.write_disposition(stage.book, number, content, by=stage.chair)
    stage.say(number, "disposition written")
