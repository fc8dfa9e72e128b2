"""A worker that was stopped past its lease and goes on sends nothing that another may have sent."""

import asyncio
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, Response
from pydantic import SecretStr
from sqlalchemy import select

from deployments.supervision.environment import child_environment
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import attempts, listing
from states.casebook.team import members
from states.contents.team import MemberContent
from states.settings import Settings
from states.tables import Notice, table_of
from states.vocabulary.effects import EffectKind, NoticeStatus
from states.vocabulary.people import Role
from tasks.desk import Desk
from tasks.sources.registry import Sources
from tests.cases.walking import Walk
from tests.deployments.relay.late_worker import work
from tests.servers.mail_server import mail_server
from tests.servers.serving import serving
from tests.waiting import until


class Holding:
    """A mail server that greets nobody until it is told to."""

    def __init__(self) -> None:
        self.greeted = 0
        self.go_on = threading.Event()
        self.taken: list[bytes] = []

    async def handle_EHLO(  # noqa: N802 - aiosmtpd names it, and what it takes
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Greet, in time."""
        del server, envelope
        self.greeted += 1
        session.host_name = hostname
        await asyncio.to_thread(self.go_on.wait)
        return responses

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a message."""
        del server, session
        self.taken.append(envelope.original_content or b"")
        return "250 OK"


class Chat:
    """A chat server that takes a message and answers nothing until it is told to."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.app.post("/room")(self.take)
        self.taken = 0
        self.go_on = threading.Event()

    async def take(self) -> dict[str, str]:
        """Take a message."""
        self.taken += 1
        await asyncio.to_thread(self.go_on.wait)
        return {}


@contextmanager
def working(settings: Settings, effect: str, recipient: str = "all") -> Iterator["subprocess.Popen[str]"]:
    """A worker in a process of its own, whose lease holds for a second."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.deployments.relay.late_worker", effect, "1", recipient],
        env=child_environment(settings),
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def owed(book: Casebook, number: str) -> str:
    """The news that a case owes its team."""
    lines = listing.effects(book, by=SYSTEM, number=number)
    return next(line.effect_id for line in lines if line.kind == EffectKind.NOTIFY_TEAM)


def statuses(book: Casebook) -> set[str]:
    """How far the notices have come."""
    with book.store.read() as connection:
        return set(connection.scalars(select(table_of(Notice).c.status)))


@pytest.mark.parametrize("taken_over", [True, False])
def test_no_mail_leaves_after_its_claim_has_passed_to_another(
    book: Casebook, walk: Walk, settings: Settings, *, taken_over: bool
) -> None:
    """Stopped in the middle of its conversations, and continued; a lease that nobody took is renewed."""
    effect = owed(book, walk.reported())
    holding = Holding()
    with mail_server(holding) as post:
        settings.smtp_url = SecretStr(f"smtp://127.0.0.1:{post.port}")
        with working(settings, effect) as late:
            until(lambda: holding.greeted == 2, "the worker does not come to its mails")
            late.send_signal(signal.SIGSTOP)
            if taken_over:
                until(lambda: attempts.expire(book, by=SYSTEM), "the lease does not run out")
                assert attempts.begin(book, effect, "another run", by=SYSTEM) is not None
            late.send_signal(signal.SIGCONT)
            holding.go_on.set()
            said, _ = late.communicate()
    assert (said.strip(), len(holding.taken)) == (("lease_lost", 0) if taken_over else ("sent", 2))


#: apprise loads every channel that it knows, old ones too
LOADS_EVERYTHING = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@LOADS_EVERYTHING
def test_a_chat_message_leaves_once_and_is_then_maybe_sent(
    book: Casebook, walk: Walk, settings: Settings
) -> None:
    """Another attempt that does not know what became of it says so, and does not send it again."""
    chat = Chat()
    with serving(chat.app) as url:
        room = MemberContent(name="Cory Example", address=f"{url.replace('http', 'json')}/room")
        members.enrol(book, "cory", room, by=walk.chair, offices=["aa_eeo"], roles=[Role.INTAKE])
        effect = owed(book, walk.reported())
        with working(settings, effect, "cory") as late:
            until(lambda: chat.taken, "the worker does not come to its message")
            late.send_signal(signal.SIGSTOP)
            until(lambda: attempts.expire(book, by=SYSTEM), "the lease does not run out")
            second = asyncio.run(work(Desk(settings, book, Sources()), effect, 60, "cory"))
            late.send_signal(signal.SIGCONT)
            chat.go_on.set()
            said, _ = late.communicate()
    assert (chat.taken, second, said.strip()) == (1, "maybe_sent", "lease_lost")
    assert statuses(book) == {NoticeStatus.MAYBE_SENT}
    assert "notice_maybe_sent" in walk.events(walk.cases()[0].number)


@LOADS_EVERYTHING
def test_what_surely_stayed_is_sent_again_by_chat(book: Casebook, walk: Walk, settings: Settings) -> None:
    """A refusal and a closed port stayed here; the message goes out once the far side takes it."""
    # A step is tried three times.
    answers = [503, 503, 503, 200]
    app = FastAPI()
    app.post("/room")(lambda: Response(status_code=answers.pop(0)))
    desk = Desk(settings, book, Sources())
    with serving(app) as url:
        room = MemberContent(name="Cory Example", address=f"{url.replace('http', 'json')}/room")
        members.enrol(book, "cory", room, by=walk.chair, offices=["aa_eeo"], roles=[Role.INTAKE])
        effect = owed(book, walk.reported())
        assert asyncio.run(work(desk, effect, 60, "cory")) == "channel_unavailable"
        assert statuses(book) == {NoticeStatus.PREPARED}
        assert asyncio.run(work(desk, effect, 60, "cory")) == "sent"
    other = owed(book, walk.reported())
    assert asyncio.run(work(desk, other, 60, "cory")) == "channel_unavailable"
    assert (statuses(book), answers) == ({NoticeStatus.SENT, NoticeStatus.PREPARED}, [])
