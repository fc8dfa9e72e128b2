"""Break-glass: a case that one is not on, opened in an emergency, after showing again that it is oneself."""

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.web.coming_in.proving import JustProved
from console.web.pages import desk_of, fields, page, router
from states.access import Act, permit
from states.casebook.accounts.sessions import Visitor
from states.casebook.persons.typed import case_number
from states.casebook.team.break_glass import break_glass
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.store.threads import told

routes = router()

#: where a case is opened in an emergency
BREAK_GLASS = "/break-glass"


@routes.get(BREAK_GLASS)
async def ask(request: Request, visitor: JustProved, number: str = "") -> Response:
    """Ask which case, and why; whether there is one under that number is told by nothing here.

    Raises:
        NotPermitted: their role opens no case like that.
    """
    permit(visitor.actor, Act.BREAK_GLASS)
    return _asked(request, visitor, number, "")


@routes.post(BREAK_GLASS)
async def do(request: Request, visitor: JustProved) -> Response:
    """Open the case, and lead to it; whoever chairs is told.

    Raises:
        UnknownRecord: there is no such case, or they are kept out of it: both are answered alike.
        NotPermitted: their role opens no case like that.
    """
    said = await fields(request)
    typed, why = (said.get(name, [""])[0].strip() for name in ("number", "reason"))
    number = case_number(typed) or typed
    try:
        await told(break_glass, desk_of(request).book, number, by=visitor.actor, because=why)
    except (UnknownRecord, NotPermitted):
        raise
    except (BadInput, Refused) as refusal:
        return _asked(request, visitor, number, why, str(refusal))
    return RedirectResponse(f"/cases/{number}", HTTPStatus.SEE_OTHER)


def _asked(request: Request, visitor: Visitor, number: str, why: str, problem: str = "") -> Response:
    values = {
        "title": "Open a case in an emergency",
        "number": number,
        "why": why,
        "problem": problem,
        "lasts": desk_of(request).book.pack.break_glass.lasts,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return page(request, "cases/break_glass", values, visitor=visitor, status=status)
