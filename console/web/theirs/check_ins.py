"""A check-in, for its owner: what was agreed, when, and how it went (W-45)."""

from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.web.pages import desk_of, form, page, router
from console.web.visitors import SignedIn
from states.casebook.landing import check_ins
from states.casebook.plan import planning
from states.errors import Refused
from states.store.threads import told
from tasks.drafts.link_paths import CHECK_INS

routes = router()


@routes.get(CHECK_INS + "/{check_in}")
async def show_check_in(request: Request, check_in: str, visitor: SignedIn) -> Response:
    """Show a check-in to whoever is to hold it; that they read it is on record."""
    return await _check_in(request, check_in, visitor)


@routes.post(CHECK_INS + "/{check_in}")
async def settle(request: Request, check_in: str, visitor: SignedIn) -> Response:
    """Take the word of its owner that it took place, and how it went."""
    book, by = desk_of(request).book, visitor.actor
    number, _ = await told(check_ins.own, book, check_in, by=by)
    text = (await form(request)).get("text", "")
    if not text.strip():
        note = "Say how it went, in a sentence: the box is empty."
        return await _check_in(request, check_in, visitor, note=note)
    try:
        await told(planning.settle_check_in, book, number, check_in, by=by, report=text)
    except Refused as refusal:
        return await _check_in(request, check_in, visitor, note=str(refusal), text=text)
    return RedirectResponse(f"{CHECK_INS}/{check_in}", HTTPStatus.SEE_OTHER)


async def _check_in(
    request: Request, check_in: str, visitor: SignedIn, *, note: str = "", text: str = ""
) -> Response:
    book = desk_of(request).book
    number, found = await told(check_ins.own, book, check_in, by=visitor.actor)
    values = {
        "title": "A check-in is yours to hold",
        "number": number,
        "check_in": found,
        "zone": ZoneInfo(book.pack.home.timezone),
        "note": note,
        "text": text,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "links/check_in", values, visitor=visitor, status=status)
