"""The API: what the team does about a case: plans, meetings, referrals."""

from collections.abc import Mapping
from datetime import timedelta

from states.access import SYSTEM
from states.casebook.effects import links
from states.casebook.landing import semester_calls, semester_meetings
from states.casebook.plan import meetings, planning
from states.casebook.referrals import referring, sending
from states.contents.plans import (
    ReferralContent,
    TeamMinutesContent,
)
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.plans import MeetingKind
from tests.cases.planning import in_turn
from tests.cases.referring import send
from tests.console.web.conftest import Served
from tests.console.web.table.answers import DONE, WORKERS, Room, readers
from tests.console.web.table.programs import (
    WHY,
    done,
    further,
    neighbor,
    on_case,
    only_for,
    programs,
)
from tests.console.web.table.rows.learning import TEAM


def owned(status: int = DONE) -> dict[str, int]:
    """A call about what is the dean's own, who is not on the case; and of those whose work the case is."""
    return {**on_case(*WORKERS, status=status), "not on it": status}


def _drafted(served: Served, _: str) -> Mapping[str, str]:
    """What the neighbor drafted, for somebody else to approve."""
    number = further(served, "planning")
    content, by = in_turn(served.walk, [[]], "dean"), neighbor(served)
    return {"number": number, "plan_id": planning.draft_plan(served.book, number, content, by=by)}


def _in_planning(served: Served, _: str) -> Mapping[str, str]:
    return {"number": further(served, "planning")}


def _own_action(served: Served, _: str) -> Mapping[str, str]:
    number = further(served, "owned")
    rows = served.walk.records(number, "plan_actions")
    return {"number": number, "action_id": next(row["id"] for row in rows if row["done_at"] is None)}


def _own_check_in(served: Served, _: str) -> Mapping[str, str]:
    number = further(served, "returning")
    rows = served.walk.records(number, "check_ins")
    return {"number": number, "check_in_id": next(row["id"] for row in rows if row["done_at"] is None)}


def _called(served: Served, number: str) -> Mapping[str, str]:
    """A meeting that begins now."""
    by, now = served.walk.chair, served.book.clock()
    meeting = meetings.schedule(served.book, number, by=by, kind=MeetingKind.REVIEW, at=now)
    return {"meeting_id": meeting, "later": (now + timedelta(days=1)).isoformat()}


def _semester_called(served: Served, _: str) -> Mapping[str, str]:
    """The semester's meeting, called for tomorrow; the one before it is called off."""
    book, by, now = served.book, served.walk.chair, served.book.clock()
    for each in semester_calls.open_calls(book, by=by):
        semester_calls.cancel(book, each.meeting_id, by=by)
    made = semester_calls.call(book, by=by, at=now + timedelta(days=1))
    return {"meeting_id": made, "later": (now + timedelta(days=2)).isoformat()}


def _semester_off(served: Served, number: str) -> Mapping[str, str]:
    """None is called."""
    made = _semester_called(served, number)
    semester_calls.cancel(served.book, made["meeting_id"], by=served.walk.chair)
    return {"later": made["later"]}


def _semester_held(served: Served, number: str) -> Mapping[str, str]:
    _semester_off(served, number)
    content = TeamMinutesContent(present=("chair", "nurse"), minutes="Invented.")
    return {"meeting_id": semester_meetings.hold(served.book, content, by=served.walk.chair)}


def _referred(served: Served, number: str) -> Mapping[str, str]:
    content = ReferralContent(kind=ReferralKind.CONDUCT, recommendation="Invented.")
    made = referring.refer(served.book, number, content, by=served.walk.officer)
    return {"referral_id": made.referral_id}


def _sent(served: Served, number: str) -> Mapping[str, str]:
    """A referral that was sent, with a link to answer by."""
    made, book = _referred(served, number), served.book
    send(served.walk, number, made["referral_id"])
    with book.page(number, SYSTEM, None) as page:
        links.give(book, page, about=made["referral_id"], purpose=sending.ANSWER)
        page.log("links_given")
    return made


