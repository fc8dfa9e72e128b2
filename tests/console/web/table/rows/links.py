"""Where messages land: pages of members, and pages behind links, which answer all alike who have none."""

from collections.abc import Mapping
from datetime import timedelta

from states.casebook.plan import meetings
from states.vocabulary.plans import MeetingKind
from tests.console.web.conftest import Served
from tests.console.web.table.answers import (
    EXPERTS,
    GONE,
    HIDDEN,
    REFUSED,
    Room,
    anybody,
    but,
    members,
    only,
    readers,
    workers,
)


def made(served: Served, number: str) -> Mapping[str, str]:
    """A meeting about the case, and an action that is the officer's own, of another one."""
    book, soon = served.book, served.book.clock() + timedelta(days=1)
    meeting = meetings.schedule(book, number, by=served.walk.chair, kind=MeetingKind.REVIEW, at=soon)
    actions = served.walk.records(served.walk.monitored(), "plan_actions")
    action = next(each["id"] for each in actions if each["owner"] == "officer")
    return {"meeting": meeting, "action": action}


#: the pages that ask for a code before they show what is behind them
ASKING = ("/m", "/recommendations", "/reports/told", "/follow-up", "/referrals/answer")

#: those whose role shows no case
NO_CASES = ("operator", "administrator", "auditor", "official")

ROOM = Room(
    {
        "GET /alarms": but(members(), HIDDEN, "administrator", "auditor", *EXPERTS),
        "GET /alarms/raise": members(),
        # An empty one: nothing is alarmed.
        "POST /alarms/raise": members(REFUSED),
        "POST /alarms/roster": only("chair", "custodian", status=REFUSED),
        "POST /alarms/roster/{shift}/remove": members(HIDDEN),
        "GET /police/told/{secret}": anybody(HIDDEN),
        "GET /check-ins/{check_in}": members(HIDDEN),
        "POST /check-ins/{check_in}": members(HIDDEN),
        "GET /texts/{text}": members(HIDDEN),
        "POST /texts/{text}": members(HIDDEN),
        "GET /semester": only("chair", "custodian"),
        "GET /reviews": members(),
        "POST /reviews": only("chair", "custodian", status=REFUSED),
        "POST /reviews/{review}/approval": only("chair", "custodian", status=REFUSED),
        "GET /meetings": but(members(), HIDDEN, *NO_CASES),
        "GET /meetings/now": but(members(), HIDDEN, *NO_CASES, "custodian"),
        "POST /meetings/now": but(members(GONE), HIDDEN, *NO_CASES, "custodian"),
        "GET /meetings/now/{meeting}": workers(),
        "POST /meetings/now/{meeting}": workers(GONE),
        "GET /meetings/{meeting}": readers(),
        "POST /meetings/{meeting}": workers(GONE),
        "GET /actions/{action}": only("on the case"),
        "POST /actions/{action}": only("on the case", status=REFUSED),
        "POST /m/{secret}": anybody(HIDDEN),
        "GET /m/{secret}/more": anybody(HIDDEN),
        **{f"GET {path}/{{secret}}": anybody(HIDDEN) for path in ASKING},
        **{f"POST {path}/{{secret}}/code": anybody(HIDDEN) for path in ASKING},
        **{f"POST {path}/{{secret}}/open": anybody(HIDDEN) for path in ASKING},
        "POST /follow-up/{secret}": anybody(HIDDEN),
        "POST /referrals/answer/{secret}": anybody(HIDDEN),
        "POST /referrals/answer/{secret}/paper": anybody(HIDDEN),
        "POST /referrals/answer/{secret}/letter": anybody(HIDDEN),
    },
    given={each: f"no-{each}" for each in ("secret", "check_in", "text", "review", "shift")},
    made=made,
)
