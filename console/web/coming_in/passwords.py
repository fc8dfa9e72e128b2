"""My own password, changed by me: with the one so far, after the second factor of a moment ago."""

from http import HTTPStatus

from fastapi import Depends, Request, Response

from console.web.coming_in.browsers import browser_of
from console.web.coming_in.proving import JustProved
from console.web.coming_in.signing_in import HASHING, HASHING_THREADS, on_a_private_way
from console.web.limiting import SIGNING_IN, within
from console.web.pages import desk_of, form, page, router
from console.web.visitors import keep, secret_of
from states.casebook.accounts import factors, signing_in
from states.casebook.accounts.sessions import Visitor
from states.errors import BadInput, NotPermitted
from states.store.threads import in_threads

routes = router(dependencies=[Depends(on_a_private_way), Depends(within("signing in", SIGNING_IN))])


@routes.get("/account/password")
async def ask(request: Request, visitor: JustProved) -> Response:
    """Ask for the password so far, and for the one from now on."""
    return _ask(request, visitor)


@routes.post("/account/password")
async def change(request: Request, visitor: JustProved) -> Response:
    """Change my password; all of my other sessions end with it."""
    said, book, secret = await form(request), desk_of(request).book, secret_of(request)
    current, new = said.get("password", ""), said.get("new-password", "")
    typed = (secret, current, new, browser_of(request))
    try:
        given = await in_threads(
            HASHING, HASHING_THREADS, signing_in.change_password, book, *typed, by=visitor
        )
    except (BadInput, NotPermitted) as refused:
        return _ask(request, visitor, note=str(refused))
    response = _ask(request, visitor, done=True)
    keep(request, response, given)
    return response


def _ask(request: Request, visitor: Visitor, note: str = "", *, done: bool = False) -> Response:
    values = {
        "title": "Change my password",
        "note": note,
        "done": done,
        "shortest": factors.SHORTEST,
        "longest": factors.LONGEST,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "account/password", values, visitor=visitor, status=status)
