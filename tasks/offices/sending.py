"""The one door to every way out: whatever goes wrong inside a way becomes a code, and nothing of its text."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from states.correspondence.letter import Letter
from states.errors import StepFailed
from states.vocabulary.people import IdentifierKind
from tasks.offices.contract import Declined, Delivered, Post, Progress, Reply, Way
from tasks.sources.contract import Code, Needs

T = TypeVar("T")

_CODE = TypeAdapter[str](Code)


def least(needs: Needs, known: Mapping[IdentifierKind, str]) -> dict[IdentifierKind, str]:
    """The least of what is known of a subject that a way needs.

    A letter may go out about somebody whom nobody knows by name, so further identifiers alone are a wish.

    Raises:
        StepFailed: ``identifier_missing``: it is not enough.
    """
    given = needs.least(known)
    if given is None and (needs.all_of or needs.one_of):
        raise StepFailed("identifier_missing", permanent=True)
    return given or {}


async def hand_over(
    way: Way,
    letter: Letter,
    *,
    post: Post,
    timeout: float,  # noqa: ASYNC109 - as below
) -> Reply:
    """Hand a letter to a way, which is told no more of the subject than it needs.

    Args:
        way: the way.
        letter: the letter, with all that the subject is known by.
        post: the team's own mail.
        timeout: how long the way may take, in seconds.

    Raises:
        StepFailed: it was not handed over.
    """
    told = replace(letter, subject=least(way.needs, letter.subject))
    reply = await _guarded(way.send(told, post), timeout)
    if isinstance(reply, Delivered | Declined):
        return reply
    raise StepFailed("bad_answer", permanent=True)


async def look(way: Way, ticket: str, *, timeout: float) -> Progress:  # noqa: ASYNC109 - as below
    """Ask by a way how far its office has come.

    Args:
        way: the way.
        ticket: what the office knows the referral by.
        timeout: how long the way may take, in seconds.

    Raises:
        StepFailed: it could not be asked.
    """
    progress = await _guarded(way.status(ticket), timeout)
    if isinstance(progress, Progress):
        return progress
    raise StepFailed("bad_answer", permanent=True)


async def problem_of(way: Way, *, timeout: float) -> str:  # noqa: ASYNC109 - as below
    """Why a letter could not be handed to a way now, as a code; empty: it could.

    Args:
        way: the way.
        timeout: how long it may take to find out, in seconds.
    """
    try:
        await _guarded(way.check(), timeout)
    except StepFailed as failure:
        return failure.code
    return ""


async def _guarded(
    doing: Awaitable[T],
    timeout: float,  # noqa: ASYNC109 - that it took too long is a failure with a code here
) -> object:
    code, permanent = "way_error", False
    try:
        async with asyncio.timeout(timeout):
            return await doing
    except TimeoutError:
        code = "timeout"
    except asyncio.CancelledError:
        # A way whose own inner task was cancelled raises this too, without anybody having cancelled us.
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
    except StepFailed as failure:
        code, permanent = _code(failure), failure.permanent
    except Exception:  # noqa: BLE001, S110 - a stranger's code: whatever it raises becomes the code above
        pass
    raise StepFailed(code, permanent=permanent)


def _code(failure: StepFailed) -> str:
    try:
        return _CODE.validate_python(failure.code)
    except ValidationError:
        # A stranger's code may be a sentence, and a sentence may name somebody.
        return "way_error"
