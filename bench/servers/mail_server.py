"""A mail server that hangs for whom it is told to: ``python -m bench.servers.mail_server PORT [PREFIX …]``.

Says on standard output what it took: when (seconds of the machine's monotonic clock, which all processes
share), for whom, and the Message-ID.
"""

import asyncio
import sys
import time
from email import message_from_bytes

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session

from deployments.child.lifeline import follow_parent
from deployments.supervision.children import READY


class HangingServer:
    """Takes every message but those for mailboxes with some beginnings: there it says nothing more.

    Args:
        hanging: the beginnings.
    """

    def __init__(self, hanging: tuple[str, ...]) -> None:
        self._hanging = hanging

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the recipient, or never answer."""
        del server, session, options
        if address.startswith(self._hanging):
            await asyncio.Event().wait()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the message, and say so."""
        del server, session
        now = time.monotonic()
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message = message_from_bytes(content)["Message-ID"]
        for recipient in envelope.rcpt_tos:
            sys.stdout.write(f"{now} {recipient} {message}\n")
        sys.stdout.flush()
        return "250 taken"


def main() -> None:
    """Serve until the parent is gone."""
    port, *hanging = sys.argv[1:]
    follow_parent()
    loop = asyncio.new_event_loop()
    handler = HangingServer(tuple(hanging))
    controller = UnthreadedController(handler, hostname="127.0.0.1", port=int(port), loop=loop)
    controller.begin()  # type: ignore[no-untyped-call]
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    loop.run_forever()


if __name__ == "__main__":
    main()
