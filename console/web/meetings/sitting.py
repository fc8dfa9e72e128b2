"""A sitting: who is in the room, then case by case what there is to talk about, and its minutes."""

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.agenda import CALLED, agenda
from console.shown.case.glance import SHAPES, glance
from console.shown.case.told import lines
from console.web.cases.opening import Case, open_case
from console.web.cases.page import done_with, shared
from console.web.cases.steps.every import ANY_TIME, CLEARED_BY
from console.web.meetings.keeping import (
    SCRIPTS,
    Kept,
    Minutes,
    Said,
    Theirs,
    each_line,
    in_room,
    of_quorum,
    one,
)
from console.web.pages import desk_of, fields, page, router
from console.web.visitors import SignedIn
from states.access import MAY, Act, Actor, may_work_on
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.landing import semester_sitting, sitting
from states.casebook.landing.semester_sitting import SemesterSeat
from states.casebook.landing.sitting import Seat
from states.casebook.team import members
from states.contents.plans import MeetingContent, NotedAction
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.store.threads import told
from states.tables import Case as CaseRow
from states.vocabulary.cases import CaseState
from tasks.drafts.link_paths import SITTING

routes = router()

#: how many of the events since the team last met are shown
MOST_NEW = 12

#: what is asked of an action that is agreed on: what, who, by when
ASKED = tuple(NotedAction.model_fields)

#: how many actions one meeting agrees on at most
MOST_ACTIONS = 40


@routes.get(SITTING)
async def show(request: Request, visitor: SignedIn, held: str = "") -> Response:
    """Show who is in the room, and the cases that are on now, the gravest first."""
    return await _room(request, visitor, held=held)


@routes.post(SITTING)
async def enter(request: Request, visitor: SignedIn) -> Response:
    """Say who is in the room, once for all cases."""
    said = await fields(request)
    try:
        await told(sitting.enter, desk_of(request).book, said.get("present", []), by=visitor.actor)
    except (UnknownRecord, NotPermitted):
        raise
    except (BadInput, Refused) as refusal:
        return await _room(request, visitor, note=str(refusal))
    return RedirectResponse(SITTING, HTTPStatus.SEE_OTHER)


async def _room(request: Request, visitor: Visitor, *, held: str = "", note: str = "") -> Response:
    book = desk_of(request).book
    seats, semester, team = await told(_seated, book, visitor.actor)
    rooms = [each.room for each in (*seats, semester) if each is not None]
    values = {
        "title": "The meeting now",
        "seats": seats,
        "semester": semester,
        "home": ZoneInfo(book.pack.home.timezone),
        "team": team,
        "here": {member for room in rooms for member in (*room.present, *room.outside)},
        "names": await told(members.names, book, by=visitor.actor),
        **of_quorum(request),
        "zones": {code: ZoneInfo(site.timezone) for code, site in book.pack.sites.items()},
        "kinds": CALLED,
        "shapes": SHAPES,
        "held": held,
        "note": note,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "meetings/room", values, visitor=visitor, status=status)


def _seated(book: Casebook, by: Actor) -> tuple[list[Seat], SemesterSeat | None, list[tuple[Actor, str]]]:
    seats = [sitting.seat(book, meeting, by=by) for meeting in sitting.on_now(book, by=by)]
    on_team = not by.roles.isdisjoint(MAY[Act.SEE_REPORTS])
    semester = semester_sitting.on_now(book, by=by) if on_team else None
    team = [(member, said.name) for member, said in members.members(book, by=by)]
    return seats, semester, sorted(team, key=lambda each: each[1])


@routes.get(SITTING + "/{meeting}")
async def show_case(request: Request, meeting: str, visitor: SignedIn, done: str = "") -> Response:
    """Show what there is to talk about in one case, with the minutes so far; that I read it is on record."""
    return await _case(request, meeting, visitor, done=done)


