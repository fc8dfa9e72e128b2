"""The seal around steps: what may be seen of a failure is a code, never an exception's text.

Prefect keeps exceptions, parameters, names and printed lines in clear. So every step runs sealed: whatever it
raises becomes a :class:`~states.errors.StepFailed` with a code from a closed list or with the place in our
own code, raised outside the ``except`` block so that no cause or context travels along.
"""

import functools
import logging
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from states.errors import CaseChanged, LeaseLost, NotReady, StepFailed, TatError

P = ParamSpec("P")
T = TypeVar("T")

#: the folders of our own packages that a step's work goes through
OURS = tuple(Path(__file__).parents[1] / package for package in ("states", "notifications", "tasks", "flows"))

#: what an effect's attempt ends with when another attempt has taken over
LEASE_LOST = "lease_lost"

#: what operators read of a run: static words, codes and counts; where Prefect runs it, they find it there
SHOWN = logging.getLogger("tatflow.shown")

#: what is over when it is tried again: somebody was faster, two machines' clocks differ, a server starts
PASSING = (CaseChanged, NotReady)


def classify(error: Exception) -> StepFailed:
    """What may be said of an exception: a code, and whether trying again is pointless."""
    if isinstance(error, StepFailed):
        return StepFailed(error.code, permanent=error.permanent)
    if isinstance(error, LeaseLost):
        return StepFailed(LEASE_LOST, permanent=True)
    if isinstance(error, TatError):
        return StepFailed(_snake(type(error).__name__), permanent=not isinstance(error, PASSING))
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _ours(frame.filename)]
    where = f"{Path(frames[-1].filename).stem}:{frames[-1].lineno}" if frames else "outside"
    return StepFailed(f"{_snake(type(error).__name__)}@{where}")


def _ours(file: str) -> bool:
    return any(Path(file).is_relative_to(folder) for folder in OURS)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def sealed(function: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Let nothing out of an async function but its result or a :class:`~states.errors.StepFailed`."""

    @functools.wraps(function)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the boundary: every failure becomes a code
            failure = classify(error)
        raise failure

    return run
