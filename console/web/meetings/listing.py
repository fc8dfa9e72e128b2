"""The list of meetings: what is ahead, and what was held, by what one may see."""

from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.shown.agenda import CALLED
from console.shown.case.glance import SHAPES
from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from states.access import LET_IN, MAY, Act
from states.casebook.reading import meetings
from states.store.threads import told
from tasks.drafts.link_paths import MEETINGS

routes = router()


@routes.get(MEETINGS)
async def show(request: Request, visitor: SignedIn) -> Response:
    """List the meetings ahead, and those that were held."""
    book = desk_of(request).book
    lines = await told(meetings.listed, book, by=visitor.actor)
    values = {
        "title": "Meetings",
        "called": [each for each in lines if each.held_at is None],
        "held": [each for each in lines if each.held_at is not None],
        "kinds": CALLED,
        "shapes": SHAPES,
        "zones": {code: ZoneInfo(site.timezone) for code, site in book.pack.sites.items()},
        "home": ZoneInfo(book.pack.home.timezone),
        "on_team": not visitor.actor.roles.isdisjoint(MAY[Act.SEE_REPORTS]),
        "takes_part": not visitor.actor.roles.isdisjoint((*MAY[Act.RECORD], *LET_IN)),
    }
    return page(request, "meetings/list", values, visitor=visitor)
