"""The meeting without a case: the plan's topics, the last semester's figures, its minutes (W-33, W-55)."""

from collections.abc import Mapping
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.agenda import by_topic
from console.shown.learning.figures import ShownChart, shown_of_report
from console.shown.learning.wording import LEGEND
from console.web.moments import here
from console.web.pages import desk_of, fields, form, page, router
from console.web.refusals import refusal_of
from console.web.visitors import SignedIn
from states.access import MAY, Act, Actor, permit
from states.calendar.moments import moment
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.figures import reporting
from states.casebook.landing import semester_calls, semester_meetings
from states.casebook.team import members
from states.contents.inquiry import RemarkContent
from states.contents.plans import TeamMinutesContent
from states.errors import BadInput, Refused
from states.store.threads import told
from tasks.drafts.link_paths import SEMESTER_MEETING

routes = router()


@routes.get(SEMESTER_MEETING)
async def show(request: Request, visitor: SignedIn) -> Response:
    """Show the topics, and the figures of the last semester beside them."""
    return await _shown(request, visitor, {})


@routes.post(SEMESTER_MEETING)
async def hold(request: Request, visitor: SignedIn) -> Response:
    """Put the minutes on record."""
    book, said = desk_of(request).book, await fields(request)
    permit(visitor.actor, Act.RUN_TEAM)
    try:
        given = {name: values[0] for name, values in said.items()}
        minutes = by_topic(book.pack, given)
        content = TeamMinutesContent.read({"present": said.get("present", []), "minutes": minutes})
        made = await told(semester_meetings.hold, book, content, by=visitor.actor)
    except (BadInput, Refused) as refusal:
        return await _shown(request, visitor, said, note=str(refusal))
    return RedirectResponse(f"{SEMESTER_MEETING}/{made}", HTTPStatus.SEE_OTHER)


@routes.post(SEMESTER_MEETING + "/call")
async def call(request: Request, visitor: SignedIn) -> Response:
    """Call it for a time; the invitations go out."""
    book, said = desk_of(request).book, await form(request)
    permit(visitor.actor, Act.RUN_TEAM)
    try:
        at = moment(said.get("at", ""), "The time", here(book), ahead=True)
        made = await told(semester_calls.call, book, by=visitor.actor, at=at)
    except (BadInput, Refused) as refusal:
        typed = {name: [text] for name, text in said.items()}
        return await _shown(request, visitor, typed, of_call=str(refusal))
    return RedirectResponse(f"{SEMESTER_MEETING}/{made}", HTTPStatus.SEE_OTHER)


async def _shown(
    request: Request, visitor: Visitor, said: Mapping[str, list[str]], *, note: str = "", of_call: str = ""
) -> Response:
    book, by = desk_of(request).book, visitor.actor
    term, charts = await told(_figures, book, by)
    team = [(member.id, name.name) for member, name in await told(members.members, book, by=by)]
    values = {
        "title": "The semester's meeting",
        "topics": book.pack.discussion.topics,
        "term": term,
        "charts": charts,
        "legend": LEGEND,
        "due_at": await told(semester_meetings.due, book, by=by),
        "team": sorted(team, key=lambda each: each[1]),
        "said": said,
        "may_write": not by.roles.isdisjoint(MAY[Act.RUN_TEAM]),
        "zone": ZoneInfo(book.pack.home.timezone),
        "note": note,
        "of_call": of_call,
        "called": await told(semester_calls.open_calls, book, by=by),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note or of_call else HTTPStatus.OK
    return page(request, "meetings/semester", values, visitor=visitor, status=status)


def _figures(book: Casebook, by: Actor) -> tuple[str, list[ShownChart]]:
    """The last period that is over, and its charts; nothing before any is."""
    over = reporting.listed(book, by=by)
    if not over:
        return "", []
    term = over[0].period.name
    return term, shown_of_report(book.pack, reporting.report(book, term, by=by))


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
        values = shared | {"title": "Minutes of the semester's meeting", "held": held}
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
        "typed": typed or {},
        "note": note,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "meetings/semester_call", values, visitor=visitor, status=status)
