"""Traffic with far sides: none where a circuit is open, and no more at once than each one bears."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from prefect.concurrency.asyncio import (
    AcquireConcurrencySlotTimeoutError,
    ConcurrencySlotAcquisitionError,
    concurrency,
)

from states.casebook import circuits
from states.errors import StepFailed
from tasks.desk import desk, told
from tasks.far_sides import CIRCUIT_OPEN

#: seconds to wait for one's turn before the far side counts as too busy
PATIENCE = 60.0

#: why somebody does not get a turn
NO_TURN = frozenset({CIRCUIT_OPEN, "too_busy", "limit_missing"})

#: codes that speak of one question and not of the far side: they open no circuit
OF_THE_QUESTION = frozenset(
    {"identifier_missing", "kind_not_served", "several_records", "rejected", "expired", "withheld"}
)


def limit_name(name: str) -> str:
    """Name of the Prefect global concurrency limit of a source or an office."""
    return f"tatflow-{name}"


@asynccontextmanager
async def turn(name: str) -> AsyncIterator[None]:
    """Wait for one's turn with a far side, and keep it for the length of the block.

    Args:
        name: the source's or office's name; its limit was made when the deployments were registered.

    Raises:
        StepFailed: ``circuit_open``: it is left alone for a while; ``too_busy``: others kept it busy for
            long; ``limit_missing``: Prefect knows no limit of that name.
    """
    if not await told(circuits.admit, desk().book, name):
        raise StepFailed(CIRCUIT_OPEN)
    async with AsyncExitStack() as stack:
        await _take_slot(stack, name)
        yield


async def _take_slot(stack: AsyncExitStack, name: str) -> None:
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


async def report(name: str, code: str) -> None:
    """Say how a call went, so that its circuit opens or closes.

    Args:
        name: the source's or office's name.
        code: what went wrong; empty: nothing did.
    """
    if not code:
        await told(circuits.succeeded, desk().book, name)
    elif code not in OF_THE_QUESTION:
        await told(circuits.failed, desk().book, name, code)
