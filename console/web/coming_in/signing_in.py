"""Signing in, in two steps; signing out; and setting an account up by the link that somebody was given."""

import asyncio
from http import HTTPStatus
from urllib.parse import quote

import segno
from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from console.web.coming_in.browsers import browser_of, keep_known, scripts_for, takes_passkeys
from console.web.limiting import SIGNING_IN, within
from console.web.pages import Instead, desk_of, form, is_encrypted, own_path, page, router
from console.web.visitors import forget, keep, secret_of, who_is_here
from states.casebook.accounts import browsers, factors, making, provided, sessions, signing_in
from states.errors import BadInput, NotPermitted, UnknownRecord
from states.store.threads import in_threads, told
from tasks.drafts.link_paths import SETTING_UP
from tasks.far.egress import on_this_machine


async def on_a_private_way(request: Request) -> None:
    """Let nobody say a password where others on the way may read it.

    Raises:
        Instead: the console is open to other machines, and not encrypted.
    """
    host = request.url.hostname or ""
    if not is_encrypted(request) and not on_this_machine(host):
        values = {"title": "Nobody signs in here yet", "path": ""}
        raise Instead(page(request, "account/not_private", values, status=HTTPStatus.FORBIDDEN))


routes = router(dependencies=[Depends(on_a_private_way), Depends(within("signing in", SIGNING_IN))])

#: threads that passwords are hashed in: it takes long on purpose, and keeps nobody else waiting
HASHING, HASHING_THREADS = "passwords", 2

#: seconds: what did not fit is answered a whole multiple of them after it came. What is written down of a
#: failure takes its time, and would tell who has an account.
BEAT = 0.5


@routes.get("/sign-in")
async def ask_password(request: Request, to: str = "/") -> Response:
    """Ask who it is, and for the password."""
    return _ask(request, "account/sign_in", "Sign in", to)


@routes.post("/sign-in")
async def take_password(request: Request) -> Response:
    """Take the password, and go on to the code."""
    said = await form(request)
    to, book = said.get("to", "/"), desk_of(request).book
    loop = asyncio.get_running_loop()
    came = loop.time()
    try:
        secret = await in_threads(
            HASHING,
            HASHING_THREADS,
            signing_in.begin,
            book,
            said.get("name", ""),
            said.get("password", ""),
            browser_of(request),
        )
    except NotPermitted as refused:
        await asyncio.sleep((came - loop.time()) % BEAT)
        return _ask(request, "account/sign_in", "Sign in", to, note=str(refused), name=said.get("name", ""))
    await told(sessions.leave, book, secret_of(request))
    return _on(request, f"/sign-in/code?to={quote(own_path(to), safe='/')}", secret)


@routes.get("/sign-in/code")
async def ask_code(request: Request, to: str = "/") -> Response:
    """Ask for the code, once the password was taken."""
    if not await told(sessions.is_begun, desk_of(request).book, secret_of(request)):
        return RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    return _ask(request, "account/code", "Your code", to)


@routes.post("/sign-in/code")
async def take_code(request: Request) -> Response:
    """Take the code, and open the page that was asked for."""
    said = await form(request)
    to = said.get("to", "/")
    try:
        secret = await told(
            signing_in.finish,
            desk_of(request).book,
            secret_of(request),
            said.get("code", ""),
            browser_of(request),
        )
    except NotPermitted as refused:
        return _ask(request, "account/code", "Your code", to, note=str(refused))
    return await come_in(request, to, secret)


async def come_in(request: Request, to: str, secret: str) -> Response:
    """Open the page that was asked for, as somebody signed in; an earlier session of this browser ends."""
    book, before = desk_of(request).book, secret_of(request)
    visitor = await told(sessions.visitor, book, secret)
    if before.partition(".")[0] != visitor.session:
        await told(sessions.leave, book, before)
    response = _on(request, own_path(to), secret)
    keep_known(request, response, await told(browsers.keep, book, visitor.actor.id, browser_of(request)))
    return response


def ask_password_again(request: Request, to: str, note: str) -> Response:
    """Ask who it is anew, as what was said did not fit."""
    return _ask(request, "account/sign_in", "Sign in", to, note=note)


