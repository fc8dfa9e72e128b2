"""My account: how I am reached, the sessions in which I am signed in, and my recovery codes."""

from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.web.coming_in.browsers import scripts_for, takes_passkeys
from console.web.coming_in.proving import AGAIN, JustProved, show_again
from console.web.languages import LANGUAGES, keep_language, language_of
from console.web.pages import desk_of, form, own_path, page, router
from console.web.visitors import SignedIn, keep
from states.casebook.accounts import passkeys, sessions, signing_in
from states.casebook.team import reaching
from states.errors import NotPermitted
from states.store.threads import told
from states.vocabulary.people import SignInWay

routes = router()


@routes.get("/account")
async def show(request: Request, visitor: SignedIn) -> Response:
    """Show my open sessions and my passkeys."""
    return await account_page(request, visitor)


async def account_page(
    request: Request,
    visitor: sessions.Visitor,
    note: str = "",
    *,
    wrong_way: str = "",
    given: Mapping[str, str] | None = None,
) -> Response:
    """The page of my account.

    Args:
        request: what is answered.
        visitor: whose account.
        note: why something was not done.
        wrong_way: why what I said of how I am reached was not taken in.
        given: what I said of it.
    """
    book = desk_of(request).book
    reached = await told(reaching.mine, book, by=visitor.actor)
    values = {
        "title": "My account",
        "note": note,
        "wrong_way": wrong_way,
        "reached": {**asdict(reached), **(given or {})},
        "sessions": await told(sessions.mine, book, by=visitor.actor),
        "mine": await told(passkeys.mine, book, by=visitor.actor),
        "passkeys": takes_passkeys(request),
        "ways": SignInWay,
        "zone": ZoneInfo(book.pack.home.timezone),
        "languages_there": LANGUAGES,
        "chosen": language_of(request),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note or wrong_way else HTTPStatus.OK
    return page(
        request, "account/account", values, visitor=visitor, status=status, scripts=scripts_for(request)
    )


@routes.post("/account/sessions/end-others")
async def end_other_sessions(request: Request, visitor: SignedIn) -> Response:
    """End all of my sessions but this one."""
    await told(sessions.end_others, desk_of(request).book, by=visitor)
    return RedirectResponse("/account", HTTPStatus.SEE_OTHER)


@routes.post("/account/sessions/{session}/end")
async def end_session(request: Request, session: str, visitor: SignedIn) -> Response:
    """End one of my sessions; with this one I am signed out."""
    await told(sessions.end, desk_of(request).book, session, by=visitor.actor)
    return RedirectResponse("/account", HTTPStatus.SEE_OTHER)


@routes.post("/account/recovery-codes")
async def make_recovery_codes(request: Request, visitor: JustProved) -> Response:
    """Make new recovery codes, and show them once; asks for the code again before."""
    codes = await told(signing_in.new_recovery_codes, desk_of(request).book, by=visitor)
    values = {"title": "Your recovery codes", "codes": codes, "back": "/account"}
    return page(request, "once/recovery_codes", values, visitor=visitor)


@routes.post("/account/language")
async def choose_language(request: Request, visitor: SignedIn) -> Response:  # noqa: ARG001 - mine to choose
    """Let this browser keep the language in which I read what there is in it."""
    response = RedirectResponse("/account#language", HTTPStatus.SEE_OTHER)
    return keep_language(request, response, (await form(request)).get("language", ""))


@routes.get(AGAIN)
async def ask_code(request: Request, visitor: SignedIn, to: str = "/account") -> Response:
    """Ask for the code again, before something that asks for it."""
    return _ask(request, visitor, to)


@routes.post(AGAIN)
async def take_code(request: Request, visitor: SignedIn) -> Response:
    """Take the code, or a passkey, and go back."""
    said = await form(request)
    to = said.get("to", "")
    try:
        secret = await show_again(request, said.get("code", ""), said.get("passkey", ""))
    except NotPermitted as refused:
        return _ask(request, visitor, to, note=str(refused))
    response = RedirectResponse(own_path(to), HTTPStatus.SEE_OTHER)
    keep(request, response, secret)
    return response


def _ask(request: Request, visitor: sessions.Visitor, to: str, note: str = "") -> Response:
    values = {
        "title": "Your code, please",
        "to": own_path(to),
        "note": note,
        "passkeys": takes_passkeys(request),
        "provider": desk_of(request).provider.is_there,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "account/code", values, visitor=visitor, status=status, scripts=scripts_for(request))
