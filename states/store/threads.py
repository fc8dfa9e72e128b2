"""Threads by what they wait for: the case database has its own, and so has each far side.

asyncio's own threads are a handful, and whoever waits in one of them keeps everybody else out: a mail server
that hangs held up the claims of the outbox. Here nothing shares threads that does not share its fate, and a
far side that hangs takes only its own.
"""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

#: how many threads a far side has where nothing speaks for another figure
AT_ONCE = 4

#: the threads that wait for the case database, and for nothing else
CASE_DATABASE = "case database"
DATABASE_THREADS = 8

#: the threads that wait for where files lie, and for nothing else
FILES = "files"
FILE_THREADS = 16


_pools: dict[tuple[str, int], ThreadPoolExecutor] = {}


def _threads(name: str, size: int) -> ThreadPoolExecutor:
    pool = _pools.get((name, size))
    # Of two that come at once, one makes threads in vain, and none of them is started.
    return pool or _pools.setdefault((name, size), ThreadPoolExecutor(size, thread_name_prefix=name))


async def in_threads(
    name: str, size: int, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
) -> T:
    """Call a function in a thread of those that one thing has for itself; the event loop goes on.

    Whoever gives up waiting (:func:`asyncio.timeout`) gives up its place in the queue too; what has begun
    goes on in its thread, which nobody else gets until then.

    Args:
        name: what the function waits for: the case database, or one far side.
        size: how many threads that has: its budget.
        function: the function.
        args: what it is called with.
        kwargs: what it is called with by name.
    """
    context = contextvars.copy_context()
    call = partial(context.run, function, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_threads(name, size), call)


async def told(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a casebook function in a thread of the case database's own; the event loop goes on meanwhile."""
    return await in_threads(CASE_DATABASE, DATABASE_THREADS, function, *args, **kwargs)


async def at_place(function: Callable[..., T], *given: object) -> T:
    """Call what waits for where files lie in a thread of its own; the event loop goes on meanwhile."""
    return await in_threads(FILES, FILE_THREADS, function, *given)


class Overdue(TimeoutError):
    """What was called in a thread took too long.

    Args:
        begun: whether it has begun, and may go on; otherwise it never will.
    """

    def __init__(self, *, begun: bool) -> None:
        super().__init__("It took too long.")
        self.begun = begun


async def in_threads_within(
    seconds: float,
    name: str,
    size: int,
    function: Callable[P, T],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """The same, for what may never return: it is left behind in its thread, and others get fresh ones.

    Args:
        seconds: how long to wait at most, for its turn as well.
        name: what the function waits for.
        size: how many threads that has.
        function: the function.
        args: what it is called with.
        kwargs: what it is called with by name.

    Raises:
        Overdue: it took longer.
    """
    context = contextvars.copy_context()
    pool = _threads(name, size)
    called = pool.submit(partial(context.run, function, *args, **kwargs))
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.wrap_future(called)
    except TimeoutError:
        if called.done() and not called.cancelled():
            # What it raised by itself, or has said just now.
            return called.result()
        raise Overdue(begun=not called.cancel()) from None
    finally:
        if called.running() and _pools.get((name, size)) is pool:
            del _pools[name, size]


async def in_own_loop(
    name: str, size: int, begin: Callable[[], Coroutine[Any, Any, T]], *, seconds: float
) -> T:
    """Await something on an event loop of its own, in a thread of those that one thing has for itself.

    For what strangers wrote: whatever it does there, this event loop goes on, and whoever waits may give up.
    Then it is told to stop; if it does not, it goes on in its thread, which nobody else gets until then.

    Args:
        name: what is waited for: one far side.
        size: how many threads that has: its budget.
        begin: begins it.
        seconds: how long to wait at most.

    Raises:
        TimeoutError: it took longer, its turn in the threads included.
    """
    answer: Future[T] = Future()
    stops: list[Callable[[], object]] = []

    async def run() -> T:
        task = asyncio.current_task()
        if task is not None:
            stops.append(partial(asyncio.get_running_loop().call_soon_threadsafe, task.cancel))
        return await begin()

    def work() -> None:
        if not answer.set_running_or_notify_cancel():
            return
        with asyncio.Runner() as runner:
            try:
                answer.set_result(runner.run(run(), context=context))
            except Exception as error:  # noqa: BLE001 - handed to whoever waits
                answer.set_exception(error)
            except BaseException as error:  # noqa: BLE001 - what would end this process ends a question
                answer.set_exception(RuntimeError(type(error).__name__))

    context = contextvars.copy_context()
    _threads(name, size).submit(work)
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.wrap_future(answer)
    finally:
        for stop in stops:
            # A loop that is over needs no telling.
            with suppress(RuntimeError):
                stop()