ROOM = Room(
    {
        "POST /api/cases/{number}/plans": done(),
        "POST /api/cases/{number}/plans/{plan_id}/approval": done(),
        "POST /api/cases/{number}/reintegration-plans": done(),
        "POST /api/cases/{number}/check-ins/{check_in_id}/settlement": owned(),
        "GET /api/cases/{number}/my-actions": {**programs(readers(200)), "not on it": 200},
        "POST /api/cases/{number}/actions/{action_id}/completion": owned(),
        "POST /api/cases/{number}/actions/{action_id}/reports": owned(),
        "POST /api/cases/{number}/meetings": done(),
        "POST /api/cases/{number}/meetings/{meeting_id}/move": done(),
        "POST /api/cases/{number}/meetings/{meeting_id}/cancellation": done(),
        "POST /api/cases/{number}/meetings/{meeting_id}/minutes": done(),
        "POST /api/semester-meetings": only_for("chair", "custodian", status=DONE),
        "GET /api/semester-meetings/{meeting_id}": only_for(*TEAM, status=DONE),
        "POST /api/semester-meetings/calls": only_for("chair", "custodian", status=DONE),
        "GET /api/semester-meetings/{meeting_id}/call": only_for(*TEAM, status=DONE),
        "POST /api/semester-meetings/{meeting_id}/move": only_for("chair", "custodian", status=DONE),
        "POST /api/semester-meetings/{meeting_id}/cancellation": only_for("chair", "custodian", status=DONE),
        "POST /api/semester-meetings/{meeting_id}/answer": only_for(*TEAM, status=DONE),
        "POST /api/cases/{number}/referrals": done(),
        "POST /api/cases/{number}/referrals/{referral_id}/outcome": done(),
        "POST /api/cases/{number}/referrals/{referral_id}/again": done(),
        "POST /api/cases/{number}/referrals/{referral_id}/link": done(),
        "POST /api/meetings/{meeting_id}/answer": done(),
    },
    each={
        "POST /api/cases/{number}/plans": _in_planning,
        "POST /api/cases/{number}/plans/{plan_id}/approval": _drafted,
        "POST /api/cases/{number}/reintegration-plans": _own_action,
        "POST /api/cases/{number}/check-ins/{check_in_id}/settlement": _own_check_in,
        "GET /api/cases/{number}/my-actions": _own_action,
        "POST /api/cases/{number}/actions/{action_id}/completion": _own_action,
        "POST /api/cases/{number}/actions/{action_id}/reports": _own_action,
        "POST /api/cases/{number}/meetings/{meeting_id}/move": _called,
        "POST /api/cases/{number}/meetings/{meeting_id}/cancellation": _called,
        "POST /api/cases/{number}/meetings/{meeting_id}/minutes": _called,
        "POST /api/semester-meetings": _semester_off,
        "GET /api/semester-meetings/{meeting_id}": _semester_held,
        "POST /api/semester-meetings/calls": _semester_off,
        "GET /api/semester-meetings/{meeting_id}/call": _semester_called,
        "POST /api/semester-meetings/{meeting_id}/move": _semester_called,
        "POST /api/semester-meetings/{meeting_id}/cancellation": _semester_called,
        "POST /api/semester-meetings/{meeting_id}/answer": _semester_called,
        "POST /api/cases/{number}/referrals/{referral_id}/outcome": _sent,
        "POST /api/cases/{number}/referrals/{referral_id}/again": _referred,
        "POST /api/cases/{number}/referrals/{referral_id}/link": _sent,
        "POST /api/meetings/{meeting_id}/answer": _called,
    },
    sent={
        "POST /api/cases/{number}/plans": {
            "kind": "active_monitoring",
            "actions": [{"what": "Invented.", "owner": "dean", "due_at": "2099-01-01T00:00-07:00"}],
        },
        "POST /api/cases/{number}/reintegration-plans": {
            "conditions": ["Invented."],
            "check_ins": [
                {"owner": "dean", "what": "Invented.", "due_at": f"2099-01-{day:02}T00:00-07:00"}
                for day in range(1, 9)
            ],
        },
        "POST /api/cases/{number}/check-ins/{check_in_id}/settlement": {},
        "POST /api/cases/{number}/actions/{action_id}/completion": {},
        "POST /api/cases/{number}/meetings": {"kind": "review", "at": "2099-01-01T00:00-07:00"},
        "POST /api/cases/{number}/meetings/{meeting_id}/move": {"at": "{later}", **WHY},
        "POST /api/cases/{number}/meetings/{meeting_id}/minutes": {
            "present": ["chair", "officer"],
            "minutes": "Invented.",
        },
        "POST /api/semester-meetings": {"present": ["chair", "nurse"], "minutes": "Invented."},
        "POST /api/semester-meetings/calls": {"at": "{later}"},
        "POST /api/semester-meetings/{meeting_id}/move": {"at": "{later}", **WHY},
        "POST /api/semester-meetings/{meeting_id}/answer": {"comes": True},
        "POST /api/cases/{number}/referrals": {
            "referral": {"kind": "conduct", "recommendation": "Invented."}
        },
        "POST /api/cases/{number}/referrals/{referral_id}/outcome": {"status": "acknowledged"},
        "POST /api/meetings/{meeting_id}/answer": {"comes": True},
    },
)
