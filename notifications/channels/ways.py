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
``channel_misconfigured``   yes        the channel's URL is wrong, or a password would be sent unprotected
``login_refused``           yes        the mail server does not accept our name and password
``login_missing``           yes        the mail server wants a name and a password, and the URL has none
``address_not_ascii``       yes        the mail server takes no address with such letters (no SMTPUTF8)
``proxy_…``                 no         the way out is not free: see :mod:`notifications.channels.tunnel`
``certificate_…``           no         the line could not be encrypted: see :mod:`notifications.channels.tls`
``client_certificate_…``    no         likewise
``content_withheld``        yes        a message with content was about to leave the team's own channels
``outbox_unwritable``       no         the outbox folder is full or not writable
``maybe_sent``              yes        a channel without a Message-ID fell silent: it is not sent again
==========================  =========  ==========================================================
"""

import os
import tempfile
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from notifications.channels.addresses import mail_address
from notifications.channels.chat import AppriseChannel
from notifications.channels.envelope import digest
from notifications.channels.smtp import MAIL_SERVER, SmtpChannel
from notifications.channels.terms import ROUTINE, Channel, First, Terms, nothing
from notifications.channels.tls import Papers
from states.errors import StepFailed
from states.settings import Settings
from states.store.threads import AT_ONCE, in_threads


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
    return mail_channel(settings, terms)


def mail_channel(settings: Settings, terms: Terms = ROUTINE) -> "SmtpChannel | OutboxChannel":
    """The channel of all mailboxes: the mail server, or the outbox where none is set.

    Args:
        settings: the installation's settings.
        terms: what it goes out by.
    """
    if settings.smtp_url.get_secret_value():
        files = (settings.smtp_ca, settings.smtp_client_certificate, settings.smtp_client_key)
        papers = Papers(*(Path(file) if file else None for file in files))
        return SmtpChannel(settings.smtp_url, terms, papers, settings.smtp_proxy)
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

    async def check(self) -> None:
        """See that the folder can be written; nothing is left in it.

        Raises:
            StepFailed: ``outbox_unwritable``.
        """
        try:
            await in_threads("outbox folder", AT_ONCE, self._try)
        except OSError:
            pass
        else:
            return
        raise StepFailed("outbox_unwritable")

    def _try(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(prefix=".", dir=self._folder):
            pass

    def path_of(self, message: EmailMessage) -> Path:
        """Name the file that holds a message.

        Args:
            message: from :func:`notifications.channels.envelope.build`.
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
