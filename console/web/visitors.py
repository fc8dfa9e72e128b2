"""Who is signed in: what the browser keeps of a session, and how a page asks for it."""

from typing import Annotated

from fastapi import Depends, Request, Response

from console.web.ended import sign_in_first
from console.web.pages import Instead, desk_of, is_encrypted
from states.casebook.accounts import sessions
from states.casebook.accounts.sessions import Visitor
from states.casebook.reading import overview
from states.casebook.reading.overview import CaseLine
from states.errors import NotPermitted
from states.store.threads import told


async def signed_in(request: Request) -> Visitor:
    """Who is signed in.

    Raises:
        Instead: nobody is; a form goes back to whoever sent it.
    """
    try:
        return await told(sessions.visitor, desk_of(request).book, secret_of(request))
    except NotPermitted:
        raise Instead(await sign_in_first(request)) from None


async def looking_on(request: Request) -> Visitor:
    """Who is signed in, where a page asks by itself: a browser that nobody sits at keeps no session open.

    Raises:
        Instead: nobody is; a form goes back to whoever sent it.
    """
    try:
        return await told(sessions.onlooker, desk_of(request).book, secret_of(request))
    except NotPermitted:
        raise Instead(await sign_in_first(request)) from None


async def who_is_here(request: Request) -> Visitor | None:
    """Who is signed in; None: nobody is, and the page is for anybody."""
    try:
        return await told(sessions.visitor, desk_of(request).book, secret_of(request))
    except NotPermitted:
        return None


#: what a page takes that is for whoever is signed in
SignedIn = Annotated[Visitor, Depends(signed_in)]

#: the same, of what a page asks by itself
LookingOn = Annotated[Visitor, Depends(looking_on)]


async def their_case(request: Request, number: str, visitor: SignedIn) -> CaseLine:
    """The case that an address names; it is asked for before whatever else the address asks.

    Raises:
        UnknownRecord: there is no such case, or none that they may open: the same work, and the same answer.
    """
    return await told(overview.one, desk_of(request).book, number, by=visitor.actor)


#: what stands before every page of a case
OF_CASE = Depends(their_case)

#: the same, for a page that tells some of it
TheirCase = Annotated[CaseLine, OF_CASE]


#: what the session is called
NAME = "tat"


def secret_of(request: Request) -> str:
    """What the browser keeps of its session; empty: nothing."""
    return request.cookies.get(named(request, NAME), "")


def keep(request: Request, response: Response, secret: str) -> None:
    """Let the browser keep a session's secret until it is closed; no script and no other site gets at it."""
    response.set_cookie(
        named(request, NAME), secret, path="/", secure=is_encrypted(request), httponly=True, samesite="lax"
    )


def forget(request: Request, response: Response) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(
        named(request, NAME), path="/", secure=is_encrypted(request), httponly=True, samesite="lax"
    )


def named(request: Request, name: str) -> str:
    """What something that a browser keeps is called: where all is encrypted, so that no other host sets it.

    No plain page does either (RFC 6265bis, 4.1.3.2).
    """
    return f"__Host-{name}" if is_encrypted(request) else name
