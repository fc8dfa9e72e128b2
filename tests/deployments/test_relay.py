"""The relay, with a real casebook and a real Prefect server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from prefect import flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.states import Cancelled, Cancelling
from sqlalchemy import select

from deployments import due_runs
from deployments.registration import (
    ANCHOR,
    URGENT_QUEUE,
    WORK_POOL,
    Deployable,
    Registered,
    register_one,
)
from deployments.registration import register as real_registration
from deployments.relay import Relay
from flows.performing import perform, perform_batch
from states.access import SYSTEM, Act
from states.casebook import Casebook, effects
from states.casebook.effects import Work
from states.settings import Settings
from states.tables import Effect, table_of
from states.vocabulary import EffectKind, EffectStatus
from tasks.sources.registry import Sources
from tests.deployments.conftest import Register
from tests.waiting import eventually
from tests.walking import Walk

_EFFECTS = table_of(Effect)


async def nothing(_work: Work) -> None:
    """An effect that is done at once."""


@flow(name="test-effect", persist_result=False)
async def quick(effect_id: str) -> Any:
    """Do an effect at once."""
    return await perform(effect_id, nothing)


@flow(name="test-batch", persist_result=False)
async def batch(lease: str) -> None:
    """Do a batch of effects at once."""
    await perform_batch(lease, nothing)


@flow(name="test-by-hand", persist_result=False)
async def by_hand() -> None:
    """Do nothing."""


@flow(name="test-waiting", persist_result=False)
async def waiting(effect_id: str) -> None:  # noqa: ARG001 - effects' flows take it
    """Wait for ever."""
    await asyncio.Event().wait()


@asynccontextmanager
async def at_work(relay: Relay, *, patience: float = 0.2) -> AsyncIterator[None]:
    """A relay that works for as long as the block lasts."""
    task = asyncio.create_task(relay.run(patience=patience))
    try:
        yield
    finally:
        relay.stop()
        await task


async def runs_of(client: PrefectClient, registered: Registered) -> list[FlowRun]:
    """Every run of the registered deployments."""
    ids = DeploymentFilter(id=DeploymentFilterId(any_=list(registered.flows)))
    return await client.read_flow_runs(deployment_filter=ids)


def states(runs: list[FlowRun]) -> list[str]:
    """The names of runs' states."""
    return sorted(str(run.state_name) for run in runs)


@pytest.fixture
def number(walk: Walk) -> str:
    """A case that owes several effects."""
    return walk.in_inquiry()


async def test_every_owed_effect_becomes_one_completed_run(
    book: Casebook, client: PrefectClient, settings: Settings, register: Register, number: str
) -> None:
    """Each effect is done by one run, which names the case's number and the kind of effect, and no person."""
    registered = await register(quick)
    owed = effects.effects(book, by=SYSTEM)

    async def all_done() -> bool:
        return effects.counts(book)[EffectStatus.DONE] == len(owed)

    async with at_work(Relay(book, client, registered, settings)):
        await eventually(all_done)
    runs = await runs_of(client, registered)
    assert {run.name for run in runs} == {f"{number} {line.kind}" for line in owed}
    assert states(runs) == ["Completed"] * len(owed)
    assert all({"stage:Inquiry", "site:silver_city"} <= set(run.tags) for run in runs)


@pytest.mark.clause("W-30")
async def test_an_urgent_effect_waits_for_no_other(
    client: PrefectClient, settings: Settings, register: Register, walk: Walk
) -> None:
    """An emergency meeting is called at once, though everything else that runs takes for ever."""
    slow, urgent = await register(waiting), await register(quick)
    every = {**slow.effects, EffectKind.CONVENE_TEAM: urgent.effects[EffectKind.CONVENE_TEAM]}
    both = Registered(every, {**slow.flows, **urgent.flows})

    async def slow_runs() -> bool:
        return "Running" in states(await runs_of(client, slow))

    async def called_twice() -> bool:
        return states(await runs_of(client, urgent)).count("Completed") == 2

    number = walk.in_inquiry()
    async with at_work(Relay(walk.book, client, both, settings)):
        await eventually(slow_runs)
        walk.act(number, "raise_alarm", {"reason": "invented"})
        await eventually(called_twice)
        assert await slow_runs()


async def test_reminders_progress_while_single_effects_take_all_their_room(
    client: PrefectClient, settings: Settings, register: Register, walk: Walk
) -> None:
    """Work that is done by the hundred has room of its own, and takes none from what is done one by one."""
    slow, bulk = await register(waiting), await register(batch, bulk=frozenset({EffectKind.REMIND}))
    every = {**slow.effects, EffectKind.REMIND: bulk.effects[EffectKind.REMIND]}
    both = Registered(every, {**slow.flows, **bulk.flows}, bulk.bulk)

    async def slow_runs() -> bool:
        return "Running" in states(await runs_of(client, slow))

    async def reminded() -> bool:
        return "Completed" in states(await runs_of(client, bulk))

    number = walk.in_inquiry()
    async with at_work(Relay(walk.book, client, both, settings)):
        await eventually(slow_runs)
        with walk.book.page(number, walk.chair, Act.RECORD) as page:
            page.owe(EffectKind.REMIND, stuck=EffectKind.NOTIFY_TEAM, attempts=1)
            page.log("bench")
        await eventually(reminded)
        assert await slow_runs()


