"""Signing in and out, and what is one's own."""

from tests.console.web.table.answers import GONE, HIDDEN, REFUSED, Room, anybody, members, only

ROOM = Room(
    {
        "GET /account": members(),
        "GET /account/code": members(),
        "POST /account/code": members(REFUSED),
        "POST /account/sessions/{session}/end": members(HIDDEN),
        "POST /account/sessions/end-others": members(GONE),
        "POST /account/recovery-codes": members(),
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
        "GET /admin/accounts": only("chair", "administrator"),
        "POST /admin/accounts/{member}/link": members(HIDDEN),
        "POST /admin/accounts/{member}/end-sessions": members(HIDDEN),
        "POST /admin/accounts/{member}/unlock": members(HIDDEN),
        "GET /sign-in/provider": anybody(HIDDEN),
        "GET /sign-in/provider/back": anybody(HIDDEN),
        "GET /account/code/provider": members(HIDDEN),
        "GET /account/set-up/{secret}/provider": anybody(HIDDEN),
        "POST /sign-out": members(GONE),
        "GET /account/set-up/{secret}": anybody(HIDDEN),
        "POST /account/set-up/{secret}": anybody(HIDDEN),
    },
    given={"session": "no-session", "passkey": "no-passkey", "member": "no-member", "secret": "no-secret"},
)
