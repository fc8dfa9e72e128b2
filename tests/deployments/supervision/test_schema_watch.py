"""A newer program brought the case database up to date under those who have it open: they end, or say so."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from prefect import flow
from prefect.client.orchestration import PrefectClient
from pydantic import SecretStr
from sqlalchemy import text

from deployments.alarm_lane import AlarmLane
from deployments.child import schema_watch
from deployments.child.announced import AnnouncedServer
from deployments.child.schema_watch import SchemaWatch
from deployments.lane_names import LaneName
from deployments.relay.relay import Relay
from states.casebook import Casebook
from states.errors import NotReady
from states.settings import Settings
from states.store import schema
from tasks.desk import Desk
from tasks.sources.registry import Sources
from tests.cases.walking import Walk
from tests.deployments.conftest import Register
from tests.installations.alarming import POLICE, PostOffice, post_office
from tests.waiting import PATIENCE, until

#: a revision that no program has
NEWER = "9999"


@flow(name="test-schema", persist_result=False)
async def nothing(effect_id: str) -> None:
    """Do nothing."""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever watches looks every time."""
    monkeypatch.setattr(schema_watch, "INTERVAL", 0.0)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server."""
    with post_office(lambda _: False) as office:
        yield office


@pytest.fixture
def settings(tmp_path: Path, office: PostOffice) -> Settings:
    """An installation with that mail server."""
    return Settings(home=tmp_path, smtp_url=SecretStr(office.url))


def bring_up_to_date(book: Casebook) -> None:
    """What a newer program's migration leaves, as far as this one looks at it."""
    with book.store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :newer"), {"newer": NEWER})


async def test_a_relay_ends_with_a_sentence(
    book: Casebook, client: PrefectClient, settings: Settings, register: Register
) -> None:
    """It is started again, with the program that is installed by then."""
    relay = asyncio.create_task(Relay(book, client, await register(nothing), settings).run())
    bring_up_to_date(book)
    with pytest.raises(NotReady, match="of a newer tatflow"):
        await asyncio.wait_for(relay, PATIENCE)


def test_a_web_server_ends(book: Casebook, caplog: pytest.LogCaptureFixture) -> None:
    """The reception takes nothing in for a casebook that it does not know."""
    config = uvicorn.Config(FastAPI(), port=0, log_config=None, lifespan="off")
    server = AnnouncedServer(config, SchemaWatch(book))
    serving = threading.Thread(target=server.run)
    serving.start()
    until(lambda: server.started, "the server does not start")
    assert serving.is_alive()
    bring_up_to_date(book)
    serving.join(PATIENCE)
    assert not serving.is_alive()
    assert "of a newer tatflow" in caplog.text


async def test_an_alarm_lane_goes_on_until_the_newer_program_is_installed(
    walk: Walk,
    settings: Settings,
    office: PostOffice,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It says once that it works with what it does not know; it ends when its successor would start."""
    number = walk.reported()
    lane = asyncio.create_task(AlarmLane(Desk(settings, walk.book, Sources()), LaneName(settings.home)).run())
    bring_up_to_date(walk.book)
    await asyncio.to_thread(until, lambda: "Alarms go on" in caplog.text, "nothing is said")
    walk.act(number, "raise_alarm", {"reason": "invented"})
    await asyncio.to_thread(office.wait, lambda seen: seen.to(POLICE))
    assert caplog.text.count("Alarms go on") == 1
    monkeypatch.setattr(schema, "installed", lambda: (*schema.chain(), NEWER))
    with pytest.raises(NotReady, match="of a newer tatflow"):
        await asyncio.wait_for(lane, PATIENCE)
