"""A page of what is somebody's own to do, in a case or not: what it is, and what stood in the way of it."""

from collections.abc import Callable
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.web.pages import desk_of, page
from states.casebook.accounts.sessions import Visitor
from states.casebook.team import members
from states.store.threads import told


async def own_page(
    request: Request,
    visitor: Visitor,
    own: Callable[..., tuple[str, object]],
    record: str,
    named: tuple[str, str, str],
    *,
    note: str = "",
    text: str = "",
) -> Response:
    """The page of a record that is somebody's own; that they read it is on record.

    Args:
        request: what is answered.
        visitor: whose it is.
        own: gives the case's number and the record, for whoever asks.
        record: its id.
        named: the template, what that calls the record, and the page's title.
        note: why what they said was not taken in.
        text: what they said.
    """
    template, name, title = named
    book = desk_of(request).book
    number, found = await told(own, book, record, by=visitor.actor)
    names = await told(members.names, book, by=visitor.actor) if getattr(found, "waits_for", ()) else {}
    zone = ZoneInfo(book.pack.home.timezone)
    values = {"title": title, "number": number, name: found, "zone": zone, "note": note, "text": text}
    values["names"] = names
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, template, values, visitor=visitor, status=status)
