"""What each kind of alarm does, without Prefect: for the alarm lane, and for a run that a person starts."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from notifications.messages import MESSAGES
from notifications.rendering import render
from states.casebook import calling, notices, replies
from states.casebook.effects import Work
from states.casebook.notices import Draft
from states.errors import StepFailed
from states.vocabulary import EffectKind
from tasks import mailing
from tasks.boundary import classify
from tasks.composing import writer
from tasks.desk import desk, told
from tasks.far_sides import deliver_alarm


async def alert_police(work: Work) -> None:
    """Send the call of an alarm that is due, unless somebody has taken over (W-13, W-14).

    Whoever replied to one without saying that they take over is told so, with what to do (U-15).
    """
    if "answer" in work.payload:
        unclear = await told(replies.unclear, desk().book, work)
        if unclear is not None:
            await send_all(work, (await writer(work)).not_taken_over(unclear))
        return
    call = await told(calling.due_call, desk().book, work)
    if call is not None:
        await send_all(work, (await writer(work)).alert(call))
        await told(calling.went_out, desk().book, work, call)


def warm_up() -> None:
    """Make each message that alarms send once: what that needs is loaded before there is an alarm."""
    for name in TEMPLATES:
        render(name, MESSAGES[name].sample, own_channel=True)


#: the messages of alarms
TEMPLATES = ("alert_police", "alert_brief", "not_taken_over")

#: what is done for each kind of alarm
ALARMS: Mapping[EffectKind, Callable[[Work], Awaitable[None]]] = {EffectKind.ALERT_POLICE: alert_police}


#: seconds after which the next step of an alarm is taken beside one that has not been handed over
IMPATIENCE = 1.5


async def send_all(work: Work, drafts: Sequence[Draft]) -> None:
    """Write notices down and hand all of them over at once: none waits for another's channel.

    Args:
        work: the alarm.
        drafts: its notices.

    Raises:
        StepFailed: some could not be handed over; those that could are on record as sent.
    """
    prepared = await mailing.write_down(work, drafts)
    sending = [asyncio.create_task(_send(work, notice_id)) for notice_id in prepared.waiting]
    if sending:
        await asyncio.wait(sending, timeout=IMPATIENCE)
    if work.lease.attempt == 1 and any(not each.done() or each.exception() for each in sending):
        # The next step meanwhile, whatever becomes of this one.
        await told(calling.hasten_next, desk().book, work)
    outcomes = await asyncio.gather(*sending, return_exceptions=True)
    if prepared.withheld:
        raise StepFailed("withheld", permanent=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise classify(outcome)
        if isinstance(outcome, BaseException):
            raise outcome


async def _send(work: Work, notice_id: str) -> None:
    book = desk().book
    line = await told(notices.notice, book, work, notice_id)
    if line is None:
        return
    await deliver_alarm(await mailing.mail_of(line), line.address, attempt=work.lease.attempt)
    await told(notices.notice_sent, book, work, notice_id)
