"""The pages of the console: what all of them show, their style, and how each is answered."""

import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from fastapi import APIRouter, Request, Response, params
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from markupsafe import Markup, escape
from starlette.types import Scope

from console.http.pages import Pages
from console.shown.explainer import plainly
from console.shown.phoning import any_phone_first, dialled
from console.web.languages import N_, TRANSLATIONS, language_of, translated
from console.web.moments import due, how_far, span
from notifications.messages.wording import in_words
from states.access import LET_IN, MAY, Act, Actor
from states.casebook.accounts.sessions import Visitor
from states.errors import BadInput, CaseErased, NotPermitted, UnknownRecord
from states.files.arriving import said_size
from states.vocabulary.counts import counted
from states.vocabulary.people import Role
from states.vocabulary.spelling import words
from states.vocabulary.times import spelled
from tasks.desk import Desk
from tasks.drafts.link_paths import ALARMS

#: what is to be typed at a terminal, as sentences have it
_TYPED = re.compile(r"`([^`]+)`")


def commands(said: str) -> Markup:
    """A sentence in which what is to be typed looks like it; everything else in it is escaped."""
    # What was escaped holds no markup, and a grave accent neither begins nor ends any.
    return Markup(_TYPED.sub(r"<code>\1</code>", str(escape(said))))  # noqa: S704


#: where the style is
ASSETS = "/assets"

#: where administration begins
ADMIN = "/admin"

#: where whoever is signed in raises an alarm from a page that is of no case
RAISE = ALARMS + "/raise"

