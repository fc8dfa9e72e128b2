"""What the pages behind links share: a dead link's answer, and what a browser keeps once a code was typed."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from console.web.languages import LANGUAGES, N_, keep_language, language_of, translated
from console.web.pages import OpenRoute, is_encrypted, page
from states.casebook.accounts.sessions import Visitor
from states.casebook.effects.codes import OPEN_FOR

#: what a browser keeps of a link that a code has opened; it shows it on that link's pages alone
OPENER = "tat-link"


class LinkRoute(OpenRoute):
    """A route behind a secret: its address is told to nobody, and whatever is wrong is one answer."""

    referrer = "no-referrer"

    def nothing(self, request: Request) -> Response:
        """The one page for every link that does not work: it says nothing of why, and whom to call."""
        values = {"title": N_("This link does not work")}
        return shown(request, "links/dead_link", values, status=HTTPStatus.NOT_FOUND)


def in_language(request: Request, text: str) -> str:
    """A text in the language that whoever opens a link reads."""
    return translated(language_of(request), text)


def shown(
    request: Request,
    template: str,
    values: Mapping[str, object],
    *,
    to: str = "",
    status: HTTPStatus = HTTPStatus.OK,
    visitor: Visitor | None = None,
) -> Response:
    """A page behind a link, in the language that whoever opens it reads.

    Args:
        request: what is answered.
        template: name of its template, without endings.
        values: what the template is given; its ``title``, in English, at least.
        to: where the same is shown in another language; empty: nowhere any more.
        status: the HTTP status.
        visitor: who is signed in.
    """
    language = language_of(request)
    said = partial(translated, language)
    given = dict(values) | {"title": said(str(values["title"])), "t": said, "path": to}
    if to:
        given["languages"] = LANGUAGES
    response = page(request, template, given, status=status, language=language, visitor=visitor)
    return keep_language(request, response)


def link_routes() -> APIRouter:
    """A router for pages behind links."""
    return APIRouter(route_class=LinkRoute, default_response_class=HTMLResponse)


def opener(request: Request) -> str:
    """What the browser keeps of this link; empty: no code was typed in it."""
    return request.cookies.get(OPENER, "")


def opened(request: Request, path: str, given: str) -> Response:
    """Lead to a link's page, and let the browser keep what opens it for a while."""
    response = RedirectResponse(path, HTTPStatus.SEE_OTHER)
    response.set_cookie(
        OPENER,
        given,
        max_age=int(OPEN_FOR.total_seconds()),
        path=path,
        secure=is_encrypted(request),
        httponly=True,
        samesite="lax",
    )
    return response
