"""A real mail server on this machine, for as long as a test needs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller

from deployments.supervision.listening import reserved_port
from tests.waiting import PATIENCE


@contextmanager
def mail_server(handler: Any, **options: Any) -> Iterator[Controller]:
    """Serve SMTP on a port of its own.

    Args:
        handler: what aiosmtpd calls.
        options: of :class:`aiosmtpd.controller.Controller`.
    """
    with reserved_port() as port:
        controller = Controller(handler, hostname="127.0.0.1", port=port, ready_timeout=PATIENCE, **options)
        controller.start()
        try:
            yield controller
        finally:
            controller.stop()
