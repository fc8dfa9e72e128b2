"""A text that is to be told outside: whoever clears it reads it and says, whoever tells it says so (W-37)."""

from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.web.pages import desk_of, form, page, router
from console.web.refusals import refusal_of
from console.web.visitors import SignedIn
from states.casebook.disclosing import releases
from states.casebook.landing import texts
from states.store.threads import told
from states.vocabulary.leaving import ReleaseStatus
from tasks.drafts.link_paths import TEXTS

routes = router()

#: what the page is called, by how far the text has come
_TITLES = {
    ReleaseStatus.DRAFTED: "A text waits for your office's word",
    ReleaseStatus.AGREED: "A text may be told now",
    ReleaseStatus.DECLINED: "A text was declined",
    ReleaseStatus.TOLD: "A text was told",
}


@routes.get(TEXTS + "/{text}")
async def show_text(request: Request, text: str, visitor: SignedIn) -> Response:
    """Show the very words, and nothing else of the case; that they were read is on record."""
    return await _text(request, text, visitor)


@routes.post(TEXTS + "/{text}")
async def answer(request: Request, text: str, visitor: SignedIn) -> Response:
    """Agree, decline with a reason, or say that it is told."""
    book, by, said = desk_of(request).book, visitor.actor, await form(request)
    # Whoever may not read it is told of nothing, whatever they sent.
    await told(texts.text, book, text, by=by)
    note, agrees = said.get("note", ""), said.get("do") == "agree"
    if said.get("do") == "decline" and not note.strip():
        return await _text(request, text, visitor, problem="Say why it must not be told: the box is empty.")
    problem = ""
    if said.get("do") == "told":
        problem = await refusal_of(releases.tell, book, text, by=by)
    elif agrees or said.get("do") == "decline":
        problem = await refusal_of(releases.clear, book, text, by=by, agrees=agrees, note=note)
    if problem:
        return await _text(request, text, visitor, problem=problem, note=note)
    return RedirectResponse(f"{TEXTS}/{text}", HTTPStatus.SEE_OTHER)


async def _text(
    request: Request, text: str, visitor: SignedIn, *, problem: str = "", note: str = ""
) -> Response:
    book = desk_of(request).book
    found = await told(texts.text, book, text, by=visitor.actor)
    values = {
        "title": _TITLES[found.status],
        "text": found,
        "offices": {code: book.pack.office(code).name for code in found.needs},
        "problem": problem,
        "note": note,
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return page(request, "links/text", values, visitor=visitor, status=status)
