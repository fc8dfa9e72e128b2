"""The calls of the API, with each member's own token: what is written is refused, as it was seen long ago."""

from http import HTTPStatus as S

from console.api.calls import CALLS
from tests.console.web.table.answers import (
    EXPERTS,
    HIDDEN,
    IN,
    OUT,
    READERS,
    REFUSED,
    SEEN,
    WHO,
    WORKERS,
    Room,
    Row,
    but,
    members,
    only,
    readers,
)
from tests.console.web.table.rows.cases import BREAKING
from tests.console.web.table.rows.learning import TEAM

FORBIDDEN, OLD = S.FORBIDDEN, S.PRECONDITION_FAILED


def programs(row: Row) -> Row:
    """A row of the API: whoever has no token that works is not known."""
    return {who: S.UNAUTHORIZED if who in OUT else status for who, status in row.items()}


def on_case(*who: str, status: int = OLD) -> Row:
    """A call that only some of those may make who may read the case; for others there is none."""
    return programs(
        {each: status if each in who else FORBIDDEN if each in READERS else HIDDEN for each in WHO}
    )


def written() -> Row:
    """A call by which those write whose work the case is."""
    return on_case(*WORKERS)


def with_another() -> Row:
    """A call about two cases: whoever was let to the first alone finds no second one."""
    return programs(but(readers(OLD), HIDDEN, "expert", "break-glass"))


def only_for(*who: str, status: int = SEEN) -> Row:
    """A call for some alone; the others are told that they may not."""
    return programs(only(*who, status=status, others=FORBIDDEN))


def only_not(*who: str, status: int = SEEN) -> Row:
    """A call for all but some, who are told that they may not."""
    return only_for(*(IN - set(who)), status=status)


