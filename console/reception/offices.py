"""Where offices answer: pages behind one-time links, and signed calls of their own systems."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Literal
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, ValidationError

from console.http.pages import PRIVATE
from console.reception.messages import signed_content
from console.reception.pages import dead_link, page, team
from notifications.channels.addresses import is_own
from states.casebook.referrals import answers
from states.casebook.referrals.answers import Asked
from states.correspondence.letter import Letter
from states.errors import BadInput, CaseErased, Refused, StepFailed, TatError, UnknownRecord
from states.store.threads import told
from states.vocabulary.leaving import ReferralKind, ReferralStatus
from states.vocabulary.plans import Attendance
from tasks.desk import Desk
from tasks.drafts.link_paths import ANSWERS, CALLS
from tasks.offices.contract import Calling
from tasks.offices.letter.writing import TITLES, pdf

router = APIRouter()

S = ReferralStatus

#: each answer as a button says it
BUTTONS: Mapping[str, str] = {
    S.ACKNOWLEDGED: "We have received it, and will say later what we make of it",
    S.ACCEPTED: "We take it up",
    S.DECLINED: "We decline",
    S.COMPLETED: "It is completed",
    Attendance.ATTENDED: "It is completed: the person came",
    Attendance.NOT_ATTENDED: "It is completed: the person did not come",
}

#: how far a referral has come, and what its office has done, as a page says it
SO_FAR: Mapping[ReferralStatus, str] = {
    S.DRAFTED: "not answered yet",
    S.SENT: "not answered yet",
    S.ACKNOWLEDGED: "received",
    S.ACCEPTED: "taken up",
    S.DECLINED: "declined",
    S.COMPLETED: "completed",
    S.EXPIRED: "not answered in time; an answer is still welcome",
}
HAS: Mapping[ReferralStatus, str] = {
    S.ACKNOWLEDGED: "has received",
    S.ACCEPTED: "takes up",
    S.DECLINED: "declines",
    S.COMPLETED: "has completed",
}


class Call(BaseModel):
    """What an office's system may say; a text has no place in it (U-09)."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    status: Literal["acknowledged", "accepted", "declined", "completed"]
    attendance: Attendance | None = None


@router.get(ANSWERS + "/{secret}")
async def show(request: Request, secret: str) -> Response:
    """Show what is asked; looking, as mail scanners do, answers nothing and uses nothing up."""
    desk: Desk = request.app.state.desk
    try:
        asked = await told(answers.asked, desk.book, secret)
    except (UnknownRecord, CaseErased):
        return dead_link(desk)
    return _question(desk, asked, secret)


@router.post(ANSWERS + "/{secret}")
async def take_answer(request: Request, secret: str) -> Response:
    """Take an answer, and use the link up."""
    desk: Desk = request.app.state.desk
    try:
        # Before anything is read: nobody holds our memory who has no link.
        await told(answers.asked, desk.book, secret)
        status, attendance = _said(await request.body())
        asked, following = await told(
            answers.answer_by_link, desk.book, secret, status, attendance=attendance
        )
    except (UnknownRecord, CaseErased):
        return dead_link(desk)
    except (Refused, BadInput):
        return await _ask_anew(desk, secret)
    except TatError:
        later = team(desk) | {"title": "Please try again"}
        return page("later", later, HTTPStatus.SERVICE_UNAVAILABLE)
    thanks = {
        "title": "Thank you",
        "has": HAS[asked.status],
        "what": "the copy of the order" if asked.kind is ReferralKind.PROTECTIVE_ORDER else "the referral",
        "number": asked.number,
        "following": f"{desk.settings.base_url.rstrip('/')}{ANSWERS}/{following}" if following else "",
    }
    return page("answered", team(desk) | thanks)


@router.post(ANSWERS + "/{secret}/paper")
async def read_paper(request: Request, secret: str) -> Response:
    """Give the court's own paper of an order to somebody whose mail could not carry it (W-42)."""
    desk: Desk = request.app.state.desk
    letter = await _letter_behind(desk, secret)
    if letter is None or not letter.enclosed:
        return dead_link(desk)
    (paper,) = letter.enclosed
    headers = {**PRIVATE, "Content-Disposition": f'inline; filename="{paper.name}"'}
    return Response(paper.data, media_type=paper.media_type, headers=headers)


