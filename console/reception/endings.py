"""Where people learn of an end: what a reporter may be told, what somebody takes over (W-27, W-28)."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from console.reception.pages import dead_link, page, team
from states.casebook.closing import endings
from states.errors import CaseErased, TatError, UnknownRecord
from states.store.threads import told
from tasks.desk import Desk
from tasks.drafts.link_paths import TAKING_OVER, TOLD
from tasks.offices.letter.writing import LABELS

router = APIRouter()


@router.get(TOLD + "/{secret}")
async def show_end(request: Request, secret: str) -> Response:
    """Show a reporter what they may be told; it may be read again, and nothing is asked."""
    desk: Desk = request.app.state.desk
    try:
        says = await told(endings.told_by_link, desk.book, secret)
    except (UnknownRecord, CaseErased):
        return dead_link(desk)
    return page("told", team(desk) | {"title": "What came of your report", "says": says})


@router.get(TAKING_OVER + "/{secret}")
async def show_hand_over(request: Request, secret: str) -> Response:
    """Say that follow-up passes to whoever holds the link; mail scanners look, and read nothing of it."""
    desk: Desk = request.app.state.desk
    try:
        number = await told(endings.number_of, desk.book, secret)
    except (UnknownRecord, CaseErased):
        return dead_link(desk)
    values = {"title": "Follow-up passes to you", "number": number, "action": f"{TAKING_OVER}/{secret}"}
    return page("hand_over", team(desk) | values)


@router.post(TAKING_OVER + "/{secret}/read")
async def read_hand_over(request: Request, secret: str) -> Response:
    """Show whom and what it is about; that it was read is on record."""
    desk: Desk = request.app.state.desk
    try:
        taken = await told(endings.read_by_link, desk.book, secret)
    except (UnknownRecord, CaseErased):
        return dead_link(desk)
    values = {
        "title": "What you are asked to take over",
        "number": taken.number,
        "name": taken.name,
        "what": taken.what,
        "whom": [(label, taken.whom[kind]) for kind, label in LABELS.items() if kind in taken.whom],
        "office": desk.book.pack.office(taken.office).name,
        "action": f"{TAKING_OVER}/{secret}",
    }
    return page("take_over", team(desk) | values)


@router.post(TAKING_OVER + "/{secret}")
async def confirm_hand_over(request: Request, secret: str) -> Response:
    """Take the word of whoever holds the link, and use the link up."""
    desk: Desk = request.app.state.desk
    try:
        taken = await told(endings.confirm_by_link, desk.book, secret)
    except (UnknownRecord, CaseErased):
        return dead_link(desk)
    except TatError:
        later = team(desk) | {"title": "Please try again"}
        return page("later", later, HTTPStatus.SERVICE_UNAVAILABLE)
    return page("taken_over", team(desk) | {"title": "Thank you", "number": taken.number})
