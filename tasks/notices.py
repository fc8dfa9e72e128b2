"""Steps of a notice: write it down with its Message-ID, then send it, then say that it was sent."""

import asyncio
from collections.abc import Sequence

from states.casebook.effects import Work
from states.casebook.notices import Draft
from states.errors import StepFailed
from tasks import mailing
from tasks.boundary import sealed
from tasks.steps import step

prepare_notices = step("write notices down")(mailing.write_down)
send_notice = step("send notice")(mailing.send)


async def send_all(work: Work, drafts: Sequence[Draft], *, in_bulk: bool = False) -> int:
    """Write notices down and send each in a step of its own; returns how many were sent.

    Args:
        work: the effect they belong to.
        drafts: the notices.
        in_bulk: whether this is one effect among hundreds, whose steps Prefect is not to show.

    Raises:
        StepFailed: some could not be sent; those that could are on record as sent.
    """
    # A Prefect task costs more than the notice it sends.
    prepare, send = (
        (sealed(mailing.write_down), sealed(mailing.send)) if in_bulk else (prepare_notices, send_notice)
    )
    prepared = await prepare(work, drafts)
    failures = [StepFailed("withheld", permanent=True)] if prepared.withheld else []
    # Side by side: a mailbox that hangs keeps nobody else from hearing.
    outcomes = await asyncio.gather(*(send(work, each) for each in prepared.waiting), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, StepFailed):
            failures.append(outcome)
        elif isinstance(outcome, BaseException):
            raise outcome
    if failures:
        # One address that does not work keeps nobody else from hearing; the next attempt takes up the rest.
        raise next((failure for failure in failures if not failure.permanent), failures[0])
    return len(prepared.waiting)
