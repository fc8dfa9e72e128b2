"""PostgreSQL restarted or killed in the middle: whoever works with it goes on, and nothing is lost."""

import asyncio
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from prefect.client.orchestration import PrefectClient
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from console.reception.app import reception
from deployments.relay.relay import Relay
from deployments.supervision.environment import child_environment
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import attempts, listing
from states.casebook.effects.work import Work
from states.casebook.reading import overview
from states.casebook.record import integrity
from states.errors import TatError
from states.settings import Settings
from states.store.migrating import migrate
from states.tables import Event, Tip, table_of
from states.vault import make_key_file
from states.vocabulary.effects import EffectStatus
from tasks.desk import Desk
from tasks.doors.registry import load_doors
from tasks.far.signatures import Signer, written
from tasks.sources.registry import Sources
from tests.cases.walking import Walk
from tests.conftest import SERVER_FOLDER
from tests.deployments.conftest import Register
from tests.doses import dose
from tests.installations.alarming import POLICE, PostOffice, lane, post_office
from tests.servers import postgres_server
from tests.servers.postgres_server import PrivateServer
from tests.servers.serving import serving
from tests.tasks.doors.conftest import DOORS
from tests.waiting import PATIENCE, eventually, until

#: how often the server goes away
TIMES = dose(2, 20)

#: seconds that a claim holds
LEASE = 3.0


@pytest.fixture(scope="module")
def server(pytestconfig: pytest.Config) -> Iterator[PrivateServer]:
    """A PostgreSQL server that may be restarted."""
    with postgres_server.private(pytestconfig.stash[SERVER_FOLDER]) as server:
        yield server


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server."""
    with post_office(lambda _: False) as office:
        yield office


@pytest.fixture
def settings(tmp_path: Path, server: PrivateServer, office: PostOffice) -> Iterator[Settings]:
    """An installation with a database of its own on that server."""
    mail = SecretStr(office.url)
    with postgres_server.empty_database(server.url) as url:
        yield Settings(home=tmp_path, database_url=url, smtp_url=mail, lease_seconds=LEASE)


@pytest.fixture
def key() -> Ed25519PrivateKey:
    """The tip line's key."""
    return Ed25519PrivateKey.generate()


@pytest.fixture
def desk(settings: Settings, key: Ed25519PrivateKey) -> Iterator[Desk]:
    """A desk with an empty casebook and a tip line's door."""
    make_key_file(settings.key_file)
    migrate(settings.casebook_url)
    settings.doors_file.write_text(DOORS.format(key=written(key.public_key()), answering=""))
    book = Casebook.open(settings)
    yield Desk(settings, book, Sources(), load_doors(settings.doors_file))
    book.close()


async def nothing(_desk: Desk, _work: Work) -> None:
    """An effect that is done at once."""


class TipLine:
    """A tip line that sends tip after tip, each until it was taken in, as a tip line does."""

    def __init__(self, url: str, key: Ed25519PrivateKey) -> None:
        self._url = url
        self._signer = Signer("safe-1", key)
        self._over = threading.Event()
        self.taken: list[str] = []
        self.statuses: Counter[int] = Counter()

    def send(self) -> None:
        """Send until told to stop."""
        with httpx.Client(base_url=self._url, timeout=PATIENCE) as client:
            while not self._over.is_set():
                name = f"T-{len(self.taken)}"
                while self._once(client, name) != httpx.codes.ACCEPTED:
                    self._over.wait(0.05)
                self.taken.append(name)

    def _once(self, client: httpx.Client, name: str) -> int:
        request = client.build_request("POST", "/tips/safe", json={"id": name, "text": "Invented."})
        status = client.send(self._signer.sign(request, now=datetime.now(UTC))).status_code
        self.statuses[status] += 1
        return status

    def stop(self) -> None:
        """Send nothing more, once what is under way was taken in."""
        self._over.set()