async def _letter_behind(desk: Desk, secret: str) -> Letter | None:
    """The letter behind a link, where it is read here; None: the link does not work, or the mail had it."""
    try:
        asked = await told(answers.asked, desk.book, secret)
        if not _letter_is_here(desk, asked):
            return None
        return await told(answers.letter_by_link, desk.book, secret)
    except (UnknownRecord, CaseErased):
        return None


@router.post(ANSWERS + "/{secret}/letter")
async def read_letter(request: Request, secret: str) -> Response:
    """Give the letter to somebody whose mail could not carry it."""
    desk: Desk = request.app.state.desk
    letter = await _letter_behind(desk, secret)
    if letter is None:
        return dead_link(desk)
    needs = desk.offices.way(letter.office).needs
    try:
        printed = await pdf(replace(letter, subject=needs.least(letter.subject) or {}))
    except StepFailed:
        call_us = team(desk) | {"title": "Please call us: this letter cannot be shown here"}
        return page("later", call_us, HTTPStatus.SERVICE_UNAVAILABLE)
    headers = {**PRIVATE, "Content-Disposition": 'inline; filename="referral.pdf"'}
    return Response(printed, media_type="application/pdf", headers=headers)


@router.post(CALLS + "/{office}/{referral}")
async def take_call(request: Request, office: str, referral: str) -> dict[str, bool]:
    """Take an answer from an office's own system, known by its signature; each message once."""
    desk: Desk = request.app.state.desk
    way = desk.offices.way(office)
    keys = way.keys if isinstance(way, Calling) else {}
    content, once = await signed_content(request, desk, f"office:{office}", keys)
    call = _call(content)
    news = await told(
        answers.called_back,
        desk.book,
        office,
        referral,
        ReferralStatus(call.status),
        attendance=call.attendance,
        once=once,
    )
    return {"news": news}


def _call(content: bytes) -> Call:
    try:
        return Call.model_validate_json(content)
    except ValidationError:
        pass
    raise BadInput(
        "Only a status is taken in, and the attendance of counseling that is completed. Nothing was written."
    )


def _said(content: bytes) -> tuple[ReferralStatus, Attendance | None]:
    said = parse_qs(content.decode("utf-8", "replace")).get("answer", [""])[0]
    if said in list(Attendance):
        return S.COMPLETED, Attendance(said)
    if said in list(BUTTONS):
        return ReferralStatus(said), None
    raise BadInput("That is none of the answers. Nothing was written.")


async def _ask_anew(desk: Desk, secret: str) -> Response:
    try:
        asked = await told(answers.asked, desk.book, secret)
    except (UnknownRecord, CaseErased):
        return dead_link(desk)
    note = (
        "That answer does not fit as the matter stands, and was not taken in. Please choose one of those "
        "below, or call."
    )
    return _question(desk, asked, secret, note=note, status=HTTPStatus.CONFLICT)


def _question(
    desk: Desk, asked: Asked, secret: str, *, note: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    values = {
        "title": TITLES[asked.kind].format(handbook="rules that apply"),
        "note": note,
        "number": asked.number,
        "office": desk.book.pack.office(asked.office).name,
        "so_far": SO_FAR[asked.status],
        "choices": [(value, _button(asked, value)) for value in _choices(asked)],
        "letter": _letter_is_here(desk, asked),
        "paper": asked.paper and _letter_is_here(desk, asked),
        "order": asked.kind is ReferralKind.PROTECTIVE_ORDER,
        "action": f"{ANSWERS}/{secret}",
    }
    return page("referral", team(desk) | values, status)


def _button(asked: Asked, value: str) -> str:
    if asked.kind is ReferralKind.PROTECTIVE_ORDER and value == S.ACKNOWLEDGED:
        # Nothing is made of a court's order: whoever has it enforces it.
        return "We have received it"
    return BUTTONS[value]


def _choices(asked: Asked) -> list[str]:
    if asked.kind is ReferralKind.COUNSELLING and S.COMPLETED in asked.choices:
        return [*Attendance, *(choice for choice in asked.choices if choice is not S.COMPLETED)]
    return list(asked.choices)


def _letter_is_here(desk: Desk, asked: Asked) -> bool:
    """Whether the letter is read here: only where its mail left the team's own domains without it (W-39)."""
    pack = desk.book.pack
    return asked.way == "mail" and not is_own(pack.office(asked.office).address, pack.own_domains)
