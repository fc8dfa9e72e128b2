"""My tokens: what programs of mine come in with through the API; each is shown once, and ends when I say."""

from datetime import timedelta
from http import HTTPStatus
from types import MappingProxyType
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.web.coming_in.proving import JustProved
from console.web.pages import desk_of, fields, page, router
from console.web.visitors import SignedIn
from states.casebook.accounts import tokens
from states.casebook.accounts.sessions import Visitor
from states.errors import BadInput
from states.store.threads import told
from states.vocabulary.programs import Scope

routes = router()

#: where they are
TOKENS = "/account/tokens"

#: how long one works, as the page offers it: the hours, and their words
LASTS = MappingProxyType(
    {
        1: "one hour",
        24: "one day",
        24 * 30: "30 days",
        24 * 180: "half a year",
        tokens.LONGEST.days * 24: "a year",
    }
)

#: what each scope lets a program do, in words
MEANS = MappingProxyType(
    {
        Scope.REPORT: "take in reports of concern",
        Scope.READ: "read what you may read; each reading is on record as yours",
        Scope.WRITE: "write what you may write on cases",
        Scope.TEAM: "do what you may do about the team: members, who is on call, reviews",
        Scope.GRAVE: "erase, export and change roles, as far as you may; for one hour at most",
    }
)


@routes.get(TOKENS)
async def show(request: Request, visitor: SignedIn) -> Response:
    """List my tokens, and offer to make one."""
    return await _tokens(request, visitor)


@routes.post(TOKENS)
async def make(request: Request, visitor: JustProved) -> Response:
    """Make a token, and show it once; asks for the code again before."""
    book, said = desk_of(request).book, await fields(request)
    name, chosen = said.get("name", [""])[0].strip(), said.get("scope", [])
    hours = said.get("hours", [""])[0]
    try:
        made = await told(
            tokens.make,
            book,
            name,
            by=visitor.actor,
            scopes=[scope for scope in Scope if scope in chosen],
            lasts=timedelta(hours=int(hours) if hours in map(str, LASTS) else 1),
        )
    except BadInput as wrong:
        return await _tokens(request, visitor, note=str(wrong), name=name, chosen=chosen, hours=hours)
    values = {"title": "Your token, for once", "made": made, "name": name, "zone": _zone(request)}
    return page(request, "account/token", values, visitor=visitor)


@routes.post(TOKENS + "/{token}/revoke")
async def revoke(request: Request, token: str, visitor: SignedIn) -> Response:
    """End a token at once."""
    await told(tokens.revoke, desk_of(request).book, token, by=visitor.actor)
    return RedirectResponse(TOKENS, HTTPStatus.SEE_OTHER)


async def _tokens(
    request: Request,
    visitor: Visitor,
    *,
    note: str = "",
    name: str = "",
    chosen: list[str] | None = None,
    hours: str = "24",
) -> Response:
    book = desk_of(request).book
    now = book.clock()
    # Whoever runs accounts sees those of programs of others, too, and may end them.
    lines = await told(tokens.tokens, book, by=visitor.actor)
    works = [line for line in lines if line.revoked_at is None and line.ends_at > now]
    values = {
        "title": "Tokens",
        "note": note,
        "tokens": works,
        "over": [line for line in lines if line not in works and line.made_by == visitor.actor.id][:20],
        "means": {scope.value: words for scope, words in MEANS.items()},
        "lasts": LASTS,
        "name": name,
        "chosen": chosen or [],
        "hours": hours,
        "zone": _zone(request),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "account/tokens", values, visitor=visitor, status=status)


def _zone(request: Request) -> ZoneInfo:
    return ZoneInfo(desk_of(request).book.pack.home.timezone)
