"""What the relay asks Prefect about flow runs: which are due, whose they are, which wait, which to cancel."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import OrchestrationResult, SetStateStatus
from prefect.exceptions import ObjectNotFound
from prefect.states import Pending

#: how many runs one answer of the Prefect API holds
PAGE = 200


async def due(client: PrefectClient, deployments: Sequence[UUID]) -> list[FlowRun]:
    """Runs of our deployments that are due, oldest first; of a schedule's missed runs only the newest.

    Args:
        client: the Prefect API.
        deployments: the deployments to look at.
    """
    runs = await client.get_scheduled_flow_runs_for_deployments(
        list(deployments), scheduled_before=datetime.now(UTC)
    )
    newest = {run.deployment_id: run.id for run in runs if run.auto_scheduled}
    kept = []
    for run in runs:
        if run.auto_scheduled and newest[run.deployment_id] != run.id:
            skipped: State[Any] = State(
                type=StateType.CANCELLED,
                name="Skipped",
                message="A later run of the same schedule is due already and does this one's work.",
            )
            await end(client, run.id, skipped)
        else:
            kept.append(run)
    return kept


async def take(client: PrefectClient, run: FlowRun) -> bool:
    """Make a scheduled run ours by moving it to Pending; returns whether nobody else was faster.

    Prefect lets only one caller move a run from Scheduled to Pending.
    """
    try:
        answer: OrchestrationResult[Any] = await client.set_flow_run_state(run.id, Pending())
    except ObjectNotFound:
        return False
    if answer.status is not SetStateStatus.ACCEPT or answer.state is None:
        return False
    run.state = answer.state
    return True


async def waiting(client: PrefectClient, runs: Sequence[UUID]) -> list[UUID]:
    """Which of these runs nobody has taken up yet."""
    found: list[UUID] = []
    for at in range(0, len(runs), PAGE):
        found += await _in(client, runs[at : at + PAGE], StateType.SCHEDULED)
    return found


async def to_cancel(client: PrefectClient, running: Sequence[UUID]) -> list[UUID]:
    """Which of these runs somebody asked Prefect to cancel."""
    return await _in(client, running, StateType.CANCELLING) if running else []


async def _in(client: PrefectClient, runs: Sequence[UUID], state: StateType) -> list[UUID]:
    of_these = FlowRunFilter(
        id=FlowRunFilterId(any_=list(runs)),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[state])),
    )
    return [run.id for run in await client.read_flow_runs(flow_run_filter=of_these)]


async def end(client: PrefectClient, run_id: UUID, state: State[Any]) -> None:
    """Put a run into a final state, whatever state it is in; a run that was deleted is left at that."""
    try:
        await client.set_flow_run_state(run_id, state, force=True)
    except ObjectNotFound:
        return
