"""Serves an application over real HTTP, for as long as a test needs it."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from tests.waiting import until

#: what clients trust: as every one that is made without it reads all authorities there are, anew
TRUST = ssl.create_default_context()


@contextmanager
def serving(app: Any, *, port: int = 0, **how: Any) -> Iterator[str]:
    """Serve an ASGI application on a port of this machine, as uvicorn is told to; gives its address."""
    # Said to be TCP, as children find theirs to be: else asyncio lets small packets wait (Nagle).
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", **how)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until(lambda: server.started, "the server does not start")
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
