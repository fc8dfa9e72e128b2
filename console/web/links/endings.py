"""Where people learn of an end: what a reporter may be told, what somebody takes over (W-27, W-28)."""

from http import HTTPStatus

from fastapi import Request, Response

from console.web.languages import N_
from console.web.links.gate import Gate
from console.web.links.routes import link_routes, opener, shown
from console.web.links.used import used_before
from console.web.pages import desk_of, form
from states.casebook.closing import endings
from states.casebook.closing.endings import TakenOver
from states.casebook.landing import doors
from states.contents.inquiry import RemarkContent
from states.errors import BadInput, CodeFirst, UnknownRecord
from states.store.threads import told
from tasks.drafts.link_paths import TAKING_OVER, TOLD
from tasks.offices.letter.writing import LABELS

routes = link_routes()

_TOLD = Gate(TOLD, endings.READ_END, N_("What came of your report"))
_HAND_OVER = Gate(TAKING_OVER, endings.TAKE_OVER, N_("Follow-up passes to you"))
_TOLD.add_to(routes)
_HAND_OVER.add_to(routes)


@routes.get(TOLD + "/{secret}")
async def show_end(request: Request, secret: str) -> Response:
    """Show a reporter what they may be told; it may be read again, and nothing is asked."""
    try:
        says = await told(endings.told_by_link, desk_of(request).book, secret, opener(request))
    except CodeFirst:
        return await _TOLD.show(request, secret)
    more = says.removeprefix(endings.CONCLUDED).strip()
    values = {"title": _TOLD.title, "concluded": endings.CONCLUDED, "says": more}
    return shown(request, "links/told", values, to=f"{TOLD}/{secret}")


@routes.get(TAKING_OVER + "/{secret}")
async def show_hand_over(request: Request, secret: str) -> Response:
    """Show whom and what it is about; that it was read is on record."""
    try:
        taken = await told(endings.read_by_link, desk_of(request).book, secret, opener(request))
    except CodeFirst:
        return await _HAND_OVER.show(request, secret)
    except UnknownRecord:
        return await used_before(request, secret, endings.TAKE_OVER)
    return _hand_over(request, secret, taken)


@routes.post(TAKING_OVER + "/{secret}")
async def confirm_hand_over(request: Request, secret: str) -> Response:
    """Take the word of whoever holds the link, and use the link up."""
    book = desk_of(request).book
    try:
        await told(doors.look, book, secret, endings.TAKE_OVER)
        said = RemarkContent.read({"text": (await form(request)).get("who", "")})
        taken = await told(endings.confirm_by_link, book, secret, opener(request), said)
    except CodeFirst:
        return await _HAND_OVER.show(request, secret)
    except UnknownRecord:
        return await used_before(request, secret, endings.TAKE_OVER)
    except BadInput:
        taken = await told(endings.read_by_link, book, secret, opener(request))
        return _hand_over(request, secret, taken, note=N_("Please say who you are: your name."))
    return shown(request, "links/taken_over", {"title": N_("Thank you"), "number": taken.number})


def _hand_over(request: Request, secret: str, taken: TakenOver, note: str = "") -> Response:
    values = {
        "title": N_("What you are asked to take over"),
        "note": note,
        "number": taken.number,
        "name": taken.name,
        "what": taken.what,
        "whom": [(label, taken.whom[kind]) for kind, label in LABELS.items() if kind in taken.whom],
        "office": desk_of(request).book.pack.office(taken.office).name,
        "action": f"{TAKING_OVER}/{secret}",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return shown(request, "links/hand_over", values, to=f"{TAKING_OVER}/{secret}", status=status)
