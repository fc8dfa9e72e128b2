"""Places at far sides, which all processes share: Prefect's global concurrency limits keep count of them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from prefect.concurrency.asyncio import (
    AcquireConcurrencySlotTimeoutError,
    ConcurrencySlotAcquisitionError,
    concurrency,
)

from states.errors import StepFailed

#: seconds to wait for a place before the far side counts as too busy
PATIENCE = 60.0


def limit_name(name: str) -> str:
    """Name of the Prefect global concurrency limit of a far side."""
    return f"tatflow-{name}"


@asynccontextmanager
async def place_at(name: str) -> AsyncIterator[None]:
    """Wait for a place at a far side, and keep it for the length of the block.

    Args:
        name: the far side's name; its limit was made when the deployments were registered.

    Raises:
        StepFailed: ``too_busy``: others kept it busy for long; ``limit_missing``: Prefect knows no limit of
            that name.
    """
    async with AsyncExitStack() as stack:
        await _take(stack, name)
        yield


async def _take(stack: AsyncExitStack, name: str) -> None:
    code = ""
    try:
        await stack.enter_async_context(
            concurrency(limit_name(name), occupy=1, timeout_seconds=PATIENCE, strict=True)
        )
    except AcquireConcurrencySlotTimeoutError:
        code = "too_busy"
    except ConcurrencySlotAcquisitionError:
        code = "limit_missing"
    if code:
        raise StepFailed(code)
