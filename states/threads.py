"""Threads by what they wait for: the case database has its own, and so has each far side.

asyncio's own threads are a handful, and whoever waits in one of them keeps everybody else out: a mail server
that hangs held up the claims of the outbox. Here nothing shares threads that does not share its fate, and a
far side that hangs takes only its own.
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

#: how many threads a far side has where nothing speaks for another figure
AT_ONCE = 4


@cache
def _threads(name: str, size: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(size, thread_name_prefix=name)


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
