"""The alarms, for whoever may be called at night: who has taken over, and who is called next (U-15)."""

from fastapi import Request, Response

from console.shown.alarms import board
from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from states.casebook.alarms import answers
from states.casebook.team import members
from states.store.threads import told
from tasks.drafts.link_paths import ALARMS

routes = router()


@routes.get(ALARMS)
async def show_alarms(request: Request, visitor: SignedIn) -> Response:
    """Show the newest alarms, those that nobody has taken over first: codes and times alone."""
    book = desk_of(request).book
    found = await told(answers.boards, book, by=visitor.actor)
    names = await told(members.names, book, by=visitor.actor)
    values = {"title": "Alarms", "alarms": [board(each, book.pack, names) for each in found]}
    return page(request, "alarms/board", values, visitor=visitor)
