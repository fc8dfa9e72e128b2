"""The reception's own process: ``python -m console.reception <listening socket's number>``."""

import logging
import sys

from console.reception.app import reception
from console.reception.connections import SERVER
from deployments.announced import serve
from tasks.desk import desk


def main() -> None:
    """Answer at the doors until the parent asks to stop or is gone."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    serve(reception(desk()), int(sys.argv[1]), **SERVER)


if __name__ == "__main__":
    main()
