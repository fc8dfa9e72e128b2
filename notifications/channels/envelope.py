"""The mail around a message: the same input always gives the same bytes, so a second try is the same mail."""

import hashlib
import json
import re
import textwrap
from collections.abc import Iterable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from notifications.channels.addresses import mail_address
from notifications.messages.contexts import one_line
from notifications.messages.rendering import Rendered
from states.errors import BadInput

#: names the message; written only on the team's own channels, because a message's name tells about a case
NAME_HEADER = "X-Tatflow-Message"


#: how wide the plain text of a mail gets
COLUMNS = 72


def digest(*parts: str) -> str:
    """Give an opaque name to a list of texts: 40 hexadecimal digits that never change and tell nothing.

    Args:
        parts: any texts; their order and boundaries count.
    """
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]


def message_id(*parts: str) -> str:
    """Give the Message-ID by which a mail is the same mail however often it is tried (RFC 5322, 3.6.4).

    Args:
        parts: what makes the mail one of a kind, for example the effect's id, the message's name and the
            recipient's reference.
    """
    return f"<{digest(*parts)}@tatflow.invalid>"


def build(
    rendered: Rendered,
    *,
    sender: str,
    to: str,
    message_id: str,
    date: datetime,
    ics: str | None = None,
    ics_method: str = "REQUEST",
    pdf: bytes | None = None,
    enclosed: Iterable[tuple[str, str, bytes]] = (),
    reply_to: str | None = None,
) -> EmailMessage:
    """Put a rendered message into an envelope.

    Args:
        rendered: the message.
        sender: the team's mailbox.
        to: the recipient's mailbox or channel URL; a URL may hold a secret, so it gets no header.
        message_id: from :func:`message_id`.
        date: when the message was decided on, with its time zone.
        ics: an invitation from :func:`notifications.channels.invitation.invitation`.
        ics_method: what it asks of a calendar: ``REQUEST``, or ``CANCEL`` (RFC 5546).
        pdf: a letter to attach; only a message for the team's own channels has one.
        enclosed: further files: what each is called, its media type, its bytes.
        reply_to: the mailbox that answers go to, if not the sender.

    Raises:
        BadInput: an address cannot be used.
    """
    plain = f"{sender}{mail_address(to) or ''}{reply_to or ''}".isascii()
    mail = EmailMessage(policy=SMTP if plain else SMTPUTF8)
    mail["From"] = _address(_mailbox(sender), "Threat Assessment Team")
    recipient = mail_address(to)
    if recipient is not None:
        mail["To"] = _address(recipient)
    if reply_to is not None:
        mail["Reply-To"] = _address(_mailbox(reply_to))
    # a header that spans lines would be a second header
    mail["Subject"] = one_line(rendered.subject)
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    if rendered.urgent:
        mail["Importance"] = "high"
    if rendered.own_channel:
        mail[NAME_HEADER] = rendered.name
    mail.set_content(wrapped(rendered.text))
    mail.add_alternative(rendered.html, subtype="html")
    if ics is not None:
        mail.add_alternative(ics, subtype="calendar", params={"method": ics_method})
    if pdf is not None:
        mail.add_attachment(pdf, maintype="application", subtype="pdf", filename="referral.pdf")
    for name, media_type, data in enclosed:
        maintype, _, subtype = media_type.partition("/")
        mail.add_attachment(data, maintype=maintype, subtype=subtype, filename=name)
    # the library would draw random ones; a second try has to give the same bytes
    for depth, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_{digest(message_id)}{'.' * depth}")
    return mail


def wrapped(text: str) -> str:
    """Break a text's long lines, each further one as far in as its label reaches; a link stays whole.

    Args:
        text: a message's plain text.
    """
    return "".join(f"{broken}\n" for line in text.splitlines() for broken in _broken(line))


def _broken(line: str) -> list[str]:
    if len(line) <= COLUMNS:
        return [line]
    # "- " of a list, or "  Where:  " in front of a fact
    label = re.match(r" *(- |[^:]{1,20}: +(?! ))?", line) if line.startswith((" ", "- ")) else None
    indent = " " * (label.end() if label else 0)
    # a command that is to be typed stays on one line
    whole = re.sub(r"`[^`]{1,60}`", lambda command: command[0].replace(" ", "\0"), line)
    broken = textwrap.wrap(
        whole, COLUMNS, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return [part.replace("\0", " ") for part in broken] or [line]


def _address(mailbox: str, shown: str = "") -> Address:
    # In two parts, as the library takes other than ASCII letters in no whole address.
    name, _, domain = mailbox.rpartition("@")
    return Address(shown, username=name, domain=domain)


def _mailbox(address: str) -> str:
    mailbox = mail_address(address)
    if mailbox is None:
        raise BadInput(
            "A sender or reply address is not a mailbox. Nothing was sent: mend the settings, then repeat."
        )
    return mailbox
