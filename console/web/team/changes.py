"""Changes of law and policy: each member reads what changed, and says so (U-13, U-16)."""

from datetime import datetime, time
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.case.asked.fields import Ask, Field, Fields, lacking
from console.web.cases.looking import Look, refused
from console.web.cases.steps.step import Given
from console.web.moments import here
from console.web.pages import desk_of, fields, form, page, router
from console.web.refusals import refusal_of
from console.web.team.rooms import rooms_of
from console.web.visitors import SignedIn
from states.access import MAY, Act, Actor, permit
from states.calendar import moments
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.team import members
from states.casebook.team.upkeep import changes
from states.contents.team import ChangeContent
from states.errors import BadInput
from states.store.threads import told
from tasks.drafts.link_paths import CHANGES

routes = router()

#: what is asked of a change
ASKED: Fields = (
    Field(
        "title",
        "What changed, in a line",
        Ask.LINE,
        "As in: FERPA, what may be told to parents.",
        needed=True,
    ),
    Field("what", "What it means for the team", hint="What is done otherwise from now on.", needed=True),
    Field("source", "Where it is to be read", Ask.LINE, "As in: 34 CFR 99.36, or the page of the handbook."),
    Field("holds", "From which day it holds", Ask.LINE, "As in Fri 27 Nov 2026.", needed=True),
)


@routes.get(CHANGES)
async def show(request: Request, visitor: SignedIn) -> Response:
    """Show what changed, newest first, and what one has not confirmed yet."""
    return await _listed(request, visitor)


@routes.post(CHANGES)
async def enter(request: Request, visitor: SignedIn) -> Response:
    """Tell the team of a change.

    Raises:
        NotPermitted: they do not run the team.
    """
    permit(visitor.actor, Act.RUN_TEAM)
    said = await fields(request)
    look = Look(ASKED, said, beside=lacking(ASKED, said))
    if not look.beside:
        try:
            await told(_enter, desk_of(request).book, visitor.actor, Given(said, ASKED))
        except BadInput as refusal:
            look = refused(look, refusal)
        else:
            return RedirectResponse(CHANGES, HTTPStatus.SEE_OTHER)
    return await _listed(request, visitor, look=look)


@routes.post(CHANGES + "/{change}/read")
async def confirm(request: Request, change: str, visitor: SignedIn) -> Response:
    """Confirm that one read a change.

    Raises:
        UnknownRecord: there is no such change.
    """
    # Confirmed twice, as by two windows, it is confirmed.
    await refusal_of(changes.confirm, desk_of(request).book, change, by=visitor.actor)
    return RedirectResponse(CHANGES, HTTPStatus.SEE_OTHER)


@routes.post(CHANGES + "/{change}/taken-back")
async def take_back(request: Request, change: str, visitor: SignedIn) -> Response:
    """Take back what was entered by mistake.

    Raises:
        NotPermitted: they do not run the team.
        UnknownRecord: there is no such change.
    """
    because = (await form(request)).get("because", "")
    book = desk_of(request).book
    wrong = await refusal_of(changes.take_back, book, change, by=visitor.actor, because=because)
    if wrong:
        return await _listed(request, visitor, wrong=(change, wrong))
    return RedirectResponse(CHANGES, HTTPStatus.SEE_OTHER)


def _enter(book: Casebook, by: Actor, given: Given) -> None:
    typed = here(book)
    day = moments.day(given.one("holds"), "the day from which it holds", typed)
    content = given.content(ChangeContent, typed, "holds")
    changes.enter(book, content, by=by, holds_at=datetime.combine(day, time(0), typed.zone))


async def _listed(
    request: Request, visitor: Visitor, *, look: Look | None = None, wrong: tuple[str, str] = ("", "")
) -> Response:
    book, by = desk_of(request).book, visitor.actor
    values = {
        "title": "Changes of law and policy",
        "rooms": rooms_of(by),
        "changes": await told(changes.listed, book, by=by),
        "names": await told(members.names, book, by=by),
        "runs": not by.roles.isdisjoint(MAY[Act.RUN_TEAM]),
        "look": look or Look(ASKED, {}),
        "refused": wrong,
        "note": look is not None or bool(wrong[0]),
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if values["note"] else HTTPStatus.OK
    return page(request, "team/changes", values, visitor=visitor, status=status)
