"""The one door to every source: basis first, then the least identifiers, always one of the five answers."""

import asyncio
from dataclasses import replace

from pydantic import ValidationError

from states.correspondence.question import Question
from states.errors import StepFailed
from tasks.sources.contract import Refused, Reply, Source, Unavailable

#: seconds that a source may take
TIMEOUT = 30.0


async def ask(
    source: Source,
    question: Question,
    *,
    timeout: float,  # noqa: ASYNC109 - that it took too long is an answer here
) -> Reply:
    """Ask one source, which is told no identifier but those it declares a need of.

    Whatever goes wrong inside the source becomes an answer that carries a code: an exception's text may hold
    personal data, so none is kept, chained or logged. Only the caller's own cancellation gets out.

    Args:
        source: whom to ask.
        question: with every identifier that is at hand.
        timeout: how long the source may take, in seconds.
    """
    needs = source.needs.get(question.kind)
    if needs is None:
        return Unavailable("kind_not_served", permanent=True)
    if question.basis not in source.accepts.get(question.kind, ()):
        return Refused("basis_not_accepted")
    least = needs.least(question.identifiers)
    if least is None:
        return Unavailable("identifier_missing", permanent=True)
    return await _answer(source, replace(question, identifiers=least), timeout)


async def _answer(source: Source, question: Question, seconds: float) -> Reply:
    try:
        async with asyncio.timeout(seconds):
            reply: object = await source.lookup(question)
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
