"""The relay, with a real casebook and a real Prefect server."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from prefect import flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.states import Cancelled, Cancelling
from sqlalchemy import select

from deployments.orchestrator.registration import (
    ANCHOR,
    Deployable,
    Registered,
    register_one,
)
from deployments.relay import due_runs
from deployments.relay.relay import Relay
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import listing
from states.settings import Settings
from states.tables import Effect, table_of
from states.vocabulary.effects import EffectStatus
from tests.cases.walking import Walk
from tests.deployments.conftest import Register
from tests.deployments.relay.relaying import at_work, nothing, runs_of, states, waiting
from tests.waiting import eventually

_EFFECTS = table_of(Effect)


@flow(name="test-by-hand", persist_result=False)
async def by_hand() -> None:
    """Do nothing."""


async def test_every_owed_effect_becomes_one_completed_run(
    book: Casebook, client: PrefectClient, settings: Settings, register: Register, number: str
) -> None:
    """Each effect is done by one run, which names the case's number and the kind of effect, and no person."""
    registered = await register(nothing)
    owed = listing.effects(book, by=SYSTEM)

    async def all_ended() -> bool:
        # An effect is done a moment before its run has ended, which a relay that stops would cut off.
        ended = states(await runs_of(client, registered)).count("Completed")
        return ended == len(owed) == listing.counts(book, by=SYSTEM)[EffectStatus.DONE]

    async with at_work(Relay(book, client, registered, settings)):
        await eventually(all_ended)
    runs = await runs_of(client, registered)
    assert {run.name for run in runs} == {f"{number} {line.kind}" for line in owed}
    assert states(runs) == ["Completed"] * len(owed)
    assert all({"stage:Inquiry", "site:silver_city"} <= set(run.tags) for run in runs)


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
    assert listing.counts(book, by=SYSTEM)[EffectStatus.DONE] == 0


async def test_stopping_ends_what_runs_and_claims_nothing_more(
    book: Casebook, client: PrefectClient, settings: Settings, register: Register, number: str
) -> None:
    """A stopped relay waits as long as it was told to, cancels what still runs, and leaves the rest."""
    del number
    registered = await register(waiting)
    owed = len(listing.effects(book, by=SYSTEM))

    async def one_runs() -> bool:
        return "Running" in states(await runs_of(client, registered))

    async with at_work(Relay(book, client, registered, settings)):
        await eventually(one_runs)
    ended = states(await runs_of(client, registered))
    assert set(ended) == {"Crashed"}
    assert listing.counts(book, by=SYSTEM)[EffectStatus.PENDING] == owed - len(ended)


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
    relay = Relay(book, client, await register(nothing), settings)
    refusing = httpx.MockTransport(lambda _request: httpx.Response(500))
    real = client._client._transport  # noqa: SLF001 - the one place where the wire can be cut
    client._client._transport = refusing  # noqa: SLF001

    async def noticed() -> bool:
        return "does not answer" in caplog.text

    async def all_done() -> bool:
        counts = listing.counts(book, by=SYSTEM)
        return counts[EffectStatus.PENDING] + counts[EffectStatus.CLAIMED] == 0

    async with at_work(relay):
        await eventually(noticed)
        assert {line.attempt for line in listing.effects(book, by=SYSTEM)} == {0}
        client._client._transport = real  # noqa: SLF001
        await eventually(all_done)
    assert caplog.text.count("does not answer") == 1
    assert {line.attempt for line in listing.effects(book, by=SYSTEM)} == {1}


async def test_a_claim_whose_run_waits_for_a_worker_holds(
    book: Casebook, client: PrefectClient, settings: Settings, register: Register, number: str
) -> None:
    """A pool without workers uses up no attempt; a run cancelled before a worker took it waits no longer."""
    del number
    registered = await register(nothing, pool=True)
    pool = settings.model_copy(update={"execution": "pool", "lease_seconds": 3.0})
    owed = len(listing.effects(book, by=SYSTEM))

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
    assert {line.attempt for line in listing.effects(book, by=SYSTEM)} == {1}
