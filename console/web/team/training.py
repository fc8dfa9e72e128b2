"""The team's training: who is current at a glance, and what somebody has had (U-14)."""

from datetime import datetime, time
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.case.asked.fields import lacking
from console.shown.team.training import board, counted, entering
from console.web.cases.looking import Look, refused
from console.web.cases.steps.step import Given
from console.web.moments import here
from console.web.pages import desk_of, fields, form, page, router
from console.web.team.rooms import rooms_of
from console.web.visitors import SignedIn
from states.access import MAY, Act, Actor
from states.calendar import moments
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.team import members
from states.casebook.team.upkeep import training
from states.contents.team import TrainingContent
from states.errors import BadInput
from states.store.threads import told
from tasks.drafts.link_paths import TRAINING

routes = router()


@routes.get(TRAINING)
async def show(request: Request, visitor: SignedIn) -> Response:
    """Show who is current: of everybody, for whoever keeps the team's training; else of oneself."""
    return await _board(request, visitor)


@routes.post(TRAINING)
async def enter(request: Request, visitor: SignedIn) -> Response:
    """Enter a training that somebody had.

    Raises:
        NotPermitted: it is another's, and not theirs to keep.
    """
    book, said = desk_of(request).book, await fields(request)
    look = await told(_asked, book, visitor.actor)
    look = Look(look.fields, said, beside=lacking(look.fields, said))
    if not look.beside:
        try:
            await told(_enter, book, visitor.actor, Given(said, look.fields))
        except BadInput as refusal:
            look = refused(look, refusal)
        else:
            return RedirectResponse(TRAINING, HTTPStatus.SEE_OTHER)
    return await _board(request, visitor, look=look)


@routes.post(TRAINING + "/{training}/taken-back")
async def take_back(request: Request, training: str, visitor: SignedIn) -> Response:
    """Take back what was entered by mistake.

    Raises:
        UnknownRecord: there is no such training, or it is none of theirs.
    """
    because = (await form(request)).get("because", "")
    try:
        await told(_take_back, desk_of(request).book, training, visitor.actor, because)
    except BadInput as refusal:
        return await _board(request, visitor, wrong=(training, str(refusal)))
    return RedirectResponse(TRAINING, HTTPStatus.SEE_OTHER)


def _take_back(book: Casebook, training_id: str, by: Actor, because: str) -> None:
    training.take_back(book, training_id, by=by, because=because)


def _enter(book: Casebook, by: Actor, given: Given) -> None:
    typed = here(book)

    def first_moment(name: str, what: str, *, past: bool) -> datetime:
        day = moments.day(given.one(name), what, typed, past=past, ahead=not past)
        return datetime.combine(day, time(0), typed.zone)

    training.enter(
        book,
        given.one("member") or by.id,
        TrainingContent.read({"where": given.one("where")}),
        by=by,
        kind=given.one("kind"),
        done_at=first_moment("done", "the day of the training", past=True),
        lapses_at=first_moment("lapses", "the day on which it lapses", past=False)
        if given.one("lapses")
        else None,
    )


def _keeps(by: Actor) -> bool:
    return not by.roles.isdisjoint(MAY[Act.KEEP_TRAINING])


def _asked(book: Casebook, by: Actor) -> Look:
    """What is asked: of everybody's training, or of one's own."""
    people = training.listed(book, by=by).members if _keeps(by) else []
    names = members.names(book, by=by)
    return Look(entering(book.pack, [(one, names[one]) for one in people]), {})


async def _board(
    request: Request, visitor: Visitor, *, look: Look | None = None, wrong: tuple[str, str] = ("", "")
) -> Response:
    book, by = desk_of(request).book, visitor.actor
    record, names = await told(training.listed, book, by=by), await told(members.names, book, by=by)
    people = board(record, names, book.pack, book.clock())
    values = {
        "title": "Training",
        "rooms": rooms_of(by),
        "people": people,
        "counted": counted(people),
        "kinds": book.pack.training,
        "keeps": _keeps(by),
        "names": names,
        "look": look or await told(_asked, book, by),
        "refused": wrong,
        "note": look is not None or bool(wrong[0]),
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if values["note"] else HTTPStatus.OK
    return page(request, "team/training", values, visitor=visitor, status=status)
