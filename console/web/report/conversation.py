"""What the team asks those who reported, and what they answer: for those whose case it is."""

from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.web.pages import desk_of, form, page, router
from console.web.refusals import refusal_of
from console.web.visitors import OF_CASE, SignedIn
from states.access import Actor
from states.casebook import Casebook
from states.casebook.intake import conversations
from states.casebook.reading import overview
from states.casebook.team import members
from states.store.threads import told
from states.vocabulary.spelling import words

routes = router(dependencies=[OF_CASE])


@routes.get("/cases/{number}/conversation")
async def show(request: Request, number: str, visitor: SignedIn) -> Response:
    """Show what was said with those who reported; that I read it is on record.

    Raises:
        UnknownRecord: there is no such case, or none that I may open.
    """
    return await _shown(request, number, visitor)


@routes.post("/cases/{number}/conversation")
async def write(request: Request, number: str, visitor: SignedIn) -> Response:
    """Ask whoever told a report, or say that their answer was read.

    Raises:
        UnknownRecord: there is no such case, or none that I may write in.
    """
    book, said = desk_of(request).book, await form(request)
    report, text = said.get("report", ""), said.get("text", "")
    note = await refusal_of(_write, book, number, report, text, visitor.actor, read=said.get("do") == "read")
    if note:
        return await _shown(request, number, visitor, note=note, kept={report: text})
    return RedirectResponse(f"/cases/{number}/conversation", HTTPStatus.SEE_OTHER)


def _write(book: Casebook, number: str, report: str, text: str, by: Actor, *, read: bool) -> None:
    if read:
        conversations.take_note(book, number, report, by=by)
    else:
        conversations.ask(book, number, report, text, by=by)


async def _shown(
    request: Request,
    number: str,
    visitor: SignedIn,
    *,
    note: str = "",
    kept: dict[str, str] | None = None,
) -> Response:
    book = desk_of(request).book
    found = await told(conversations.conversations, book, number, by=visitor.actor)
    line = await told(overview.one, book, number, by=visitor.actor)
    values: dict[str, object] = {
        "title": f"{number}: conversation",
        "number": number,
        "found": found,
        "names": await told(members.names, book, by=visitor.actor),
        "zone": ZoneInfo(book.pack.site(line.site).timezone),
        "kept": kept or {},
        "channel": words,
    }
    if note:
        values["note"] = note
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "report/conversation", values, visitor=visitor, status=status)
