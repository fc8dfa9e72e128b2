"""Showing again that it is you, before something that asks for it: the second factor, of a moment ago.

A page, or what a form does, takes :data:`JustProved` in the place of :data:`~console.web.visitors.SignedIn`.
Whoever showed their second factor longer ago than the casebook says
(:data:`~states.casebook.accounts.sessions.FRESH`) is asked for it, and then goes on with what they were about
to do: nothing that they typed is lost, but for passwords and files.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from console.web.coming_in.browsers import browser_of, place_of, scripts_for, takes_passkeys
from console.web.ended import CODE, PASSWORDS, SHOWN, came_from
from console.web.pages import Instead, asked_for, desk_of, fields, page, when_answered
from console.web.visitors import keep, secret_of, signed_in
from states.casebook.accounts import sessions, signing_in, with_passkeys
from states.casebook.accounts.sessions import Visitor
from states.errors import NotPermitted
from states.store.threads import told

#: where the code is asked for before a page is shown
AGAIN = "/account/code"


async def just_proved(request: Request) -> Visitor:
    """Who is signed in, and showed the second factor a moment ago.

    Raises:
        Instead: nobody is; or they showed it too long ago, and are asked for it.
    """
    visitor = await signed_in(request)
    if visitor.is_fresh(desk_of(request).book.clock()):
        return visitor
    if request.method == "GET":
        raise Instead(RedirectResponse(f"{AGAIN}{asked_for(request)}", HTTPStatus.SEE_OTHER))
    if request.headers.get("content-type", "").startswith("multipart/"):
        # Files do not wait for a code in a page: they are chosen again.
        raise Instead(_led_back(request))
    said = await fields(request)
    if not PASSWORDS.isdisjoint(said):
        # Nor do passwords: they are typed again.
        raise Instead(_led_back(request))
    code, passkey = said.pop(CODE, [""])[0], said.pop(SHOWN, [""])[0]
    if not code and not passkey:
        raise Instead(_asked(request, visitor, said))
    try:
        secret = await show_again(request, code, passkey)
    except NotPermitted as refused:
        raise Instead(_asked(request, visitor, said, note=str(refused))) from None
    when_answered(request, lambda response: keep(request, response, secret))
    return await told(sessions.visitor, desk_of(request).book, secret)


#: what a page takes that asks for the second factor of a moment ago
JustProved = Annotated[Visitor, Depends(just_proved)]


async def show_again(request: Request, code: str, passkey: str) -> str:
    """Show that it is still whoever is signed in; gives another secret of the same session.

    Args:
        request: what is answered.
        code: what their phone shows.
        passkey: what their browser answered that was asked to show one; empty: it is a code.

    Raises:
        NotPermitted: it does not fit.
    """
    book, secret = desk_of(request).book, secret_of(request)
    if passkey:
        return await told(with_passkeys.show_again, book, secret, passkey, place_of(request))
    browser, what = browser_of(request), "code_shown_again"
    return await told(signing_in.show_code, book, secret, code, browser, what=what)


def _led_back(request: Request) -> Response:
    """The page that asks for the code, and leads back to the form's own page, which is filled in again."""
    return RedirectResponse(f"{AGAIN}?to={quote(came_from(request), safe='/')}", HTTPStatus.SEE_OTHER)


def _asked(request: Request, visitor: Visitor, said: Mapping[str, list[str]], note: str = "") -> Response:
    """The page that asks for the code, and holds what the form said: it is sent again with the code."""
    values = {
        "title": "Show that it is you",
        "said": [(name, each) for name, given in said.items() for each in given],
        "note": note,
        "passkeys": takes_passkeys(request),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.FORBIDDEN
    return page(
        request, "account/again", values, visitor=visitor, status=status, scripts=scripts_for(request)
    )
