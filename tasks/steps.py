"""Steps: what an operator sees of a flow, each a Prefect task that is sealed and tried again by itself."""

from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import TaskRun
from prefect.client.schemas.objects import State
from prefect.context import TaskRunContext

from states.errors import StepFailed
from tasks.boundary import sealed

P = ParamSpec("P")
T = TypeVar("T")

#: seconds before a step's second and third attempt within one attempt of its effect
RETRY_SECONDS = [0.5, 2.0]


def attempts_left() -> bool:
    """Whether the step that runs now would be tried again if it failed."""
    context = TaskRunContext.get()
    return context is not None and context.task_run.run_count <= len(RETRY_SECONDS)


def _worth_retrying(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    failure = state.data
    exception = getattr(failure, "exception", failure)
    return not (isinstance(exception, StepFailed) and exception.permanent)


def step(name: str) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T]]]:
    """Make an async function one retryable step of a flow, sealed.

    Args:
        name: what operators read; a static text.
    """

    def wrap(function: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        made: Any = task(
            name=name,
            description=(function.__doc__ or "").partition("\n")[0],
            task_run_name=name,
            retries=len(RETRY_SECONDS),
            retry_delay_seconds=RETRY_SECONDS,
            retry_condition_fn=_worth_retrying,
            persist_result=False,
            cache_policy=NO_CACHE,
            log_prints=False,
        )(sealed(function))
        return made  # type: ignore[no-any-return]

    return wrap


def unseen(stepped: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """A step without its Prefect task: sealed all the same, but not shown, and not tried again by itself."""
    function: Callable[P, Awaitable[T]] = stepped.fn  # type: ignore[attr-defined]
    return function
