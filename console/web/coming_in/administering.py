"""Who comes in: for the administrator and the chair, who see who has an account, and nothing of any case."""

from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.web.coming_in.proving import JustProved
from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from states.casebook.accounts import making
from states.casebook.team import members
from states.store.threads import told
from tasks.drafts.link_paths import SETTING_UP

routes = router()


@routes.get("/admin/accounts")
async def show(request: Request, visitor: SignedIn) -> Response:
    """List everybody on the team, and how they come in."""
    book = desk_of(request).book
    lines = await told(making.accounts, book, by=visitor.actor)
    team = await told(members.members, book, by=visitor.actor)
    values = {
        "title": "Accounts",
        "team": [(actor.id, content.name) for actor, content in team],
        "accounts": {line.member: line for line in lines},
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    return page(request, "account/accounts", values, visitor=visitor)


@routes.post("/admin/accounts/{member}/link")
async def give_link(request: Request, member: str, visitor: JustProved) -> Response:
    """Make a link for a member, and show it once."""
    desk = desk_of(request)
    secret = await told(making.link, desk.book, member, by=visitor.actor)
    values = {
        "title": "A link, for once",
        "member": member,
        "address": f"{desk.settings.base_url.rstrip('/')}{SETTING_UP}/{secret}",
        "until": desk.book.clock() + making.LINK_LIFE,
        "zone": ZoneInfo(desk.book.pack.home.timezone),
        "path": "",
    }
    return page(request, "account/link", values, visitor=visitor)


@routes.post("/admin/accounts/{member}/end-sessions")
async def end_sessions(request: Request, member: str, visitor: JustProved) -> Response:
    """End every session of a member's."""
    await told(making.end_all_sessions, desk_of(request).book, member, by=visitor.actor)
    return RedirectResponse("/admin/accounts", HTTPStatus.SEE_OTHER)


@routes.post("/admin/accounts/{member}/unlock")
async def unlock(request: Request, member: str, visitor: JustProved) -> Response:
    """Let a member's account rest no more."""
    await told(making.unlock, desk_of(request).book, member, by=visitor.actor)
    return RedirectResponse("/admin/accounts", HTTPStatus.SEE_OTHER)
