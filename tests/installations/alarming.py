"""What tests of alarms work with: a mail server that hangs for whom it is told to, and the lane as it is."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from deployments.supervision.children import READY
from deployments.supervision.environment import child_environment
from states.settings import Settings
from tests.servers.mail_server import mail_server
from tests.waiting import PATIENCE

#: whom the shipped policy alerts at the main campus
POLICE = "university.police@wnmu.example"


class PostOffice:
    """A mail server that says nothing more to some recipients until it is told to, and keeps what it took.

    Args:
        hangs: whether it hangs for a recipient.
    """

    def __init__(self, hangs: Callable[[str], bool]) -> None:
        self.url = ""
        self.hangs = hangs
        self._going_on = asyncio.Event()
        self._changed = threading.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.hanging: list[str] = []
        self.taken: list[tuple[str, str]] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the recipient, at once or once it is told to."""
        del server, session, options
        self._loop = asyncio.get_running_loop()
        if self.hangs(address) and not self._going_on.is_set():
            with self._changed:
                self.hanging.append(address)
                self._changed.notify_all()
            await self._going_on.wait()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the message."""
        del server, session
        assert isinstance(envelope.content, bytes)
        message = str(message_from_bytes(envelope.content)["Message-ID"])
        with self._changed:
            self.taken += [(recipient, message) for recipient in envelope.rcpt_tos]
            self._changed.notify_all()
        return "250 taken"

    def go_on(self) -> None:
        """Hang for nobody any more."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._going_on.set)

    def wait(self, condition: Callable[["PostOffice"], object]) -> None:
        """Wait until something is true of what hangs and what was taken."""
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self), PATIENCE), (self.hanging, self.taken)

    def to(self, recipient: str) -> list[str]:
        """The Message-IDs of what one recipient got, in order."""
        return [message for to, message in self.taken if to == recipient]


@contextmanager
def post_office(hangs: Callable[[str], bool]) -> Iterator[PostOffice]:
    """Run a mail server."""
    office = PostOffice(hangs)
    with mail_server(office) as server:
        office.url = f"smtp://127.0.0.1:{server.port}"
        try:
            yield office
        finally:
            office.go_on()


@contextmanager
def lane(settings: Settings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the alarm lane as it is, all that it says kept in a file."""
    with (
        log.open("ab") as said,
        subprocess.Popen(
            [sys.executable, "-m", "deployments.alarm_lane"],
            env=child_environment(settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            assert process.stdout.readline().decode().strip() == READY, log.read_text()
            yield process
        finally:
            process.kill()
