"""Runs that people cancel, retry and delete while they run, and workers that die before a run begins."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import AwaitingRetry, Cancelled, Cancelling

from deployments.relay import due_runs
from deployments.relay.relay import Relay
from deployments.relay.warm import run_warm
from flows.limits import limit_name
from flows.prefect_runs import mark_crashed
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import attempts, claiming, listing
from states.casebook.effects.work import Work
from states.settings import Settings
from states.vocabulary.effects import EffectStatus
from tasks.desk import Desk
from tasks.steps.traffic import turn
from tests.cases.walking import Walk
from tests.deployments.conftest import Register
from tests.deployments.relay.relaying import at_work, nothing, runs_of
from tests.waiting import eventually

#: seconds that a claim holds: for longer than a busy machine keeps a run from renewing it
LEASE = 20.0


class FarSide:
    """A far side that one may talk to at a time, and that takes its time until it is told to go on."""

    def __init__(self) -> None:
        self.name = uuid4().hex
        self.begun: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.go_on = asyncio.Event()

    async def talk(self, desk: Desk, work: Work) -> None:
        """Do an effect, in one's turn."""
        async with turn(desk, self.name):
            self.begun[work.effect_id] += 1
            await self.go_on.wait()
        self.done[work.effect_id] += 1


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation whose claims hold for seconds."""
    settings.lease_seconds = LEASE
    return settings


@pytest.fixture
async def far(client: PrefectClient) -> FarSide:
    """A far side, and Prefect's limit for it."""
    side = FarSide()
    await client.upsert_global_concurrency_limit_by_name(limit_name(side.name), 1)
    return side


@pytest.fixture
def number(walk: Walk) -> str:
    """A case that owes several effects."""
    return walk.in_inquiry()


async def all_done(book: Casebook) -> bool:
    """Whether everything is done; what ran out meanwhile is tried again, as by the reconciler."""
    await asyncio.to_thread(attempts.expire, book, by=SYSTEM)
    return all(line.status == EffectStatus.DONE for line in listing.effects(book, by=SYSTEM))


async def holder(client: PrefectClient, book: Casebook, far: FarSide) -> FlowRun:
    """The run that talks to the far side now."""

    async def begun() -> bool:
        return bool(far.begun)

    await eventually(begun)
    (effect_id,) = far.begun
    (line,) = (each for each in listing.effects(book, by=SYSTEM) if each.effect_id == effect_id)
    return await client.read_flow_run(UUID(line.flow_run_id))


async def cancel(client: PrefectClient, run: FlowRun) -> None:
    """As the button in Prefect's user interface does."""
    await client.set_flow_run_state(run.id, Cancelling())


async def cancel_for_good(client: PrefectClient, run: FlowRun) -> None:
    """As whoever calls the API may."""
    await client.set_flow_run_state(run.id, Cancelled(), force=True)


async def retry(client: PrefectClient, run: FlowRun) -> None:
    """As the button does, which is there once a run has ended; the API takes it before."""
    await client.set_flow_run_state(run.id, AwaitingRetry(), force=True)


async def delete(client: PrefectClient, run: FlowRun) -> None:
    """As the button does."""
    await client.delete_flow_run(run.id)


@pytest.mark.parametrize("meddle", [cancel, cancel_for_good, retry, delete])
async def test_whatever_people_do_to_a_run_its_effect_is_done_once_and_its_turn_ends(  # noqa: PLR0917 - fixtures
    book: Casebook,
    client: PrefectClient,
    settings: Settings,
    register: Register,
    number: str,
    far: FarSide,
    meddle: Callable[[PrefectClient, FlowRun], Awaitable[None]],
) -> None:
    """While it holds its claim and its turn with a far side; all others are done as well."""
    del number
    registered = await register(far.talk)
    owed = {line.effect_id for line in listing.effects(book, by=SYSTEM)}
    async with at_work(Relay(book, client, registered, settings)):
        await meddle(client, await holder(client, book, far))
        far.go_on.set()
        await eventually(partial(all_done, book))
    assert set(far.done) == owed
    assert set(far.done.values()) == {1}
    limit = await client.read_global_concurrency_limit_by_name(limit_name(far.name))
    assert limit.active_slots == 0


async def test_a_run_that_is_started_again_while_it_runs_does_nothing(
    book: Casebook, client: PrefectClient, register: Register, number: str, far: FarSide
) -> None:
    """As when a worker of a pool takes up a run that somebody retried, and another worker is still at it."""
    del number
    registered = await register(far.talk)
    (flow_id,) = registered.flows
    (claim,) = claiming.claim_due(book, limit=1, kinds=frozenset(registered.effects), by=SYSTEM)
    run = await client.create_flow_run_from_deployment(flow_id, parameters={"effect_id": claim.effect_id})
    claiming.assign(book, claim.lease, str(run.id))
    first = asyncio.create_task(run_warm(registered.flows[flow_id], run))
    await holder(client, book, far)
    await retry(client, run)
    again = await client.read_flow_run(run.id)
    ended: State[Any] = await run_warm(registered.flows[flow_id], again)
    far.go_on.set()
    await first
    assert ended.message == "Another run is working on this effect."
    assert (far.begun.total(), far.done.total()) == (1, 1)


@pytest.mark.long
async def test_a_run_whose_worker_died_before_it_began_is_made_again(
    book: Casebook, client: PrefectClient, settings: Settings, register: Register, number: str
) -> None:
    """A worker takes a run and is gone: its claim runs out, the next attempt has a run of its own."""
    del number
    registered = await register(nothing, pool=True)
    pool = settings.model_copy(update={"execution": "pool"})
    owed = len(listing.effects(book, by=SYSTEM))

    async def runs(more_than: int) -> bool:
        await asyncio.to_thread(attempts.expire, book, by=SYSTEM)
        return len(await runs_of(client, registered)) > more_than

    async with at_work(Relay(book, client, registered, pool)):
        await eventually(partial(runs, owed - 1))
        taken = (await runs_of(client, registered))[0]
        assert await due_runs.take(client, taken)
        await eventually(partial(runs, owed))
    parameters = [run.parameters for run in await runs_of(client, registered)]
    assert parameters.count(taken.parameters) == 2
    assert {line.attempt for line in listing.effects(book, by=SYSTEM)} == {1, 2}
    at_work_now = await asyncio.to_thread(attempts.runs_at_work, book, by=SYSTEM)
    # A long round, such as a verification, holds no claim however long it takes, and is not taken for dead.
    name = (await client.read_flow(taken.flow_id)).name
    await mark_crashed(at_work_now, age=timedelta(0), long=[name])
    assert (await client.read_flow_run(taken.id)).state_name != "Crashed"
    await mark_crashed(at_work_now, age=timedelta(0))
    assert (await client.read_flow_run(taken.id)).state_name == "Crashed"