@routes.post(SITTING + "/{meeting}")
async def write(request: Request, meeting: str, visitor: SignedIn) -> Response:
    """Keep the minutes so far, as a page does by itself while one types; or put them on record."""
    book, said, by = desk_of(request).book, await fields(request), visitor.actor

    async def theirs() -> Theirs:
        seat = await told(sitting.seat, book, meeting, by=by)
        return _theirs(seat, await told(members.names, book, by=by))

    minutes = Minutes(
        path=f"{SITTING}/{meeting}",
        note=lambda typed: told(sitting.note, book, meeting, typed.draft, by=by, version=typed.seen),
        hold=lambda typed: told(sitting.hold, book, meeting, typed.draft, by=by, version=typed.seen),
        theirs=theirs,
        again=lambda kept: _case(request, meeting, visitor, kept=kept, said=said),
        held=lambda quorate: f"{SITTING}?held={'yes' if quorate else 'no'}",
    )
    return await minutes.take(request, said, _read)


def _theirs(seat: Seat, names: Mapping[str, str]) -> Theirs:
    draft = seat.draft
    actions = [f"{one.what}, by {one.due_at}" if one.due_at else one.what for one in draft.actions]
    return Theirs(
        seat.version,
        [
            ("", draft.minutes),
            in_room(seat.room, names),
            *(("Action", text) for text in actions),
            *(("Suggestion", text) for text in draft.suggestions),
        ],
    )


async def _case(
    request: Request,
    meeting: str,
    visitor: Visitor,
    *,
    done: str = "",
    kept: Kept | None = None,
    said: Said | None = None,
) -> Response:
    book, by = desk_of(request).book, visitor.actor
    seat, case = await told(_opened, book, meeting, by)
    number, opened = seat.meeting.number, case.opened
    since = seat.meeting.last_met
    draft = seat.draft
    sorted_team = sorted(case.team, key=lambda each: opened.who(each.id))
    of_case = CaseRow(**opened.dossier["case"])
    typed = said or {"minutes": [draft.minutes], "suggestions": ["\n".join(draft.suggestions)]}
    values = {
        **shared(case, by),
        "title": f"{CALLED[seat.meeting.kind]} on {number}",
        "number": number,
        "meeting": meeting,
        "seat": seat,
        "case": glance(opened, case.happened, by=by, now=case.now),
        "agenda": agenda(seat.meeting, opened.clocks, opened.possible, opened.names),
        "new": [line for line in lines(opened, case.happened) if since is None or line.at > since][:MOST_NEW],
        "questions": [
            each.asks
            for each in book.pack.discussion.questions.values()
            if seat.meeting.kind in each.meetings
        ],
        "shapes": SHAPES,
        **of_quorum(request),
        "team": sorted_team,
        "owners": [each for each in sorted_team if may_work_on(each, of_case)],
        "present": typed.get("present", ()) if said else seat.room.present,
        "minutes": one(typed, "minutes"),
        "suggestions": one(typed, "suggestions"),
        "actions": _actions(said) if said else draft.actions,
        "most_actions": MOST_ACTIONS,
        "may_agree": seat.meeting.state is not CaseState.CLOSED,
        "token": one(typed, "page") or secrets.token_hex(8),
        "kept": kept or Kept(seat.version),
        "note": bool(kept),
        "read_by": "nobody off the case reads it",
        "is_over": seat.meeting.held_at is not None or seat.meeting.is_off,
        "done": done_with(done),
        "cleared_by": CLEARED_BY,
        "any_time": ANY_TIME,
        "back": f"{SITTING}/{meeting}",
    }
    status = HTTPStatus.OK if kept is None else kept.status
    return page(
        request,
        "meetings/case",
        values,
        visitor=visitor,
        status=status,
        scripts=SCRIPTS,
        case=number,
    )


def _opened(book: Casebook, meeting: str, by: Actor) -> tuple[Seat, Case]:
    seat = sitting.seat(book, meeting, by=by)
    return seat, open_case(book, seat.meeting.number, by)


def _read(said: Said) -> MeetingContent:
    return MeetingContent.read(
        {
            "present": said.get("present", []),
            "outside": said.get("outside", []),
            "minutes": one(said, "minutes"),
            "suggestions": each_line(said, "suggestions"),
            "actions": _actions(said),
            "page": one(said, "page"),
        }
    )


def _actions(said: Said) -> list[dict[str, str]]:
    """What is agreed on so far; what nothing is said of was room for another."""
    given = ({name: one(said, f"actions.{place}.{name}") for name in ASKED} for place in range(MOST_ACTIONS))
    return [each for each in given if any(text.strip() for text in each.values())]
