"""The postbox: messages in the institution's words, handed over to the channels of those they are for.

Each mailbox one at a time, none whose circuit is open; an alarm past all that.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from email.message import EmailMessage
from weakref import WeakKeyDictionary, WeakValueDictionary

from notifications.channels import tls
from notifications.channels.addresses import is_own, mail_address
from notifications.channels.terms import ALARM, First, nothing
from notifications.channels.ways import channel_for, far_side
from notifications.messages.contexts import Context
from notifications.messages.rendering import Rendered, render
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.disclosing import notices
from states.casebook.effects import circuits
from states.errors import MAYBE_SENT, BadInput, StepFailed
from states.settings import Settings
from states.store.threads import told

_log = logging.getLogger(__name__)

#: what a far side is not called for while it is paused
CIRCUIT_OPEN = "circuit_open"

#: codes that speak of a channel as a whole; every other one means that it answered
OF_THE_CHANNEL = tls.CODES | {
    "channel_unavailable",
    "channel_misconfigured",
    "login_missing",
    "login_refused",
    "proxy_refused",
    MAYBE_SENT,
}

#: the code of a mailbox that costs a conversation with the mail server its whole patience
SILENT = "mailbox_silent"

#: all codes that a message is held up with; what speaks of a channel has a circuit of its own here
CODES = OF_THE_CHANNEL | {
    CIRCUIT_OPEN,
    SILENT,
    "address_not_ascii",
    "channel_refused",
    "content_withheld",
    "mailbox_unavailable",
    "outbox_unwritable",
}

#: how much more patience an alarm's channel gets on each further attempt, and at most: one that is only slow
#: is reached in the end
GROWTH = (2, 8)

_Locks = WeakValueDictionary[str, asyncio.Lock]
_locks: WeakKeyDictionary[asyncio.AbstractEventLoop, _Locks] = WeakKeyDictionary()


class Postbox:
    """Where messages leave from.

    Args:
        book: the casebook, which knows the institution's words and what is paused.
        settings: the mail server, and whom messages are from.
    """

    def __init__(self, book: Casebook, settings: Settings) -> None:
        self._book = book
        self._settings = settings
        self.sender = settings.sender

    def is_own(self, address: str) -> bool:
        """Whether an address is one of the team's own, which alone are sent detail (W-39)."""
        return is_own(address, self._book.pack.own_domains)

    async def render(self, template: str, context: Context, *, own_channel: bool) -> Rendered:
        """Render a message with the institution's own templates, or with ours when theirs are broken."""
        folder = self._book.pack.templates_folder
        if folder is not None:
            # `tat up` refuses broken templates; one that breaks later must not hold up an alert.
            with suppress(BadInput):
                return render(template, context, own_channel=own_channel, overrides=folder)
            _log.warning("The pack's own template for %s broke; the shipped words go out.", template)
            await told(notices.template_broken, self._book, template, by=SYSTEM)
        return render(template, context, own_channel=own_channel)

    async def deliver(self, mail: EmailMessage, address: str, *, first: First = nothing) -> None:
        """Hand a message over to the channel of an address, unless channel or mailbox is paused now.

        Args:
            mail: from :func:`notifications.channels.envelope.build`.
            address: the recipient's mailbox or channel URL.
            first: called right before it leaves, after all waiting; nothing leaves when it raises.

        Raises:
            StepFailed: it was not handed over.
        """
        code, permanent = "", False
        async with _alone_with(address):
            if not await told(circuits.admit, self._book, *self._sides(address), by=SYSTEM):
                raise StepFailed(CIRCUIT_OPEN)
            try:
                await channel_for(address, self._settings).deliver(mail, address, first=first)
            except StepFailed as failure:
                code, permanent = failure.code, failure.permanent
            await self._report(address, code)
        if code:
            raise StepFailed(code, permanent=permanent)

    async def deliver_alarm(self, mail: EmailMessage, address: str, *, attempt: int) -> None:
        """Hand an alarm over: no circuit and no other message at the same far side holds it back.

        Args:
            mail: from :func:`notifications.channels.envelope.build`.
            address: the recipient's mailbox or channel URL.
            attempt: which attempt this is, from 1; the first one has the least patience.

        Raises:
            StepFailed: it was not handed over in time, or not at all.
        """
        code, permanent = "", False
        factor, most = GROWTH
        times = min(factor ** (min(attempt, 10) - 1), most)
        terms = replace(ALARM, timeout=ALARM.timeout * times, whole=ALARM.whole * times)
        try:
            async with asyncio.timeout(terms.whole):
                await channel_for(address, self._settings, terms).deliver(mail, address)
        except TimeoutError:
            code = "channel_unavailable"
        except StepFailed as failure:
            code, permanent = failure.code, failure.permanent
        if code:
            await self._report(address, code)
            raise StepFailed(code, permanent=permanent)

    async def _report(self, address: str, code: str) -> None:
        channel, *mailbox = self._sides(address) or [""]
        if not channel:
            return
        if code in OF_THE_CHANNEL:
            await told(circuits.failed, self._book, channel, code, by=SYSTEM)
            return
        if code == SILENT:
            # The first time is enough: each costs a conversation with the mail server half a minute.
            await told(circuits.failed, self._book, mailbox[0], code, enough=1, by=SYSTEM)
        await told(circuits.succeeded, self._book, channel, *(() if code == SILENT else mailbox), by=SYSTEM)

    def _sides(self, address: str) -> list[str]:
        """The far sides between us and a recipient: the channel, and the mailbox behind a mail server."""
        channel = far_side(address, self._settings)
        if not channel:
            return []
        mailbox = mail_address(address)
        if mailbox is None:
            return [channel]
        # Operators, and Prefect, see that a mailbox hangs, and not whose it is.
        return [channel, f"mailbox {self._book.vault.blind('mailbox', mailbox)[:12]}"]


@asynccontextmanager
async def _alone_with(address: str) -> AsyncIterator[None]:
    """Wait until nobody else of this process talks to a mailbox: one that hangs takes one conversation."""
    locks = _locks.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    lock = locks.setdefault(address, asyncio.Lock())
    async with lock:
        yield
