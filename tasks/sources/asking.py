"""The one door to every source: basis first, then the least identifiers, always one of the five answers."""

import asyncio
from dataclasses import replace

from pydantic import ValidationError

from states.errors import StepFailed
from tasks.sources.contract import LookupRequest, Refused, Reply, Source, Unavailable


async def ask(
    source: Source,
    request: LookupRequest,
    *,
    timeout: float,  # noqa: ASYNC109 - that it took too long is an answer here
) -> Reply:
    """Ask one source, which is told no identifier but those it declares a need of.

    Whatever goes wrong inside the source becomes an answer that carries a code: an exception's text may hold
    personal data, so none is kept, chained or logged. Only the caller's own cancellation gets out.

    Args:
        source: whom to ask.
        request: the question, with every identifier that is at hand.
        timeout: how long the source may take, in seconds.
    """
    if request.basis not in source.accepts:
        return Refused("basis_not_accepted")
    needs = source.needs.get(request.kind)
    if needs is None:
        return Unavailable("kind_not_served", permanent=True)
    least = needs.least(request.identifiers)
    if least is None:
        return Unavailable("identifier_missing", permanent=True)
    return await _answer(source, replace(request, identifiers=least), timeout)


async def _answer(source: Source, request: LookupRequest, seconds: float) -> Reply:
    try:
        async with asyncio.timeout(seconds):
            reply: object = await source.lookup(request)
    except TimeoutError:
        return Unavailable("timeout")
    except asyncio.CancelledError:
        # A source whose own inner task was cancelled raises this too, without anybody having cancelled us.
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return Unavailable("source_error")
    except StepFailed as failure:
        return _unavailable(failure)
    except Exception:  # noqa: BLE001 - a stranger's code: whatever it raises becomes an answer
        return Unavailable("source_error")
    return reply if isinstance(reply, Reply) else Unavailable("bad_answer", permanent=True)


def _unavailable(failure: StepFailed) -> Unavailable:
    try:
        return Unavailable(failure.code, permanent=failure.permanent)
    except ValidationError:
        # A stranger's code may be a sentence, and a sentence may name somebody.
        return Unavailable("source_error", permanent=failure.permanent)
