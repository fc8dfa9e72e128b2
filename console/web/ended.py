"""What is answered to whoever is signed in no more: a form is not done, and nothing typed in it is lost.

What came goes back to the browser that sent it, in a page that sends it again once somebody signed in, in
whichever way, in another tab. Nothing of it is kept here. Whoever is signed in then may do it, or may not.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.routing import Match

from console.web.pages import asked_for, desk_of, fields, own_path, page
from console.web.uploads import Allowed, NotTaken, Upload
from states.errors import BadInput

#: the fields of a form that is sent again, with the code or a passkey in it
CODE, SHOWN = "code-again", "passkey-again"

#: the fields of a password so far, or to come: no page holds what somebody typed there
PASSWORDS = frozenset({"password", "new-password"})

#: what is given back to nobody: it is secret, or works once, and is asked for again
SECRETS = PASSWORDS | {CODE, SHOWN, "code", "passkey"}

#: of a piece that a script puts into a page: where, and nothing else changes
PIECE: Mapping[str, str] = {
    "HX-Retarget": "#ended",
    "HX-Reswap": "innerHTML",
    "HX-Reselect": "#ended-said",
}

#: where whoever has nowhere else to go back to goes
_FIRST = "/"


async def sign_in_first(request: Request) -> Response:
    """What is answered to somebody who is not signed in, where only members are answered."""
    if request.headers.get("hx-request") == "true":
        return _piece(request)
    if request.method != "POST":
        return RedirectResponse(f"/sign-in{asked_for(request)}", HTTPStatus.SEE_OTHER)
    has_files = request.headers.get("content-type", "").startswith("multipart/")
    said = await (_beside_files(request) if has_files else _fields(request))
    given = [(name, each) for name, values in said.items() if name not in SECRETS for each in values]
    query = f"?{request.url.query}" if request.url.query else ""
    values = {
        "title": "Your session has ended",
        "note": True,
        "again": "" if has_files else request.url.path + query,
        "sign_in": _signing_in(request),
        "form": came_from(request),
        # What holds a space was typed, and can be read; the rest was chosen, or is what a form says itself.
        "typed": [(name, each) for name, each in given if any(map(str.isspace, each.strip()))],
        "rest": [(name, each) for name, each in given if not any(map(str.isspace, each.strip()))],
        "has_secrets": not SECRETS.isdisjoint(said),
    }
    return page(request, "ended", values, status=HTTPStatus.UNAUTHORIZED)


def came_from(request: Request) -> str:
    """The page that a form stands on: it is led back to, as no address that only takes something is."""
    referer = urlsplit(request.headers.get("referer", ""))
    query = f"?{referer.query}" if referer.query else ""
    for path, rest in ((referer.path, query), (request.url.path, "")):
        if own_path(path) != _FIRST and _is_shown(request, path):
            return own_path(path + rest)
    return _FIRST


def _is_shown(request: Request, path: str) -> bool:
    scope = {**request.scope, "method": "GET", "path": path}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes)


def _signing_in(request: Request) -> str:
    return f"/sign-in?to={quote(came_from(request), safe='/')}"


def _piece(request: Request) -> Response:
    """A piece for a page that asked by itself: it says so, and what is typed in the page stays."""
    values = {"title": "", "sends": request.method == "POST", "sign_in": _signing_in(request)}
    response = page(request, "ended_piece", values, status=HTTPStatus.UNAUTHORIZED)
    response.headers.update(PIECE)
    return response


async def _fields(request: Request) -> Mapping[str, Sequence[str]]:
    try:
        return await fields(request)
    except BadInput:
        # No form of ours: there is nothing of anybody's in it.
        return {}


async def _beside_files(request: Request) -> Mapping[str, Sequence[str]]:
    """What was typed beside files, none of which is taken."""
    upload = Upload(desk_of(request).book.place, Allowed(one=0, in_all=0, files=0))
    try:
        await upload.take(request)
    except NotTaken as refused:
        return {name: [each] for name, each in refused.said.items()}
    return {name: [each] for name, each in upload.said.items()}
