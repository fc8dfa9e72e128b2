"""Starts the Prefect server of this installation: a child process on SQLite in the data folder."""

import socket
from contextlib import AbstractContextManager
from queue import SimpleQueue

from deployments.supervision.children import Child, Happening
from deployments.supervision.environment import child_environment, prefect_server_environment
from deployments.supervision.listening import listening_socket
from states.settings import Settings

#: how the server is called in messages
NAME = "Prefect server"


def port(settings: Settings) -> AbstractContextManager[socket.socket]:
    """Take the server's port.

    Raises:
        NotReady: something else listens there.
    """
    number = settings.prefect_port
    otherwise = (
        "Stop that program, or choose another port: TAT_PREFECT_PORT=4300 tat up. If it is a Prefect server "
        f"that tatflow shall use, say so: TAT_PREFECT_API_URL=http://127.0.0.1:{number}/api tat up."
    )
    return listening_socket(settings.prefect_host, number, what="the Prefect server", otherwise=otherwise)


def start(settings: Settings, listener: socket.socket, happenings: SimpleQueue[Happening]) -> Child:
    """Start the Prefect server on an already listening socket.

    Args:
        settings: the installation's settings.
        listener: from :func:`port`; close it once this returns.
        happenings: where the server's readiness and death are announced.
    """
    return Child(
        NAME,
        ["deployments.orchestrator.server_process", str(listener.fileno())],
        environment=child_environment(settings) | prefect_server_environment(settings),
        log=settings.home / "logs" / "prefect-server.log",
        happenings=happenings,
        keep_open=[listener.fileno()],
    )
