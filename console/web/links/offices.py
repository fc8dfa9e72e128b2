"""Where people of an office answer a referral: pages behind one-time links (W-22 to W-25)."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from fastapi import Request, Response

from console.http.pages import PRIVATE
from console.web.languages import N_
from console.web.links.gate import Gate
from console.web.links.routes import in_language, link_routes, opener, shown
from console.web.links.used import HAS, used_before
from console.web.links.words import RULES
from console.web.pages import desk_of, form
from notifications.channels.addresses import is_own
from states.casebook.effects.links import DEAD_LINK, NOT_THE_NUMBER
from states.casebook.referrals import answers
from states.casebook.referrals.answers import Asked
from states.casebook.referrals.sending import ANSWER
from states.correspondence.letter import Letter
from states.errors import BadInput, CodeFirst, Refused, UnknownRecord
from states.store.threads import told
from states.vocabulary.leaving import ReferralKind, ReferralStatus
from states.vocabulary.plans import Attendance
from tasks.desk import Desk
from tasks.drafts.link_paths import ANSWERS
from tasks.offices.letter.writing import TITLES, pdf

routes = link_routes()

#: said of an answer that another one overtook
NOT_FITTING = N_(
    "That answer does not fit as the matter stands, and was not taken in. Please choose one of those below, "
    "or call."
)

S = ReferralStatus

#: each answer as a button says it
BUTTONS: Mapping[str, str] = {
    S.ACKNOWLEDGED: N_("We have received it, and will say later what we make of it"),
    S.ACCEPTED: N_("We take it up"),
    S.DECLINED: N_("We decline"),
    S.COMPLETED: N_("It is completed"),
    Attendance.ATTENDED: N_("It is completed: the person came"),
    Attendance.NOT_ATTENDED: N_("It is completed: the person did not come"),
}

#: how far a referral has come, as a page says it
SO_FAR: Mapping[ReferralStatus, str] = {
    S.DRAFTED: N_("not answered yet"),
    S.SENT: N_("not answered yet"),
    S.ACKNOWLEDGED: N_("received"),
    S.ACCEPTED: N_("taken up"),
    S.DECLINED: N_("declined"),
    S.COMPLETED: N_("completed"),
    S.EXPIRED: N_("not answered in time; an answer is still welcome"),
}


_GATE = Gate(ANSWERS, ANSWER, N_("The letter of a referral"))
_GATE.add_to(routes)


@routes.get(ANSWERS + "/{secret}")
async def show(request: Request, secret: str) -> Response:
    """Show what is asked; looking, as mail scanners do, answers nothing and uses nothing up."""
    try:
        asked = await told(answers.asked, desk_of(request).book, secret)
    except UnknownRecord:
        return await used_before(request, secret, ANSWER)
    return _question(request, asked, secret)


@routes.post(ANSWERS + "/{secret}")
async def take_answer(request: Request, secret: str) -> Response:
    """Take an answer from whoever types the number of the case, and use the link up."""
    desk = desk_of(request)
    # Before anything is read: nobody holds our memory who has no link.
    try:
        asked = await told(answers.asked, desk.book, secret)
    except UnknownRecord:
        return await used_before(request, secret, ANSWER)
    given = await form(request)
    number = given.get("number", "")
    try:
        status, attendance = _said(given)
        asked, following = await told(
            answers.answer_by_link, desk.book, secret, number, status, attendance=attendance
        )
    except UnknownRecord:
        # Somebody was quicker, or the button was pressed twice.
        return await used_before(request, secret, ANSWER)
    except (Refused, BadInput) as refusal:
        unnamed = str(refusal) == NOT_THE_NUMBER
        asked = await told(answers.asked, desk.book, secret)
        note = NOT_THE_NUMBER if unnamed else NOT_FITTING
        status_ = HTTPStatus.UNPROCESSABLE_ENTITY if unnamed else HTTPStatus.CONFLICT
        return _question(request, asked, secret, note=note, number=number, status=status_)
    thanks = {
        "title": N_("Thank you"),
        "recorded": HAS[asked.status],
        "number": asked.number,
        "following": f"{desk.settings.base_url.rstrip('/')}{ANSWERS}/{following}" if following else "",
    }
    return shown(request, "links/answered", thanks)


@routes.post(ANSWERS + "/{secret}/paper")
async def read_paper(request: Request, secret: str) -> Response:
    """Give the court's own paper of an order to somebody whose mail could not carry it (W-42)."""
    try:
        letter = await _letter_behind(request, secret)
    except CodeFirst:
        return await _GATE.show(request, secret)
    if not letter.enclosed:
        raise UnknownRecord(DEAD_LINK)
    (paper,) = letter.enclosed
    headers = {**PRIVATE, "Content-Disposition": f'inline; filename="{paper.name}"'}
    return Response(paper.data, media_type=paper.media_type, headers=headers)


