"""A meeting, for whoever is invited: what it is to talk about, and whether they come (U-04)."""

from collections.abc import Mapping
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.agenda import CALLED, Agenda, agenda
from console.shown.case.glance import SHAPES
from console.web.pages import desk_of, form, page, router
from console.web.refusals import refusal_of
from console.web.visitors import SignedIn
from states.access import Actor
from states.casebook import Casebook
from states.casebook.landing import invitations
from states.casebook.landing.invitations import Invitation
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.casebook.triggers import acting
from states.contents.inquiry import RemarkContent
from states.store.threads import told
from tasks.drafts.link_paths import MEETINGS

routes = router()


@routes.get(MEETINGS + "/{meeting}")
async def show_meeting(request: Request, meeting: str, visitor: SignedIn) -> Response:
    """Show a meeting and its agenda; that I read it is on record."""
    return await _meeting(request, meeting, visitor)


@routes.post(MEETINGS + "/{meeting}")
async def answer_invitation(request: Request, meeting: str, visitor: SignedIn) -> Response:
    """Put on record whether I come; who cannot says who comes instead."""
    given = await form(request)
    comes = given.get("comes") == "yes"
    text, by = given.get("text", ""), visitor.actor

    def answer(book: Casebook) -> None:
        invitations.answer(book, meeting, RemarkContent.read({"text": text}), comes=comes, by=by)

    if note := await refusal_of(answer, desk_of(request).book):
        return await _meeting(request, meeting, visitor, note=note, text=text)
    return RedirectResponse(f"{MEETINGS}/{meeting}", HTTPStatus.SEE_OTHER)


async def _meeting(
    request: Request, meeting: str, visitor: SignedIn, *, note: str = "", text: str = ""
) -> Response:
    book = desk_of(request).book
    names = await told(members.names, book, by=visitor.actor)
    found, about = await told(_opened, book, meeting, visitor.actor, names)
    site = book.pack.site(found.site)
    mine = next((each for each in found.said if each.member == visitor.actor.id), None)
    values = {
        "title": f"{CALLED[found.kind]} on {found.number}",
        "meeting": found,
        "agenda": about,
        "mine": mine,
        "names": names,
        "shapes": SHAPES,
        "terms": site.meetings,
        "zone": ZoneInfo(site.timezone),
        "note": note,
        "text": text,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "links/meeting", values, visitor=visitor, status=status, case=found.number)


def _opened(book: Casebook, meeting: str, by: Actor, names: Mapping[str, str]) -> tuple[Invitation, Agenda]:
    found = invitations.invitation(book, meeting, by=by)
    clocks = sweeping.running(book, by=by, number=found.number)
    possible = acting.can(book, found.number, by=by, on_record=True)
    return found, agenda(found, clocks, possible, names)
