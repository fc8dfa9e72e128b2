"""What the reconciler tells Prefect: that runs whose process died have crashed."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Crashed

#: the name of all our deployments: Prefect shows "<flow>/tatflow"
DEPLOYMENT = "tatflow"

#: how long a long round may go on: a verification or a backup holds no claim that would tell that it lives
LONGEST_ROUND = timedelta(hours=6)


async def mark_crashed(at_work: Collection[str], *, age: timedelta, long: Collection[str] = ()) -> int:
    """Mark runs of our deployments Crashed that Prefect shows as going on, though nothing works on them.

    Args:
        at_work: the runs that hold a claim, or are known to go on.
        age: how long ago a run must have been due; a younger one may hold no claim yet, or need none.
        long: names of the flows that may take longer without one; their runs are left for
            :data:`LONGEST_ROUND`.

    Returns:
        How many were marked.
    """
    going_on = FlowRunFilter(
        id=FlowRunFilterId(not_any_=[UUID(run) for run in at_work]),
        state=FlowRunFilterState(
            type=FlowRunFilterStateType(any_=[StateType.PENDING, StateType.RUNNING, StateType.CANCELLING])
        ),
        expected_start_time=FlowRunFilterExpectedStartTime(before_=datetime.now(UTC) - age),
    )
    ours = DeploymentFilter(name=DeploymentFilterName(any_=[DEPLOYMENT]))
    async with get_client() as client:
        found = await client.read_flow_runs(flow_run_filter=going_on, deployment_filter=ours)
        these = FlowFilter(name=FlowFilterName(any_=list(long)))
        patient = {each.id for each in await client.read_flows(flow_filter=these)} if long else set()
        long_ago = datetime.now(UTC) - LONGEST_ROUND
        dead = [run for run in found if run.flow_id not in patient or _due(run) < long_ago]
        for run in dead:
            died: State[Any] = Crashed(message="The process that ran this died; it is tried again.")
            await client.set_flow_run_state(run.id, died, force=True)
    return len(dead)


def _due(run: FlowRun) -> datetime:
    # Whoever was found was due; Prefect's own type leaves it open.
    return run.expected_start_time or datetime.now(UTC)
