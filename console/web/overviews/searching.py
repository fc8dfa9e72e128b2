"""Search: where the case is that I think of. What was typed is sent in a form, and stands in no address."""

from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.case.glance import SHAPES
from console.shown.hits import why
from console.web.overviews.narrowing import choices, chosen
from console.web.pages import desk_of, form, page, router
from console.web.visitors import SignedIn
from states.casebook.accounts.sessions import Visitor
from states.casebook.narrowing import Narrowed
from states.casebook.persons.searching import Hit, permit_search, search
from states.errors import BadInput
from states.store.threads import told
from states.vocabulary.cases import Level
from states.vocabulary.people import MatchReason

routes = router()


@routes.get("/search")
async def ask(request: Request, visitor: SignedIn) -> Response:
    """Ask what is looked for; a link may say which cases are looked at, and nothing of whom."""
    permit_search(visitor.actor)
    narrowed = chosen(request.query_params, desk_of(request).book.pack, visitor.actor)
    return _page(request, visitor, narrowed)


@routes.post("/search")
async def find(request: Request, visitor: SignedIn) -> Response:
    """Show what was found, and why; a case's number in full opens the case."""
    said, book = await form(request), desk_of(request).book
    wanted = said.get("wanted", "")
    narrowed = chosen(said, book.pack, visitor.actor)
    try:
        hits = await told(search, book, wanted, by=visitor.actor, narrowed=narrowed)
    except BadInput as refused:
        return _page(request, visitor, narrowed, wanted=wanted, note=str(refused))
    if [hit.reasons for hit in hits] == [(MatchReason.CASE_NUMBER,)]:
        return RedirectResponse(f"/cases/{hits[0].number}", HTTPStatus.SEE_OTHER)
    return _page(request, visitor, narrowed, wanted=wanted, hits=hits)


def _page(
    request: Request,
    visitor: Visitor,
    narrowed: Narrowed,
    *,
    wanted: str = "",
    hits: list[Hit] | None = None,
    note: str = "",
) -> Response:
    pack = desk_of(request).book.pack
    values = {
        "title": "Search",
        "wanted": wanted,
        "hits": hits,
        "note": note,
        "why": why,
        "shapes": SHAPES,
        "level": Level,
        "zone": ZoneInfo(pack.home.timezone),
        **choices(narrowed, pack),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "overviews/search", values, visitor=visitor, status=status)