#: of every page, besides what `console.http.pages` says: forms tell where they come from, to us alone
HEADERS: Mapping[str, str] = {
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

#: fields that a form of ours has at most, but one that says itself that it has more
MOST_FIELDS = 400

_PAGES = Pages(
    Path(__file__).parent / "templates",
    style_below=ASSETS,
    scripts=Path(__file__).parent / "scripts",
    filters={
        "spelled": spelled,
        "due": due,
        "how_far": how_far,
        "span": span,
        "moment": datetime.fromisoformat,
        "in_words": in_words,
        "words": words,
        "kind": lambda part: type(part).__name__,
        "commands": commands,
        "dialled": dialled,
        "any_phone_first": any_phone_first,
        "plainly": plainly,
        "counted": counted,
        "size": said_size,
    },
    languages=TRANSLATIONS,
)

style = APIRouter()


class Instead(Exception):
    """Something else is to be answered before what was asked for.

    Args:
        response: what.
    """

    def __init__(self, response: Response) -> None:
        self.response = response


class FromElsewhere(Exception):
    """A form was sent by another site's page (cross-site request forgery)."""


class PageRoute(APIRoute):
    """A route of the console: forms come from our own pages, and what one may not see is not there."""

    #: whether a form is taken that does not say where it comes from
    from_anywhere = False

    #: to whom a browser says from which of these addresses it comes
    referrer = "same-origin"

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with the answers that all routes share around it."""
        return partial(_answered, self, super().get_route_handler())

    def nothing(self, request: Request) -> Response:
        """What is answered where there is nothing for whoever asks."""
        return not_there(request)


class OpenRoute(PageRoute):
    """A route for anybody, on which nobody is signed in: an old browser keeps no report from coming in."""

    from_anywhere = True


async def _answered(
    route: PageRoute, handle: Callable[[Request], Coroutine[Any, Any, Response]], request: Request
) -> Response:
    try:
        _must_be_ours(request, from_anywhere=route.from_anywhere)
        response = await handle(request)
    except FromElsewhere:
        language = language_of(request)
        values, status = {"title": translated(language, N_("This was not sent"))}, HTTPStatus.FORBIDDEN
        response = page(request, "elsewhere", values, status=status, language=language)
    except Instead as instead:
        response = instead.response
    except (UnknownRecord, NotPermitted, CaseErased):
        response = route.nothing(request)
    for change in _changes(request):
        change(response)
    response = _hardened(request, response)
    response.headers["Referrer-Policy"] = route.referrer
    return response


def when_answered(request: Request, change: Callable[[Response], None]) -> None:
    """Change the answer to a request, whatever it will be: a dependency has none of its own."""
    request.state.changes = [*_changes(request), change]


def _changes(request: Request) -> list[Callable[[Response], None]]:
    changes: list[Callable[[Response], None]] = getattr(request.state, "changes", [])
    return changes


def router(route: type[PageRoute] = PageRoute, dependencies: Sequence[params.Depends] = ()) -> APIRouter:
    """A router for pages of the console.

    Args:
        route: how its routes are answered.
        dependencies: what is looked at before each.
    """
    return APIRouter(route_class=route, default_response_class=HTMLResponse, dependencies=dependencies)


def page(
    request: Request,
    template: str,
    values: Mapping[str, object],
    *,
    visitor: Visitor | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    language: str = "en",
    scripts: Sequence[str] = (),
    case: str | None = None,
) -> Response:
    """A page; whoever is signed in raises the alarm from each with one more click (W-13).

    Args:
        request: what is answered.
        template: name of its template, without endings.
        values: what the template is given; its ``title`` at least.
        visitor: who is signed in.
        status: the HTTP status.
        language: code of the language that it is in.
        scripts: those in the folder beside that it works better with, by name.
        case: number of the case that it is of; empty: of none; None: the one that its address names.
    """
    desk = desk_of(request)
    of_case = request.path_params.get("number", "") if case is None else case
    shared: dict[str, object] = {
        "institution": desk.book.pack.institution,
        "is_demo": desk.settings.demo_file.exists(),
        "phone": desk.book.pack.duty_line,
        "visitor": visitor,
        "now": desk.book.clock(),
        "path": request.url.path,
        "doors": doors(visitor.actor) if visitor else (),
        "raise_at": f"/cases/{of_case}/steps/raise_alarm" if of_case else RAISE,
        "raise_on": of_case,
    }
    shown = _PAGES.page(template, shared | dict(values), status, language=language, scripts=scripts)
    return _hardened(request, shown)


#: those for whom there is a part of administration
ADMINISTERING = tuple(
    {
        role
        for act in (Act.RUN_ACCOUNTS, Act.RUN_TEAM, Act.AUDIT_READINGS, Act.SEE_HEALTH)
        for role in MAY[act]
    }
)


def doors(by: Actor) -> list[tuple[str, str]]:
    """What the head of each page leads somebody to: address and name of each."""
    every = (
        ("/", "My work", tuple(Role)),
        ("/cases", "Cases", (*MAY[Act.LIST], *LET_IN)),
        ("/meetings", "Meetings", (*MAY[Act.READ], *LET_IN)),
        ("/search", "Search", (*MAY[Act.READ], *LET_IN)),
        ("/trends", "Trends", MAY[Act.LEARN]),
        ("/reports", "Reports", MAY[Act.SEE_REPORTS]),
        ("/alarms", "Alarms", MAY[Act.ANSWER_ALARMS]),
        ("/team", "Team", tuple(Role)),
        (ADMIN, "Administration", ADMINISTERING),
        ("/account", "My account", tuple(Role)),
    )
    return [(address, name) for address, name, roles in every if not by.roles.isdisjoint(roles)]


def not_there(request: Request) -> Response:
    """The one answer for what is not there and for what whoever asks may not see: they are the same."""
    language = language_of(request)
    values = {"title": translated(language, N_("Nothing here")), "path": ""}
    return page(request, "not_there", values, status=HTTPStatus.NOT_FOUND, language=language)


#: what is said where something cannot be taken in as it came, by status: a title and a sentence
_REFUSED: Mapping[int, tuple[str, str]] = {
    HTTPStatus.METHOD_NOT_ALLOWED: (
        N_("Nothing can be sent here"),
        N_("This address either shows something or takes something in. Nothing was taken in."),
    ),
    HTTPStatus.NOT_FOUND: (N_("There is nothing here"), N_("There is no such address.")),
    HTTPStatus.REQUEST_URI_TOO_LONG: (N_("There is nothing here"), N_("There is no such address.")),
    HTTPStatus.REQUEST_TIMEOUT: (
        N_("It took too long to come"),
        N_("The connection was too slow, and nothing was taken in. Go back and send it again."),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        N_("That is too long"),
        N_("What was sent is longer than can be taken in. Go back, and send it in parts."),
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (
        N_("That cannot be read here"),
        N_("What was sent is of a kind that no form here sends. Nothing was taken in."),
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: (
        N_("That cannot be read here"),
        N_("No form here sends what was sent. Nothing was taken in: open the page again."),
    ),
}


def later(desk: Desk, status: HTTPStatus, scope: Scope) -> Response:
    """The page that people see when there is no answer now, or what they sent cannot be taken in.

    Args:
        desk: the casebook and the settings.
        status: the HTTP status.
        scope: what was asked for, as ASGI has it: it says in which language.
    """
    pack, language = desk.book.pack, language_of(Request(scope))
    title, said = _REFUSED.get(status, (N_("Please try again, and phone meanwhile"), ""))
    values: dict[str, object] = {"title": translated(language, title), "said": translated(language, said)}
    values |= {"institution": pack.institution, "phone": pack.duty_line, "path": ""}
    values |= {"is_demo": desk.settings.demo_file.exists()}
    return _PAGES.page("later", values | {"visitor": None}, status, language=language)


def desk_of(request: Request) -> Desk:
    """What the application works at."""
    desk: Desk = request.app.state.desk
    return desk


async def fields(request: Request, most: int = MOST_FIELDS) -> dict[str, list[str]]:
    """What a form of ours says, field by field; what no text holds (bytes, U+0000) stands as U+FFFD.

    Args:
        request: what it came with.
        most: how many fields the form has at most.

    Raises:
        BadInput: it has more than that.
    """
    text = (await request.body()).decode("utf-8", "replace")
    try:
        said = parse_qs(text, keep_blank_values=True, max_num_fields=most)
    except ValueError:
        raise BadInput("No form here has so many fields. Nothing was taken in.") from None
    return {name: [each.replace("\0", "\ufffd") for each in values] for name, values in said.items()}


async def form(request: Request) -> dict[str, str]:
    """What a form of ours says: of each field its first value."""
    return {name: values[0] for name, values in (await fields(request)).items()}


def asked_for(request: Request) -> str:
    """The query that leads back to the page that was asked for, once somebody is signed in."""
    if request.method != "GET" or request.url.path == "/":
        return ""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"?to={quote(request.url.path + query, safe='/')}"


def own_path(given: str) -> str:
    """A path of ours to go to; anything else becomes the first page."""
    is_ours = given.startswith("/") and not given.startswith(("//", "/\\"))
    return given if is_ours and given.isascii() and given.isprintable() else "/"


def _must_be_ours(request: Request, *, from_anywhere: bool) -> None:
    """Take a form from our own pages alone, as the browser says (Fetch Metadata), or by its origin."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if request.method in ("GET", "HEAD") or site == "same-origin":
        return
    base = urlsplit(desk_of(request).settings.base_url)
    from_us = origin == f"{base.scheme}://{base.netloc}"
    # An old browser says nothing of where a form comes from, or "null" when it is to say nothing.
    says_nothing = site is None and origin in (None, "null")
    if not (says_nothing and from_anywhere) and (site is not None or not from_us):
        raise FromElsewhere


def _hardened(request: Request, response: Response) -> Response:
    response.headers.update(HEADERS)
    response.headers["Cache-Control"] = "no-store"
    if is_encrypted(request):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def is_encrypted(request: Request) -> bool:
    """Whether people reach us by encrypted connections alone."""
    return desk_of(request).settings.base_url.startswith("https:")


@style.get(ASSETS + "/{name}")
async def show_asset(request: Request) -> Response:
    """The one style, or a script; its address changes with what it says, so that it may be kept for ever."""
    if request.url.path not in _PAGES.assets:
        return not_there(request)
    text, kind = _PAGES.assets[request.url.path]
    kept = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return Response(text, media_type=kind, headers=kept)
