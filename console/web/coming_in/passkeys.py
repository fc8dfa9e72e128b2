"""Passkeys in the browser: what it is asked, signing in with one, and adding and removing one's own."""

from http import HTTPStatus

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from console.web.coming_in import browsers
from console.web.coming_in.account import account_page
from console.web.coming_in.browsers import browser_of, place_of
from console.web.coming_in.proving import JustProved
from console.web.coming_in.signing_in import ask_password_again, come_in, on_a_private_way
from console.web.limiting import SIGNING_IN, within
from console.web.pages import desk_of, form, router
from console.web.visitors import SignedIn, secret_of
from states.casebook.accounts import passkeys, with_passkeys
from states.errors import BadInput, NotPermitted
from states.store.threads import told

routes = router(dependencies=[Depends(on_a_private_way), Depends(within("signing in", SIGNING_IN))])


@routes.post("/sign-in/passkey/asked")
async def ask_for_signing_in(request: Request) -> Response:
    """What a browser is asked in which somebody wants to sign in, as JSON."""
    whom = browsers.somebody()
    response = _json(passkeys.ask_shown(desk_of(request).book, whom, place_of(request)))
    browsers.ask(request, response, whom)
    return response


@routes.post("/sign-in/passkey")
async def sign_in(request: Request) -> Response:
    """Sign in with a passkey, which is both factors at once."""
    said, book = await form(request), desk_of(request).book
    to, answer = said.get("to", "/"), said.get("passkey", "")
    whom, browser = browsers.asked(request), browser_of(request)
    try:
        secret = await told(with_passkeys.sign_in, book, answer, whom, place_of(request), browser)
    except NotPermitted as refused:
        return ask_password_again(request, to, str(refused))
    return await come_in(request, to, secret)


@routes.post("/account/passkeys/shown")
async def ask_for_showing(request: Request, _visitor: SignedIn) -> Response:
    """What a browser is asked in which somebody shows that it is they, as JSON."""
    return _json(passkeys.ask_shown(desk_of(request).book, secret_of(request), place_of(request)))


@routes.post("/account/passkeys/asked")
async def ask_for_making(request: Request, visitor: JustProved) -> Response:
    """What a browser is asked that is to make a passkey, as JSON."""
    book, secret = desk_of(request).book, secret_of(request)
    return _json(await told(passkeys.ask_new, book, secret, place_of(request), by=visitor))


@routes.post("/account/passkeys")
async def add(request: Request, visitor: JustProved) -> Response:
    """Add a passkey that a browser made."""
    said, book = await form(request), desk_of(request).book
    answer, name = said.get("passkey", ""), said.get("name", "")
    try:
        await told(passkeys.add, book, answer, name, secret_of(request), place_of(request), by=visitor)
    except (NotPermitted, BadInput) as refused:
        return await account_page(request, visitor, note=str(refused))
    return RedirectResponse("/account", HTTPStatus.SEE_OTHER)


@routes.post("/account/passkeys/{passkey}/remove")
async def remove(request: Request, passkey: str, visitor: JustProved) -> Response:
    """Take one of my passkeys away."""
    await told(passkeys.remove, desk_of(request).book, passkey, by=visitor)
    return RedirectResponse("/account", HTTPStatus.SEE_OTHER)


def _json(said: str) -> Response:
    return Response(said, media_type="application/json")
