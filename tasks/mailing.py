"""Notices on their way: written down through the gate, made into mail, handed over, and said to be sent.

Knows nothing of Prefect: an alarm goes out before Prefect is asked for anything.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from email.message import EmailMessage
from functools import partial

from notifications.addresses import is_own, mail_address
from notifications.contexts import Context
from notifications.envelope import build, message_id
from notifications.invitation import invitation
from notifications.messages import MESSAGES
from notifications.rendering import Rendered, render
from states.casebook import leases, notices
from states.casebook.effects import Work
from states.casebook.notices import Draft, Leaving, NoticeLine, Prepared
from states.errors import MAYBE_SENT, BadInput, StepFailed
from states.meeting_times import LENGTH
from tasks.desk import desk, told
from tasks.far_sides import deliver
from tasks.leaving import outgoing_of

_log = logging.getLogger(__name__)


async def write_down(work: Work, drafts: Sequence[Draft], *, gather: bool = False) -> Prepared:
    """Let notices through the gate and write them down before they leave, or are gathered."""
    book = desk().book
    leaving = [
        Leaving(
            draft,
            message_id(work.lease.effect_id, draft.template, draft.recipient, draft.key),
            outgoing_of(draft, book.pack),
        )
        for draft in drafts
    ]
    return await told(notices.prepare, book, work, leaving, gather=gather)


async def send(work: Work, notice_id: str) -> None:
    """Send one notice and say so; a second attempt sends it under the same Message-ID.

    One whose recipient is kept out of the case by now stays. A channel that cannot tell a message that comes
    twice (SMS, chat) is given it once: where nobody knows what became of it, it was maybe sent.

    Raises:
        StepFailed: it was not handed over, or nobody knows (``maybe_sent``).
        LeaseLost: another attempt has taken over, and sends it.
    """
    book = desk().book
    line = await told(notices.notice, book, work, notice_id)
    if line is None:
        return
    mail = await mail_of(line)
    if mail_address(line.address) is not None:
        held = partial(leases.still_held, book, work, seconds=desk().settings.lease_seconds)
        await deliver(mail, line.address, first=held)
    else:
        await _send_once(work, notice_id, mail, line.address)
    await told(notices.notice_sent, book, work, notice_id)


async def _send_once(work: Work, notice_id: str, mail: EmailMessage, address: str) -> None:
    book = desk().book
    failure: StepFailed | None = None
    try:
        await deliver(mail, address, first=partial(notices.leave_once, book, work, notice_id))
    except StepFailed as failed:
        failure = failed
    if failure is not None:
        surely = failure.code != MAYBE_SENT
        await told(notices.did_not_leave, book, work, notice_id, surely=surely)
        raise StepFailed(failure.code, permanent=failure.permanent)


async def mail_of(line: NoticeLine) -> EmailMessage:
    """The message of a notice; always the same bytes."""
    settings = desk().settings
    own = is_own(line.address, desk().book.pack.own_domains)
    context = _context(line)
    rendered = await render_message(line.template, context, own_channel=own)
    ics = _invitation(line, context, settings.sender, own=own)
    return build(
        rendered,
        sender=settings.sender,
        to=line.address,
        message_id=line.message_id,
        date=line.prepared_at,
        ics=ics,
        ics_method="CANCEL" if MESSAGES[line.template].cancels else "REQUEST",
        # Who cannot come tells somebody who reads it.
        reply_to=None if ics is None else _organizer(settings.sender),
    )


async def render_message(template: str, context: Context, *, own_channel: bool) -> Rendered:
    """Render a message with the institution's own templates, or with ours when theirs are broken."""
    book = desk().book
    folder = book.pack.templates_folder
    if folder is not None:
        # `tat up` refuses broken templates; one that breaks later must not hold up an alert.
        with suppress(BadInput):
            return render(template, context, own_channel=own_channel, overrides=folder)
        _log.warning("The pack's own template for %s broke; the shipped words go out.", template)
        await told(notices.template_broken, book, template)
    return render(template, context, own_channel=own_channel)


def _context(line: NoticeLine) -> Context:
    detail = type(MESSAGES[line.template].sample.detail).model_validate(line.context["detail"])
    return Context.model_validate(line.context | {"detail": detail})


def _organizer(sender: str) -> str:
    """The mailbox of the chair's office: people read it, and it stays the same when leads change."""
    pack = desk().book.pack
    return mail_address(pack.office(pack.chair_office).address) or sender


def _invitation(line: NoticeLine, context: Context, sender: str, *, own: bool) -> str | None:
    attendee = mail_address(line.address)
    if not line.invite or context.when is None or attendee is None:
        return None
    cancels = MESSAGES[line.template].cancels
    return invitation(
        context,
        meeting=line.invite,
        # A calendar heeds only what is newer than what it has (RFC 5546, 2.1.4).
        sequence=max(line.sequence, int(cancels)),
        stamp=line.prepared_at,
        ends=context.when + LENGTH,
        organizer=_organizer(sender),
        sender=sender,
        attendee=attendee,
        # Like all detail, the place is for the team's own channels (W-39).
        place=line.context["detail"].get("place", "") if own else "",
        cancels=cancels,
    )
