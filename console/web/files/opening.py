"""A file of a case, opened: taken along, or shown where nothing of it can reach our own pages.

A picture is drawn on our page, as a picture alone. Of a PDF a browser never gets more than pictures of its
pages (:mod:`console.web.files.drawing`): a script in it runs nowhere, and its links lead nowhere.
"""

from http import HTTPStatus
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from console.http.streams import streamed
from console.shown.files import called, kind_of
from console.web.files.drawing import MOST_PAGES, sheet_of
from console.web.pages import desk_of, page, router
from console.web.visitors import OF_CASE, SignedIn
from states.casebook.accounts.sessions import Visitor
from states.casebook.record import evidence
from states.casebook.record.evidence import Opened
from states.errors import FileDamaged, FilesAway, UnknownRecord
from states.files.kinds import is_drawn, is_previewed
from states.store.threads import at_place, told

routes = router(dependencies=[OF_CASE])

#: what a browser may do with a file's own bytes: show them, in a place of their own that is nobody's origin
_POLICY = (
    "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)

#: digits that both ends of a part may have together
MOST_DIGITS = 40

_NOT_SHOWN = "Files of this kind are not shown here."
_NO_PAGE = "This file has no such page."

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": _POLICY,
    "Accept-Ranges": "bytes",
}


@routes.get("/cases/{number}/files/{file_id}/download")
async def download(request: Request, number: str, file_id: str, visitor: SignedIn) -> Response:
    """Give a file to be kept on one's own device, in whole or in part; that I opened it is on record."""
    start = _start_of(request)
    book, by = desk_of(request).book, visitor.actor
    file = await told(evidence.opened, book, number, file_id, by=by, going_on=start > 0)
    headers = _HEADERS | {"Content-Disposition": f"attachment; {_named(file.name, file_id)}"}
    return await _given(request, file, headers, visitor)


@routes.get("/cases/{number}/files/{file_id}/preview")
async def preview(request: Request, number: str, file_id: str, visitor: SignedIn, at: str = "") -> Response:
    """Show a picture, or a page of a PDF, beside what is on record of it; that I opened it is on record."""
    book, by = desk_of(request).book, visitor.actor
    file = await told(evidence.opened, book, number, file_id, by=by, going_on=bool(at))
    if not is_previewed(file.media_type):
        raise UnknownRecord(_NOT_SHOWN)
    values = {"title": "Preview", "number": number, "file_id": file_id, "size": file.size}
    values |= {"name": called(file), "kind": kind_of(file)}
    if is_drawn(file.media_type):
        return await _sheet(request, file, at or "1", values, visitor)
    lines = await told(evidence.listed, book, number, by=by)
    (values["shows"],) = (line.shows for line in lines if line.file_id == file_id)
    response = page(request, "files/preview", values, visitor=visitor)
    # The page is ours; what is shown on it comes from its own address, under its own policy.
    response.headers["Content-Security-Policy"] += "; img-src 'self'"
    return response


async def _sheet(
    request: Request, file: Opened, at: str, values: dict[str, object], visitor: Visitor
) -> Response:
    """A page of a PDF, with the ways to those beside it."""
    if not (at.isdecimal() and len(at) < len(str(MOST_PAGES)) and int(at)):
        raise UnknownRecord(_NO_PAGE)
    try:
        sheet = await sheet_of(file, int(at))
    except (FileDamaged, FilesAway) as trouble:
        return _trouble(request, trouble, visitor)
    if 0 < sheet.pages < sheet.number:
        raise UnknownRecord(_NO_PAGE)
    response = page(request, "files/pages", values | {"sheet": sheet}, visitor=visitor)
    # The picture comes with the page: it has no address that leads anywhere.
    response.headers["Content-Security-Policy"] += "; img-src data:"
    return response


@routes.get("/cases/{number}/files/{file_id}/shown")
async def show(request: Request, number: str, file_id: str, visitor: SignedIn) -> Response:
    """Give the bytes of a picture to the page that shows it."""
    book, by = desk_of(request).book, visitor.actor
    file = await told(evidence.opened, book, number, file_id, by=by, going_on=True)
    if not is_previewed(file.media_type) or is_drawn(file.media_type):
        raise UnknownRecord(_NOT_SHOWN)
    return await _given(request, file, _HEADERS | {"Content-Disposition": "inline"}, visitor)


async def _given(request: Request, file: Opened, headers: dict[str, str], visitor: Visitor) -> Response:
    """A file's bytes as they are asked for (RFC 9110, 14); proved before they leave."""
    asked = _asked(request.headers.get("range", ""), file.size)
    if asked is None:
        bounds = {"Content-Range": f"bytes */{file.size}"}
        return Response(status_code=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers | bounds)
    start, end = asked
    status = HTTPStatus.OK
    if (start, end) != (0, file.size):
        status = HTTPStatus.PARTIAL_CONTENT
        headers |= {"Content-Range": f"bytes {start}-{end - 1}/{file.size}"}
    parts = file.part(start, end)
    try:
        first = await at_place(next, parts, b"")
    except (FileDamaged, FilesAway) as trouble:
        return _trouble(request, trouble, visitor)
    headers |= {"Content-Length": str(end - start)}
    return StreamingResponse(streamed(first, parts), status, headers, file.media_type)


def _trouble(request: Request, trouble: FileDamaged | FilesAway, visitor: Visitor) -> Response:
    """Say that a file cannot be read where it lies."""
    values = {"title": "This file cannot be opened now", "why": str(trouble)}
    return page(request, "files/trouble", values, visitor=visitor, status=HTTPStatus.SERVICE_UNAVAILABLE)


def _asked(given: str, size: int) -> tuple[int, int] | None:
    """The first byte that is asked for and the one behind the last; None: there is no such part.

    Several parts at once are answered with the whole, as a server may.
    """
    unit, _, wanted = given.partition("=")
    first, dash, last = wanted.strip().partition("-")
    is_one = dash and (first or last) and (first + last).isdecimal()
    if unit.strip() != "bytes" or not is_one or len(first + last) > MOST_DIGITS:
        return 0, size
    if not first:
        return (max(0, size - int(last)), size) if int(last) else None
    start, end = int(first), int(last) + 1 if last else size
    if last and end <= start:
        return 0, size
    return (start, min(end, size)) if start < size else None


def _start_of(request: Request) -> int:
    """The first byte that is asked for, as far as it says that somebody goes on with a file."""
    first = request.headers.get("range", "").partition("=")[2].partition("-")[0].strip()
    return int(first) if first.isdecimal() and len(first) < MOST_DIGITS else 0


def _named(name: str, file_id: str) -> str:
    """What a file is called where it is kept (RFC 6266, with any name as RFC 8187 has it)."""
    plain = f"file-{file_id[:8]}"
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name or plain, safe='')}"
