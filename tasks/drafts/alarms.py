"""What an alarm does, past everything that may hold other messages up."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from notifications.messages.registry import MESSAGES
from notifications.messages.rendering import render
from states.casebook.alarms import calling, replies
from states.casebook.disclosing import notices
from states.casebook.disclosing.notices import Draft
from states.casebook.effects.work import Work, WorkOn
from states.contents.payloads import Alerting, Payload, ReplyUnclear
from states.errors import StepFailed
from states.store.threads import told
from states.vocabulary.effects import EffectKind
from tasks.boundary import classify
from tasks.desk import Desk
from tasks.drafts import mailing
from tasks.drafts.composing import writer


async def alert_police(desk: Desk, work: WorkOn[Alerting]) -> None:
    """Send the call of an alarm that is due, unless somebody has taken over (W-13, W-14).

    Whoever replied to one without saying that they take over is told so, with what to do (U-15).
    """
    due = work.payload
    if isinstance(due, ReplyUnclear):
        unclear = await told(replies.unclear, desk.book, work, due.answer)
        if unclear is not None:
            await send_all(desk, work, (await writer(desk, work)).not_taken_over(unclear))
        return
    call = await told(calling.due_call, desk.book, work, due)
    if call is not None:
        await send_all(desk, work, (await writer(desk, work)).alert(call))
        await told(calling.went_out, desk.book, work, call)


def warm_up() -> None:
    """Make each message that alarms send once: what that needs is loaded before there is an alarm."""
    for name in TEMPLATES:
        render(name, MESSAGES[name].sample, own_channel=True)


#: the messages of alarms
TEMPLATES = ("alert_police", "alert_brief", "not_taken_over")

#: what the alarm lane does, which loads nothing else of what is done for cases
ALARMS: Mapping[EffectKind, Callable[[Desk, WorkOn[Any]], Awaitable[None]]] = {
    EffectKind.ALERT_POLICE: alert_police
}


#: seconds after which the next step of an alarm is taken beside one that has not been handed over
IMPATIENCE = 1.5


async def send_all(desk: Desk, work: WorkOn[Payload], drafts: Sequence[Draft]) -> None:
    """Write notices down and hand all of them over at once: none waits for another's channel.

    Args:
        desk: what this process works with.
        work: the alarm.
        drafts: its notices.

    Raises:
        StepFailed: some could not be handed over; those that could are on record as sent.
    """
    prepared = await mailing.write_down(desk, work, drafts)
    sending = [asyncio.create_task(_send(desk, work, notice_id)) for notice_id in prepared.waiting]
    if sending:
        await asyncio.wait(sending, timeout=IMPATIENCE)
    if work.attempt == 1 and any(not each.done() or each.exception() for each in sending):
        # The next step meanwhile, whatever becomes of this one.
        await told(calling.hasten_next, desk.book, work)
    outcomes = await asyncio.gather(*sending, return_exceptions=True)
    if prepared.withheld:
        raise StepFailed("withheld", permanent=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise classify(outcome)
        if isinstance(outcome, BaseException):
            raise outcome


async def _send(desk: Desk, work: Work, notice_id: str) -> None:
    book = desk.book
    line = await told(notices.notice, book, work, notice_id)
    if line is None:
        return
    mail = await mailing.mail_of(desk, line)
    await desk.postbox.deliver_alarm(mail, line.address, attempt=work.attempt)
    await told(notices.notice_sent, book, work, notice_id)
