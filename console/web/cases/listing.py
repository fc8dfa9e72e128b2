"""The list of cases: which there are for me."""

from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.shown.case.glance import SHAPES, lead_of
from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from states.casebook.reading import overview
from states.store.threads import told
from states.vocabulary.cases import CaseState, Level

routes = router()

#: how many cases a page lists
ON_A_PAGE = 50


@routes.get("/cases")
async def show_list(request: Request, visitor: SignedIn, state: str = "") -> Response:
    """List the cases that I may see, newest change first; the state stands in the address."""
    book = desk_of(request).book
    chosen = CaseState(state) if state in list(CaseState) else None
    lines = await told(overview.cases, book, by=visitor.actor, state=chosen, limit=ON_A_PAGE + 1)
    values = {
        "title": "Cases",
        "lines": lines[:ON_A_PAGE],
        "more": len(lines) > ON_A_PAGE,
        "state": chosen,
        "states": list(CaseState),
        "shapes": SHAPES,
        "level": Level,
        "lead_of": lead_of,
        "pack": book.pack,
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    return page(request, "cases/list", values, visitor=visitor)
