"""The process of the reception and the console: ``python -m console.web <listening socket's number>``."""

import logging
import sys

from console.http.connections import SERVER
from console.web.app import application
from deployments.child.announced import serve
from deployments.child.schema_watch import SchemaWatch
from states.errors import TatError
from states.settings import Settings
from tasks.desk import open_desk
from tasks.plugged import Plugged

_log = logging.getLogger(__name__)


def main() -> int:
    """Answer at the doors and show pages until the parent asks to stop or is gone; returns the exit code."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    try:
        settings = Settings()
        plugged = Plugged(settings)
        desk = open_desk(settings)
        app = application(desk, plugged=plugged)
    except TatError as error:
        _log.error("%s", error)
        return error.exit_code
    serve(
        app,
        int(sys.argv[1]),
        schema=SchemaWatch(desk.book),
        forwarded_allow_ips=settings.trusted_proxies,
        **SERVER,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
