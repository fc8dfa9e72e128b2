"""What the pages behind links share: a dead link's answer, and what a browser keeps once a code was typed."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from console.web.pages import OpenRoute, is_encrypted, page
from states.casebook.effects.codes import OPEN_FOR

#: what a browser keeps of a link that a code has opened; it shows it on that link's pages alone
OPENER = "tat-link"


class LinkRoute(OpenRoute):
    """A route behind a secret: its address is told to nobody, and whatever is wrong is one answer."""

    referrer = "no-referrer"

    def nothing(self, request: Request) -> Response:
        """The one page for every link that does not work: it says nothing of why, and whom to call."""
        values = {"title": "This link does not work", "path": ""}
        return page(request, "links/dead_link", values, status=HTTPStatus.NOT_FOUND)


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
