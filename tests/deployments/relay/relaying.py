"""What tests of the relay share: its flows, a relay at work, and what became of runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prefect import flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import FlowRun

from deployments.orchestrator.registration import (
    Registered,
)
from deployments.relay.relay import Relay
from states.casebook.effects.work import Work
from tasks.desk import Desk


async def nothing(_desk: Desk, _work: Work) -> None:
    """An effect that is done at once."""


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
