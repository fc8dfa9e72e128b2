"""The Prefect server's own process: ``python -m deployments.server_process <listening socket's number>``."""

import socket
import sys

import uvicorn
from prefect.server.api.server import create_app
from prefect.server.database.dependencies import set_database_config
from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.children import READY
from deployments.lifeline import follow_parent
from deployments.patient_sqlite import PatientSqlite

#: seconds that open connections (a browser on the user interface) may hold up the end
PATIENCE = 2

#: seconds after which a client is to ask again when SQLite was busy
RETRY_AFTER = b"0.3"


class AnnouncedServer(uvicorn.Server):
    """A web server that says when it takes requests."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so on standard output."""
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(f"{READY}\n")
            sys.stdout.flush()


class SoonAgain:
    """Tells clients to repeat a request at once that Prefect could not write because SQLite was busy.

    Prefect answers 503 then, and its clients wait two seconds and longer unless the answer says when to
    come back. What SQLite was busy with takes milliseconds. Told to come back after
    0.05 s, clients made a flow run in 0.05 s instead of 1 s at the median, but used up their five tries in
    a quarter of a second; so they are told 0.3 s.

    Args:
        app: the Prefect server.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, adding ``Retry-After`` to each 503."""

        async def send_with_advice(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 503:  # noqa: PLR2004
                message["headers"] = [*message.get("headers", []), (b"retry-after", RETRY_AFTER)]
            await send(message)

        await self._app(scope, receive, send_with_advice)


def main() -> None:
    """Serve until the parent asks to stop or is gone."""
    follow_parent()
    database = PREFECT_API_DATABASE_CONNECTION_URL.value()
    if database.startswith("sqlite"):
        set_database_config(PatientSqlite(connection_url=database))
    listener = socket.socket(fileno=int(sys.argv[1]))
    config = uvicorn.Config(
        SoonAgain(create_app(final=True)),
        log_level="warning",
        timeout_graceful_shutdown=PATIENCE,
        access_log=False,
    )
    AnnouncedServer(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
