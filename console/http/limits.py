"""What every request keeps to: its size, its time, its share of the memory; and what it is answered at most.

A message has to come whole and soon. Nothing that somebody sends makes more of us than its bytes, and no
error's text leaves: it may quote what came in.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.http.problems import problem, status_of
from states.errors import BadInput, Refused, TatError
from states.store.hindrances import why
from tasks.boundary import classify

_log = logging.getLogger(__name__)

#: seconds after which somebody whom we had to turn away may come back
RETRY_AFTER = "5"

#: characters that an address may have
LONGEST_PATH = 2_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What requests may take.

    Args:
        message: bytes that one message may have.
        in_flight: bytes that all messages together may have that are being read or worked on.
        reading: seconds that the content of a message may take to come.
        working: seconds that a request may take in all.
        streams: the calls, by method and path, that take or give a stream, which is in memory nowhere: how
            much it may be, whoever takes it says; how slow, is said here.
        slowest: bytes a second that a stream has to bring on the whole, after its first seconds.
        stalled: seconds for which whoever takes a stream may take nothing of it.
    """

    message: int = 1_000_000
    in_flight: int = 32_000_000
    reading: float = 10.0
    working: float = 20.0
    streams: re.Pattern[str] | None = None
    slowest: int = 10_000
    stalled: float = 60.0


class _TurnedAwayError(Exception):
    """A request that is not read any further."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


_TOO_LONG = "The message is too long. Nothing was taken in."
_OURS = "The message could not be taken in."
_LATER = "The message could not be taken in now. Send it again later."


#: what an answer is that goes on while somebody listens
EVENTS = b"text/event-stream; charset=utf-8"


class Guard:
    """Stands before an application.

    Args:
        app: the application.
        limits: what requests may take.
        later: makes the page that people see when there is no answer now, with its status, to what they
            asked for; None: none.
        database: address of the case database, to tell what is in its way.
    """

    def __init__(
        self,
        app: ASGIApp,
        limits: Limits,
        later: Callable[[HTTPStatus, Scope], Response] | None,
        database: str,
    ) -> None:
        self._app = app
        self._limits = limits
        self._later = later
        self._database = database
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, as far as it keeps to the limits."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = _Visit(send)
        try:
            await self._let_in(scope, receive, visit)
        except ClientDisconnect:
            # Whoever is gone gets no answer, and what did not come whole was not taken in.
            return
        except Exception as error:  # noqa: BLE001 - the boundary: every failure becomes a status and a sentence
            await visit.answer(self._answer_to(error, scope), scope, receive)
        finally:
            self._in_flight -= visit.held

    async def _let_in(self, scope: Scope, receive: Receive, visit: "_Visit") -> None:
        streams = self._is_stream(scope)
        self._look_at_head(scope, streams=streams)
        until = asyncio.get_running_loop().time() + self._limits.reading
        brought = 0

        async def read() -> Message:
            nonlocal brought
            if visit.whole:
                return await receive()
            try:
                # What a stream has brought buys it time.
                async with asyncio.timeout_at(until + brought / self._limits.slowest):
                    message = await receive()
            except TimeoutError:
                sentence = "The message took too long to come. Nothing was taken in: send it again."
                raise _TurnedAwayError(HTTPStatus.REQUEST_TIMEOUT, sentence) from None
            length = len(message.get("body", b""))
            if streams:
                brought += length
            else:
                self._count(visit, length)
            visit.whole = not message.get("more_body", False)
            return message

        async def give(message: Message) -> None:
            async with asyncio.timeout(self._limits.stalled):
                await visit.send(message)

        # Whoever looks at what is there without reading it reads it all the same.
        asked = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        if streams:
            await self._app(asked, read, give)
            return
        async with asyncio.timeout(self._limits.working) as visit.patience:
            await self._app(asked, read, visit.send)

    def _is_stream(self, scope: Scope) -> bool:
        streams = self._limits.streams
        return streams is not None and streams.fullmatch(f"{scope['method']} {scope['path']}") is not None

    def _look_at_head(self, scope: Scope, *, streams: bool) -> None:
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        too_long = not streams and length.isdigit() and int(length) > self._limits.message
        if too_long or not length.isdigit():
            raise _TurnedAwayError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LONG)
        if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_PATH:
            raise _TurnedAwayError(HTTPStatus.REQUEST_URI_TOO_LONG, "There is no such address.")
        if not scope["path"].isprintable():
            raise _TurnedAwayError(HTTPStatus.NOT_FOUND, "There is no such address.")

    def _count(self, visit: "_Visit", length: int) -> None:
        visit.held += length
        self._in_flight += length
        if visit.held > self._limits.message:
            raise _TurnedAwayError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LONG)
        if self._in_flight > self._limits.in_flight:
            raise _TurnedAwayError(HTTPStatus.SERVICE_UNAVAILABLE, _LATER)

    def _answer_to(self, error: Exception, scope: Scope) -> Response:
        for_people = self._later is not None and b"text/html" in dict(scope["headers"]).get(b"accept", b"")
        if isinstance(error, _TurnedAwayError | BadInput | Refused):
            refused = error.status if isinstance(error, _TurnedAwayError) else status_of(error)
            return self._later(refused, scope) if for_people and self._later else problem(refused, str(error))
        away = isinstance(error, TatError | SQLAlchemyError | TimeoutError)
        reason = classify(error).code
        if isinstance(error, DBAPIError):
            reason = f"{reason}: {why(error, self._database)}"
        _log.warning("A message could not be taken in (%s).", reason)
        is_ours = not away or isinstance(error, IntegrityError)
        status = HTTPStatus.INTERNAL_SERVER_ERROR if is_ours else HTTPStatus.SERVICE_UNAVAILABLE
        if for_people and self._later is not None:
            return self._later(status, scope)
        return problem(status, _OURS if is_ours else _LATER)


class _Visit:
    """One request, while it is answered.

    Args:
        send: sends to whoever asks.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._begun = False
        #: bytes of its content that are in memory
        self.held = 0
        #: whether all of its content came
        self.whole = False
        #: until when it may take
        self.patience: asyncio.Timeout | None = None

    async def send(self, message: Message) -> None:
        """Send a part of the answer; says when to come back, and ends the connection of what was not read."""
        if message["type"] == "http.response.start":
            self._begun = True
            more = []
            if self.patience is not None and (b"content-type", EVENTS) in message.get("headers", []):
                # It tells what happens for as long as somebody listens.
                self.patience.reschedule(None)
            if message["status"] == HTTPStatus.SERVICE_UNAVAILABLE:
                more.append((b"retry-after", RETRY_AFTER.encode()))
            message = {**message, "headers": [*message.get("headers", []), *more]}
        await self._send(message)

    async def answer(self, response: Response, scope: Scope, receive: Receive) -> None:
        """Answer, unless an answer has begun."""
        if not self._begun:
            await response(scope, receive, self.send)
