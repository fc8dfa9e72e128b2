"""The audit: who read in which cases, by person and day, with what somebody should look into."""

from datetime import date, timedelta
from functools import partial
from urllib.parse import urlencode

from fastapi import Request, Response

from console.shown.readings import readings_shown
from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from states.casebook.reading.reads import readings
from states.casebook.team import members
from states.store.threads import told

routes = router()

#: days that people choose from, the usual first
DAYS = (30, 7, 90, 365)

#: lines from which on a page shows no earlier day
ON_A_PAGE = 200


@routes.get("/audit")
async def show(
    request: Request,
    visitor: SignedIn,
    *,
    who: str = "",
    days: str = "",
    odd: str = "",
    until: date | None = None,
) -> Response:
    """Show who read where; whose, of how many days, the odd ones alone, up to which day: in the address."""
    book = desk_of(request).book
    far = int(days) if days in map(str, DAYS) else DAYS[0]
    since = book.clock() - timedelta(days=far)
    asked = partial(readings, book, by=visitor.actor, since=since, who=who, odd_only=odd == "yes")
    # A day stands on one page: a page is as long as its last day.
    lines = await told(asked, until=until, enough=ON_A_PAGE)
    before = lines[-1].day - timedelta(days=1) if lines else None
    older = await told(asked, until=before, enough=1) if before is not None else []
    names = await told(members.names, book, by=visitor.actor)
    here = {"who": who, "days": far, "odd": "yes" if odd == "yes" else ""}
    values = {
        "title": "Audit",
        "found": readings_shown(lines, names) if lines else None,
        "odd_ones": sum(bool(line.odd) for line in lines),
        "older": f"/audit?{urlencode(here | {'until': older[0].day.isoformat()})}" if older else "",
        "newest": f"/audit?{urlencode(here)}" if until else "",
        "who": who,
        "people": sorted(names.items(), key=lambda each: each[1]),
        "far": far,
        "days": [(str(each), f"{each} days") for each in sorted(DAYS)],
        "odd": odd == "yes",
    }
    return page(request, "overviews/audit", values, visitor=visitor)
