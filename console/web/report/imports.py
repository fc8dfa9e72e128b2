"""Imports of police logs: what each brought in, and taking one back with a reason."""

from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.web.pages import desk_of, form, page, router
from console.web.visitors import SignedIn
from states.casebook.accounts.sessions import Visitor
from states.casebook.intake import undoing
from states.casebook.intake.undoing import Undone
from states.errors import BadInput
from states.store.threads import told
from tasks.drafts.link_paths import INTAKE

routes = router()

IMPORTS = f"{INTAKE}/imports"

#: how many imports a page lists, the newest first
ON_A_PAGE = 50


@routes.get(IMPORTS)
async def show(request: Request, visitor: SignedIn) -> Response:
    """List the imports of logs.

    Raises:
        NotPermitted: they run no team.
    """
    return await _shown(request, visitor)


@routes.post(IMPORTS + "/{imported}/undoing")
async def undo(request: Request, imported: str, visitor: SignedIn) -> Response:
    """Take an import back, and say what became of its rows.

    Raises:
        NotPermitted: they run no team.
        UnknownRecord: there is no such import.
    """
    said = await form(request)
    try:
        undone = await told(
            undoing.undo, desk_of(request).book, imported, by=visitor.actor, because=said.get("reason", "")
        )
    except BadInput:
        return await _shown(request, visitor, wanting=imported)
    return await _shown(request, visitor, undone=undone)


async def _shown(
    request: Request, visitor: Visitor, *, undone: Undone | None = None, wanting: str = ""
) -> Response:
    book = desk_of(request).book
    found = await told(undoing.imports, book, by=visitor.actor, limit=ON_A_PAGE)
    values = {
        "title": "Imports of logs",
        "imports": found,
        "undone": undone,
        "wanting": wanting,
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wanting else HTTPStatus.OK
    return page(request, "taken/imports", values, visitor=visitor, status=status)
