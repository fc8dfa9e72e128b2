"""My work: what needs me now, and why."""

from fastapi import Request, Response

from console.shown.work import matters
from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from states.store.threads import told

routes = router()


@routes.get("/")
async def show(request: Request, visitor: SignedIn) -> Response:
    """Show what needs me now, most urgent first."""
    found = await told(matters, desk_of(request).book, visitor.actor)
    return page(request, "overviews/work", {"title": "My work", "matters": found}, visitor=visitor)
