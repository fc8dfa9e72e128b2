"""Traffic with far sides, sources and offices alike: how anything leaves, and how that went is told.

Nothing leaves while a circuit is open, no more at once than a far side bears, and nothing before it is on
record that it does. What a far side does with it happens where it can be left behind.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from states.access import SYSTEM
from states.casebook.effects import circuits
from states.errors import StepFailed
from states.store.threads import AT_ONCE, in_own_loop, told
from tasks.desk import Desk
from tasks.offices.contract import Way
from tasks.offices.registry import Offices
from tasks.postbox import CIRCUIT_OPEN, CODES
from tasks.sources.contract import Source
from tasks.sources.registry import Sources

L = TypeVar("L")
T = TypeVar("T")

#: seconds after which a far side that has not stopped by then is left behind, with its thread
GRACE = 5.0

#: codes that speak of one question or letter and not of the far side: they open no circuit
OF_THE_QUESTION = frozenset(
    {
        "expired",
        "identifier_missing",
        "kind_not_served",
        "letter_not_made",
        "letter_unprintable",
        "not_asked",
        "rejected",
        "several_records",
        "ticket_misread",
    }
)


@dataclass(frozen=True, slots=True)
class FarSide:
    """A source or an office, as our traffic with it knows it.

    Args:
        name: what its circuit, its limit and its threads are called.
        seconds: how long it may take.
        limited: whether it bears only so much at once.
    """

    name: str
    seconds: float
    limited: bool = True


def source_side(source: Source, seconds: float) -> FarSide:
    """The far side of a source."""
    return FarSide(source.name, seconds)


def office_side(way: Way, seconds: float, *, limited: bool) -> FarSide:
    """The far side of a way; an office may be called as a source is."""
    return FarSide(f"office {way.name}", seconds, limited)


def limits(sources: Sources, offices: Offices) -> dict[str, int]:
    """How much each far side bears at once, by its name."""
    of_sources = {source_side(each, 0).name: sources.at_once(each) for each in sources.all()}
    of_offices = {office_side(each, 0, limited=True).name: offices.at_once(each) for each in offices.all()}
    return of_sources | {name: number for name, number in of_offices.items() if number is not None}


async def call(
    desk: Desk, side: FarSide, leave: Callable[[], Awaitable[L]], doing: Callable[[L], Coroutine[Any, Any, T]]
) -> T:
    """Have something leave for a far side when it is one's turn, and say how that went.

    Args:
        desk: what this process works with.
        side: the far side.
        leave: lets it leave through the gate, and writes down that it does; gives what leaves.
        doing: takes it there, and gives what the far side says; runs on an event loop of its own.

    Raises:
        StepFailed: there was no turn (see :func:`turn`), ``timeout``, or what ``doing`` raised.
        Withheld: it must not leave.
    """
    failure = None
    async with turn(desk, side.name, limited=side.limited):
        leaving = await leave()
        try:
            said = await in_own_loop(
                side.name, AT_ONCE, partial(doing, leaving), seconds=side.seconds + GRACE
            )
        except TimeoutError:
            # It does not even let itself be stopped, or earlier ones have taken all of its threads.
            failure = StepFailed("timeout")
        except StepFailed as failed:
            failure = StepFailed(failed.code, permanent=failed.permanent)
    await report(desk, side.name, "" if failure is None else failure.code)
    if failure is not None:
        raise failure
    return said


@asynccontextmanager
async def turn(desk: Desk, name: str, *, limited: bool = True) -> AsyncIterator[None]:
    """Wait for one's turn with a far side, and keep it for the length of the block.

    Args:
        desk: what this process works with.
        name: the far side's name.
        limited: whether it bears only so much at once.

    Raises:
        StepFailed: ``circuit_open``: it is paused; or there was no place (:data:`tasks.desk.Places`).
    """
    if not await told(circuits.admit, desk.book, name, by=SYSTEM):
        raise StepFailed(CIRCUIT_OPEN)
    async with desk.places(name) if limited else nullcontext():
        yield


async def report(desk: Desk, name: str, code: str) -> None:
    """Say how a call went, so that its circuit opens or closes.

    Args:
        desk: what this process works with.
        name: the far side's name.
        code: what went wrong; empty: nothing did.
    """
    if not code:
        await told(circuits.succeeded, desk.book, name, by=SYSTEM)
    elif code not in OF_THE_QUESTION | CODES:
        await told(circuits.failed, desk.book, name, code, by=SYSTEM)
