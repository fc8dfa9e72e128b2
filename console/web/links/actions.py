"""An action of a plan, for its owner: what, by when, done, or what stands in the way (W-07, W-08)."""

from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.web.pages import desk_of, form, page, router
from console.web.visitors import SignedIn
from states.casebook.landing import actions
from states.casebook.plan import planning
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.store.threads import told
from tasks.drafts.link_paths import ACTIONS

routes = router()


@routes.get(ACTIONS + "/{action}")
async def show_action(request: Request, action: str, visitor: SignedIn) -> Response:
    """Show an action to whoever owns it; that they read it is on record."""
    return await _action(request, action, visitor)


@routes.post(ACTIONS + "/{action}")
async def report_on_action(request: Request, action: str, visitor: SignedIn) -> Response:
    """Take the word of its owner: it is done, or this stands in the way."""
    book, by = desk_of(request).book, visitor.actor
    number, _ = await told(actions.own, book, action, by=by)
    given = await form(request)
    text = given.get("text", "")
    try:
        if given.get("done") == "yes":
            await told(planning.complete_action, book, number, action, by=by, report=text)
        else:
            await told(planning.report_on_action, book, number, action, text, by=by)
    except BadInput:
        note = "Say how it goes, or what stands in the way: the box is empty."
        return await _action(request, action, visitor, note=note)
    except (UnknownRecord, NotPermitted):
        raise
    except Refused as refusal:
        return await _action(request, action, visitor, note=str(refusal), text=text)
    return RedirectResponse(f"{ACTIONS}/{action}", HTTPStatus.SEE_OTHER)


async def _action(
    request: Request, action: str, visitor: SignedIn, *, note: str = "", text: str = ""
) -> Response:
    book = desk_of(request).book
    number, found = await told(actions.own, book, action, by=visitor.actor)
    values = {
        "title": "An action of a plan is yours",
        "number": number,
        "action": found,
        "zone": ZoneInfo(book.pack.home.timezone),
        "note": note,
        "text": text,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "links/action", values, visitor=visitor, status=status)
