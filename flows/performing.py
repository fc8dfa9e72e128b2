"""How an effect is taken up and done: under a lease that is kept, to an end that the casebook knows."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from states.access import SYSTEM
from states.casebook.effects import attempts, claiming
from states.casebook.effects.work import Work, WorkOn
from states.contents.payloads import Payload
from states.errors import EffectFailed, LeaseLost, StepFailed, UnknownRecord
from states.store.threads import told
from tasks.boundary import LEASE_LOST, SHOWN, classify, sealed
from tasks.desk import Desk

#: what a kind of effect does; returning means that it is done
Does = Callable[[Desk, WorkOn[Any]], Awaitable[object]]

#: how many effects of a batch are worked on side by side
BATCH_CONCURRENCY = 16


async def perform(desk: Desk, effect_id: str, does: Does, *, run: str, again: bool = False) -> str:
    """Take up one effect, do it under a renewed lease, and mark it done.

    Args:
        desk: what this process works with.
        effect_id: the effect.
        does: does it.
        run: names who does it, such as a Prefect run; whoever holds the lease already goes on.
        again: whether that run was begun before, and may be going on still.

    Returns:
        Why there was nothing to do, in a sentence; empty when it was done now.

    Raises:
        EffectFailed: the attempt failed; carries a code and nothing else.
    """
    failure: StepFailed | None = None
    work: WorkOn[Payload] | None = None
    try:
        seconds = desk.settings.lease_seconds
        work = await told(attempts.begin, desk.book, effect_id, run, again=again, seconds=seconds, by=SYSTEM)
    except LeaseLost:
        return "Another run is working on this effect."
    except UnknownRecord:
        return "There is no such effect."
    except Exception as error:  # noqa: BLE001 - the boundary: every failure becomes a code
        failure = classify(error)
    if failure is not None:
        raise EffectFailed(failure.code, permanent=failure.permanent)
    if work is None:
        return "This effect was done already."
    await _attempt(desk, work, does)
    return ""


async def perform_batch(desk: Desk, lease: str, does: Does) -> None:
    """Do a batch of effects under one lease, side by side.

    Args:
        desk: what this process works with.
        lease: what the batch shares.
        does: does one effect.

    Raises:
        EffectFailed: some attempts failed, or could not be begun; the others are done.
    """
    works, unreadable = await sealed(told)(attempts.begin_batch, desk.book, lease)
    room = asyncio.Semaphore(BATCH_CONCURRENCY)

    async def one(work: WorkOn[Payload]) -> bool:
        async with room:
            try:
                await _attempt(desk, work, does)
            except EffectFailed:
                return False
            return True

    outcomes = await asyncio.gather(*(one(work) for work in works))
    failed = outcomes.count(False) + unreadable
    if failed:
        raise EffectFailed(f"{failed} of {len(works) + unreadable} failed")


async def _attempt(desk: Desk, work: WorkOn[Payload], does: Does) -> None:
    failure = await _failure_of(desk, work, does)
    if failure is None:
        return
    if failure.code != LEASE_LOST:
        await _hand_back(desk, work, failure)
    raise EffectFailed(failure.code, permanent=failure.permanent)


async def _failure_of(desk: Desk, work: WorkOn[Payload], does: Does) -> StepFailed | None:
    renewing = asyncio.create_task(_keep(desk, work.lease))
    try:
        await does(desk, work)
        await told(attempts.finish, desk.book, work)
    except Exception as error:  # noqa: BLE001 - the boundary: every failure becomes a code
        return classify(error)
    finally:
        renewing.cancel()
        await asyncio.wait([renewing])
    return None


async def _hand_back(desk: Desk, work: Work, failure: StepFailed) -> None:
    try:
        await told(attempts.fail, desk.book, work, failure.code, permanent=failure.permanent)
    except Exception as error:  # noqa: BLE001 - the boundary: every failure becomes a code
        code = classify(error).code
        SHOWN.warning("The effect could not be handed back (%s); its lease runs out.", code)


async def _keep(desk: Desk, lease: str) -> None:
    seconds = desk.settings.lease_seconds
    held = True
    while held:
        await asyncio.sleep(seconds / 3)
        try:
            held = await told(claiming.renew, desk.book, lease, seconds=seconds)
        except Exception as error:  # noqa: BLE001 - the boundary: every failure becomes a code
            code = classify(error).code
            SHOWN.warning("The lease could not be renewed (%s); it is tried again.", code)
