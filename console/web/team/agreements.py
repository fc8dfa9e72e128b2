"""Agreements with other agencies: which look-ups rest on them, and until when they hold (P-10)."""

from datetime import datetime, time
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.case.asked.choosing import capital
from console.shown.case.asked.fields import Ask, Field, Fields, Option, by_name, lacking
from console.web.cases.looking import Look, refused
from console.web.cases.steps.step import Given
from console.web.moments import here
from console.web.pages import desk_of, fields, page, router
from console.web.team.rooms import rooms_of
from console.web.visitors import SignedIn
from states.access import MAY, Act, Actor, permit
from states.calendar import moments
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.team import members
from states.casebook.team.upkeep import agreements
from states.contents.team import AgreementContent
from states.errors import BadInput
from states.policy.pack import Pack
from states.store.threads import told
from states.vocabulary.sources import SourceKind
from tasks.drafts.link_paths import AGREEMENTS

routes = router()

#: how a day is typed
DAY = "As in Fri 27 Nov 2026."

#: what is asked of whoever looked at an agreement again
REVIEWING: Fields = (
    Field("reviewed", "On which day it was looked at", Ask.LINE, DAY, needed=True),
    Field("until", "Until when it was renewed", Ask.LINE, "Leave it empty where its end stays as it is."),
)


def entering(pack: Pack) -> Fields:
    """What is asked of an agreement that is put on record."""
    kinds = by_name(Option(kind, capital(pack.called(kind))) for kind in agreements.partners(pack))
    return (
        Field("partner", "With which agency", Ask.LINE, "As in: county sheriff.", needed=True),
        Field("purpose", "What for", hint="What either may ask of the other, and under which terms."),
        Field("kinds", "What the agency is asked under it", Ask.SEVERAL, "", kinds, needed=True),
        Field("signed", "On which day it was signed", Ask.LINE, DAY, needed=True),
        Field("ends", "On which day it ends", Ask.LINE, "Leave it empty where it has no end."),
    )


@routes.get(AGREEMENTS)
async def show(request: Request, visitor: SignedIn) -> Response:
    """Show the agreements, and what is asked of partners without one."""
    return await _listed(request, visitor)


@routes.post(AGREEMENTS)
async def enter(request: Request, visitor: SignedIn) -> Response:
    """Put an agreement on record.

    Raises:
        NotPermitted: they do not run the team.
    """
    permit(visitor.actor, Act.RUN_TEAM)
    book, said = desk_of(request).book, await fields(request)
    asked = entering(book.pack)
    look = Look(asked, said, beside=lacking(asked, said))
    if not look.beside:
        try:
            await told(_enter, book, visitor.actor, Given(said, asked))
        except BadInput as refusal:
            look = refused(look, refusal)
        else:
            return RedirectResponse(AGREEMENTS, HTTPStatus.SEE_OTHER)
    return await _listed(request, visitor, look=look)


@routes.post(AGREEMENTS + "/{agreement}/review")
async def review(request: Request, agreement: str, visitor: SignedIn) -> Response:
    """Put on record that an agreement was looked at again, and until when it was renewed.

    Raises:
        NotPermitted: they do not run the team.
        UnknownRecord: there is no such agreement.
    """
    permit(visitor.actor, Act.RUN_TEAM)
    said = await fields(request)
    look = Look(REVIEWING, said, beside=lacking(REVIEWING, said))
    if not look.beside:
        try:
            await told(_review, desk_of(request).book, agreement, visitor.actor, Given(said, REVIEWING))
        except BadInput as refusal:
            look = refused(look, refusal)
        else:
            return RedirectResponse(AGREEMENTS, HTTPStatus.SEE_OTHER)
    return await _listed(request, visitor, wrong=(agreement, look))


@routes.post(AGREEMENTS + "/{agreement}/end")
async def end(request: Request, agreement: str, visitor: SignedIn) -> Response:
    """Put on record that an agreement holds no more.

    Raises:
        NotPermitted: they do not run the team.
        UnknownRecord: there is no such agreement.
    """
    await told(agreements.end, desk_of(request).book, agreement, by=visitor.actor)
    return RedirectResponse(AGREEMENTS, HTTPStatus.SEE_OTHER)


def _enter(book: Casebook, by: Actor, given: Given) -> None:
    agreements.enter(
        book,
        AgreementContent.read({"partner": given.one("partner"), "purpose": given.one("purpose")}),
        by=by,
        kinds=[SourceKind(kind) for kind in given.several("kinds")],
        signed_at=_first_moment(book, given.one("signed"), "the day on which it was signed", past=True),
        ends_at=_until(book, given.one("ends")),
    )


def _review(book: Casebook, agreement: str, by: Actor, given: Given) -> None:
    agreements.review(
        book,
        agreement,
        by=by,
        reviewed_at=_first_moment(book, given.one("reviewed"), "the day of the review", past=True),
        ends_at=_until(book, given.one("until")),
    )


def _until(book: Casebook, given: str) -> datetime | None:
    return _first_moment(book, given, "the day on which it ends", past=False) if given else None


def _first_moment(book: Casebook, given: str, what: str, *, past: bool) -> datetime:
    typed = here(book)
    day = moments.day(given, what, typed, past=past, ahead=not past)
    return datetime.combine(day, time(0), typed.zone)


async def _listed(
    request: Request, visitor: Visitor, *, look: Look | None = None, wrong: tuple[str, Look] | None = None
) -> Response:
    book, by = desk_of(request).book, visitor.actor
    lines, now = await told(agreements.listed, book, by=by), book.clock()
    holding = {kind for one in lines if not one.is_over(now) for kind in one.kinds}
    values = {
        "title": "Agreements with agencies",
        "rooms": rooms_of(by),
        "agreements": lines,
        "without": sorted(book.pack.called(kind) for kind in agreements.partners(book.pack) - holding),
        "called": book.pack.called,
        "names": await told(members.names, book, by=by),
        "runs": not by.roles.isdisjoint(MAY[Act.RUN_TEAM]),
        "look": look or Look(entering(book.pack), {}),
        "reviewing": Look(REVIEWING, {}),
        "refused": wrong or ("", Look((), {})),
        "note": look is not None or wrong is not None,
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if values["note"] else HTTPStatus.OK
    return page(request, "team/agreements", values, visitor=visitor, status=status)