async def test_one_kind_never_takes_all_the_room(
    client: PrefectClient, settings: Settings, register: Register, walk: Walk
) -> None:
    """A source that hangs for every inquiry leaves room for notices to the team."""
    slow, fast = await register(waiting), await register(quick)
    every = {**fast.effects, EffectKind.COLLECT_RECORDS: slow.effects[EffectKind.COLLECT_RECORDS]}
    both = Registered(every, {**slow.flows, **fast.flows})
    for _ in range(settings.relay_concurrency):
        walk.in_inquiry()
    collecting = settings.relay_concurrency

    async def only_collecting_is_left() -> bool:
        counts = effects.counts(walk.book)
        return counts[EffectStatus.PENDING] + counts[EffectStatus.CLAIMED] == collecting

    async with at_work(Relay(walk.book, client, both, settings)):
        await eventually(only_collecting_is_left)


async def test_effects_of_a_bulk_kind_share_one_run(
    book: Casebook, client: PrefectClient, settings: Settings, register: Register, number: str
) -> None:
    """Many effects of a bulk kind are done by one run under one lease."""
    del number
    registered = await register(batch, bulk=frozenset(EffectKind))
    owed = len(effects.effects(book, by=SYSTEM))

    async def all_done() -> bool:
        return effects.counts(book)[EffectStatus.DONE] == owed

    async with at_work(Relay(book, client, registered, settings)):
        await eventually(all_done)
    assert owed > 1
    assert states(await runs_of(client, registered)) == ["Completed"]


async def test_a_run_started_by_hand_is_picked_up(
    book: Casebook, client: PrefectClient, settings: Settings, register: Register
) -> None:
    """What a person starts in the Prefect UI is run."""
    registered = await register(by_hand)
    made = await client.create_flow_run_from_deployment(next(iter(registered.flows)))

    async def completed() -> bool:
        return (await client.read_flow_run(made.id)).state_name == "Completed"

    async with at_work(Relay(book, client, registered, settings)):
        await eventually(completed)


async def test_missed_runs_of_a_schedule_collapse_into_the_newest(client: PrefectClient) -> None:
    """After a pause only the newest due run of a schedule is left to run; a run by hand is left as well."""
    own = by_hand.with_options(name=f"{by_hand.name}-{uuid4().hex}")
    every_minute = IntervalSchedule(interval=timedelta(minutes=1), anchor_date=ANCHOR)
    deployment_id = await register_one(client, Deployable(own, "A flow of a test.", ("test",), every_minute))
    now = datetime.now(UTC)
    missed = {"start_time": (now - timedelta(minutes=5)).isoformat(), "end_time": now.isoformat()}
    # What Prefect's scheduler does by itself, but for the past.
    await client.request("POST", "/deployments/{id}/schedule", json=missed, path_params={"id": deployment_id})
    by_a_person = await client.create_flow_run_from_deployment(deployment_id)
    left = await due_runs.due(client, [deployment_id])
    assert by_a_person.id in {run.id for run in left}
    [newest] = [run for run in left if run.auto_scheduled]
    assert newest.expected_start_time is not None
    assert newest.expected_start_time > now - timedelta(minutes=1)
    runs = await runs_of(client, Registered({}, {deployment_id: own}))
    assert states(runs).count("Skipped") >= 3


async def test_a_run_cancelled_in_prefect_is_cancelled_here(
    book: Casebook, client: PrefectClient, settings: Settings, register: Register, number: str
) -> None:
    """Cancelling a running run in the Prefect UI ends it, and the effect stays owed."""
    del number
    registered = await register(waiting)

    async def one_runs() -> bool:
        return "Running" in states(await runs_of(client, registered))

    async def one_is_cancelled() -> bool:
        return "Cancelled" in states(await runs_of(client, registered))

    async with at_work(Relay(book, client, registered, settings)):
        await eventually(one_runs)
        # With room for several, others may run by now.
        run = next(run for run in await runs_of(client, registered) if run.state_name == "Running")
        await client.set_flow_run_state(run.id, Cancelling())
        await eventually(one_is_cancelled)
    assert effects.counts(book)[EffectStatus.DONE] == 0


async def test_stopping_ends_what_runs_and_claims_nothing_more(
    book: Casebook, client: PrefectClient, settings: Settings, register: Register, number: str
) -> None:
    """A stopped relay waits as long as it was told to, cancels what still runs, and leaves the rest."""
    del number
    registered = await register(waiting)
    owed = len(effects.effects(book, by=SYSTEM))

    async def one_runs() -> bool:
        return "Running" in states(await runs_of(client, registered))

    async with at_work(Relay(book, client, registered, settings)):
        await eventually(one_runs)
    ended = states(await runs_of(client, registered))
    assert set(ended) == {"Crashed"}
    assert effects.counts(book)[EffectStatus.PENDING] == owed - len(ended)


