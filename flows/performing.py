"""How every flow takes up its effect, keeps its lease, and ends its attempt."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed

from states.casebook import effects
from states.casebook.effects import Work
from states.errors import EffectFailed, LeaseLost, StepFailed, UnknownRecord
from tasks.boundary import LEASE_LOST, classify, sealed
from tasks.desk import desk, told

Do = Callable[[Work], Awaitable[object]]


def shown_as(name: str, description: str) -> dict[str, Any]:
    """The settings that every flow shares: a static name, and nothing kept but states.

    Args:
        name: the flow's name in the Prefect UI.
        description: a sentence for operators.
    """
    return {
        "name": name,
        "description": description,
        "persist_result": False,
        "log_prints": False,
        "retries": 0,
        "validate_parameters": False,
    }


async def perform(effect_id: str, do: Do) -> State[Any] | None:
    """Take up one effect, do it under a renewed lease, and mark it done.

    Args:
        effect_id: the effect.
        do: does it; returning means that it is done.

    Returns:
        A completed state that says so when there is nothing to do; None when the effect was done now.

    Raises:
        EffectFailed: the attempt failed; carries a code and nothing else.
    """
    failure: StepFailed | None = None
    work: Work | None = None
    try:
        seconds = desk().settings.lease_seconds
        work = await told(effects.begin, desk().book, effect_id, str(flow_run.id), seconds=seconds)
    except LeaseLost:
        return Completed(message="Another run is working on this effect.")
    except UnknownRecord:
        return Completed(message="There is no such effect.")
    except Exception as error:  # noqa: BLE001 - the boundary: every failure becomes a code
        failure = classify(error)
    if failure is not None:
        raise EffectFailed(failure.code, permanent=failure.permanent)
    if work is None:
        return Completed(message="This effect was done already.")
    await _attempt(work, do, work.lease.token)
    return None


async def perform_batch(lease: str, do: Do) -> None:
    """Drain a batch of effects under one lease, side by side in one flow run.

    Args:
        lease: the token that the batch shares.
        do: does one effect.

    Raises:
        EffectFailed: some attempts failed; the others are done.
    """
    works = await sealed(told)(effects.begin_batch, desk().book, lease)
    room = asyncio.Semaphore(BATCH_CONCURRENCY)

    async def one(work: Work) -> bool:
        async with room:
            try:
                await _attempt(work, do, lease)
            except EffectFailed:
                return False
            return True

    outcomes = await asyncio.gather(*(one(work) for work in works))
    failed = outcomes.count(False)
    if failed:
        raise EffectFailed(f"{failed} of {len(works)} failed")


#: how many effects of a batch are worked on side by side
BATCH_CONCURRENCY = 16


async def _attempt(work: Work, do: Do, lease: str) -> None:
    failure = await _failure_of(work, do, lease)
    if failure is None:
        return
    if failure.code != LEASE_LOST:
        await _hand_back(work, failure)
    raise EffectFailed(failure.code, permanent=failure.permanent)


async def _failure_of(work: Work, do: Do, lease: str) -> StepFailed | None:
    renewing = asyncio.create_task(_keep(lease))
    try:
        await do(work)
        await told(effects.finish, desk().book, work)
    except Exception as error:  # noqa: BLE001 - the boundary: every failure becomes a code
        return classify(error)
    finally:
        renewing.cancel()
        await asyncio.wait([renewing])
    return None


async def _hand_back(work: Work, failure: StepFailed) -> None:
    try:
        await told(effects.fail, desk().book, work, failure.code, permanent=failure.permanent)
    except Exception as error:  # noqa: BLE001 - the boundary: every failure becomes a code
        code = classify(error).code
        get_run_logger().warning("The effect could not be handed back (%s); its lease runs out.", code)


async def _keep(lease: str) -> None:
    seconds = desk().settings.lease_seconds
    held = True
    while held:
        await asyncio.sleep(seconds / 3)
        try:
            held = await told(effects.renew, desk().book, lease, seconds=seconds)
        except Exception as error:  # noqa: BLE001 - the boundary: every failure becomes a code
            code = classify(error).code
            get_run_logger().warning("The lease could not be renewed (%s); it is tried again.", code)
