"""Starts the Prefect server of this installation: a child process on SQLite in the data folder.

The port is taken here, before the server starts, and handed to it already listening. So a port in use is
noticed at once, no other server can slip in between, and whoever asks the port too early waits instead of
being refused.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from deployments.children import Child, Happening
from deployments.environment import child_environment, prefect_server_environment
from states.errors import NotReady
from states.settings import Settings

#: how the server is called in messages
NAME = "Prefect server"


@contextmanager
def listening_socket(port: int) -> Iterator[socket.socket]:
    """A socket that listens on ``127.0.0.1:port``; this process's copy of it is closed at the end.

    Raises:
        NotReady: something else listens there.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(128)
        except OSError as error:
            message = (
                f"Port {port} is taken by another program, so the Prefect server was not started; nothing "
                "was changed. Stop that program, or choose another port: TAT_PREFECT_PORT=4300 tat up. If it "
                "is a Prefect server that tatflow shall use, say so: "
                f"TAT_PREFECT_API_URL=http://127.0.0.1:{port}/api tat up."
            )
            raise NotReady(message) from error
        yield listener


def start(settings: Settings, listener: socket.socket, happenings: SimpleQueue[Happening]) -> Child:
    """Start the Prefect server on an already listening socket.

    Args:
        settings: the installation's settings.
        listener: from :func:`listening_socket`; close it once this returns.
        happenings: where the server's readiness and death are announced.
    """
    return Child(
        NAME,
        ["deployments.server_process", str(listener.fileno())],
        environment=child_environment(settings) | prefect_server_environment(settings),
        log=settings.home / "logs" / "prefect-server.log",
        happenings=happenings,
        keep_open=[listener.fileno()],
    )
