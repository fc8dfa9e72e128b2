"""The reception's own process: ``python -m console.reception <listening socket's number>``."""

import logging
import sys

from console.reception.app import reception
from console.reception.connections import SERVER
from deployments.announced import serve
from states.errors import TatError
from tasks.desk import desk

_log = logging.getLogger(__name__)


def main() -> int:
    """Answer at the doors until the parent asks to stop or is gone; returns the exit code."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    try:
        app = reception(desk())
    except TatError as error:
        _log.error("%s", error)
        return error.exit_code
    serve(app, int(sys.argv[1]), **SERVER)
    return 0


if __name__ == "__main__":
    sys.exit(main())
