"""Serves an ASGI application over real HTTP on a free port of this machine, for the length of a block."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """Serve an application in this event loop.

    Args:
        app: an ASGI application.

    Yields:
        Its address, as in ``http://127.0.0.1:12345``.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        # Signals are the test run's own.
        served = asyncio.create_task(server._serve(sockets=[listener]))  # noqa: SLF001
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await served
