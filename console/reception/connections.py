"""What a connection may take before there is a request: its place among others, and the time for its head."""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

#: what is said to a connection for which there is no place
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
)


class LimitedConnection(H11Protocol):
    """A connection that is closed when it brings no whole head in time, or when there are too many."""

    #: connections that may be open at once
    MOST = 500

    #: seconds that the head of a request may take to come
    PATIENCE = 10.0

    _closes: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, if there is a place for it."""
        super().connection_made(transport)
        if len(self.connections) > self.MOST:
            transport.write(_FULL)
            transport.close()
            return
        self._watch()

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
            self._closes = self.loop.call_later(self.PATIENCE, self._close)

    def _stop_watching(self) -> None:
        if self._closes is not None:
            self._closes.cancel()
            self._closes = None

    def _close(self) -> None:
        self._closes = None
        if not self._is_answering():
            self.transport.abort()


#: how the reception's server is set up; a socket that is no request to us has no business here
SERVER: dict[str, Any] = {"http": LimitedConnection, "ws": "none", "h11_max_incomplete_event_size": 32_768}
