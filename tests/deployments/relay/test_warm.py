"""Running a flow run that exists already in this very process."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from prefect import Flow, flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.states import Pending

from deployments.relay import due_runs
from deployments.relay.warm import UNREPORTED, run_warm
from states.errors import EffectFailed
from tests.deployments.conftest import Register
from tests.waiting import eventually


@flow(name="test-quiet", persist_result=False)
async def quiet(effect_id: str) -> None:
    """Do nothing."""


@flow(name="test-failing", persist_result=False)
async def failing(effect_id: str) -> None:  # noqa: ARG001 - effects' flows take it
    """Fail as flows do: with a code."""
    raise EffectFailed("no_such_office") from None


@flow(name="test-endless", persist_result=False)
async def endless(effect_id: str) -> None:  # noqa: ARG001 - effects' flows take it
    """Wait for ever."""
    await asyncio.Event().wait()


async def make_run(
    client: PrefectClient, register: Register, which: Flow[..., Any], **options: Any
) -> tuple[Flow[..., Any], FlowRun]:
    """Make a flow run of a flow; returns both."""
    registered = await register(which)
    [(deployment_id, own)] = registered.flows.items()
    made = await client.create_flow_run_from_deployment(
        deployment_id, parameters={"effect_id": "e1"}, **options
    )
    return own, made


async def state_of(client: PrefectClient, run_id: UUID) -> str:
    """The type of a run's state, as Prefect has it."""
    state = (await client.read_flow_run(run_id)).state
    assert state is not None
    return state.type.value


async def test_a_pending_run_is_completed_in_this_process(client: PrefectClient, register: Register) -> None:
    """A run made Pending is run to its end, and Prefect shows it completed."""
    own, made = await make_run(client, register, quiet, state=Pending())
    assert (await run_warm(own, made)).is_completed()
    assert await state_of(client, made.id) == "COMPLETED"


async def test_a_run_made_by_hand_is_completed_too(client: PrefectClient, register: Register) -> None:
    """A Scheduled run, as the Prefect UI makes it, is taken and run."""
    own, made = await make_run(client, register, quiet)
    assert await due_runs.take(client, made)
    assert (await run_warm(own, made)).is_completed()
    assert await state_of(client, made.id) == "COMPLETED"


async def test_only_one_taker_gets_a_run(client: PrefectClient, register: Register) -> None:
    """Of several relays that take the same run at once, one gets it."""
    _, made = await make_run(client, register, quiet)
    copies = [made.model_copy() for _ in range(3)]
    taken = await asyncio.gather(*(due_runs.take(client, copy) for copy in copies))
    assert taken.count(True) == 1


async def test_prefect_sees_only_the_code_of_a_failure(client: PrefectClient, register: Register) -> None:
    """A failed effect's run shows its code and nothing else of it."""
    own, made = await make_run(client, register, failing, state=Pending())
    assert (await run_warm(own, made)).is_failed()
    state = (await client.read_flow_run(made.id)).state
    assert state is not None
    assert (state.message or "").endswith("EffectFailed: no_such_office")


async def test_a_cancelled_task_reports_its_run_as_crashed(client: PrefectClient, register: Register) -> None:
    """When the relay has to cancel a run, Prefect does not show it running for ever."""
    own, made = await make_run(client, register, endless, state=Pending())
    task = asyncio.create_task(run_warm(own, made))

    async def runs() -> bool:
        return await state_of(client, made.id) == "RUNNING"

    await eventually(runs)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await state_of(client, made.id) == "CRASHED"


async def test_a_run_that_is_over_is_not_run_again(client: PrefectClient, register: Register) -> None:
    """A run that Prefect does not let go on raises nothing, and stays as it was."""
    own, made = await make_run(client, register, quiet, state=Pending())
    await run_warm(own, made)
    state = await run_warm(own, made)
    assert state.name != UNREPORTED
    assert await state_of(client, made.id) == "COMPLETED"
