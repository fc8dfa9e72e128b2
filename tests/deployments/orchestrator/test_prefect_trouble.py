"""Prefect with a full disk, or away: alarms go out, cases are worked, the rest is done later, once."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psutil
import pytest
from prefect.client.orchestration import PrefectClient
from prefect.logging.handlers import APILogHandler
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_CLIENT_MAX_RETRIES,
    PREFECT_HOME,
    temporary_settings,
)
from pydantic import SecretStr

from deployments.orchestrator.registration import Deployable, Registered, register_one
from deployments.relay.relay import BATCH, Relay
from deployments.relay.warm import warm_client
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import attempts, listing, owing
from states.casebook.effects.work import Work
from states.contents.payloads import REMIND, RosterGap
from states.settings import Settings
from states.vocabulary.effects import EffectKind, EffectStatus
from tasks.desk import Desk
from tests.cases.walking import Walk
from tests.deployments.conftest import flow_of
from tests.deployments.relay.relaying import at_work, runs_of
from tests.doses import dose
from tests.installations.alarming import POLICE, PostOffice, lane, post_office
from tests.installations.disks import fill, small_disk
from tests.servers import prefect_server
from tests.waiting import eventually

#: how many reminders wait, and for how many seconds Prefect is away
REMINDERS, AWAY = dose(30, 5000), dose(0, 120)

#: seconds that a claim holds: longer than a busy machine takes for a batch, so that none is tried anew
LEASE = dose(15, 60)

#: how often Prefect's client tries a request again, which takes a minute as it comes
RETRIES = dose(1, 5)

DONE: Counter[str] = Counter()


async def count(_desk: Desk, work: Work) -> None:
    """Do an effect, and count it."""
    DONE[work.effect_id] += 1


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server."""
    with post_office(lambda _: False) as office:
        yield office


@pytest.fixture
def settings(tmp_path: Path, office: PostOffice) -> Settings:
    """An installation with that mail server."""
    DONE.clear()
    return Settings(home=tmp_path, smtp_url=SecretStr(office.url), lease_seconds=float(LEASE))


@asynccontextmanager
async def talking_to(url: str, home: Path) -> AsyncIterator[PrefectClient]:
    """The API of a Prefect server of this test's own, which still runs when the block ends."""
    updates = {PREFECT_API_URL: url, PREFECT_HOME: home, PREFECT_CLIENT_MAX_RETRIES: RETRIES}
    with temporary_settings(updates):
        async with warm_client() as client:
            yield client
        # What was logged last is sent before the server goes.
        APILogHandler().flush()


async def registered_with(client: PrefectClient, desk: Desk) -> Registered:
    """Deployments of the flows that count, on a server of this test's own."""
    one, many = flow_of(desk, count), flow_of(desk, count, bulk=True).with_options(name="test-count-many")
    first, second = [
        await register_one(client, Deployable(each, "A flow of a test.", ())) for each in (one, many)
    ]
    every = dict.fromkeys(EffectKind, first) | {EffectKind.REMIND: second}
    return Registered(every, {first: one, second: many}, frozenset({EffectKind.REMIND}))


async def all_done(book: Casebook) -> bool:
    """Whether everything is done, alarms aside, which go on; what ran out meanwhile is tried again."""
    await asyncio.to_thread(attempts.expire, book, by=SYSTEM)
    lines = listing.effects(book, by=SYSTEM, limit=100_000)
    return all(line.status == EffectStatus.DONE for line in lines if line.kind not in book.pack.alarms)


async def said(caplog: pytest.LogCaptureFixture, what: str) -> bool:
    """Whether something was said."""
    return what in caplog.text


@pytest.mark.long
async def test_a_full_disk_of_prefects_own_holds_up_no_alarm_and_no_case(  # noqa: PLR0917 - fixtures
    walk: Walk,
    settings: Settings,
    desk: Desk,
    office: PostOffice,
    prefect_folder: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What is owed waits without being used up, and is done once there is room; once each."""
    book = walk.book
    with (
        small_disk(tmp_path / "disk", megabytes=32) as disk,
        prefect_server.running(disk, like=prefect_folder) as (url, _),
        lane(settings, tmp_path / "lane.log"),
    ):
        async with talking_to(url, tmp_path / "client") as client:
            registered = await registered_with(client, desk)
            async with at_work(Relay(book, client, registered, settings)):
                filling = fill(disk)
                number = walk.in_inquiry()
                walk.act(number, "raise_alarm", {"reason": "invented"})
                await asyncio.to_thread(office.wait, lambda seen: seen.to(POLICE))
                await eventually(partial(said, caplog, "does not answer"))
                filling.unlink()
                await eventually(partial(all_done, book))
    assert set(DONE.values()) == {1}


@pytest.mark.long
async def test_what_waited_while_prefect_was_away_is_done_once_and_without_a_storm(  # noqa: PLR0917 - fixtures
    walk: Walk,
    settings: Settings,
    desk: Desk,
    prefect_folder: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Reminders by the hundred and single effects; killed in the middle, away for a while, and back."""
    book, folder = walk.book, tmp_path / "server"
    folder.mkdir()
    with ExitStack() as servers:
        url, pid = servers.enter_context(prefect_server.running(folder, like=prefect_folder))
        port = urlsplit(url).port
        assert port is not None
        async with talking_to(url, tmp_path / "client") as client:
            registered = await registered_with(client, desk)
            relay = Relay(book, client, registered, settings)
            async with at_work(relay):
                number = walk.in_inquiry()
                await eventually(partial(begun, 1))
                psutil.Process(pid).kill()
                owe_reminders(book)
                await eventually(partial(said, caplog, "does not answer"))
                await asyncio.sleep(AWAY)
                began = time.monotonic()
                servers.enter_context(prefect_server.running(folder, port))
                await eventually(partial(all_done, book))
                took = time.monotonic() - began
                runs = await runs_of(client, registered)
    print(f"{REMINDERS} reminders: done {took:.0f} s after Prefect was started, by {len(runs)} runs")  # noqa: T201
    assert number
    assert set(DONE.values()) == {1}
    # A run for each batch, and one for each single effect, of which some were begun twice.
    singles = len(listing.effects(book, by=SYSTEM, limit=100_000)) - REMINDERS
    assert len(runs) <= REMINDERS / BATCH + 2 * singles + 2


async def begun(some: int) -> bool:
    """Whether so many effects are done."""
    return DONE.total() >= some


def owe_reminders(book: Casebook) -> None:
    """Owe what Prefect is to hear of while it is away."""
    with book.store.write() as connection:
        for _ in range(REMINDERS):
            owing.owe_without_case(book, connection, REMIND, uuid4().hex, RosterGap(roster="2031-01-01"))
