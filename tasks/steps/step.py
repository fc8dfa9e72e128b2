"""Steps: what leaves the building within an effect, each sealed, and tried again by itself while that helps.

Nobody but the effect's own run sees a step; what operators read there of one that failed is its name, the
code, and how often it was tried.
"""

import functools
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

import stamina

from states.errors import StepFailed
from tasks.boundary import SHOWN, sealed
from tasks.postbox import CIRCUIT_OPEN

P = ParamSpec("P")
T = TypeVar("T")

#: how often a step is tried within one attempt of its effect
TRIES = 3

#: seconds before the second try, and how much longer it is before the third
FIRST_WAIT, GROWTH = 0.5, 4.0

_left: ContextVar[int] = ContextVar("tries that are left", default=0)

# Its lines would say that something is tried again, and not what.
stamina.instrumentation.set_on_retry_hooks(())


def another_try(failure: StepFailed) -> bool:
    """Whether the step that runs now is tried again if it fails like this."""
    return _left.get() > 0 and _worth_another(failure)


def _worth_another(error: Exception) -> bool:
    # An open circuit stays open for longer than a step's next try is away.
    return isinstance(error, StepFailed) and not error.permanent and error.code != CIRCUIT_OPEN


def step(name: str) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T]]]:
    """Make an async function a step: sealed, and tried three times unless that is pointless.

    Args:
        name: what operators read; a static text.
    """

    def wrap(function: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        once = sealed(function)

        @functools.wraps(function)
        async def run(*args: P.args, **kwargs: P.kwargs) -> T:
            async for attempt in stamina.retry_context(
                on=_worth_another,
                attempts=TRIES,
                timeout=None,
                wait_initial=FIRST_WAIT,
                wait_max=FIRST_WAIT * GROWTH,
                wait_exp_base=GROWTH,
                wait_jitter=0,
            ):
                with attempt:
                    _left.set(TRIES - attempt.num)
                    try:
                        return await once(*args, **kwargs)
                    except StepFailed as failure:
                        SHOWN.warning("%s: %s (try %s of %s)", name, failure.code, attempt.num, TRIES)
                        raise
            raise AssertionError("A step that is not tried again raises.")

        return run

    return wrap
