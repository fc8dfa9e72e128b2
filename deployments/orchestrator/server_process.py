"""The Prefect server's own process, which is told the number of its listening socket.

``python -m deployments.orchestrator.server_process <number>``
"""

import sys

from prefect.server.api.server import create_app
from prefect.server.database.dependencies import set_database_config
from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.child.announced import serve
from deployments.orchestrator.patient_sqlite import PatientSqlite

#: seconds after which a client is to ask again when SQLite was busy
RETRY_AFTER = b"0.3"


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
    database = PREFECT_API_DATABASE_CONNECTION_URL.value()
    if database.startswith("sqlite"):
        set_database_config(PatientSqlite(connection_url=database))
    serve(SoonAgain(create_app(final=True)), int(sys.argv[1]))


if __name__ == "__main__":
    main()
