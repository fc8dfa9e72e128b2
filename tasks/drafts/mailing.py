"""Notices on their way: written down through the gate, made into mail, handed over, and said to be sent.

Knows nothing of Prefect: an alarm goes out before Prefect is asked for anything.
"""

from collections.abc import Sequence
from email.message import EmailMessage
from functools import partial

from notifications.channels.addresses import mail_address
from notifications.channels.envelope import build, message_id
from notifications.channels.terms import First, nothing
from notifications.messages.contexts import Context
from notifications.messages.message import Ask
from notifications.messages.registry import MESSAGES
from states.calendar.meeting_times import LENGTH
from states.casebook.disclosing import notices
from states.casebook.disclosing.notices import Draft, Leaving, NoticeLine, Prepared
from states.casebook.effects import leases
from states.casebook.effects.work import Work
from states.errors import MAYBE_SENT, StepFailed
from states.policy.pack import Pack
from states.store.threads import told
from tasks.desk import Desk
from tasks.drafts.leaving import outgoing_of

#: a file that goes with a mail: what it is called, its media type, its bytes
File = tuple[str, str, bytes]


async def write_down(desk: Desk, work: Work, drafts: Sequence[Draft], *, gather: bool = False) -> Prepared:
    """Let notices through the gate and write them down before they leave, or are gathered."""
    book = desk.book
    leaving = [
        Leaving(
            draft,
            message_id(work.effect_id, draft.template, draft.recipient, draft.key),
            outgoing_of(draft, book.pack),
        )
        for draft in drafts
    ]
    return await told(notices.prepare, book, work, leaving, gather=gather)


async def send(desk: Desk, work: Work, notice_id: str, *, enclosed: Sequence[File] = ()) -> None:
    """Send one notice and say so; a second attempt sends it under the same Message-ID.

    One whose recipient is kept out of the case by now stays. A channel that cannot tell a message that comes
    twice (SMS, chat) is given it once: where nobody knows what became of it, it was maybe sent.

    Args:
        desk: what this process works with.
        work: the effect that sends it.
        notice_id: the notice.
        enclosed: what goes with it, within the team's own domains.

    Raises:
        StepFailed: it was not handed over, or nobody knows (``maybe_sent``).
        LeaseLost: another attempt has taken over, and sends it.
    """
    book = desk.book
    line = await told(notices.notice, book, work, notice_id)
    if line is None:
        return
    mail = await mail_of(desk, line, enclosed=enclosed)
    if mail_address(line.address) is not None:
        held = partial(leases.still_held, book, work, seconds=desk.settings.lease_seconds)
        await desk.postbox.deliver(mail, line.address, first=held)
    else:
        await _send_once(desk, work, notice_id, mail, line.address)
    await told(notices.notice_sent, book, work, notice_id)


async def send_letter(
    desk: Desk, work: Work, draft: Draft, mail: EmailMessage, *, first: First = nothing
) -> None:
    """Send a letter that the gate let leave, and that somebody else put into words.

    It is written down before it leaves, as a notice is: so whoever sees to the case hears when it comes back,
    and who answers it is heard in the case.

    Args:
        desk: what this process works with.
        work: the effect that sends it.
        draft: what is written down of it.
        mail: the letter, under the same Message-ID on every attempt.
        first: called right before it leaves.

    Raises:
        StepFailed: it was not handed over.
        LeaseLost: another attempt has taken over, and sends it.
    """
    leaving = [Leaving(draft, str(mail["Message-ID"]), None)]
    prepared = await told(notices.prepare, desk.book, work, leaving)
    await desk.postbox.deliver(mail, draft.address, first=first)
    for notice_id in prepared.waiting:
        await told(notices.notice_sent, desk.book, work, notice_id)


async def _send_once(desk: Desk, work: Work, notice_id: str, mail: EmailMessage, address: str) -> None:
    book = desk.book
    failure: StepFailed | None = None
    try:
        await desk.postbox.deliver(mail, address, first=partial(notices.leave_once, book, work, notice_id))
    except StepFailed as failed:
        failure = failed
    if failure is not None:
        surely = failure.code != MAYBE_SENT
        await told(notices.did_not_leave, book, work, notice_id, surely=surely)
        raise StepFailed(failure.code, permanent=failure.permanent)


async def mail_of(desk: Desk, line: NoticeLine, *, enclosed: Sequence[File] = ()) -> EmailMessage:
    """The message of a notice; always the same bytes. What is enclosed leaves no own domain (W-39)."""
    postbox = desk.postbox
    own = postbox.is_own(line.address)
    context = _context(line)
    rendered = await postbox.render(line.template, context, own_channel=own)
    organizer = _organizer(desk.book.pack) or postbox.sender
    ics = _invitation(line, context, organizer, postbox.sender, own=own)
    return build(
        rendered,
        sender=postbox.sender,
        to=line.address,
        message_id=line.message_id,
        date=line.prepared_at,
        ics=ics,
        ics_method="CANCEL" if MESSAGES[line.template].cancels else "REQUEST",
        enclosed=enclosed if own else (),
        # Who cannot come tells somebody who reads it.
        reply_to=None if ics is None else organizer,
    )


def _context(line: NoticeLine) -> Context:
    detail = type(MESSAGES[line.template].sample.detail).model_validate(line.context["detail"])
    return Context.model_validate(line.context | {"detail": detail})


def _organizer(pack: Pack) -> str | None:
    """The mailbox of the chair's office: people read it, and it stays the same when leads change."""
    return mail_address(pack.office(pack.chair_office).address)


def _invitation(line: NoticeLine, context: Context, organizer: str, sender: str, *, own: bool) -> str | None:
    attendee = mail_address(line.address)
    if not line.invite or context.when is None or attendee is None:
        return None
    message = MESSAGES[line.template]
    cancels, ends = message.cancels, context.when + LENGTH
    if not cancels and message.ask is not Ask.COME:
        # Something to be done by then, and nothing that begins then.
        ends = context.when
        context = context.model_copy(update={"when": ends - LENGTH})
    # Most messages invite nobody.
    from notifications.channels.invitation import invitation  # noqa: PLC0415

    return invitation(
        context,
        meeting=line.invite,
        # A calendar heeds only what is newer than what it has (RFC 5546, 2.1.4).
        sequence=max(line.sequence, int(cancels)),
        stamp=line.prepared_at,
        ends=ends,
        organizer=organizer,
        sender=sender,
        attendee=attendee,
        # Like all detail, the place is for the team's own channels (W-39).
        place=line.context["detail"].get("place", "") if own else "",
        cancels=cancels,
    )
