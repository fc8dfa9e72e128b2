"""Imports of police logs: taking one in, what each brought in, and taking one back with a reason."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from io import BytesIO
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.shown.logs import guess
from console.shown.parts import Part
from console.web.pages import desk_of, form, page, router
from console.web.uploads import one_file
from console.web.visitors import SignedIn
from states.access import Act, Actor, permit
from states.casebook.accounts.sessions import Visitor
from states.casebook.intake import logbook, undoing
from states.casebook.intake.taking import Imported
from states.casebook.intake.undoing import Undone
from states.errors import BadInput
from states.intakelog import formats
from states.intakelog.opening import open_log
from states.store.threads import told
from tasks.desk import Desk
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


@routes.post(IMPORTS)
async def take_in(request: Request, visitor: SignedIn) -> Response:
    """Take a log in, as the file that it is; one in no known format is shown as it would be read first.

    Raises:
        NotPermitted: they run no team.
    """
    permit(visitor.actor, Act.RUN_TEAM)
    try:
        given, said = await one_file(request)
        imported = await told(_import, desk_of(request), given, said, visitor.actor)
    except BadInput as wrong:
        return await _shown(request, visitor, note=str(wrong))
    if isinstance(imported, Imported):
        return await _shown(request, visitor, imported=imported)
    return await _shown(request, visitor, guessed=imported, site=said.get("site", ""))


def _import(
    desk: Desk, given: bytes, said: Mapping[str, str], by: Actor
) -> Imported | tuple[Part | str, ...]:
    """What came of taking a log in; or how it would be read, where nobody has agreed to that yet."""
    book, site, stream = desk.book, said.get("site", ""), BytesIO(given)
    zone = ZoneInfo(book.pack.site(site).timezone)
    log = open_log(stream, formats.known(desk.settings.home / "logs"))
    if not log.name and not said.get("agreed"):
        return tuple(guess(log, zone))
    return logbook.import_log(book, stream, by=by, site=site, log=log)


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
    request: Request,
    visitor: Visitor,
    *,
    undone: Undone | None = None,
    wanting: str = "",
    note: str = "",
    imported: Imported | None = None,
    guessed: Sequence[Part | str] = (),
    site: str = "",
) -> Response:
    book = desk_of(request).book
    found = await told(undoing.imports, book, by=visitor.actor, limit=ON_A_PAGE)
    values = {
        "title": "Imports of logs",
        "imports": found,
        "undone": undone,
        "wanting": wanting,
        "note": note,
        "imported": imported,
        "guessed": guessed,
        "sites": [(code, each.name) for code, each in book.pack.sites.items()],
        "site": site,
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wanting or note else HTTPStatus.OK
    return page(request, "taken/imports", values, visitor=visitor, status=status)
