"""Signing in by the institution's own sign-in: there and back, and what is said where it does not work out.

What comes back is taken once, from the browser that was sent, within minutes. Where the institution's sign-in
is away, accounts of our own work as ever.
"""

import logging
from base64 import urlsafe_b64decode, urlsafe_b64encode
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import quote, unquote

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from console.web.coming_in import browsers
from console.web.coming_in.browsers import browser_of
from console.web.coming_in.signing_in import come_in, on_a_private_way
from console.web.pages import desk_of, not_there, own_path, page, router
from console.web.visitors import SignedIn, keep, secret_of
from states.casebook import Casebook
from states.casebook.accounts import challenges, making, provided
from states.casebook.accounts.provided import Groups, Provided
from states.errors import BadInput, NotPermitted, StepFailed
from states.store.threads import told
from tasks.drafts.link_paths import SETTING_UP
from tasks.provider.asking import Asked, Provider, Who

_log = logging.getLogger(__name__)

routes = router(dependencies=[Depends(on_a_private_way)])

#: where people come back to
BACK = "/sign-in/provider/back"

#: what went wrong that is over by itself, in words; all else wants somebody who looks after it
_AWAY = frozenset({"timeout", "unreachable", "server_error", "rate_limited", "proxy_unreachable"})


class Errand(StrEnum):
    """What somebody goes to the institution's sign-in for."""

    SIGN_IN = "in"
    SHOW_AGAIN = "again"
    LINK = "link"


@routes.get("/sign-in/provider")
async def go_to_sign_in(request: Request, to: str = "/") -> Response:
    """Send somebody to the institution's sign-in."""
    return await _go(request, Errand.SIGN_IN, own_path(to))


@routes.get("/account/code/provider")
async def go_to_show_again(request: Request, _visitor: SignedIn, to: str = "/account") -> Response:
    """Send somebody there to show anew who they are."""
    return await _go(request, Errand.SHOW_AGAIN, own_path(to))


@routes.get(SETTING_UP + "/{secret}/provider")
async def go_to_link(request: Request, secret: str) -> Response:
    """Send the holder of a one-time link there: their account will be whom it knows."""
    await told(making.setting_up, desk_of(request).book, secret)
    return await _go(request, Errand.LINK, secret)


@routes.get(BACK)
async def come_back(
    request: Request, code: str = "", state: str = "", iss: str = "", error: str = ""
) -> Response:
    """Take who comes back."""
    provider, book = desk_of(request).provider, desk_of(request).book
    whom, errand, rest = _kept(request)
    if not provider.is_there or errand is None:
        return not_there(request)
    try:
        challenge = urlsafe_b64decode(f"{state}==".encode())
        await told(_use_up, book, challenge, errand, whom)
        if error or not code:
            return _failed(request, "Your institution signed nobody in: it was called off, or it refused.")
        asked = _asked(request, whom, state, errand)
        who = _provided(await provider.who(code, asked, issuer=iss, now=book.clock()), provider)
        return await _taken(request, errand, rest, who)
    except StepFailed as failed:
        return _failed(request, _why(failed.code))
    except (NotPermitted, BadInput, ValueError) as refused:
        said = (
            str(refused) if not isinstance(refused, ValueError) else "What came back is not what was asked."
        )
        return _failed(request, said)


async def _taken(request: Request, errand: Errand, rest: str, who: Provided) -> Response:
    book = desk_of(request).book
    if errand is Errand.SHOW_AGAIN:
        secret = await told(provided.show_again, book, secret_of(request), who)
        response = RedirectResponse(own_path(rest), HTTPStatus.SEE_OTHER)
        keep(request, response, secret)
        return response
    if errand is Errand.LINK:
        await told(provided.link, book, rest, who)
    secret = await told(provided.sign_in, book, who, browser_of(request))
    return await come_in(request, rest if errand is Errand.SIGN_IN else "/", secret)


async def _go(request: Request, errand: Errand, rest: str) -> Response:
    provider, book = desk_of(request).provider, desk_of(request).book
    if not provider.is_there:
        return not_there(request)
    whom = browsers.somebody()
    challenge = challenges.ask(book, f"provider {errand}", whom)
    state = urlsafe_b64encode(challenge).decode().rstrip("=")
    try:
        address = await provider.address(_asked(request, whom, state, errand))
    except StepFailed as failed:
        return _failed(request, _why(failed.code))
    response = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    browsers.ask(request, response, f"{whom}.{errand}.{quote(rest, safe='')}")
    return response


def _asked(request: Request, whom: str, state: str, errand: Errand) -> Asked:
    desk = desk_of(request)
    # Neither is kept: both are reckoned anew from what the browser keeps and brings back.
    nonce, verifier = (
        desk.book.vault.blind(what, f"{whom} {state.encode().hex()}") for what in ("nonce", "verifier")
    )
    back = f"{desk.settings.base_url.rstrip('/')}{BACK}"
    return Asked(back, state, nonce, verifier, again=errand is Errand.SHOW_AGAIN)


def _kept(request: Request) -> tuple[str, Errand | None, str]:
    """Who was sent for what, as their browser kept it; nothing of it is believed without the state."""
    whom, _, more = browsers.asked(request).partition(".")
    errand, _, rest = more.partition(".")
    return whom, Errand(errand) if errand in list(Errand) else None, unquote(rest)


def _use_up(book: Casebook, challenge: bytes, errand: Errand, whom: str) -> None:
    with book.store.write() as connection:
        challenges.answered(book, connection, challenge, f"provider {errand}", whom)


def _provided(who: Who, provider: Provider) -> Provided:
    groups = None
    if who.roles is not None:
        groups = Groups(who.roles, who.offices, provider.table.roles, provider.table.offices)
    return Provided(who.issuer, who.subject, who.member, who.proved_at, groups)


def _why(code: str) -> str:
    _log.warning("The institution's sign-in could not be asked (%s).", code)
    if code in _AWAY or code.startswith("certificate_expired"):
        return "Your institution's sign-in does not answer just now. Nobody was signed in: try again later."
    if code == "not_believed":
        return (
            "What your institution's sign-in said is too old, or not meant for here. Nobody was signed in: "
            "begin anew."
        )
    return (
        f"Your institution's sign-in is not set up as it should be ({code}). Nobody was signed in: tell "
        "whoever looks after this installation."
    )


def _failed(request: Request, said: str) -> Response:
    values = {"title": "Not signed in", "said": said, "path": ""}
    return page(request, "account/provider_failed", values, status=HTTPStatus.FORBIDDEN)
