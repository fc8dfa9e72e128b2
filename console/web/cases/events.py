"""New results on a case's page, as they come: one look at the casebook serves all who watch."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress

from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from sse_starlette import EventSourceResponse, ServerSentEvent

from console.web.cases.page import at_a_glance
from console.web.pages import desk_of, not_there, router
from console.web.visitors import LookingOn, secret_of
from states.casebook import Casebook
from states.casebook.accounts.watching import Watched, versions
from states.casebook.reading import overview
from states.errors import TatError
from states.store.threads import told

_log = logging.getLogger(__name__)

routes = router()

#: seconds between two looks, while somebody watches
EVERY = 1.0

#: how many may watch at once; whoever comes when there are more sees news when they load the page anew
MOST = 200

#: how many of them one session may have: whoever opens more takes nobody's place
MOST_EACH = 20

#: milliseconds after which a browser comes back when a stream broke
COME_BACK = 2_000


class Watching:
    """Those who watch cases: each waits for news without a thread or a connection to the database.

    Args:
        book: the casebook.
    """

    def __init__(self, book: Casebook) -> None:
        self._book = book
        self._waiting: dict[Watched, list[asyncio.Queue[int | None]]] = {}
        self._looking: asyncio.Task[None] | None = None

    @property
    def count(self) -> int:
        """How many watch."""
        return sum(map(len, self._waiting.values()))

    def has_room(self, watched: Watched) -> bool:
        """Whether one more may watch: there is room, and their session has not had its share."""
        theirs = sum(len(each) for who, each in self._waiting.items() if who.secret == watched.secret)
        return self.count < MOST and theirs < MOST_EACH

    async def follow(self, watched: Watched, since: int) -> AsyncIterator[ServerSentEvent]:
        """Tell of each version after the one seen; ends with the session, or once the case is not theirs.

        Args:
            watched: the case, and who watches.
            since: the version that they have seen.
        """
        if not self.has_room(watched):
            # Many asked at once, and the others were sooner.
            return
        news: asyncio.Queue[int | None] = asyncio.Queue()
        self._waiting.setdefault(watched, []).append(news)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        yield ServerSentEvent(comment="watching", retry=COME_BACK)
        try:
            while (version := await news.get()) is not None:
                if version > since:
                    since = version
                    yield ServerSentEvent(event="changed", id=str(version), data=str(version))
            yield ServerSentEvent(event="over", data="over")
        finally:
            self._waiting[watched].remove(news)
            if not self._waiting[watched]:
                del self._waiting[watched]

    async def _look(self) -> None:
        """Look for all of them, as long as there is anybody."""
        while self._waiting:
            try:
                found = await told(versions, self._book, list(self._waiting))
            except (TatError, SQLAlchemyError) as error:
                # They come back by themselves: what happened meanwhile is told then.
                _log.warning("Who watches cases hears nothing for now (%s).", type(error).__name__)
                found = {}
            for watched, version in found.items():
                for news in self._waiting.get(watched, ()):
                    news.put_nowait(version)
            await asyncio.sleep(EVERY)


@routes.get("/cases/{number}/live")
async def show_news(request: Request, number: str, visitor: LookingOn) -> Response:
    """Show a case as it stands now, where its page asks for that by itself; it is on record, too.

    Raises:
        UnknownRecord: there is no such case, or none that I may open.
    """
    case = await told(overview.one, desk_of(request).book, number, by=visitor.actor)
    return await at_a_glance(request, case, visitor, news=True)


@routes.get("/cases/{number}/events")
async def listen(request: Request, number: str, seen: int = 0) -> Response:
    """Tell a page of its case's news as they come; it goes on from what the browser heard last.

    Nobody's session is used by it, and nothing of the case is in it: the page asks for that itself.
    """
    watching, watched = _watching(request), Watched(secret_of(request), number)
    theirs = await told(versions, desk_of(request).book, [watched])
    if theirs[watched] is None:
        return not_there(request)
    if not watching.has_room(watched):
        return Response(status_code=503)
    with suppress(ValueError):
        seen = max(seen, int(request.headers.get("last-event-id", "")))
    return EventSourceResponse(watching.follow(watched, seen))


def _watching(request: Request) -> Watching:
    app: FastAPI = request.app
    if not hasattr(app.state, "watching"):
        app.state.watching = Watching(desk_of(request).book)
    watching: Watching = app.state.watching
    return watching
