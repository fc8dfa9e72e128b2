"""How a suite has a plug-in do something, which sources and ways out share: stopped, watched, listened to."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from pydantic import TypeAdapter, ValidationError

from states.errors import StepFailed
from tasks.sources.contract import Code
from tasks.suites import trial as trials
from tasks.suites.trial import Broken, Trial
from tasks.suites.watching import Said

#: begins what is tried
Doing = Callable[[], Coroutine[Any, Any, Any]]

#: seconds that a plug-in may keep the event loop to itself at a time
LONGEST_GRIP = 1.0

#: seconds after which something is stopped: at once, and at several points of its work
STOPS = (0.0, 0.001, 0.02, 0.1)

_code: TypeAdapter[str] = TypeAdapter(Code)


async def stopped(trial: Trial, doing: Doing) -> None:
    """Stop something wherever it is; it has to end as canceled.

    Raises:
        Broken: it answers all the same, or goes on.
    """
    for seconds in STOPS:
        running = asyncio.ensure_future(doing())
        await asyncio.wait({running}, timeout=seconds)
        if not running.cancel():
            continue
        await trial.end(running, trials.PATIENCE)
        if not running.cancelled():
            _ = running.exception()
            raise Broken(
                "When it is stopped it answers all the same, so that a flow cannot be ended. Let "
                "asyncio.CancelledError through."
            )


async def grip_of(doing: Callable[[], Awaitable[object]]) -> float:
    """For how many seconds at a time something keeps the event loop to itself."""
    longest, last = 0.0, time.monotonic()

    async def beat() -> None:
        nonlocal longest, last
        while True:
            await asyncio.sleep(0.01)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()

    beating = asyncio.ensure_future(beat())
    await asyncio.sleep(0)
    await doing()
    await asyncio.sleep(0.02)
    beating.cancel()
    return longest


async def caught(doing: Doing) -> tuple[object, BaseException | None]:
    """What came back, or what was raised: also what would end the loop, such as SystemExit."""
    try:
        return await doing(), None
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return None, error
    except BaseException as error:  # noqa: BLE001 - that it is raised is what is looked for
        return None, error


async def raising_no_other(trial: Trial, doing: Doing) -> object:
    """What something comes to; the StepFailed that it raised; None: it took too long.

    Raises:
        Broken: it raises something else, or its code is none.
    """
    running = asyncio.ensure_future(caught(doing))
    await asyncio.wait({running}, timeout=trial.timeout)
    if running.cancel():
        await trial.end(running, trials.PATIENCE)
        return None
    answer, raised = running.result()
    if raised is None:
        return answer
    if not isinstance(raised, StepFailed):
        raise Broken(
            f"It raised {type(raised).__name__}. Catch what can go wrong where it can, and raise "
            "StepFailed with a code from outside the `except` block."
        )
    try:
        _code.validate_python(raised.code)
    except ValidationError:
        pass
    else:
        return raised
    raise Broken(
        "The code of its StepFailed is no code. Use lower-case words joined by `_`, the same for every "
        "subject."
    )


async def ended(trial: Trial, doing: Doing) -> None:
    """Have something done, whatever comes of it.

    Raises:
        Broken: it goes on and on.
    """
    running = asyncio.ensure_future(doing())
    try:
        await trial.end(running, trial.timeout)
    finally:
        running.cancel()
        # What it raises is the matter of another rule; looking at it keeps asyncio from speaking of it.
        await asyncio.wait({running}, timeout=0)
        _ = running.done() and not running.cancelled() and running.exception()


async def heard(trial: Trial, doing: Doing, said: Said) -> None:
    """Have something done, and write down what an error says, with all the errors that hang on to it."""
    hanging: BaseException | None = None
    with suppress(TimeoutError):
        async with asyncio.timeout(trial.timeout):
            _, hanging = await caught(doing)
    while hanging is not None:
        said.add("an error", f"{hanging!r} {hanging}")
        hanging = hanging.__cause__ or hanging.__context__


def check_silence(said: Said, private: set[str]) -> None:
    """See that nothing private was said anywhere.

    Raises:
        Broken: something was.
    """
    telling = [place for place, text in said.places.items() if any(value in text for value in private)]
    if telling:
        raise Broken(
            f"A value of the subject, of an answer or of a secret shows in {', '.join(sorted(telling))}. Say "
            "what happened with a code; raise from outside the `except` block, so that nothing is chained."
        )
