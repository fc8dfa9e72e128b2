"""The list of cases: which there are for me."""

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.shown.case.glance import SHAPES, lead_of
from console.web.overviews.narrowing import address, choices, chosen
from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from states.access import may_need_to_break_glass
from states.casebook.reading import overview
from states.casebook.team import members
from states.store.threads import told
from states.vocabulary.cases import Level

routes = router()

#: how many cases a page lists
ON_A_PAGE = 50


@routes.get("/cases")
async def show_list(request: Request, visitor: SignedIn, behind: str = "") -> Response:
    """List the cases that I may see, newest change first; what they are narrowed by stands in the address."""
    book = desk_of(request).book
    narrowed = chosen(request.query_params, book.pack, visitor.actor)
    place = overview.Place.read(behind)
    lines = await told(
        overview.cases, book, by=visitor.actor, narrowed=narrowed, behind=place, limit=ON_A_PAGE + 1
    )
    names = await told(members.names, book, by=visitor.actor)
    shown, here = lines[:ON_A_PAGE], address(narrowed)
    older = ""
    if len(lines) > ON_A_PAGE:
        last = overview.Place(shown[-1].changed_at, shown[-1].number)
        older = f"/cases?{urlencode({**here, 'behind': str(last)})}"
    values = {
        "title": "Cases",
        "lines": shown,
        "older": older,
        "newest": f"/cases?{urlencode(here)}" if place else "",
        "shapes": SHAPES,
        "level": Level,
        "lead_of": lead_of,
        "names": names,
        "pack": book.pack,
        "zone": ZoneInfo(book.pack.home.timezone),
        "is_told": overview.is_told_of_cases(visitor.actor),
        "breaks_glass": may_need_to_break_glass(visitor.actor),
        **choices(narrowed, book.pack),
    }
    return page(request, "overviews/cases", values, visitor=visitor)
