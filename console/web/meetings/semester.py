"""The meeting without a case: called, who comes, the last semester's figures, its minutes (W-33, W-55)."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.learning.figures import ShownChart, shown_of_report
from console.web.moments import here
from console.web.pages import desk_of, form, page, router
from console.web.refusals import refusal_of
from console.web.visitors import SignedIn
from notifications.messages.figures import LEGEND
from states.access import MAY, Act, Actor, permit
from states.calendar.moments import moment
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.figures import reporting
from states.casebook.landing import semester_calls, semester_meetings, semester_sitting
from states.casebook.plan.minutes import SOON
from states.casebook.team import members
from states.contents.inquiry import RemarkContent
from states.errors import BadInput, Refused
from states.store.threads import told
from tasks.drafts.link_paths import SEMESTER_MEETING

routes = router()


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of the last semester that is over.

    Args:
        term: which; empty: none is over yet.
        charts: what was counted in it.
        legend: how they are read.
    """

    term: str
    charts: list[ShownChart]
    legend: str = LEGEND


def figures(book: Casebook, by: Actor) -> Figures:
    """The figures of the last semester that is over."""
    over = reporting.listed(book, by=by)
    if not over:
        return Figures("", [])
    term = over[0].period.name
    return Figures(term, shown_of_report(book.pack, reporting.report(book, term, by=by)))


@routes.get(SEMESTER_MEETING)
async def show(request: Request, visitor: SignedIn) -> Response:
    """Show when the team meets, the topics, and the figures of the last semester."""
    return await _shown(request, visitor)


@routes.post(SEMESTER_MEETING)
async def begin(request: Request, visitor: SignedIn) -> Response:
    """Begin the meeting, and lead to where its minutes are written."""
    permit(visitor.actor, Act.RUN_TEAM)
    try:
        made = await told(semester_sitting.begin, desk_of(request).book, by=visitor.actor)
    except Refused as refusal:
        return await _shown(request, visitor, note=str(refusal))
    return RedirectResponse(f"{SEMESTER_MEETING}/{made}/now", HTTPStatus.SEE_OTHER)


@routes.post(SEMESTER_MEETING + "/call")
async def call(request: Request, visitor: SignedIn) -> Response:
    """Call it for a time; the invitations go out."""
    book, said = desk_of(request).book, await form(request)
    permit(visitor.actor, Act.RUN_TEAM)
    try:
        at = moment(said.get("at", ""), "The time", here(book), ahead=True)
        made = await told(semester_calls.call, book, by=visitor.actor, at=at)
    except (BadInput, Refused) as refusal:
        return await _shown(request, visitor, typed=said.get("at", ""), of_call=str(refusal))
    return RedirectResponse(f"{SEMESTER_MEETING}/{made}", HTTPStatus.SEE_OTHER)


async def _shown(
    request: Request, visitor: Visitor, *, typed: str = "", note: str = "", of_call: str = ""
) -> Response:
    book, by = desk_of(request).book, visitor.actor
    values = {
        "title": "The semester's meeting",
        "topics": book.pack.discussion.topics,
        "figures": await told(figures, book, by),
        "due_at": await told(semester_meetings.due, book, by=by),
        "on_now": await told(semester_sitting.on_now, book, by=by),
        "last": await told(semester_meetings.last, book, by=by),
        "typed": typed,
        "may_write": not by.roles.isdisjoint(MAY[Act.RUN_TEAM]),
        "zone": ZoneInfo(book.pack.home.timezone),
        "note": note,
        "of_call": of_call,
        "called": await told(semester_calls.open_calls, book, by=by),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note or of_call else HTTPStatus.OK
    return page(request, "meetings/semester", values, visitor=visitor, status=status)


@routes.get(SEMESTER_MEETING + "/{meeting}")
async def show_one(request: Request, meeting: str, visitor: SignedIn) -> Response:
    """Show a meeting without a case to the team: its minutes, or who comes."""
    return await _one(request, meeting, visitor)


@routes.post(SEMESTER_MEETING + "/{meeting}")
async def change(request: Request, meeting: str, visitor: SignedIn) -> Response:
    """Put on record whether I come; or whoever runs the team moves it, or calls it off."""
    given, by = await form(request), visitor.actor
    go = given.get("go", "")

    def write(book: Casebook) -> None:
        if go == "move":
            at = moment(given.get("at", ""), "The time", here(book))
            semester_calls.move(book, meeting, by=by, at=at, because=given.get("because", ""))
        elif go == "cancel":
            semester_calls.cancel(book, meeting, by=by)
        else:
            said = RemarkContent.read({"text": given.get("text", "")})
            semester_calls.answer(book, meeting, said, comes=given.get("comes") == "yes", by=by)

    if note := await refusal_of(write, desk_of(request).book):
        return await _one(request, meeting, visitor, note=note, typed=given)
    return RedirectResponse(f"{SEMESTER_MEETING}/{meeting}", HTTPStatus.SEE_OTHER)


async def _one(
    request: Request,
    meeting: str,
    visitor: Visitor,
    *,
    note: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:
    book, by = desk_of(request).book, visitor.actor
    called = await told(semester_calls.invitation, book, meeting, by=by)
    shared = {"names": await told(members.names, book, by=by), "zone": ZoneInfo(book.pack.home.timezone)}
    if called.held_at is not None:
        held = await told(semester_meetings.read, book, meeting, by=by)
        values = shared | {
            "title": "Minutes of the semester's meeting",
            "held": held,
            "meeting": meeting,
            "runs": not by.roles.isdisjoint(MAY[Act.RUN_TEAM]),
            "offices": {code: book.pack.office(code).name for code in book.pack.office_codes},
        }
        return page(request, "meetings/semester_minutes", values, visitor=visitor)
    values = shared | {
        "title": "The semester's meeting",
        "called": called,
        "mine": next((each for each in called.said if each.member == by.id), None),
        "topics": book.pack.discussion.topics,
        "offices": {code: book.pack.office(code).name for code in book.pack.office_codes},
        "wanted": book.pack.quorum.offices,
        "terms": book.pack.home.meetings,
        "may_write": not by.roles.isdisjoint(MAY[Act.RUN_TEAM]),
        "is_soon": called.at <= book.clock() + SOON,
        "typed": typed or {},
        "note": note,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "meetings/semester_call", values, visitor=visitor, status=status)
