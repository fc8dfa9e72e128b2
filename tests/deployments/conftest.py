"""What tests of the relay work with: an invented team's casebook, and a real Prefect server."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prefect import Flow
from prefect.client.orchestration import PrefectClient

from deployments.registration import Deployable, Registered, make_work_pool, register_one
from deployments.warm import warm_client
from states.casebook import Casebook
from states.settings import Settings
from states.store import migrate
from states.vault import make_key_file
from states.vocabulary import EffectKind
from tasks.desk import Desk, sit_down
from tasks.sources.registry import load_sources
from tests.walking import Walk

#: registers a flow as every effect's flow, under a name of its own: the Prefect server is shared with other
#: tests
Register = Callable[..., Awaitable[Registered]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of an installation in an empty folder."""
    return Settings(home=tmp_path)


@pytest.fixture
def book(settings: Settings) -> Iterator[Casebook]:
    """An empty casebook, which flows of this process work with."""
    make_key_file(settings.key_file)
    migrate(settings.casebook_url)
    book = Casebook.open(settings)
    sit_down(Desk(settings, book, load_sources(settings.sources_file)))
    yield book
    book.close()


@pytest.fixture
def walk(book: Casebook) -> Walk:
    """An invented team, and the way of its cases."""
    return Walk(book)


@pytest.fixture
async def client(prefect_client_settings: None) -> AsyncIterator[PrefectClient]:
    """The API of the test run's Prefect server."""
    del prefect_client_settings
    async with warm_client() as client:
        yield client


@pytest.fixture
def register(client: PrefectClient) -> Register:
    """Registers a flow for every kind of effect."""

    async def for_all_kinds(
        flow: Flow[..., Any], *, bulk: frozenset[EffectKind] = frozenset(), pool: bool = False
    ) -> Registered:
        own = flow.with_options(name=f"{flow.name}-{uuid4().hex}")
        if pool:
            await make_work_pool(client)
        deployment_id = await register_one(client, Deployable(own, "A flow of a test.", ("test",)), pool=pool)
        return Registered(dict.fromkeys(EffectKind, deployment_id), {deployment_id: own}, bulk)

    return for_all_kinds
