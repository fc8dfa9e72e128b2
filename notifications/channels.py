"""The ways out of the house: SMTP, any channel apprise knows, and a folder of .eml files when neither is set.

Whatever goes wrong becomes a :class:`~states.errors.StepFailed` with one of the codes below. It is always
raised outside the ``except`` block that found it: addresses and servers' replies must not travel along as its
cause.

==========================  =========  ==========================================================
code                        permanent  what happened
==========================  =========  ==========================================================
``channel_unavailable``     no         the server is down, slow or asks to be tried later
``mailbox_unavailable``     no         the server asks for this recipient to be tried later
``mailbox_silent``          no         the server took the recipient's name and then said nothing more
``channel_refused``         yes        the server will not take this message for this recipient
``channel_misconfigured``   yes        the channel's URL or sign-in is wrong, or would be sent unprotected
``content_withheld``        yes        a message with content was about to leave the team's own channels
``outbox_unwritable``       no         the outbox folder is full or not writable
``maybe_sent``              yes        a channel without a Message-ID fell silent: it is not sent again
==========================  =========  ==========================================================
"""

import contextlib
import os
import smtplib
import socket
import ssl
import tempfile
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import SecretStr

from notifications.addresses import mail_address
from notifications.chat import AppriseChannel
from notifications.envelope import digest
from notifications.terms import ROUTINE, Channel, First, Terms, nothing
from states.errors import StepFailed
from states.settings import Settings
from states.threads import AT_ONCE, in_threads

#: from here on an SMTP reply means "never" (RFC 5321, 4.2.1)
_SMTP_PERMANENT = 500
#: the server closes the conversation, whatever it was about (RFC 5321, 3.8)
_SMTP_CLOSING = 421


#: how the mail server is called as a far side
MAIL_SERVER = "mail server"


def far_side(address: str, settings: Settings) -> str:
    """Name the far side that an address is reached by, without a word of the address; empty: our own folder.

    Args:
        address: a mailbox or a channel's URL.
        settings: the installation's settings.

    Raises:
        BadInput: the address cannot be read.
    """
    if mail_address(address) is None:
        return f"channel {urlsplit(address).scheme}"
    return MAIL_SERVER if settings.smtp_url.get_secret_value() else ""


def channel_for(address: str, settings: Settings, terms: Terms = ROUTINE) -> Channel:
    """Choose the channel for an address: SMTP or else the outbox for mailboxes, apprise for everything else.

    Args:
        address: a mailbox or a channel's URL.
        settings: the installation's settings.
        terms: what it goes out by.

    Raises:
        BadInput: the address cannot be read.
    """
    if mail_address(address) is None:
        return AppriseChannel(terms)
    if settings.smtp_url.get_secret_value():
        return SmtpChannel(settings.smtp_url, terms)
    return OutboxChannel(settings.outbox)


class OutboxChannel:
    """Writes messages as .eml files; the same Message-ID always lands in the same file.

    Args:
        folder: made, readable by nobody else, when it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, message: EmailMessage, to: str, *, first: First = nothing) -> None:
        """Write the message; see :meth:`Channel.deliver`."""
        del to  # the message says it
        failed = False
        content = message.as_bytes()
        try:
            await in_threads("outbox folder", AT_ONCE, self._write, self.path_of(message), content, first)
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

    def _write(self, path: Path, content: bytes, first: First) -> None:
        first()
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
        terms: how long to wait for the server, and how many may at once.
    """

    def __init__(self, url: SecretStr, terms: Terms = ROUTINE) -> None:
        self._url = url
        self._terms = terms

    async def deliver(self, message: EmailMessage, to: str, *, first: First = nothing) -> None:
        """Send the message; see :meth:`Channel.deliver`."""
        failure = await in_threads(
            f"{MAIL_SERVER}{self._terms.purpose}",
            self._terms.connections,
            self._send,
            message,
            mail_address(to) or to,
            first,
        )
        if failure is not None:
            raise failure

    def _send(self, message: EmailMessage, to: str, first: First) -> StepFailed | None:
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
            return self._hand_over(server, url, message, to, first)
        finally:
            server.close()

    def _connect(self, url: SplitResult) -> "_Conversation":
        host, port = _server(url)
        terms: dict[str, Any] = {"timeout": self._terms.timeout, "local_hostname": _own_name()}
        if url.scheme == "smtps":
            return _ProtectedConversation(host, port, context=ssl.create_default_context(), **terms)
        return _Conversation(host, port, **terms)

    def _hand_over(
        self, server: "_Conversation", url: SplitResult, message: EmailMessage, to: str, first: First
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
            first()
            server.send_message(message, to_addrs=[to])
        except UnicodeError:  # of a password that SMTP has no letters for
            return StepFailed("channel_misconfigured", permanent=True)
        except (OSError, smtplib.SMTPException) as error:
            return _smtp_failure(error, mailbox=server.mailbox_named)
        # the server has taken the message: a clumsy good-bye does not change that
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.quit()
        return None


class _Conversation(smtplib.SMTP):
    """A conversation with a mail server that knows how far it came."""

    #: whether the server has been told for whom the message is: what happens from then on is of that mailbox
    mailbox_named = False

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        for address in _ways.get((host, port), ()):
            with contextlib.suppress(OSError):
                return socket.create_connection(address, timeout)
        return socket.create_connection((host, port), timeout)

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        """Name the recipient."""
        self.mailbox_named = True
        return super().rcpt(recip, options)


class _ProtectedConversation(smtplib.SMTP_SSL, _Conversation):
    """The same, encrypted from its first byte."""


#: the addresses of mail servers that somebody looked up beforehand
_ways: dict[tuple[str, int], list[tuple[str, int]]] = {}


def learn_way(url: SecretStr) -> None:
    """Look a mail server's address up beforehand, so that whoever is in a hurry waits for no name server.

    Args:
        url: as for :class:`SmtpChannel`.

    Raises:
        OSError: the name server does not know it, or does not answer; what was known is kept.
    """
    host, port = _server(urlsplit(url.get_secret_value()))
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    _ways[host, port] = [(str(address[4][0]), int(address[4][1])) for address in found]


def _server(url: SplitResult) -> tuple[str, int]:
    usual = 465 if url.scheme == "smtps" else 587 if url.username else 25
    return url.hostname or "", url.port or usual


def _own_name() -> str:
    """How we introduce ourselves; the library would ask a name server, which may take for ever."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


def _smtp_failure(error: Exception, *, mailbox: bool = False) -> StepFailed:
    """Classify without quoting: a reply may repeat the address it is about."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return StepFailed("channel_misconfigured", permanent=True)
    codes = _codes(error)
    if not codes:
        # The library closes the conversation on a timeout, and says no more than that.
        return StepFailed("mailbox_silent" if mailbox else "channel_unavailable")
    if min(codes) < _SMTP_PERMANENT:
        of_mailbox = mailbox and min(codes) != _SMTP_CLOSING
        return StepFailed("mailbox_unavailable" if of_mailbox else "channel_unavailable")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return StepFailed("channel_misconfigured", permanent=True)
    return StepFailed("channel_refused", permanent=True)


def _codes(error: Exception) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []
