"""What the reconciler tells Prefect: that runs whose process died have crashed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed


async def mark_crashed(flow_run_ids: Sequence[str]) -> int:
    """Mark Prefect runs Crashed that are not over, though their effect's lease has run out.

    Args:
        flow_run_ids: the runs, as the casebook remembers them.

    Returns:
        How many were still shown as going on.
    """
    crashed = 0
    async with get_client() as client:
        for flow_run_id in flow_run_ids:
            try:
                run = await client.read_flow_run(UUID(flow_run_id))
            except ObjectNotFound:
                continue  # an operator deleted it, which changes nothing for the effect
            if run.state is None or not run.state.is_final():
                died: State[Any] = Crashed(
                    message="The process that ran this died; the effect is tried again."
                )
                await client.set_flow_run_state(run.id, died, force=True)
                crashed += 1
    return crashed
