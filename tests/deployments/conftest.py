"""What tests of the relay work with: an invented team's casebook, and a real Prefect server."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prefect import Flow
from prefect.client.orchestration import PrefectClient

from deployments.orchestrator.registration import Deployable, Registered, make_work_pool, register_one
from deployments.relay.warm import warm_client
from flows.in_prefect import of_effect
from flows.performing import Does
from states.casebook import Casebook
from states.settings import Settings
from states.vocabulary.effects import EffectKind
from tasks.desk import Desk
from tasks.sources.registry import load_sources
from tests.cases.furnishing import Furnish
from tests.cases.walking import Walk

#: registers a flow, or the flow of what does an effect, as every effect's flow, under a name of its own: the
#: Prefect server is shared with other tests
Register = Callable[..., Awaitable[Registered]]


def flow_of(desk: Desk, does: Does, *, bulk: bool = False) -> Flow[..., Any]:
    """A flow that does effects at a desk."""
    name = f"test-{getattr(does, '__name__', 'doing').replace('_', '-')}"
    return of_effect(lambda: desk, name, "A flow of a test.", does, bulk=bulk)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of an installation in an empty folder."""
    return Settings(home=tmp_path)


@pytest.fixture
def book(settings: Settings, furnish: Furnish) -> Iterator[Casebook]:
    """A casebook without cases."""
    furnish(settings.home)
    book = Casebook.open(settings)
    yield book
    book.close()


@pytest.fixture
def desk(settings: Settings, book: Casebook) -> Desk:
    """A desk with that casebook, which flows work at."""
    return Desk(settings, book, load_sources(settings.sources_file))


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
def register(client: PrefectClient, desk: Desk) -> Register:
    """Registers a flow for every kind of effect."""

    async def for_all_kinds(
        done: Flow[..., Any] | Does, *, bulk: frozenset[EffectKind] = frozenset(), pool: bool = False
    ) -> Registered:
        flow = done if isinstance(done, Flow) else flow_of(desk, done, bulk=bool(bulk))
        own = flow.with_options(name=f"{flow.name}-{uuid4().hex}")
        if pool:
            await make_work_pool(client)
        deployment_id = await register_one(client, Deployable(own, "A flow of a test.", ("test",)), pool=pool)
        return Registered(dict.fromkeys(EffectKind, deployment_id), {deployment_id: own}, bulk)

    return for_all_kinds
