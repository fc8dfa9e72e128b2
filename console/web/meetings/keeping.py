"""Minutes that a page keeps while people talk: what becomes of what it sends, whatever is talked about."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.web.pages import desk_of, own_path, page
from states.casebook.plan.minutes import Noted, NotedMeanwhile, Room
from states.contents.plans import MeetingContent
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord

#: the scripts that save minutes by themselves, also as somebody leaves the page
SCRIPTS = ("htmx", "leaving")

#: the fields of a form as they were sent
Said = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed of a meeting.

    Args:
        draft: who is there, and the minutes so far.
        seen: the draft that they had before them.
    """

    draft: MeetingContent
    seen: str


@dataclass(frozen=True, slots=True)
class Theirs:
    """What somebody else wrote meanwhile.

    Args:
        version: which draft that is.
        lines: what it says: of what, if of anything, and the text.
    """

    version: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of minutes that were sent.

    Args:
        seen: the draft that whoever writes has before them.
        problem: why they were not kept, and what would help; empty: they were.
        theirs: what somebody else wrote meanwhile.
        at: when they were kept just now.
        room: who is in the room, as they say.
    """

    seen: str
    problem: str = ""
    theirs: Theirs | None = None
    at: datetime | None = None
    room: Room | None = None

    @property
    def status(self) -> HTTPStatus:
        """What a whole page that tells of it is answered with."""
        if not self.problem:
            return HTTPStatus.OK
        return HTTPStatus.CONFLICT if self.theirs else HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes of one meeting, as pages keep them.

    Args:
        path: where they are written.
        note: keeps a draft.
        hold: puts one on record, and says whether there was a quorum.
        theirs: the draft that is there, which somebody else wrote.
        again: the page with what was typed, and what became of it.
        held: where it leads once they are on record, by whether there was a quorum.
    """

    path: str
    note: Callable[[Typed], Awaitable[Noted]]
    hold: Callable[[Typed], Awaitable[bool]]
    theirs: Callable[[], Awaitable[Theirs]]
    again: Callable[[Kept], Awaitable[Response]]
    held: Callable[[bool], str]

    async def take(self, request: Request, said: Said, read: Callable[[Said], MeetingContent]) -> Response:
        """Keep what a page sent, or put it on record; one that sends by itself is told in a part of it.

        Args:
            request: what is answered.
            said: the fields.
            read: reads the draft from them.
        """
        alone = request.headers.get("hx-request") == "true"
        try:
            # Whoever has put theirs and somebody else's together has seen both.
            typed = Typed(read(said), one(said, "over") or one(said, "seen"))
            if one(said, "go") == "hold":
                return RedirectResponse(self.held(await self.hold(typed)), HTTPStatus.SEE_OTHER)
            noted = await self.note(typed)
        except (UnknownRecord, NotPermitted):
            raise
        except (BadInput, Refused) as refusal:
            theirs = await self.theirs() if isinstance(refusal, NotedMeanwhile) else None
            kept = Kept(one(said, "seen"), str(refusal), theirs)
            return _part(request, kept) if alone else await self.again(kept)
        if alone:
            return _part(request, Kept(noted.version, at=desk_of(request).book.clock(), room=noted.room))
        # Whoever goes on to a step has their minutes saved first.
        to = own_path(one(said, "to"))
        return RedirectResponse(self.path if to == "/" else to, HTTPStatus.SEE_OTHER)


def one(said: Said, name: str) -> str:
    """The first that a form sent under a name; empty: nothing."""
    return (said.get(name) or [""])[0]


def each_line(said: Said, name: str) -> list[str]:
    """What was typed one on each line."""
    return [line for line in one(said, name).splitlines() if line.strip()]


def in_room(room: Room, names: Mapping[str, str]) -> tuple[str, str]:
    """Who is in the room, as a line of what somebody else wrote.

    Args:
        room: as they say.
        names: the name of each member, by id.
    """
    return "In the room", ", ".join(names.get(each, each) for each in room.present) or "nobody yet"


def of_quorum(request: Request) -> dict[str, object]:
    """What a page that shows the quorum has to know of the policy."""
    pack = desk_of(request).book.pack
    return {
        "wanted": pack.quorum.offices,
        "offices": {code: pack.office(code).name for code in pack.office_codes},
    }


def _part(request: Request, kept: Kept) -> Response:
    """What became of minutes that a page sent by itself: the part of it that says so."""
    values = {"title": "", "kept": kept, "alone": True, **of_quorum(request)}
    return page(request, "meetings/kept", values)
