"""A code for a link, on its way by another channel than the link: in no message but its own."""

from uuid import uuid4

from notifications.channels.envelope import build, message_id
from notifications.messages.contexts import Context
from notifications.messages.kinds.outside import Code as CodeDetail
from states.casebook.effects.codes import Code
from tasks.desk import Desk


async def send_code(desk: Desk, code: Code, address: str) -> None:
    """Send a code at once: whoever asked for it waits for it.

    Args:
        desk: what this process works with.
        code: the code.
        address: where it goes.

    Raises:
        StepFailed: it was not handed over, or nobody knows.
    """
    book, postbox = desk.book, desk.postbox
    context = Context(
        institution=book.pack.institution,
        phone=book.pack.duty_line,
        link=f"{desk.settings.base_url.rstrip('/')}/",
        detail=CodeDetail(digits=f"{code.digits[:4]} {code.digits[4:]}"),
    )
    mail = build(
        await postbox.render("link_code", context, own_channel=postbox.is_own(address)),
        sender=postbox.sender,
        to=address,
        # A code that is asked for again is another one.
        message_id=message_id("link_code", uuid4().hex),
        date=book.clock(),
    )
    await postbox.deliver(mail, address)
