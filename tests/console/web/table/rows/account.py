"""Signing in and out, and what is one's own."""

from collections.abc import Mapping

from states.casebook.accounts import making
from states.casebook.team import members as members_of_team
from states.contents.team import MemberContent
from states.vocabulary.people import Role
from tests.console.web.conftest import Served
from tests.console.web.table.answers import GONE, HIDDEN, REFUSED, Room, anybody, members, only


def _member(served: Served, _number: str) -> Mapping[str, str]:
    """A member with an account, by which nobody here comes in."""
    content = MemberContent(name="invented-spare-name", address="spare@wnmu.example")
    members_of_team.enrol(served.book, "spare", content, by=served.walk.chair, roles=[Role.MEMBER])
    making.link(served.book, "spare", by=served.walk.chair)
    return {"member": "spare"}


ROOM = Room(
    {
        "GET /account": members(),
        "POST /account/reached": members(GONE),
        "POST /account/language": members(GONE),
        "GET /account/tokens": members(),
        "POST /account/tokens": members(REFUSED),
        "POST /account/tokens/{token}/revoke": members(HIDDEN),
        "GET /account/code": members(),
        "POST /account/code": members(REFUSED),
        "POST /account/sessions/{session}/end": members(HIDDEN),
        "POST /account/sessions/end-others": members(GONE),
        "POST /account/recovery-codes": members(),
        "GET /account/password": members(),
        "POST /account/password": members(REFUSED),
        "POST /account/passkeys": members(REFUSED),
        "POST /account/passkeys/asked": members(),
        "POST /account/passkeys/shown": members(),
        "POST /account/passkeys/{passkey}/remove": members(HIDDEN),
        "POST /sign-in/passkey": anybody(REFUSED),
        "POST /sign-in/passkey/asked": anybody(),
        "GET /sign-in": anybody(),
        "POST /sign-in": anybody(REFUSED),
        "GET /sign-in/code": anybody(GONE),
        "POST /sign-in/code": anybody(REFUSED),
        "GET /admin/accounts": only("chair", "custodian", "administrator"),
        "GET /admin/enter": only("chair", "custodian"),
        "POST /admin/enter": only("chair", "custodian", status=REFUSED),
        "GET /admin/accounts/{member}": only("chair", "custodian"),
        # Empty ones: whoever runs the team is told what would help.
        "POST /admin/accounts/{member}": only("chair", "custodian", status=REFUSED),
        "POST /admin/accounts/{member}/end": only("chair", "custodian", status=REFUSED),
        # Of a member who does nothing else here.
        "POST /admin/accounts/{member}/link": only("chair", "administrator"),
        "POST /admin/accounts/{member}/reset": only("chair", "administrator"),
        "POST /admin/accounts/{member}/end-sessions": only("chair", "administrator", status=GONE),
        "POST /admin/accounts/{member}/unlock": only("chair", "administrator", status=GONE),
        "GET /sign-in/provider": anybody(HIDDEN),
        "GET /sign-in/provider/back": anybody(HIDDEN),
        "GET /account/code/provider": members(HIDDEN),
        "GET /account/set-up/{secret}/provider": anybody(HIDDEN),
        "POST /sign-out": members(GONE),
        "GET /account/set-up/{secret}": anybody(HIDDEN),
        "POST /account/set-up/{secret}": anybody(HIDDEN),
        "GET /account/first/{secret}": anybody(HIDDEN),
        "POST /account/first/{secret}": anybody(HIDDEN),
    },
    given={
        "session": "no-session",
        "passkey": "no-passkey",
        "token": "no-token",
        "secret": "no-secret",
    },
    made=_member,
)
