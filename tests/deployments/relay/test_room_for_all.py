"""The relay leaves room: what is urgent waits for nothing, and no kind of work takes all of it."""

from uuid import UUID

import pytest
from prefect.client.orchestration import PrefectClient

from deployments.orchestrator.registration import (
    URGENT_QUEUE,
    WORK_POOL,
    Registered,
)
from deployments.orchestrator.registration import register as real_registration
from deployments.relay.relay import Relay
from flows.in_worker import FLOWS
from states.access import SYSTEM, Act
from states.casebook import Casebook
from states.casebook.effects import listing
from states.casebook.effects.work import Work
from states.contents.payloads import REMIND, GaveUp
from states.settings import Settings
from states.vocabulary.effects import EffectKind, EffectStatus
from tasks.desk import Desk
from tasks.offices.registry import Offices
from tasks.sources.registry import Sources
from tests.cases.walking import Walk
from tests.deployments.conftest import Register
from tests.deployments.relay.relaying import at_work, nothing, runs_of, states, waiting
from tests.waiting import eventually


@pytest.mark.clause("W-30")
async def test_an_urgent_effect_waits_for_no_other(
    client: PrefectClient, settings: Settings, register: Register, walk: Walk
) -> None:
    """An emergency meeting is called at once, though everything else that runs takes for ever."""
    slow, urgent = await register(waiting), await register(nothing)
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
    slow, bulk = await register(waiting), await register(nothing, bulk=frozenset({EffectKind.REMIND}))
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
            page.owe(REMIND, GaveUp(stuck=EffectKind.NOTIFY_TEAM, attempts=1))
            page.log("bench")
        await eventually(reminded)
        assert await slow_runs()


async def test_one_kind_never_takes_all_the_room(
    client: PrefectClient, settings: Settings, register: Register, walk: Walk
) -> None:
    """A source that hangs for every inquiry leaves room for notices to the team."""
    slow, fast = await register(waiting), await register(nothing)
    every = {**fast.effects, EffectKind.COLLECT_RECORDS: slow.effects[EffectKind.COLLECT_RECORDS]}
    both = Registered(every, {**slow.flows, **fast.flows})
    for _ in range(settings.relay_concurrency):
        walk.in_inquiry()
    collecting = settings.relay_concurrency

    async def only_collecting_is_left() -> bool:
        counts = listing.counts(walk.book, by=SYSTEM)
        return counts[EffectStatus.PENDING] + counts[EffectStatus.CLAIMED] == collecting

    async with at_work(Relay(walk.book, client, both, settings)):
        await eventually(only_collecting_is_left)


async def test_effects_of_a_bulk_kind_share_one_run_and_share_it_with_no_other_kind(
    book: Casebook, client: PrefectClient, settings: Settings, register: Register, number: str
) -> None:
    """Many effects of a kind are done by one run under one lease: a flow does the kind it is named after."""
    del number
    done: list[tuple[str, str]] = []

    async def note(_desk: Desk, work: Work) -> None:
        done.append((work.lease, work.kind))

    registered = await register(note, bulk=frozenset(EffectKind))
    owed = len(listing.effects(book, by=SYSTEM))

    async def all_done() -> bool:
        return listing.counts(book, by=SYSTEM)[EffectStatus.DONE] == owed

    async with at_work(Relay(book, client, registered, settings)):
        await eventually(all_done)
    assert len(set(done)) == len({kind for _, kind in done}) == len({lease for lease, _ in done}) < owed
    assert len(await runs_of(client, registered)) == len(set(done))


async def test_a_kind_that_prefect_refuses_stops_no_other(
    book: Casebook,
    client: PrefectClient,
    settings: Settings,
    register: Register,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Where a deployment is gone, what it would have done waits without an attempt; all else is done."""
    working, gone = await register(nothing), await register(nothing)
    number, refused = Walk(book).in_inquiry(), EffectKind.CONVENE_TEAM
    await client.delete_deployment(gone.effects[refused])
    owed = listing.effects(book, by=SYSTEM, number=number)
    assert refused in {line.kind for line in owed}

    async def others_done() -> bool:
        lines = listing.effects(book, by=SYSTEM, number=number)
        return all(line.status == EffectStatus.DONE for line in lines if line.kind != refused)

    every = {**working.effects, refused: gone.effects[refused]}
    async with at_work(Relay(book, client, Registered(every, working.flows), settings)):
        await eventually(others_done)
    waiting = [line for line in listing.effects(book, by=SYSTEM, number=number) if line.kind == refused]
    assert {(line.status, line.attempt) for line in waiting} == {(EffectStatus.PENDING, 0)}
    assert caplog.text.count(f"refuses runs of {refused}") == 1


async def test_what_is_urgent_goes_through_the_queue_that_workers_look_into_first(
    book: Casebook, client: PrefectClient, settings: Settings, number: str
) -> None:
    """In a work pool, a call to a meeting is ahead of everything else that waits for a worker."""
    registered = await real_registration(client, FLOWS, Sources(), Offices(), pool=True)
    pool = settings.model_copy(update={"execution": "pool"})
    urgent = await client.read_work_queue_by_name(URGENT_QUEUE, work_pool_name=WORK_POOL)
    usual = await client.read_work_queue_by_name("default", work_pool_name=WORK_POOL)
    assert urgent.priority is not None
    assert usual.priority is not None
    assert urgent.priority < usual.priority

    async def all_handed_over() -> bool:
        return all(line.flow_run_id for line in listing.effects(book, by=SYSTEM, number=number))

    async with at_work(Relay(book, client, registered, pool)):
        await eventually(all_handed_over)
    for line in listing.effects(book, by=SYSTEM, number=number):
        run = await client.read_flow_run(UUID(line.flow_run_id))
        assert run.work_queue_name == (URGENT_QUEUE if line.urgent else "default")
        await client.delete_flow_run(run.id)
