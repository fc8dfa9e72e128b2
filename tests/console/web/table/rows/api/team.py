"""The API: the team, its members' accounts, and its tokens."""

from collections.abc import Mapping
from itertools import count

from states.casebook.accounts import making, tokens
from states.casebook.team import members as team
from states.casebook.team import reviews
from states.contents.team import MemberContent, ReviewContent
from states.vocabulary.people import Role
from states.vocabulary.programs import Scope
from tests.console.web.conftest import Served
from tests.console.web.table.answers import DONE, HIDDEN, REFUSED, Room, members
from tests.console.web.table.programs import only_for, only_not, programs, to_be_found
from tests.console.web.table.rows.cases import NO_CASES

_NUMBERS = count(1)


def _named(_served: Served, _number: str) -> Mapping[str, str]:
    """Who is not on the team yet."""
    return {"member_id": f"another-{next(_NUMBERS)}"}


def _member(served: Served, number: str) -> Mapping[str, str]:
    """A member with an account, who does nothing else here."""
    made = _named(served, number)
    member = made["member_id"]
    content = MemberContent(name=f"invented-{member}-name", address=f"{member}@wnmu.example")
    team.enrol(served.book, member, content, by=served.walk.chair, roles=[Role.MEMBER])
    making.link(served.book, member, by=served.walk.chair)
    return {**made, "now": served.book.clock().isoformat()}


def _review(served: Served, _: str) -> Mapping[str, str]:
    content, by, now = ReviewContent(sections_revised="Invented."), served.walk.chair, served.book.clock()
    return {"review_id": reviews.record_review(served.book, content, by=by, effective_at=now)}


def _token(served: Served, _: str) -> Mapping[str, str]:
    """A token of the dean's."""
    by = team.actor(served.book, "dean")
    made = tokens.make(served.book, "another-program", by=by, scopes=[Scope.READ], lasts=tokens.LONGEST_GRAVE)
    return {"token_id": made.id}


ROOM = Room(
    {
        "GET /api/team": programs(members()),
        "POST /api/team/{member_id}": only_for("chair", "custodian", status=DONE),
        "POST /api/team/{member_id}/change": only_for("chair", "custodian", status=DONE),
        "POST /api/team/{member_id}/end": only_for("chair", "custodian", status=DONE),
        "GET /api/coming-ends": programs(members()),
        "GET /api/me": programs(members()),
        "POST /api/me": programs(members(204)),
        "GET /api/meetings": only_not(*NO_CASES),
        "GET /api/policy": only_for("chair", "custodian"),
        "GET /api/policy/approval": programs(members()),
        # None was handed in; what those who may hand one in send here is none.
        "GET /api/policy/next": only_for("chair", "custodian", status=HIDDEN),
        "GET /api/policy/next/approval": only_for("chair", "custodian", status=HIDDEN),
        "POST /api/policy/next": only_for("chair", "custodian", status=REFUSED),
        "POST /api/policy/next/removal": only_for("chair", "custodian", status=HIDDEN),
        "POST /api/policy/next/in-force": only_for("chair", "custodian", status=HIDDEN),
        "GET /api/reviews": programs(members()),
        "POST /api/reviews": only_for("chair", "custodian"),
        "POST /api/reviews/{review_id}/approval": only_for("chair", "custodian", status=DONE),
        "GET /api/accounts": only_for("chair", "administrator"),
        **{
            f"POST /api/accounts/{{member_id}}/{what}": only_for("chair", "administrator", status=DONE)
            for what in ("link", "reset", "unlocking", "sessions-end")
        },
        "GET /api/tokens": programs(members()),
        # One's own, or as whoever runs accounts.
        "POST /api/tokens/{token_id}/revocation": to_be_found("chair", "administrator", "not on it"),
    },
    each={
        "POST /api/team/{member_id}": _named,
        "POST /api/team/{member_id}/change": _member,
        "POST /api/team/{member_id}/end": _member,
        "POST /api/reviews/{review_id}/approval": _review,
        **{
            f"POST /api/accounts/{{member_id}}/{what}": _member
            for what in ("link", "reset", "unlocking", "sessions-end")
        },
        "POST /api/tokens/{token_id}/revocation": _token,
    },
    sent={
        "POST /api/team/{member_id}": {
            "entry": {"name": "invented-another-name", "address": "another@wnmu.example"}
        },
        "POST /api/team/{member_id}/end": {"on": "{now}", "hand_over_to": "officer"},
    },
)
