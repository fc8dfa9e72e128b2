"""The step of a notice: to send it, once it is written down with its Message-ID, and to say that it was."""

import asyncio
from collections.abc import Sequence

from states.casebook.disclosing.notices import Draft
from states.casebook.effects.work import Work
from states.errors import StepFailed
from tasks.desk import Desk
from tasks.drafts import mailing
from tasks.steps.step import step

send_notice = step("send notice")(mailing.send)


async def send_all(
    desk: Desk, work: Work, drafts: Sequence[Draft], *, enclosed: Sequence[mailing.File] = ()
) -> int:
    """Write notices down and send each in a step of its own; returns how many were sent.

    Args:
        desk: what this process works with.
        work: the effect they belong to.
        drafts: the notices.
        enclosed: what goes with each, within the team's own domains.

    Raises:
        StepFailed: some could not be sent; those that could are on record as sent.
    """
    prepared = await mailing.write_down(desk, work, drafts)
    failures = [StepFailed("withheld", permanent=True)] if prepared.withheld else []
    # Side by side: a mailbox that hangs keeps nobody else from hearing.
    sending = (send_notice(desk, work, each, enclosed=enclosed) for each in prepared.waiting)
    outcomes = await asyncio.gather(*sending, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, StepFailed):
            failures.append(outcome)
        elif isinstance(outcome, BaseException):
            raise outcome
    if failures:
        # One address that does not work keeps nobody else from hearing; the next attempt takes up the rest.
        raise next((failure for failure in failures if not failure.permanent), failures[0])
    return len(prepared.waiting)
