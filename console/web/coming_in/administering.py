"""Who is on the team, and how they come in: for whoever lets them in or runs the team; of no case."""

from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.web.coming_in.proving import JustProved
from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from states.access import MAY, Act, permit
from states.casebook.accounts import making
from states.casebook.accounts.sessions import Visitor
from states.casebook.team import ending, members
from states.store.threads import told
from tasks.drafts.link_paths import SETTING_UP

routes = router()


#: where everybody on the team is listed
ACCOUNTS = "/admin/accounts"


@routes.get(ACCOUNTS)
async def show(request: Request, visitor: SignedIn) -> Response:
    """List everybody on the team, and how they come in.

    Raises:
        NotPermitted: they neither let people in nor run the team.
    """
    book, by = desk_of(request).book, visitor.actor
    runs_team, lets_in = (not by.roles.isdisjoint(MAY[act]) for act in (Act.RUN_TEAM, Act.RUN_ACCOUNTS))
    if not runs_team:
        permit(by, Act.RUN_ACCOUNTS)
    lines = await told(making.accounts, book, by=by) if lets_in else []
    values = {
        "title": "Accounts",
        "team": await told(members.members, book, by=by),
        "accounts": {line.member: line for line in lines},
        "ends": {one.member: one for one in await told(ending.ahead, book, by=by)},
        "runs_team": runs_team,
        "lets_in": lets_in,
        "offices": book.pack.offices,
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    return page(request, "account/accounts", values, visitor=visitor)


@routes.post(ACCOUNTS + "/{member}/link")
async def give_link(request: Request, member: str, visitor: JustProved) -> Response:
    """Make a link for a member, and show it once."""
    secret = await told(making.link, desk_of(request).book, member, by=visitor.actor)
    return _shown_once(request, visitor, member, secret)


@routes.post(ACCOUNTS + "/{member}/reset")
async def reset(request: Request, member: str, visitor: JustProved) -> Response:
    """Let nothing sign a member in that did so far; make a link for them, and show it once."""
    secret = await told(making.reset, desk_of(request).book, member, by=visitor.actor)
    return _shown_once(request, visitor, member, secret)


def _shown_once(request: Request, visitor: Visitor, member: str, secret: str) -> Response:
    desk = desk_of(request)
    values = {
        "title": "A link, for once",
        "member": member,
        "address": f"{desk.settings.base_url.rstrip('/')}{SETTING_UP}/{secret}",
        "until": desk.book.clock() + making.LINK_LIFE,
        "zone": ZoneInfo(desk.book.pack.home.timezone),
        "path": "",
    }
    return page(request, "account/link", values, visitor=visitor)


@routes.post(ACCOUNTS + "/{member}/end-sessions")
async def end_sessions(request: Request, member: str, visitor: JustProved) -> Response:
    """End every session of a member's."""
    await told(making.end_all_sessions, desk_of(request).book, member, by=visitor.actor)
    return RedirectResponse(ACCOUNTS, HTTPStatus.SEE_OTHER)


@routes.post(ACCOUNTS + "/{member}/unlock")
async def unlock(request: Request, member: str, visitor: JustProved) -> Response:
    """Let a member's account rest no more."""
    await told(making.unlock, desk_of(request).book, member, by=visitor.actor)
    return RedirectResponse(ACCOUNTS, HTTPStatus.SEE_OTHER)
