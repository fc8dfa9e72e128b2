"""The door of tip lines: ``POST /tips/<door>``, signed; each tip is taken in once (M-01)."""

from http import HTTPStatus

from fastapi import APIRouter, Request

from console.reception.messages import signed_content
from states.casebook.intake import tips
from states.errors import BadSignature
from states.store.threads import told
from tasks.desk import Desk
from tasks.doors.messages import read_tip
from tasks.far.signatures import NOT_SIGNED

router = APIRouter()


@router.post("/tips/{door}", status_code=HTTPStatus.ACCEPTED)
async def take_tip(door: str, request: Request) -> dict[str, str]:
    """Take a tip in; says whether it was known already, and nothing of what becomes of it."""
    desk: Desk = request.app.state.desk
    known = desk.doors.webhook(door)
    keys = {} if known is None else known.public_keys()
    content, once = await signed_content(request, desk, door, keys)
    if known is None:
        raise BadSignature(NOT_SIGNED)
    incoming = read_tip(door, known, content, desk.book.pack)
    taken = await told(tips.take_tip, desk.book, incoming, once=once)
    return {"status": "known" if taken is tips.Taken.KNOWN else "taken_in"}
