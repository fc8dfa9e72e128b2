"""What the team does about a case: plans, meetings, referrals."""

from console.api.call import Call, Reach
from console.shown.case.measures.carried import Leaves, leaves_of
from states.access import Actor
from states.casebook import Casebook
from states.casebook.landing import invitations, semester_calls, semester_meetings
from states.casebook.plan import coming_back, doing, meetings, planning
from states.casebook.referrals import answers, referring, sending
from states.contents.inquiry import RemarkContent
from states.contents.leaving import OutcomeContent
from states.contents.plans import ReferralContent
from states.vocabulary.leaving import ReferralStatus
from states.vocabulary.plans import Attendance
from states.vocabulary.programs import Scope
from states.vocabulary.sources import LegalBasis


def approve_plan(
    book: Casebook, number: str, plan_id: str, *, by: Actor, expected: int | None = None
) -> Leaves:
    """Approve a plan that somebody else wrote; gives what it leaves as it is, and what it leaves out."""
    planning.approve_plan(book, number, plan_id, by=by, expected=expected)
    # The version that they saw was the one before.
    return leaves_of(book.as_seen(None), number, by=by)


def refer(
    book: Casebook, number: str, referral: ReferralContent, *, by: Actor, basis: LegalBasis | None = None
) -> referring.Referred:
    """Refer the person to an office at once."""
    return referring.refer(book, number, referral, by=by, basis=basis)


def outcome(
    book: Casebook,
    number: str,
    referral_id: str,
    status: ReferralStatus,
    *,
    by: Actor,
    text: str = "",
    attendance: Attendance | None = None,
) -> bool:
    """Record what an office made of a referral."""
    content = OutcomeContent.read({"text": text})
    return answers.record_outcome(book, number, referral_id, status, content, by=by, attendance=attendance)


def answer_invitation(book: Casebook, meeting_id: str, *, by: Actor, comes: bool, because: str = "") -> None:
    """Say whether one comes to a meeting; who cannot says why, and who comes instead."""
    invitations.answer(book, meeting_id, RemarkContent.read({"text": because}), comes=comes, by=by)


def answer_semester_invitation(
    book: Casebook, meeting_id: str, *, by: Actor, comes: bool, because: str = ""
) -> None:
    """Say whether one comes to the semester's meeting; who cannot says why, and who comes instead."""
    semester_calls.answer(book, meeting_id, RemarkContent.read({"text": because}), comes=comes, by=by)


CALLS = (
    Call("POST /cases/{number}/plans", planning.draft_plan, "Draft a plan, in place of the draft before it."),
    Call(
        "POST /cases/{number}/plans/{plan_id}/approval",
        approve_plan,
        "Approve a plan that somebody else wrote; says what it leaves as it is, and what it leaves out.",
    ),
    Call(
        "POST /cases/{number}/reintegration-plans",
        coming_back.draft_reintegration,
        "Draft the plan for coming back: conditions and check-ins.",
    ),
    Call(
        "POST /cases/{number}/check-ins/{check_in_id}/settlement",
        coming_back.settle_check_in,
        "Say that a check-in took place, or waive it.",
        reach=Reach.OWNERS,
    ),
    Call(
        "GET /cases/{number}/my-actions",
        doing.own_actions,
        "The actions of a case that are yours.",
        reach=Reach.OWNERS,
    ),
    Call(
        "POST /cases/{number}/actions/{action_id}/completion",
        doing.complete_action,
        "Say that an action is done; gives the ids of those that it comes after, and that are not.",
        reach=Reach.OWNERS,
    ),
    Call(
        "POST /cases/{number}/actions/{action_id}/reports",
        doing.report_on_action,
        "Report how an action goes; it stays open.",
        reach=Reach.OWNERS,
    ),
    Call("POST /cases/{number}/meetings", meetings.schedule, "Call a meeting; the invitations go out."),
    Call("POST /cases/{number}/meetings/{meeting_id}/move", meetings.move, "Move a meeting to another time."),
    Call("POST /cases/{number}/meetings/{meeting_id}/cancellation", meetings.cancel, "Cancel a meeting."),
    Call(
        "POST /cases/{number}/meetings/{meeting_id}/minutes",
        meetings.hold,
        "Record that a meeting took place: who was there, and the minutes.",
        gives="quorate",
    ),
    Call(
        "POST /meetings/{meeting_id}/answer",
        answer_invitation,
        "Say whether you come to a meeting; your newest word counts.",
    ),
    Call(
        "POST /semester-meetings",
        semester_meetings.hold,
        "Record the team's meeting of a semester without active cases.",
        scope=Scope.TEAM,
    ),
    Call(
        "POST /semester-meetings/calls",
        semester_calls.call,
        "Call the semester's meeting; the invitations go out.",
        scope=Scope.TEAM,
    ),
    Call(
        "GET /semester-meetings/{meeting_id}/call",
        semester_calls.invitation,
        "When the semester's meeting is called for, who comes, and which offices that makes.",
    ),
    Call(
        "POST /semester-meetings/{meeting_id}/move",
        semester_calls.move,
        "Move the semester's meeting to another time.",
        scope=Scope.TEAM,
    ),
    Call(
        "POST /semester-meetings/{meeting_id}/cancellation",
        semester_calls.cancel,
        "Call the semester's meeting off.",
        scope=Scope.TEAM,
    ),
    Call(
        "POST /semester-meetings/{meeting_id}/answer",
        answer_semester_invitation,
        "Say whether you come to the semester's meeting; your newest word counts.",
    ),
    Call(
        "GET /semester-meetings/{meeting_id}",
        semester_meetings.read,
        "The minutes of a meeting without a case.",
    ),
    Call("POST /cases/{number}/referrals", refer, "Refer the person to an office at once."),
    Call(
        "POST /cases/{number}/referrals/{referral_id}/outcome",
        outcome,
        "Record what an office made of a referral.",
        gives="news",
    ),
    Call(
        "POST /cases/{number}/referrals/{referral_id}/again",
        sending.send_again,
        "Send a referral again that was held up or declined, or that the office is silent on.",
    ),
    Call(
        "POST /cases/{number}/referrals/{referral_id}/link",
        sending.send_link,
        "Send an office the link for its next answer again.",
    ),
)