@routes.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End this session; whoever has none any more is signed out already."""
    desk, visitor = desk_of(request), await who_is_here(request)
    if visitor is None:
        return RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    await told(sessions.end, desk.book, visitor.session, by=visitor.actor)
    response: Response = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    if desk.provider.is_there and await told(provided.is_linked, desk.book, visitor.actor.id):
        # A page, as a form is led to no other site.
        leave = await desk.provider.leaving(f"{desk.settings.base_url.rstrip('/')}/sign-in")
        response = page(request, "account/signed_out", {"title": "Signed out here", "leave": leave})
    forget(request, response)
    return response


@routes.get(SETTING_UP + "/{secret}")
async def ask_set_up(request: Request, secret: str) -> Response:
    """Show the key that the phone is to have, and ask for a password; looking uses nothing up.

    Who has half of a link is asked for the code, whether there is such a link or not.
    """
    if len(secret) == making.HANDED:
        return _ask_mailed(request)
    try:
        return await _ask_set_up(request, secret)
    except UnknownRecord:
        return _dead(request)


@routes.post(SETTING_UP + "/{secret}")
async def set_up(request: Request, secret: str) -> Response:
    """Set the account up, and show its recovery codes, once."""
    book, said = desk_of(request).book, await form(request)
    if len(secret) == making.HANDED:
        code = "".join(each for each in said.get("mailed", "").lower() if each.isalnum())
        if len(code) != making.CODE:
            note = f"The code has {making.CODE} letters and digits. Nothing was written: type all of it."
            return _ask_mailed(request, note)
        return RedirectResponse(f"{SETTING_UP}/{quote(secret + code)}", HTTPStatus.SEE_OTHER)
    try:
        codes = await in_threads(
            HASHING,
            HASHING_THREADS,
            making.set_up,
            book,
            secret,
            said.get("password", ""),
            said.get("code", ""),
        )
    except BadInput as refused:
        return await _ask_set_up(request, secret, note=str(refused))
    except UnknownRecord:
        return _dead(request)
    return page(
        request,
        "once/recovery_codes",
        {"title": "Your account is set up", "codes": codes, "back": "/sign-in"},
    )


def _ask_mailed(request: Request, note: str = "") -> Response:
    """Ask for the code that the link's member was mailed; the link is said by no page."""
    values = {"title": "Set up your account", "note": note, "path": ""}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "once/mailed_code", values, status=status)


def _dead(request: Request) -> Response:
    """The one page for every link of an account that does not work; it says nothing of why."""
    values = {"title": "This link does not work", "days": making.LINK_LIFE.days, "path": ""}
    return page(request, "once/set_up", values, status=HTTPStatus.NOT_FOUND)


async def _ask_set_up(request: Request, secret: str, note: str = "") -> Response:
    found = await told(making.setting_up, desk_of(request).book, secret)
    picture = segno.make(found.address, error="m").svg_inline(scale=5, border=3, light="#ffffff")
    key = found.key
    values = {
        "title": "Set up your account",
        "member": found.member,
        "key": " ".join(key[start : start + 4] for start in range(0, len(key), 4)),
        # Made of the key alone, by a library: nothing that anybody typed is in it.
        "picture": Markup(picture),  # noqa: S704
        "shortest": factors.SHORTEST,
        # Where the page is to lead, for whoever has it open by now.
        "provider": f"{SETTING_UP}/{secret}/provider" if desk_of(request).provider.is_there else "",
        "note": note,
        # The address holds the link: no page is to say it.
        "path": "",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "account/set_up", values, status=status)


def _ask(request: Request, template: str, title: str, to: str, *, note: str = "", name: str = "") -> Response:
    values = {
        "title": title,
        "to": own_path(to),
        "note": note,
        "name": name,
        "passkeys": takes_passkeys(request),
        "provider": desk_of(request).provider.is_there,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, template, values, status=status, scripts=scripts_for(request))


def _on(request: Request, to: str, secret: str) -> Response:
    response = RedirectResponse(to, HTTPStatus.SEE_OTHER)
    keep(request, response, secret)
    return response
