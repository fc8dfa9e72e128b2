"""The audit: who read in which cases, by person and day, with what somebody should look into."""

from datetime import timedelta

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

#: lines that a page shows at most
ON_A_PAGE = 200


@routes.get("/audit")
async def show(request: Request, visitor: SignedIn, who: str = "", days: str = "", odd: str = "") -> Response:
    """Show who read where; whose, of how many days, and whether the odd ones alone stand in the address."""
    book = desk_of(request).book
    far = int(days) if days in map(str, DAYS) else DAYS[0]
    since = book.clock() - timedelta(days=far)
    every = await told(readings, book, by=visitor.actor, since=since, who=who, odd_only=odd == "yes")
    lines, names = every[:ON_A_PAGE], await told(members.names, book, by=visitor.actor)
    values = {
        "title": "Audit",
        "found": readings_shown(lines, names) if lines else None,
        "odd_ones": sum(bool(line.odd) for line in every),
        "more": len(every) - len(lines),
        "who": who,
        "people": sorted(names.items(), key=lambda each: each[1]),
        "far": far,
        "days": [(str(each), f"{each} days") for each in sorted(DAYS)],
        "odd": odd == "yes",
    }
    return page(request, "overviews/audit", values, visitor=visitor)
