"""The ways out of the house: SMTP, any channel apprise knows, and a folder of .eml files when neither is set.

Whatever goes wrong becomes a :class:`~states.errors.StepFailed` with one of the codes below. It is always
raised outside the ``except`` block that found it: addresses and servers' replies must not travel along as its
cause.

==========================  =========  ==========================================================
code                        permanent  what happened
==========================  =========  ==========================================================
``channel_unavailable``     no         the server is down, slow or asks to be tried later
``channel_refused``         yes        the server will not take this message for this recipient
``channel_misconfigured``   yes        the channel's URL or sign-in is wrong, or would be sent unprotected
``content_withheld``        yes        a message with content was about to leave the team's own channels
``outbox_unwritable``       no         the outbox folder is full or not writable
==========================  =========  ==========================================================
"""

import asyncio
import contextlib
import logging
import os
import smtplib
import ssl
import tempfile
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import apprise
from pydantic import SecretStr

from notifications.addresses import mail_address
from notifications.envelope import NAME_HEADER, digest
from states.errors import StepFailed
from states.settings import Settings

#: how long an SMTP server may keep us waiting, in seconds
SMTP_TIMEOUT = 30.0
#: from here on an SMTP reply means "never" (RFC 5321, 4.2.1)
_SMTP_PERMANENT = 500


class Channel(Protocol):
    """One way of handing a message over."""

    async def deliver(self, message: EmailMessage, to: str) -> None:
        """Hand a message over; returning means that the channel has taken it.

        Args:
            message: from :func:`notifications.envelope.build`.
            to: the recipient's mailbox or channel URL.

        Raises:
            StepFailed: the channel did not take it.
        """


def channel_for(address: str, settings: Settings) -> Channel:
    """Choose the channel for an address: SMTP or else the outbox for mailboxes, apprise for everything else.

    Args:
        address: a mailbox or a channel's URL.
        settings: the installation's settings.

    Raises:
        BadInput: the address cannot be read.
    """
    if mail_address(address) is None:
        return AppriseChannel()
    if settings.smtp_url.get_secret_value():
        return SmtpChannel(settings.smtp_url)
    return OutboxChannel(settings.outbox)


class OutboxChannel:
    """Writes messages as .eml files; the same Message-ID always lands in the same file.

    Args:
        folder: made, readable by nobody else, when it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, message: EmailMessage, to: str) -> None:  # noqa: ARG002 - the message says it
        """Write the message; see :meth:`Channel.deliver`."""
        failed = False
        try:
            await asyncio.to_thread(self._write, self.path_of(message), message.as_bytes())
        except OSError:
            failed = True
        if failed:
            raise StepFailed("outbox_unwritable")

    def path_of(self, message: EmailMessage) -> Path:
        """Name the file that holds a message.

        Args:
            message: from :func:`notifications.envelope.build`.
        """
        return self._folder / f"{digest(message['Message-ID'])}.eml"

    def _write(self, path: Path, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # mkstemp gives mode 0600; the leading dot keeps half a message out of anyone's *.eml
        handle, name = tempfile.mkstemp(prefix=".", dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        # the new name itself must outlive a power cut
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class SmtpChannel:
    """Hands messages to a mail server, encrypted whenever the server can.

    Args:
        url: ``smtp://user:password@host:port`` (STARTTLS where offered; required with a password) or ``smtps://…``.
        timeout: how long to wait for the server, in seconds.
    """

    def __init__(self, url: SecretStr, timeout: float = SMTP_TIMEOUT) -> None:
        self._url = url
        self._timeout = timeout

    async def deliver(self, message: EmailMessage, to: str) -> None:
        """Send the message; see :meth:`Channel.deliver`."""
        failure = await asyncio.to_thread(self._send, message, mail_address(to) or to)
        if failure is not None:
            raise failure

    def _send(self, message: EmailMessage, to: str) -> StepFailed | None:
        try:
            url = urlsplit(self._url.get_secret_value())
            if url.scheme not in {"smtp", "smtps"} or not url.hostname:
                return StepFailed("channel_misconfigured", permanent=True)
            server = self._connect(url)
        except ValueError:  # of the port
            return StepFailed("channel_misconfigured", permanent=True)
        except (OSError, smtplib.SMTPException) as error:
            return _smtp_failure(error)
        try:
            return self._hand_over(server, url, message, to)
        finally:
            server.close()

    def _connect(self, url: SplitResult) -> smtplib.SMTP:
        host = url.hostname or ""
        if url.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, url.port or 465, timeout=self._timeout, context=context)
        return smtplib.SMTP(host, url.port or (587 if url.username else 25), timeout=self._timeout)

    def _hand_over(
        self, server: smtplib.SMTP, url: SplitResult, message: EmailMessage, to: str
    ) -> StepFailed | None:
        try:
            server.ehlo_or_helo_if_needed()
            protected = url.scheme == "smtps"
            if not protected and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                protected = True
            if url.username:
                if not protected:
                    return StepFailed("channel_misconfigured", permanent=True)
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(message, to_addrs=[to])
        except UnicodeError:  # of a password that SMTP has no letters for
            return StepFailed("channel_misconfigured", permanent=True)
        except (OSError, smtplib.SMTPException) as error:
            return _smtp_failure(error)
        # the server has taken the message: a clumsy good-bye does not change that
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.quit()
        return None


def _smtp_failure(error: Exception) -> StepFailed:
    """Classify without quoting: a reply may repeat the address it is about."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPResponseException):
        codes = [error.smtp_code]
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        return StepFailed("channel_misconfigured", permanent=True)
    else:
        return StepFailed("channel_unavailable")
    if min(codes) < _SMTP_PERMANENT:
        return StepFailed("channel_unavailable")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return StepFailed("channel_misconfigured", permanent=True)
    return StepFailed("channel_refused", permanent=True)


class AppriseChannel:
    """Sends a message's subject and text through the channel that a URL names: chat, SMS, push."""

    async def deliver(self, message: EmailMessage, to: str) -> None:
        """Send the message; see :meth:`Channel.deliver`."""
        if NAME_HEADER in message:
            raise StepFailed("content_withheld", permanent=True)
        # apprise writes addresses and servers' replies to its log
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
        sender = apprise.Apprise()
        # in a thread: the first use imports all of apprise's channels, which takes its time
        if not await asyncio.to_thread(sender.add, to):
            raise StepFailed("channel_misconfigured", permanent=True)
        text = message.get_body(preferencelist=("plain",))
        body = "" if text is None else text.get_content()
        if not await sender.async_notify(
            body, title=message["Subject"], body_format=apprise.NotifyFormat.TEXT
        ):
            raise StepFailed("channel_unavailable")