async def test_a_claim_is_handed_back_when_prefect_is_away(
    walk: Walk,
    client: PrefectClient,
    settings: Settings,
    register: Register,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """While Prefect is away nothing is lost or used up; it is said once, and the relay goes on."""
    walk.in_inquiry()
    book = walk.book
    relay = Relay(book, client, await register(quick), settings)
    refusing = httpx.MockTransport(lambda _request: httpx.Response(500))
    real = client._client._transport  # noqa: SLF001 - the one place where the wire can be cut
    client._client._transport = refusing  # noqa: SLF001

    async def noticed() -> bool:
        return "does not answer" in caplog.text

    async def all_done() -> bool:
        counts = effects.counts(book)
        return counts[EffectStatus.PENDING] + counts[EffectStatus.CLAIMED] == 0

    async with at_work(relay):
        await eventually(noticed)
        assert {line.attempt for line in effects.effects(book, by=SYSTEM)} == {0}
        client._client._transport = real  # noqa: SLF001
        await eventually(all_done)
    assert caplog.text.count("does not answer") == 1
    assert {line.attempt for line in effects.effects(book, by=SYSTEM)} == {1}


async def test_a_kind_that_prefect_refuses_stops_no_other(
    book: Casebook,
    client: PrefectClient,
    settings: Settings,
    register: Register,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Where a deployment is gone, what it would have done waits without an attempt; all else is done."""
    working, gone = await register(quick), await register(quick)
    number, refused = Walk(book).in_inquiry(), EffectKind.CONVENE_TEAM
    await client.delete_deployment(gone.effects[refused])
    owed = effects.effects(book, by=SYSTEM, number=number)
    assert refused in {line.kind for line in owed}

    async def others_done() -> bool:
        lines = effects.effects(book, by=SYSTEM, number=number)
        return all(line.status == EffectStatus.DONE for line in lines if line.kind != refused)

    every = {**working.effects, refused: gone.effects[refused]}
    async with at_work(Relay(book, client, Registered(every, working.flows), settings)):
        await eventually(others_done)
    waiting = [line for line in effects.effects(book, by=SYSTEM, number=number) if line.kind == refused]
    assert {(line.status, line.attempt) for line in waiting} == {(EffectStatus.PENDING, 0)}
    assert caplog.text.count(f"refuses runs of {refused}") == 1


async def test_what_is_urgent_goes_through_the_queue_that_workers_look_into_first(
    book: Casebook, client: PrefectClient, settings: Settings, number: str
) -> None:
    """In a work pool, a call to a meeting is ahead of everything else that waits for a worker."""
    registered = await real_registration(client, Sources(), pool=True)
    pool = settings.model_copy(update={"execution": "pool"})
    urgent = await client.read_work_queue_by_name(URGENT_QUEUE, work_pool_name=WORK_POOL)
    usual = await client.read_work_queue_by_name("default", work_pool_name=WORK_POOL)
    assert urgent.priority is not None
    assert usual.priority is not None
    assert urgent.priority < usual.priority

    async def all_handed_over() -> bool:
        return all(line.flow_run_id for line in effects.effects(book, by=SYSTEM, number=number))

    async with at_work(Relay(book, client, registered, pool)):
        await eventually(all_handed_over)
    for line in effects.effects(book, by=SYSTEM, number=number):
        run = await client.read_flow_run(UUID(line.flow_run_id))
        assert run.work_queue_name == (URGENT_QUEUE if line.urgent else "default")
        await client.delete_flow_run(run.id)


async def test_a_claim_whose_run_waits_for_a_worker_holds(
    book: Casebook, client: PrefectClient, settings: Settings, register: Register, number: str
) -> None:
    """A pool without workers uses up no attempt; a run cancelled before a worker took it waits no longer."""
    del number
    registered = await register(quick, pool=True)
    pool = settings.model_copy(update={"execution": "pool", "lease_seconds": 3.0})
    owed = len(effects.effects(book, by=SYSTEM))

    def leases() -> dict[UUID, datetime]:
        held = select(_EFFECTS.c.flow_run_id, _EFFECTS.c.lease_until)
        with book.store.read() as connection:
            rows = connection.execute(held.where(_EFFECTS.c.flow_run_id.is_not(None))).all()
        return {UUID(run): until for run, until in rows}

    async def all_handed_over() -> bool:
        return len(leases()) == owed

    async with at_work(Relay(book, client, registered, pool)):
        await eventually(all_handed_over)
        first, (cancelled, *others) = leases(), leases()
        await client.set_flow_run_state(cancelled, Cancelled(), force=True)

        async def others_outlive_it() -> bool:
            now = leases()
            return all(now[run] > first[run] and now[run] > now[cancelled] for run in others)

        await eventually(others_outlive_it)
    assert {line.attempt for line in effects.effects(book, by=SYSTEM)} == {1}
