"""The Prefect server's own process: ``python -m deployments.server_process <listening socket's number>``."""

import socket
import sys

import uvicorn
from prefect.server.api.server import create_app

from deployments.children import READY
from deployments.lifeline import follow_parent

#: seconds that open connections (a browser on the user interface) may hold up the end
PATIENCE = 2


class AnnouncedServer(uvicorn.Server):
    """A web server that says when it takes requests."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so on standard output."""
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(f"{READY}\n")
            sys.stdout.flush()


def main() -> None:
    """Serve until the parent asks to stop or is gone."""
    follow_parent()
    listener = socket.socket(fileno=int(sys.argv[1]))
    config = uvicorn.Config(
        create_app(final=True), log_level="warning", timeout_graceful_shutdown=PATIENCE, access_log=False
    )
    AnnouncedServer(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
