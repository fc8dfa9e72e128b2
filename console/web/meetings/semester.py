"""The meeting without a case: the plan's topics, the last semester's figures, its minutes (W-33, W-55)."""

from collections.abc import Mapping
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.agenda import by_topic
from console.shown.learning.figures import ShownChart, shown_of_report
from console.shown.learning.wording import LEGEND
from console.web.pages import desk_of, fields, page, router
from console.web.visitors import SignedIn
from states.access import MAY, Act, Actor, permit
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.figures import reporting
from states.casebook.landing import semester_meetings
from states.casebook.team import members
from states.contents.plans import TeamMinutesContent
from states.errors import BadInput
from states.store.threads import told
from tasks.drafts.link_paths import MEETINGS

routes = router()

#: where it is held; the id of one that was follows
SEMESTER_MEETING = f"{MEETINGS}/semester"


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
    except BadInput as refusal:
        return await _shown(request, visitor, said, note=str(refusal))
    return RedirectResponse(f"{SEMESTER_MEETING}/{made}", HTTPStatus.SEE_OTHER)


async def _shown(
    request: Request, visitor: Visitor, said: Mapping[str, list[str]], *, note: str = ""
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
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "meetings/semester", values, visitor=visitor, status=status)


def _figures(book: Casebook, by: Actor) -> tuple[str, list[ShownChart]]:
    """The last period that is over, and its charts; nothing before any is."""
    over = reporting.listed(book, by=by)
    if not over:
        return "", []
    term = over[0].period.name
    return term, shown_of_report(book.pack, reporting.report(book, term, by=by))


@routes.get(SEMESTER_MEETING + "/{meeting}")
async def show_minutes(request: Request, meeting: str, visitor: SignedIn) -> Response:
    """Show the minutes of a meeting without a case, to the team."""
    book, by = desk_of(request).book, visitor.actor
    found = await told(semester_meetings.read, book, meeting, by=by)
    values = {
        "title": "Minutes of the semester's meeting",
        "held": found,
        "names": await told(members.names, book, by=by),
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    return page(request, "meetings/semester_minutes", values, visitor=visitor)
