"""The door of tip lines: ``POST /tips/<door>``, signed; each tip is taken in once (M-01)."""

import asyncio
from http import HTTPStatus

from fastapi import APIRouter, Request

from console.reception.messages import as_signed, content_of
from states.casebook import nonces, tips
from tasks.desk import Desk
from tasks.doors.messages import read_tip
from tasks.signatures import verify

router = APIRouter()


@router.post("/tips/{door}", status_code=HTTPStatus.ACCEPTED)
async def take_tip(door: str, request: Request) -> dict[str, str]:
    """Take a tip in; says whether it was known already, and nothing of what becomes of it."""
    desk: Desk = request.app.state.desk
    known = desk.doors.webhook(door)
    content = await content_of(request)
    signed = verify(as_signed(request, content, desk.settings.base_url), known.public_keys())
    incoming = read_tip(door, known, content, desk.book.pack)
    # Last, so that a message that could not be read may be sent again as it is.
    sender = f"{door}\n{signed.key_id}"
    await asyncio.to_thread(nonces.remember, desk.book, sender, signed.nonce, signed.expires_at)
    new = await asyncio.to_thread(tips.take_tip, desk.book, incoming)
    return {"status": "taken_in" if new else "known"}
