"""What the reconciler tells Prefect: that runs whose process died have crashed."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.states import Crashed

#: the name of all our deployments: Prefect shows "<flow>/tatflow"
DEPLOYMENT = "tatflow"


async def mark_crashed(at_work: Collection[str], *, age: timedelta) -> int:
    """Mark runs of our deployments Crashed that Prefect shows as going on, though nothing works on them.

    Args:
        at_work: the runs that hold a claim, or are known to go on.
        age: how long ago a run must have been due; a younger one may hold no claim yet, or need none.

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
        dead = await client.read_flow_runs(flow_run_filter=going_on, deployment_filter=ours)
        for run in dead:
            died: State[Any] = Crashed(message="The process that ran this died; it is tried again.")
            await client.set_flow_run_state(run.id, died, force=True)
    return len(dead)
