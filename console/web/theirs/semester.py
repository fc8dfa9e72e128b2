"""The semester's counts, for those who are sent them: the president and the vice presidents (W-34)."""

from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from states.casebook.landing import semester
from states.store.threads import told
from tasks.drafts.link_paths import SEMESTER

routes = router()


@routes.get(SEMESTER)
async def show_semesters(request: Request, visitor: SignedIn) -> Response:
    """Show the newest report as it was sent, and those before it."""
    book = desk_of(request).book
    found = await told(semester.counts, book, by=visitor.actor)
    values = {
        "title": f"Report for {found[0].term}" if found else "Reports of semesters",
        "reports": found,
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    return page(request, "links/semester", values, visitor=visitor)
