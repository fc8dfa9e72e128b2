"""What a connection may take before there is a request: its place among others, and the time for its head."""

import asyncio
import math
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

#: what is said to a connection for which there is no place
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
)


class LimitedConnection(H11Protocol):
    """A connection that is closed when it brings no whole head in time, or when there are too many.

    Where there are too many, the one that has made us wait longest for its head makes room: whoever holds
    connections and says nothing keeps nobody out who has something to say.
    """

    #: connections that may be open at once
    MOST = 500

    #: seconds for a head that everybody has, however many wait
    GRACE = 1.0

    #: bytes that are read of a connection at a time; asyncio's own figure would be 128 MB for all of them
    READ_AT_ONCE = 32_768

    #: seconds that the head of a request may take to come
    PATIENCE = 10.0

    #: when it is closed unless its head has come, by the event loop's clock
    closes_at = math.inf

    _closes: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, if there is a place for it."""
        super().connection_made(transport)
        transport.max_size = self.READ_AT_ONCE  # type: ignore[attr-defined]
        if len(self.connections) > self.MOST and not self._make_room():
            transport.write(_FULL)
            transport.close()
            return
        self._watch()

    def _make_room(self) -> bool:
        """End the connection that has made us wait longest for its head; returns whether one did for long."""
        others = [each for each in self.connections if isinstance(each, LimitedConnection)]
        longest = min(others, key=lambda each: each.closes_at)
        if longest.closes_at > self.loop.time() + self.PATIENCE - self.GRACE:
            return False
        longest.closes_at = math.inf
        longest.transport.abort()
        return True

    def data_received(self, data: bytes) -> None:
        """Read on; a head that does not end keeps nobody's place."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        self._stop_watching()
        super().connection_lost(exc)

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _watch(self) -> None:
        # What follows an answer is another head, or a content that nobody reads any more.
        if self._is_answering():
            self._stop_watching()
        elif self._closes is None:
            self.closes_at = self.loop.time() + self.PATIENCE
            self._closes = self.loop.call_at(self.closes_at, self._close)

    def _stop_watching(self) -> None:
        if self._closes is not None:
            self._closes.cancel()
            self._closes = None
            self.closes_at = math.inf

    def _close(self) -> None:
        self._closes = None
        if not self._is_answering():
            self.transport.abort()


#: how a server of ours is set up; a socket that is no request to us has no business here. Of those who
#: wait to be let in few are taken at a time, so that those turned away are gone before the next come: each
#: holds a file until then. What strangers send that is no HTTP is no line in a log, which they would fill.
SERVER: dict[str, Any] = {
    "http": LimitedConnection,
    "ws": "none",
    "h11_max_incomplete_event_size": 32_768,
    "backlog": 128,
    "log_level": "error",
}