ROOM = Room(
    {
        "GET /api/openapi.json": dict.fromkeys(WHO, SEEN),
        "POST /api/reports": programs(members()),
        "POST /api/reports/imminent": programs(members()),
        "POST /api/reports/{report_id}/rest": programs(members(HIDDEN)),
        "GET /api/sites/{site}/phones": programs(members()),
        "POST /api/cases/{number}/reports/{report_id}/follow-up-waiver": written(),
        "GET /api/cases/{number}/conversations": programs(readers()),
        "POST /api/cases/{number}/reports/{report_id}/questions": written(),
        "POST /api/cases/{number}/reports/{report_id}/answer-read": written(),
        "POST /api/logs": programs(members(REFUSED)),
        "GET /api/log-entries": only_for("chair", "on the case", "intake", "custodian"),
        "GET /api/log-entries/counts": only_for("chair", "operator"),
        "POST /api/log-entries/{entry_id}/report": only_for(
            "chair", "on the case", "intake", "custodian", status=HIDDEN
        ),
        "GET /api/log-entries/{entry_id}": only_for(
            "chair", "on the case", "intake", "custodian", status=HIDDEN
        ),
        "POST /api/log-entries/{entry_id}/set-aside": only_for(
            "chair", "on the case", "intake", "custodian", status=HIDDEN
        ),
        "GET /api/imports": only_for("chair", "custodian"),
        "POST /api/imports/{import_id}/undoing": only_for("chair", "custodian", status=HIDDEN),
        "GET /api/cases": only_not("administrator", "auditor"),
        "GET /api/cases/{number}": programs(readers()),
        "GET /api/cases/{number}/timeline": programs(readers()),
        "GET /api/cases/{number}/steps": programs(readers()),
        "POST /api/cases/{number}/steps/{trigger}": programs(readers(OLD)),
        "POST /api/cases/{number}/screenings": written(),
        "POST /api/cases/{number}/assignment": on_case("chair"),
        "POST /api/cases/{number}/concurrences": written(),
        "POST /api/cases/{number}/notes": written(),
        "POST /api/cases/{number}/ratings": written(),
        "POST /api/cases/{number}/questions": written(),
        "POST /api/cases/{number}/questions/waiver": written(),
        "POST /api/cases/{number}/questions/again": written(),
        "POST /api/cases/{number}/assessments": written(),
        "POST /api/cases/{number}/assessments/{assessment_id}/confirmation": programs(readers(OLD)),
        "POST /api/cases/{number}/records/{record_id}/correction": written(),
        "GET /api/cases/{number}/files": programs(readers()),
        "POST /api/cases/{number}/files": written(),
        "GET /api/cases/{number}/files/{file_id}/content": programs(readers(HIDDEN)),
        "POST /api/cases/{number}/files/{file_id}/withdrawal": written(),
        "POST /api/cases/{number}/disposition": written(),
        "POST /api/cases/{number}/hand-overs/{hand_over_id}/confirmation": written(),
        "POST /api/cases/{number}/early-erasures": on_case("chair"),
        "GET /api/cases/{number}/early-erasures": on_case("chair", "custodian", status=SEEN),
        "POST /api/cases/{number}/erasure": on_case("custodian"),
        "GET /api/deadlines": only_not("administrator", "auditor"),
        "GET /api/effects": only_not("administrator", "auditor"),
        "POST /api/effects/{effect_id}/again": only_for("chair", "operator", status=HIDDEN),
        "GET /api/queries": only_for("chair", "custodian", "auditor"),
        "GET /api/queries/{query_id}": only_for("chair", "custodian", "auditor", status=HIDDEN),
        "GET /api/queries/{query_id}/steps": only_for("chair", "custodian", "auditor", status=HIDDEN),
        "POST /api/queries/{query_id}/steps": only_for("chair", "custodian", status=HIDDEN),
        "GET /api/readings": only_for("chair", "custodian", "auditor"),
        # Their own, where they audit nothing.
        "GET /api/stays": only_for(*BREAKING, "custodian", "auditor"),
        "GET /api/refused-tries": only_for("chair", "custodian", "auditor"),
        "POST /api/cases/{number}/subject": written(),
        "POST /api/cases/{number}/subjects/{subject_id}/restoration": written(),
        "POST /api/cases/{number}/unit": written(),
        "POST /api/persons/search": only_not("operator", "administrator", "auditor"),
        "POST /api/persons/indexing": only_for("chair", "operator"),
        "POST /api/cases/{number}/links": with_another(),
        "POST /api/cases/{number}/links/{other}/removal": programs(members(HIDDEN)),
        "POST /api/cases/{number}/relations": with_another(),
        "POST /api/cases/{number}/relations/{other}/removal": programs(members(HIDDEN)),
        "POST /api/cases/{number}/merging": with_another(),
        "POST /api/cases/{number}/unmerging": written(),
        "POST /api/cases/{number}/splitting": programs(readers(OLD)),
        "POST /api/cases/{number}/reports/{report_id}/move": with_another(),
        "POST /api/cases/{number}/reports/{report_id}/withdrawal": written(),
        "POST /api/cases/{number}/reports/{report_id}/reinstatement": written(),
        "POST /api/cases/{number}/reports/{report_id}/falsity": programs(readers(OLD)),
        "POST /api/cases/{number}/reports/{report_id}/privacy-talks": written(),
        "POST /api/cases/{number}/reports/{report_id}/privacy-end": written(),
        "GET /api/cases/{number}/conflicts": programs(readers()),
        "POST /api/cases/{number}/conflicts/{member}": on_case("chair"),
        "POST /api/cases/{number}/recusal": programs(readers(OLD)),
        "GET /api/cases/{number}/guests": programs(readers()),
        "POST /api/cases/{number}/guests/{member}": on_case("chair"),
        "POST /api/cases/{number}/guests/{member}/until": on_case("chair"),
        "POST /api/cases/{number}/guests/{member}/end": on_case("chair"),
        "POST /api/cases/{number}/break-glass": on_case("chair", "on the case", "break-glass"),
        "POST /api/cases/{number}/break-glass/{stay_id}/review": on_case("chair", "custodian"),
        "GET /api/alarms": only_not("administrator", "auditor", *EXPERTS),
        "GET /api/cases/{number}/alarms": programs(readers()),
        "POST /api/cases/{number}/alarms/taken-over": on_case(*READERS - {"expert"}),
        "GET /api/duty": only_not("administrator", "auditor", *EXPERTS),
        "POST /api/duty": only_for("chair", "custodian", status=REFUSED),
        "POST /api/duty/{shift_id}/offer": only_not("administrator", "auditor", *EXPERTS, status=HIDDEN),
        "POST /api/duty/{shift_id}/answer": only_not("administrator", "auditor", *EXPERTS, status=HIDDEN),
        "POST /api/times-off/{member_id}": only_for("chair", "custodian", status=REFUSED),
        "POST /api/times-off/{time_off_id}/removal": programs(members(HIDDEN)),
        "POST /api/duty/{shift_id}/removal": only_for("chair", "custodian", status=HIDDEN),
        "POST /api/cases/{number}/targets": written(),
        "POST /api/cases/{number}/targets/{target_id}/measures": written(),
        "POST /api/cases/{number}/targets/{target_id}/follow-ups": written(),
        "POST /api/cases/{number}/targets/{target_id}/waiver": written(),
        "POST /api/cases/{number}/orders": written(),
        "POST /api/cases/{number}/orders/{order_id}/end": written(),
        "POST /api/cases/{number}/orders/{order_id}/paper": programs(readers(REFUSED)),
        "GET /api/cases/{number}/orders/{order_id}/paper": programs(members(HIDDEN)),
        "POST /api/cases/{number}/plans": written(),
        "POST /api/cases/{number}/plans/{plan_id}/approval": written(),
        "POST /api/cases/{number}/reintegration-plans": written(),
        "POST /api/cases/{number}/check-ins/{check_in_id}/settlement": programs(readers(OLD)),
        "GET /api/cases/{number}/my-actions": programs(readers()),
        "POST /api/cases/{number}/actions/{action_id}/completion": programs(readers(OLD)),
        "POST /api/cases/{number}/actions/{action_id}/reports": programs(readers(OLD)),
        "POST /api/cases/{number}/meetings": written(),
        "POST /api/cases/{number}/meetings/{meeting_id}/move": written(),
        "POST /api/cases/{number}/meetings/{meeting_id}/cancellation": written(),
        "POST /api/cases/{number}/meetings/{meeting_id}/minutes": written(),
        "GET /api/meetings": only_not("operator", "administrator", "auditor"),
        "GET /api/semester-meetings/{meeting_id}": only_for(*TEAM, status=HIDDEN),
        "POST /api/semester-meetings": only_for("chair", "custodian", status=REFUSED),
        "POST /api/semester-meetings/calls": only_for("chair", "custodian", status=REFUSED),
        "GET /api/semester-meetings/{meeting_id}/call": only_for(*TEAM, status=HIDDEN),
        "POST /api/semester-meetings/{meeting_id}/move": only_for("chair", "custodian", status=HIDDEN),
        "POST /api/semester-meetings/{meeting_id}/cancellation": only_for(
            "chair", "custodian", status=HIDDEN
        ),
        "POST /api/semester-meetings/{meeting_id}/answer": only_for(*TEAM, status=HIDDEN),
        "POST /api/cases/{number}/referrals": written(),
        "POST /api/cases/{number}/referrals/{referral_id}/outcome": programs(readers(REFUSED)),
        "POST /api/cases/{number}/referrals/{referral_id}/again": written(),
        "POST /api/cases/{number}/referrals/{referral_id}/link": written(),
        "GET /api/disclosures": programs(only_for("chair", "custodian")),
        "GET /api/cases/{number}/disclosures": on_case("chair", "custodian", status=SEEN),
        "POST /api/cases/{number}/disclosures": written(),
        "POST /api/cases/{number}/consents": written(),
        "POST /api/cases/{number}/consents/{consent_id}/revocation": written(),
        # Of whichever office: an official of the team determines it, who is on the case.
        "POST /api/cases/{number}/determinations": on_case("chair", "on the case", "custodian"),
        "POST /api/cases/{number}/exports": written(),
        "POST /api/cases/{number}/releases": written(),
        "GET /api/releases": programs(members()),
        "POST /api/meetings/{meeting_id}/answer": programs(members(HIDDEN)),
        "POST /api/releases/{release_id}/word": programs(members(HIDDEN)),
        "POST /api/releases/{release_id}/telling": programs(members(HIDDEN)),
        "GET /api/calls": programs(members()),
        "POST /api/cases/{number}/calls/{call_id}": written(),
        "GET /api/trends": only_for("chair", "custodian"),
        "GET /api/semester-reports": only_for(*TEAM),
        "GET /api/semester-reports/{about}": only_for(*TEAM, status=HIDDEN),
        "POST /api/semester-reports/{about}": only_for("chair", "custodian", status=HIDDEN),
        "POST /api/semester-reports/{about}/approval": only_for(*TEAM, status=HIDDEN),
        "GET /api/team": programs(members()),
        "POST /api/team/{member_id}": programs(members(REFUSED)),
        "POST /api/team/{member_id}/change": only_for("chair", "custodian", status=HIDDEN),
        "POST /api/team/{member_id}/end": only_for("chair", "custodian", status=HIDDEN),
        "GET /api/coming-ends": programs(members()),
        "GET /api/me": programs(members()),
        "POST /api/me": programs(members(S.NO_CONTENT)),
        "GET /api/training": programs(members()),
        # There is no such member, and no such training.
        "POST /api/training/{member_id}": only_for("chair", "custodian", "administrator", status=HIDDEN),
        "POST /api/training/{training_id}/removal": programs(members(HIDDEN)),
        "GET /api/changes": programs(members()),
        "POST /api/changes": only_for("chair", "custodian"),
        "POST /api/changes/{change_id}/reading": programs(members(HIDDEN)),
        "POST /api/changes/{change_id}/removal": only_for("chair", "custodian", status=HIDDEN),
        "GET /api/agreements": programs(members()),
        "POST /api/agreements": only_for("chair", "custodian"),
        "POST /api/team-records/{record_id}/correction": only_for("chair", "custodian", status=HIDDEN),
        "POST /api/agreements/{agreement_id}/review": only_for("chair", "custodian", status=HIDDEN),
        "POST /api/agreements/{agreement_id}/end": only_for("chair", "custodian", status=HIDDEN),
        "GET /api/policy/approval": programs(members()),
        "GET /api/reviews": programs(members()),
        "POST /api/reviews": only_for("chair", "custodian"),
        "POST /api/reviews/{review_id}/approval": only_for("chair", "custodian", status=HIDDEN),
        "GET /api/accounts": only_for("chair", "administrator"),
        "POST /api/accounts/{member_id}/link": only_for("chair", "administrator", status=HIDDEN),
        "POST /api/accounts/{member_id}/reset": only_for("chair", "administrator", status=HIDDEN),
        "POST /api/accounts/{member_id}/unlocking": only_for("chair", "administrator", status=HIDDEN),
        "POST /api/accounts/{member_id}/sessions-end": only_for("chair", "administrator", status=HIDDEN),
        "GET /api/tokens": programs(members()),
        "POST /api/tokens/{token_id}/revocation": programs(members(HIDDEN)),
    },
    given={
        **{name: "none" for call in CALLS for name in call.in_path if name != "number"},
        "member_id": "no member",
        "site": "silver_city",
        "trigger": "open_inquiry",
    },
    # A time that has passed: nobody is invited by the way.
    sent={"POST /api/semester-meetings/calls": {"at": "2000-01-03T10:00:00-07:00"}},
)
