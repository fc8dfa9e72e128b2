"""A web server that is a supervised child: it says when it takes requests, and ends with its parent."""

import socket
import sys
from collections.abc import Callable
from typing import Any

import uvicorn

from deployments.children import READY
from deployments.lifeline import follow_parent

#: seconds that open connections (a browser, say) may hold up the end
PATIENCE = 2


class AnnouncedServer(uvicorn.Server):
    """A web server that says when it takes requests."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so on standard output."""
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(f"{READY}\n")
            sys.stdout.flush()


def serve(app: Callable[..., Any], descriptor: int, **how: Any) -> None:
    """Serve an application until the parent asks to stop or is gone.

    Args:
        app: an ASGI application.
        descriptor: number of a socket that listens already.
        how: further settings of the web server (:class:`uvicorn.Config`).
    """
    follow_parent()
    config = uvicorn.Config(
        app,
        log_level="warning",
        timeout_graceful_shutdown=PATIENCE,
        access_log=False,
        **how,
    )
    AnnouncedServer(config).run(sockets=[socket.socket(fileno=descriptor)])