class Clerk:
    """Reports cases one after the other, each until it is on record or refused."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self._over = threading.Event()
        self.numbers: list[str] = []
        self.failures = 0

    def report(self) -> None:
        """Report until told to stop."""
        while not self._over.wait(0.05):
            try:
                self.numbers.append(self.walk.reported())
            except (DBAPIError, TatError):
                self.failures += 1

    def stop(self) -> None:
        """Report nothing more."""
        self._over.set()


@asynccontextmanager
async def all_at_work(*workers: Any) -> AsyncIterator[None]:
    """Threads that work for as long as the block lasts; what they raise is raised."""
    tasks = [asyncio.create_task(asyncio.to_thread(work)) for work, _ in workers]
    try:
        yield
    finally:
        for _, stop in workers:
            stop()
        await asyncio.gather(*tasks)


@pytest.mark.long
async def test_everybody_goes_on_when_the_server_comes_back(  # noqa: PLR0917 - fixtures
    desk: Desk,
    key: Ed25519PrivateKey,
    server: PrivateServer,
    office: PostOffice,
    client: PrefectClient,
    register: Register,
) -> None:
    """Relay, alarm lane, reception and people, restarted and killed under them; each thing is done once."""
    settings, book = desk.settings, desk.book
    walk = Walk(book)
    relay = Relay(book, client, await register(nothing), settings)
    with serving(reception(desk)) as url, lane(settings, settings.home / "lane.log") as lane_process:
        settings.base_url = url
        tips, clerk = TipLine(url, key), Clerk(walk)
        working = asyncio.create_task(relay.run(patience=1.0))
        async with all_at_work((tips.send, tips.stop), (clerk.report, clerk.stop)):
            for count in range(TIMES):
                before = len(tips.taken), len(clerk.numbers), len(office.to(POLICE))
                number = await asyncio.to_thread(walk.reported)
                await asyncio.to_thread(away, server, count)
                walk.act(number, "raise_alarm", {"reason": "invented"})

                def moved(before: tuple[int, int, int] = before) -> bool:
                    now = len(tips.taken), len(clerk.numbers), len(office.to(POLICE))
                    return all(more > less for more, less in zip(now, before, strict=True))

                await asyncio.to_thread(until, moved, "somebody does not go on")
        await eventually(partial(all_done, book))
        assert not working.done(), working.exception()
        assert lane_process.poll() is None
        relay.stop()
        await working
    see(book, tips, clerk)


def away(server: PrivateServer, count: int) -> None:
    """Have the server restarted, or killed, in turns."""
    if count % 2:
        server.kill()
    else:
        server.control("restart", "-m", "fast")


async def all_done(book: Casebook) -> bool:
    """Whether every effect is done, alarms aside, which go on until somebody takes over."""
    await asyncio.to_thread(attempts.expire, book, by=SYSTEM)
    lines = listing.effects(book, by=SYSTEM, limit=100_000)
    return all(line.status == EffectStatus.DONE for line in lines if line.kind not in book.pack.alarms)


def see(book: Casebook, tips: TipLine, clerk: Clerk) -> None:
    """What is on record: whatever was taken in, once; each effect done once; a ledger that verifies."""
    integrity.verify(book, by=SYSTEM)
    rows, events = table_of(Tip), table_of(Event)
    with book.store.read() as connection:
        assert len(list(connection.scalars(select(rows.c.token)))) == len(tips.taken)
        done = [data["effect"] for data in connection.scalars(_data_of(events, "effect_done"))]
    assert len(done) == len(set(done)) > len(clerk.numbers)
    assert {line.number for line in overview.cases(book, by=clerk.walk.chair)} >= set(clerk.numbers)


def _data_of(events: Any, what: str) -> Any:
    return select(events.c.data).where(events.c.what == what)


def test_a_command_says_that_the_database_is_away(settings: Settings, server: PrivateServer) -> None:
    """It ends with a sentence, and the next one works."""
    make_key_file(settings.key_file)
    migrate(settings.casebook_url)

    def tat() -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-c", "from console.cli import main; main()", "case", "list"]
        environment = child_environment(settings) | {"TAT_MEMBER": "chair"}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    server.control("stop", "-m", "fast")
    try:
        away = tat()
    finally:
        server.control("restart")
    assert (away.returncode, "Traceback" in away.stderr, "See that it runs" in away.stderr) == (
        1,
        False,
        True,
    )
    assert "no active member" in tat().stderr
