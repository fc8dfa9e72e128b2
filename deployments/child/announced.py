"""A web server that is a supervised child: it says when it takes requests, and ends with its parent."""

import logging
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import uvicorn

from deployments.child.lifeline import follow_parent
from deployments.child.pulse import Pulse, say_ready
from states.errors import NotReady

if TYPE_CHECKING:
    # Prefect's server, which works with no casebook, loads none.
    from deployments.child.schema_watch import SchemaWatch

#: connections that may wait to be let in
QUEUE = 2048

_log = logging.getLogger(__name__)

#: seconds that open connections (a browser, say) may hold up the end
PATIENCE = 2


class AnnouncedServer(uvicorn.Server):
    """A web server that says when it takes requests, and goes on saying so.

    Args:
        config: of the web server.
        schema: watches the casebook's schema; None: it works with no casebook.
    """

    def __init__(self, config: uvicorn.Config, schema: "SchemaWatch | None") -> None:
        super().__init__(config)
        self._pulse = Pulse()
        self._schema = schema

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so on standard output."""
        await super().startup(sockets)
        for each in sockets or []:
            # However few are let in at a time: who is not even in the queue waits for seconds, then minutes.
            each.listen(QUEUE)
        if self.started:
            say_ready()

    async def on_tick(self, counter: int) -> bool:
        """Say now and then that requests are taken; returns whether to stop, as when the schema changed."""
        self._pulse()
        if self._schema is not None:
            try:
                await self._schema.look()
            except NotReady as changed:
                _log.error("%s", changed)
                return True
        return await super().on_tick(counter)


def serve(
    app: Callable[..., Any], descriptor: int, *, schema: "SchemaWatch | None" = None, **how: Any
) -> None:
    """Serve an application until the parent asks to stop or is gone.

    Args:
        app: an ASGI application.
        descriptor: number of a socket that listens already.
        schema: watches the casebook's schema; None: it works with no casebook.
        how: further settings of the web server (:class:`uvicorn.Config`).
    """
    follow_parent()
    usual: dict[str, Any] = {
        "log_level": "warning",
        "timeout_graceful_shutdown": PATIENCE,
        "access_log": False,
    }
    config = uvicorn.Config(app, **(usual | how))
    AnnouncedServer(config, schema).run(sockets=[socket.socket(fileno=descriptor)])
