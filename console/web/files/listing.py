"""The files of a case: listed with who added and who opened each; added, and withdrawn as wrong."""

from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.case.opened import NOBODYS
from console.shown.case.sheets import ROOMS
from console.shown.files import of_case
from console.web.pages import desk_of, form, page, router
from console.web.uploads import Allowed, NotTaken, Upload
from console.web.visitors import OF_CASE, SignedIn
from states.access import Actor
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.reading import overview
from states.casebook.record import evidence
from states.casebook.team import members
from states.errors import BadInput, NotPermitted, TatError
from states.files.kinds import said_of, taken
from states.store.threads import told

routes = router(dependencies=[OF_CASE])

#: how many files may be added at a time
AT_A_TIME = 20


@routes.get("/cases/{number}/files")
async def show_files(request: Request, number: str, visitor: SignedIn) -> Response:
    """List the files of a case; that I listed them is on record."""
    return await _show(request, number, visitor)


@routes.post("/cases/{number}/files")
async def add_files(request: Request, number: str, visitor: SignedIn) -> Response:
    """Add files to a case, as they come; all of them, or none."""
    desk, by = desk_of(request), visitor.actor
    await told(evidence.let_add, desk.book, number, by=by)
    most = desk.settings.files_largest
    upload = Upload(desk.book.place, Allowed(most, most, AT_A_TIME))
    try:
        await upload.take(request)
    except NotTaken as refused:
        return await _show(request, number, visitor, note=str(refused), said=refused.said, why=refused.why)
    if not upload.arrived:
        none = BadInput("No file was chosen. Nothing was added.")
        return await _show(request, number, visitor, note=str(none), said=upload.said, why=none)
    try:
        await told(evidence.add, desk.book, number, upload.arrived, by=by, shows=upload.said.get("shows", ""))
    except BadInput as refused:
        return await _show(request, number, visitor, note=str(refused), said=upload.said, why=refused)
    return RedirectResponse(f"/cases/{number}/files", HTTPStatus.SEE_OTHER)


@routes.post("/cases/{number}/files/{file_id}/withdraw")
async def withdraw_file(request: Request, number: str, file_id: str, visitor: SignedIn) -> Response:
    """Withdraw a file that should not have been added, with a reason."""
    book, said = desk_of(request).book, await form(request)
    try:
        because = said.get("reason", "")
        await told(evidence.withdraw, book, number, file_id, by=visitor.actor, because=because)
    except BadInput as refused:
        note = "Say why the file is withdrawn. It is not withdrawn yet."
        return await _show(request, number, visitor, note=note, why=refused)
    return RedirectResponse(f"/cases/{number}/files", HTTPStatus.SEE_OTHER)


async def _show(
    request: Request,
    number: str,
    visitor: Visitor,
    *,
    note: str = "",
    said: dict[str, str] | None = None,
    why: TatError | None = None,
) -> Response:
    desk = desk_of(request)
    book, by = desk.book, visitor.actor
    line = await told(overview.one, book, number, by=by)
    lines = await told(evidence.listed, book, number, by=by)
    names = await told(members.names, book, by=by)
    values = {
        "title": f"{number}: Files",
        "sheets": ROOMS,
        "number": number,
        "who": lambda member: names.get(member) or NOBODYS.get(member, member),
        "files": of_case(lines),
        "may_add": await told(_may_add, book, number, by),
        "most": desk.settings.files_largest,
        "taken": said_of(taken()),
        "note": note,
        "said": said or {},
        "zone": ZoneInfo(book.pack.site(line.site).timezone),
    }
    shown = status_of(why)
    return page(request, "files/list", values, visitor=visitor, status=shown, scripts=("uploading",))


def status_of(why: TatError | None) -> HTTPStatus:
    """The status of a page that says what is in the way; None: nothing is."""
    if why is None:
        return HTTPStatus.OK
    return HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(why, BadInput) else HTTPStatus.SERVICE_UNAVAILABLE


def _may_add(book: Casebook, number: str, by: Actor) -> bool:
    try:
        evidence.let_add(book, number, by=by)
    except NotPermitted:
        return False
    return True
