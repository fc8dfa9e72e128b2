"""The semester's meeting while people talk: topic by topic, the last figures beside it (W-33, W-55, U-04)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.shown.case.glance import called
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
from console.web.meetings.semester import Figures, figures
from console.web.pages import desk_of, fields, page, router
from console.web.visitors import SignedIn
from states.access import MAY, Act, Actor
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.landing import semester_meetings, semester_sitting
from states.casebook.landing.semester_sitting import SemesterSeat
from states.casebook.rounds import sweeping
from states.casebook.rounds.sweeping import DeadlineLine
from states.casebook.team import members
from states.casebook.team.upkeep import changes
from states.casebook.team.upkeep.changes import ChangeLine
from states.contents.plans import MeetingContent
from states.store.threads import told
from tasks.drafts.link_paths import CHANGES, SEMESTER_MEETING

routes = router()

#: what the name of a topic's field begins with
TOPIC = "topic."


@dataclass(frozen=True, slots=True)
class _Opened:
    """What the page of a meeting shows beside its minutes.

    Args:
        seat: the meeting.
        team: everybody on the team, by name.
        figures: those of the last semester.
        last: the meeting before this one: its id, and since when its minutes are on record.
        due: what the team's own clocks ask for.
        new: what changed in law and policy since the team last met.
    """

    seat: SemesterSeat
    team: list[tuple[Actor, str]]
    figures: Figures
    last: tuple[str, datetime] | None
    due: list[DeadlineLine]
    new: list[ChangeLine]


@routes.get(SEMESTER_MEETING + "/{meeting}/now")
async def show(request: Request, meeting: str, visitor: SignedIn) -> Response:
    """Show what there is to talk about, topic by topic, with the minutes so far."""
    return await _shown(request, meeting, visitor)


@routes.post(SEMESTER_MEETING + "/{meeting}/now")
async def write(request: Request, meeting: str, visitor: SignedIn) -> Response:
    """Keep the minutes so far, as a page does by itself while one types; or put them on record."""
    book, said, by = desk_of(request).book, await fields(request), visitor.actor

    async def theirs() -> Theirs:
        seat = await told(semester_sitting.seat, book, meeting, by=by)
        return _theirs(book, seat, await told(members.names, book, by=by))

    minutes = Minutes(
        path=f"{SEMESTER_MEETING}/{meeting}/now",
        note=lambda typed: told(semester_sitting.note, book, meeting, typed.draft, by=by, version=typed.seen),
        hold=lambda typed: told(semester_sitting.hold, book, meeting, typed.draft, by=by, version=typed.seen),
        theirs=theirs,
        again=lambda kept: _shown(request, meeting, visitor, kept=kept, said=said),
        held=lambda _quorate: f"{SEMESTER_MEETING}/{meeting}",
    )
    return await minutes.take(request, said, _read)


def _read(said: Said) -> MeetingContent:
    return MeetingContent.read(
        {
            "present": said.get("present", []),
            "topics": _topics(said),
            "suggestions": each_line(said, "suggestions"),
            "page": one(said, "page"),
        }
    )


def _topics(said: Said) -> dict[str, str]:
    """What was said of each topic; of one that nobody said anything of there is nothing."""
    given = {name.removeprefix(TOPIC): one(said, name) for name in said if name.startswith(TOPIC)}
    return {code: text for code, text in given.items() if text.strip()}


def _theirs(book: Casebook, seat: SemesterSeat, names: Mapping[str, str]) -> Theirs:
    topics = seat.draft.topics
    titles = semester_sitting.titles(book.pack, topics)
    return Theirs(
        seat.version,
        [
            in_room(seat.room, names),
            *((title, topics[code]) for code, title in titles.items() if code in topics),
            *(("Suggestion", text) for text in seat.draft.suggestions),
        ],
    )


async def _shown(
    request: Request,
    meeting: str,
    visitor: Visitor,
    *,
    kept: Kept | None = None,
    said: Said | None = None,
) -> Response:
    book, by = desk_of(request).book, visitor.actor
    opened = await told(_opened, book, meeting, by)
    seat = opened.seat
    draft = seat.draft
    topics = draft.topics if said is None else _topics(said)
    values = {
        "title": "The semester's meeting",
        "back": f"{SEMESTER_MEETING}/{meeting}/now",
        "opened": opened,
        "seat": seat,
        "titles": semester_sitting.titles(book.pack, topics),
        "with_figures": [code for code, topic in book.pack.discussion.topics.items() if topic.with_figures],
        "topics": topics,
        "suggestions": "\n".join(draft.suggestions) if said is None else one(said, "suggestions"),
        "present": seat.room.present if said is None else said.get("present", ()),
        "due": _by_clock(opened.due),
        "changes": CHANGES,
        "zone": ZoneInfo(book.pack.home.timezone),
        "may_write": not by.roles.isdisjoint(MAY[Act.RUN_TEAM]),
        "is_over": seat.held_at is not None or seat.is_off,
        "kept": kept or Kept(seat.version),
        "read_by": "the whole team reads it: nothing about a case belongs here",
        "token": (said and one(said, "page")) or secrets.token_hex(8),
        **of_quorum(request),
    }
    status = Kept(seat.version).status if kept is None else kept.status
    return page(
        request,
        "meetings/semester_sitting",
        values,
        visitor=visitor,
        status=status,
        scripts=SCRIPTS,
    )


def _by_clock(due: list[DeadlineLine]) -> list[tuple[str, list[DeadlineLine]]]:
    """The clocks that run, those of one name together; what is due soonest first."""
    found: dict[str, list[DeadlineLine]] = {}
    for each in due:
        found.setdefault(called(each.clock), []).append(each)
    return list(found.items())


def _opened(book: Casebook, meeting: str, by: Actor) -> _Opened:
    seat = semester_sitting.seat(book, meeting, by=by)
    last = semester_meetings.last(book, by=by)
    team = [(member, said.name) for member, said in members.members(book, by=by)]
    return _Opened(
        seat=seat,
        team=sorted(team, key=lambda each: each[1]),
        figures=figures(book, by),
        last=last,
        due=sweeping.of_team(book, by=by),
        new=[each for each in changes.listed(book, by=by) if last is None or each.at > last[1]],
    )
