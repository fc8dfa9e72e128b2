"""An action, for its owner: what, by when, done, or what stands in the way (W-07, W-08)."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.web.pages import desk_of, form, router
from console.web.refusals import refusal_of
from console.web.theirs.own import own_page
from console.web.visitors import SignedIn
from states.casebook.landing import actions
from states.casebook.plan import doing
from states.store.threads import told
from tasks.drafts.link_paths import ACTIONS

routes = router()

_NAMED = ("links/action", "action", "An action is yours")


@routes.get(ACTIONS + "/{action}")
async def show_action(request: Request, action: str, visitor: SignedIn) -> Response:
    """Show an action to whoever owns it; that they read it is on record."""
    return await own_page(request, visitor, actions.own, action, _NAMED)


@routes.post(ACTIONS + "/{action}")
async def report_on_action(request: Request, action: str, visitor: SignedIn) -> Response:
    """Take the word of its owner: it is done, or this stands in the way."""
    book, by, said = desk_of(request).book, visitor.actor, await form(request)
    number, _ = await told(actions.own, book, action, by=by)
    do: Callable[[], object]
    text, done = said.get("text", ""), said.get("done") == "yes"
    if done:
        do = partial(doing.complete_action, book, number, action, by=by, report=text)
    elif text.strip():
        do = partial(doing.report_on_action, book, number, action, text, by=by)
    else:
        note = "Say how it goes, or what stands in the way: the box is empty."
        return await own_page(request, visitor, actions.own, action, _NAMED, note=note)
    if note := await refusal_of(do):
        return await own_page(request, visitor, actions.own, action, _NAMED, note=note, text=text)
    return RedirectResponse(f"{ACTIONS}/{action}", HTTPStatus.SEE_OTHER)
