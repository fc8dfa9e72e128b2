"""What came in and could not be read: listed, read, entered as a report, or set aside with a reason."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from console.web.pages import desk_of, fields, form, page, router
from console.web.report.reading import LINE, LONGEST, Said
from console.web.report.showing import choices
from console.web.report.taken import entered, wanting, written
from console.web.visitors import SignedIn
from states.access import MAY, Act
from states.casebook.accounts.sessions import Visitor
from states.casebook.landing import kept
from states.casebook.landing.kept import Kept
from states.errors import BadInput, Refused
from states.store.threads import told
from states.vocabulary.cases import ReportChannel
from tasks.doors.mail_reader import MailReader
from tasks.drafts.link_paths import INTAKE

routes = router()

#: how many things a page lists, and how many signs of one it shows
ON_A_PAGE, SHOWN = 50, 20_000

#: how an address says that rows of logs are wanted
LOGS = "logs"

#: behind how many things a page begins
Behind = Annotated[int, Query(ge=0, le=100_000)]

#: how a mail begins: a header, and no table's row
_HEADER = re.compile(r"[A-Za-z][A-Za-z-]{1,40}:\s")

#: what is given to be kept on one's own device is no page of ours, whatever is in it
_WHOLE = {
    "Content-Disposition": 'attachment; filename="came-in.txt"',
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
}


@routes.get(INTAKE)
async def show(request: Request, visitor: SignedIn, of: str = "", behind: Behind = 0) -> Response:
    """List what waits, oldest first, each with why a person has to read it.

    Raises:
        NotPermitted: intake is not theirs.
    """
    return await _list(request, visitor, of_logs=of == LOGS, behind=behind)


@routes.get(INTAKE + "/{entry}")
async def read(request: Request, entry: str, visitor: SignedIn) -> Response:
    """Show one thing word for word, above the form by which it becomes a report; reading it is on record.

    Raises:
        NotPermitted: intake is not theirs.
        UnknownRecord: there is no such thing for them.
    """
    book = desk_of(request).book
    try:
        found = await told(kept.read, book, entry, by=visitor.actor)
    except Refused as refused:
        return await _list(request, visitor, str(refused))
    return _one(request, visitor, found, await told(_could_be_read, found) if found.waits else {}, {})


@routes.get(INTAKE + "/{entry}/download")
async def download(request: Request, entry: str, visitor: SignedIn) -> Response:
    """Give the whole of what came in, byte for byte, to be kept on one's own device; that is on record."""
    found = await told(kept.read, desk_of(request).book, entry, by=visitor.actor)
    raw = found.raw.encode("utf-8", "surrogateescape")
    return Response(raw, media_type="application/octet-stream", headers=_WHOLE)


@routes.post(INTAKE + "/{entry}/report")
async def enter(request: Request, entry: str, visitor: SignedIn) -> Response:
    """Enter it as a report, once: a danger is alarmed, and it counts as received when it came.

    Raises:
        NotPermitted: intake is not theirs.
        UnknownRecord: there is no such thing for them.
    """
    book, said, by = desk_of(request).book, await fields(request), visitor.actor
    try:
        found = await told(kept.read, book, entry, by=by)
        wants = wanting(book, said)
        if wants:
            return _one(request, visitor, found, said, wants)
        content = written(book, said, ReportChannel.WRITTEN)
        sent = await told(kept.enter, book, entry, content, by=by)
    except BadInput as refused:
        return _one(request, visitor, found, said, {"behavior_of_concern": str(refused)})
    except Refused as refused:
        return await _list(request, visitor, str(refused))
    return await entered(request, visitor, sent, content, then=(_list_of(found), "See what else came in"))


@routes.post(INTAKE + "/{entry}/aside")
async def set_aside(request: Request, entry: str, visitor: SignedIn) -> Response:
    """Set it aside with a reason, and lead back to what else waits.

    Raises:
        NotPermitted: intake is not theirs.
        UnknownRecord: there is no such thing for them.
    """
    book, said, by = desk_of(request).book, await form(request), visitor.actor
    try:
        found = await told(kept.read, book, entry, by=by)
        await told(kept.set_aside, book, entry, by=by, because=said.get("reason", ""))
    except BadInput:
        wants = {"reason": "Say in a sentence why it is no report, such as: advertising."}
        return _one(request, visitor, found, await told(_could_be_read, found), wants)
    except Refused as refused:
        return await _list(request, visitor, str(refused))
    return RedirectResponse(_list_of(found), HTTPStatus.SEE_OTHER)


async def _list(
    request: Request, visitor: Visitor, note: str = "", *, of_logs: bool = False, behind: int = 0
) -> Response:
    book, by = desk_of(request).book, visitor.actor
    found = await told(kept.waiting, book, by=by, of_logs=of_logs, limit=ON_A_PAGE + 1, behind=behind)
    more = {"of": LOGS} if of_logs else {}
    values = {
        "title": "Rows of logs" if of_logs else "What could not be read",
        "of_logs": of_logs,
        "note": note,
        "kept": found[:ON_A_PAGE],
        "newer": urlencode(more | {"behind": behind + ON_A_PAGE}) if len(found) > ON_A_PAGE else "",
        "older": urlencode(more | {"behind": max(0, behind - ON_A_PAGE)}) if behind else "",
        "imports": not by.roles.isdisjoint(MAY[Act.RUN_TEAM]),
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "taken/kept", values, visitor=visitor, status=status)


def _one(request: Request, visitor: Visitor, came: Kept, said: Said, found: Mapping[str, str]) -> Response:
    book = desk_of(request).book
    values = {
        "title": "A row of a log" if came.of_log else "Something that could not be read",
        "kept": came,
        "back": _list_of(came),
        "text": came.text[:SHOWN],
        "signs": len(came.text),
        "shown": SHOWN,
        "said": said,
        "found": found,
        "choices": choices(book.pack, str),
        "t": str,
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if found else HTTPStatus.OK
    return page(request, "taken/kept_one", values, visitor=visitor, status=status)


def _list_of(came: Kept) -> str:
    """The list that something stands in while it waits."""
    return f"{INTAKE}?of={LOGS}" if came.of_log else INTAKE


def _could_be_read(came: Kept) -> Said:
    """What a form begins with: of a mail what can be made out, of anything else all that is text."""
    if came.of_log:
        what, when = came.happened
        return {"behavior_of_concern": [what or came.text[:LONGEST]], "occurred_at": [when[:LINE]]}
    if not _HEADER.match(came.raw):
        return {"behavior_of_concern": [came.text[:LONGEST]]}
    with MailReader() as reader:
        letter = reader.read(came.raw.encode("utf-8", "surrogateescape"))
    if letter is None:
        return {"behavior_of_concern": [came.text[:LONGEST]]}
    text = "\n\n".join(filter(None, (letter.subject, letter.text))) or came.text
    return {
        "behavior_of_concern": [text[:LONGEST]],
        "reporter_name": [letter.name[:LINE]],
        "reporter_email": [letter.address[:LINE]],
    }
