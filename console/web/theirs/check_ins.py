"""A check-in, for its owner: what was agreed, when, and how it went (W-45)."""

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.web.pages import desk_of, form, router
from console.web.refusals import refusal_of
from console.web.theirs.own import own_page
from console.web.visitors import SignedIn
from states.casebook.landing import check_ins
from states.casebook.plan import coming_back
from states.store.threads import told
from tasks.drafts.link_paths import CHECK_INS

routes = router()

_NAMED = ("links/check_in", "check_in", "A check-in is yours to hold")


@routes.get(CHECK_INS + "/{check_in}")
async def show_check_in(request: Request, check_in: str, visitor: SignedIn) -> Response:
    """Show a check-in to whoever is to hold it; that they read it is on record."""
    return await own_page(request, visitor, check_ins.own, check_in, _NAMED)


@routes.post(CHECK_INS + "/{check_in}")
async def settle(request: Request, check_in: str, visitor: SignedIn) -> Response:
    """Take the word of its owner that it took place, and how it went."""
    book, by = desk_of(request).book, visitor.actor
    number, _ = await told(check_ins.own, book, check_in, by=by)
    text = (await form(request)).get("text", "")
    if not text.strip():
        note = "Say how it went, in a sentence: the box is empty."
        return await own_page(request, visitor, check_ins.own, check_in, _NAMED, note=note)
    note = await refusal_of(coming_back.settle_check_in, book, number, check_in, by=by, report=text)
    if note:
        return await own_page(request, visitor, check_ins.own, check_in, _NAMED, note=note, text=text)
    return RedirectResponse(f"{CHECK_INS}/{check_in}", HTTPStatus.SEE_OTHER)
