"""Waiting in tests: for what happens, never for a pace; and one patience for everything."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

#: seconds after which whatever a test waits for will never come, on the slowest machine; on SQLite, Prefect's
#: server stands still for a minute now and then
PATIENCE = 300.0


def until(so: Callable[[], object], what: str, *, moves: Callable[[], object] = lambda: None) -> None:
    """Wait until something is so, or fail after all patience.

    Args:
        so: asked again and again.
        what: what is said when it never is.
        moves: what it takes is much: patience begins anew whenever this changes.
    """
    seen, give_up = moves(), time.monotonic() + PATIENCE
    while not so():
        if (now := moves()) != seen:
            seen, give_up = now, time.monotonic() + PATIENCE
        assert time.monotonic() < give_up, what
        time.sleep(0.05)


async def eventually(look: Callable[[], Awaitable[T]]) -> T:
    """Look until there is something to see, as a far side announces nothing; gives what is seen."""
    async with asyncio.timeout(PATIENCE):
        while not (seen := await look()):  # noqa: ASYNC110 - a far side announces nothing
            await asyncio.sleep(0.02)
    return seen
