"""Handing messages over: each mailbox one at a time, none whose circuit is open, an alarm past all that."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email.message import EmailMessage
from weakref import WeakKeyDictionary, WeakValueDictionary

from notifications.addresses import mail_address
from notifications.channels import channel_for, far_side
from notifications.terms import ALARM, First, nothing
from states.casebook import circuits
from states.errors import MAYBE_SENT, StepFailed
from tasks.desk import desk, told

#: what a far side is not called for while it is left alone
CIRCUIT_OPEN = "circuit_open"

#: codes that speak of a channel as a whole; every other one means that it answered
OF_THE_CHANNEL = frozenset({"channel_unavailable", "channel_misconfigured", MAYBE_SENT})

#: the code of a mailbox that costs a conversation with the mail server its whole patience
SILENT = "mailbox_silent"

#: how many times the patience for one word of the conversation an alarm's channel may take in all
WORDS = 4

#: how much more patience an alarm's channel gets on each further attempt, and at most: one that is only slow
#: is reached in the end
GROWTH = (2, 8)

_Locks = WeakValueDictionary[str, asyncio.Lock]
_locks: WeakKeyDictionary[asyncio.AbstractEventLoop, _Locks] = WeakKeyDictionary()


async def deliver(mail: EmailMessage, address: str, *, first: First = nothing) -> None:
    """Hand a message over to the channel of an address, unless channel or mailbox are left alone now.

    Args:
        mail: from :func:`notifications.envelope.build`.
        address: the recipient's mailbox or channel URL.
        first: called right before it leaves, after all waiting; nothing leaves when it raises.

    Raises:
        StepFailed: it was not handed over.
    """
    code, permanent = "", False
    async with _alone_with(address):
        if not await told(circuits.admit, desk().book, *_sides(address)):
            raise StepFailed(CIRCUIT_OPEN)
        try:
            await channel_for(address, desk().settings).deliver(mail, address, first=first)
        except StepFailed as failure:
            code, permanent = failure.code, failure.permanent
        await _report(address, code)
    if code:
        raise StepFailed(code, permanent=permanent)


async def deliver_alarm(mail: EmailMessage, address: str, *, attempt: int) -> None:
    """Hand an alarm over: no circuit and no other message at the same far side holds it back.

    Args:
        mail: from :func:`notifications.envelope.build`.
        address: the recipient's mailbox or channel URL.
        attempt: which attempt this is, from 1; the first one has the least patience.

    Raises:
        StepFailed: it was not handed over in time, or not at all.
    """
    code, permanent = "", False
    factor, most = GROWTH
    terms = replace(ALARM, timeout=ALARM.timeout * min(factor ** (min(attempt, 10) - 1), most))
    try:
        async with asyncio.timeout(WORDS * terms.timeout):
            await channel_for(address, desk().settings, terms).deliver(mail, address)
    except TimeoutError:
        code = "channel_unavailable"
    except StepFailed as failure:
        code, permanent = failure.code, failure.permanent
    if code:
        await _report(address, code)
        raise StepFailed(code, permanent=permanent)


async def _report(address: str, code: str) -> None:
    channel, *mailbox = _sides(address) or [""]
    if not channel:
        return
    if code in OF_THE_CHANNEL:
        await told(circuits.failed, desk().book, channel, code)
        return
    if code == SILENT:
        # The first time is enough: each costs a conversation with the mail server half a minute.
        await told(circuits.failed, desk().book, mailbox[0], code, enough=1)
    await told(circuits.succeeded, desk().book, channel, *(() if code == SILENT else mailbox))


def _sides(address: str) -> list[str]:
    """The far sides between us and a recipient: the channel, and the mailbox behind a mail server."""
    channel = far_side(address, desk().settings)
    if not channel:
        return []
    mailbox = mail_address(address)
    if mailbox is None:
        return [channel]
    # Operators, and Prefect, see that a mailbox hangs, and not whose it is.
    return [channel, f"mailbox {desk().book.vault.blind('mailbox', mailbox)[:12]}"]


@asynccontextmanager
async def _alone_with(address: str) -> AsyncIterator[None]:
    """Wait until nobody else of this process talks to a mailbox: one that hangs takes one conversation."""
    locks = _locks.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    lock = locks.setdefault(address, asyncio.Lock())
    async with lock:
        yield