@routes.post(ANSWERS + "/{secret}/letter")
async def read_letter(request: Request, secret: str) -> Response:
    """Give the letter to somebody whose mail could not carry it."""
    try:
        letter = await _letter_behind(request, secret)
    except CodeFirst:
        return await _GATE.show(request, secret)
    needs = desk_of(request).offices.way(letter.office).needs
    printed = await pdf(replace(letter, subject=needs.least(letter.subject) or {}))
    headers = {**PRIVATE, "Content-Disposition": 'inline; filename="referral.pdf"'}
    return Response(printed, media_type="application/pdf", headers=headers)


async def _letter_behind(request: Request, secret: str) -> Letter:
    """The letter behind a link, where it is read here.

    Raises:
        UnknownRecord: the link does not work, or the mail had it.
        CodeFirst: no code was typed.
    """
    desk = desk_of(request)
    asked = await told(answers.asked, desk.book, secret)
    if not _letter_is_here(desk, asked):
        raise UnknownRecord(DEAD_LINK)
    return await told(answers.letter_by_link, desk.book, secret, opener(request))


def _said(given: Mapping[str, str]) -> tuple[ReferralStatus, Attendance | None]:
    said = given.get("answer", "")
    if said in list(Attendance):
        return S.COMPLETED, Attendance(said)
    if said in list(BUTTONS):
        return ReferralStatus(said), None
    raise BadInput("That is none of the answers. Nothing was written.")


def _question(
    request: Request,
    asked: Asked,
    secret: str,
    *,
    note: str = "",
    number: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    desk = desk_of(request)
    values = {
        "title": in_language(request, TITLES[asked.kind]).format(handbook=in_language(request, RULES)),
        "note": note,
        "said": number,
        "office": desk.book.pack.office(asked.office).name,
        "so_far": SO_FAR[asked.status],
        "choices": [(value, _button(asked, value)) for value in _choices(asked)],
        "letter": _letter_is_here(desk, asked),
        "paper": asked.paper and _letter_is_here(desk, asked),
        "order": asked.kind is ReferralKind.PROTECTIVE_ORDER,
        "action": f"{ANSWERS}/{secret}",
    }
    return shown(request, "links/referral", values, to=f"{ANSWERS}/{secret}", status=status)


def _button(asked: Asked, value: str) -> str:
    if asked.kind is ReferralKind.PROTECTIVE_ORDER and value == S.ACKNOWLEDGED:
        # Nothing is made of a court's order: whoever has it enforces it.
        return N_("We have received it")
    return BUTTONS[value]


def _choices(asked: Asked) -> list[str]:
    if asked.kind is ReferralKind.COUNSELLING and S.COMPLETED in asked.choices:
        return [*Attendance, *(choice for choice in asked.choices if choice is not S.COMPLETED)]
    return list(asked.choices)


def _letter_is_here(desk: Desk, asked: Asked) -> bool:
    """Whether the letter is read here: only where its mail left the team's own domains without it (W-39)."""
    pack = desk.book.pack
    return asked.way == "mail" and not is_own(pack.office(asked.office).address, pack.own_domains)
