"""Mail handed to the team's mail server: encrypted where it can, in as many bits as it says that it takes."""

import contextlib
import io
import smtplib
from collections.abc import Callable
from email.generator import BytesGenerator
from email.message import EmailMessage
from functools import partial
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import SecretStr

from notifications.channels import tls
from notifications.channels.addresses import mail_address
from notifications.channels.conversation import Conversation, ProtectedConversation
from notifications.channels.terms import ROUTINE, First, Terms, nothing
from notifications.channels.tunnel import NO_PROXY, proxy_at
from states.errors import StepFailed
from states.store.threads import in_threads

#: from here on an SMTP reply means "never" (RFC 5321, 4.2.1)
_PERMANENT = 500
#: the server closes the conversation, whatever it was about (RFC 5321, 3.8)
_CLOSING = 421
#: it wants to know first who we are (RFC 4954, 6)
_SIGN_IN_FIRST = 530

#: how the mail server is called as a far side
MAIL_SERVER = "mail server"


class SmtpChannel:
    """Hands messages to a mail server, encrypted whenever the server can.

    Args:
        url: ``smtp://user:password@host:port`` (STARTTLS where offered; required with a password) or ``smtps://…``.
        terms: how long to wait for the server, and how many may at once.
        papers: whom we trust there, and who we are.
        proxy: ``http://user:password@host:port`` of the proxy on the way there; empty: there is none.
    """

    def __init__(
        self,
        url: SecretStr,
        terms: Terms = ROUTINE,
        papers: tls.Papers = tls.USUAL,
        proxy: SecretStr = NO_PROXY,
    ) -> None:
        self._url = url
        self._proxy = proxy
        self._terms = terms
        self._papers = papers

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

    async def check(self) -> None:
        """See that the server answers and lets us in; nothing is sent to anybody.

        Raises:
            StepFailed: it does not.
        """
        failure = await in_threads(
            f"{MAIL_SERVER}{self._terms.purpose}", self._terms.connections, self._converse, self._let_in
        )
        if failure is not None:
            raise failure

    def _send(self, message: EmailMessage, to: str, first: First) -> StepFailed | None:
        return self._converse(partial(self._hand_over, message=message, to=to, first=first))

    def _converse(self, say: Callable[[Conversation, SplitResult], StepFailed | None]) -> StepFailed | None:
        """Open a conversation with the server, say something in it, and close it."""
        try:
            url = urlsplit(self._url.get_secret_value())
            if url.scheme not in {"smtp", "smtps"} or not url.hostname:
                return StepFailed("channel_misconfigured", permanent=True)
            server = self._connect(url)
        except StepFailed as unreadable:
            return StepFailed(unreadable.code)
        except (OSError, smtplib.SMTPException) as error:
            return self._failure(error)
        except ValueError:  # of the port
            return StepFailed("channel_misconfigured", permanent=True)
        try:
            return self._said(server, url, say)
        finally:
            server.close()

    def _said(
        self,
        server: Conversation,
        url: SplitResult,
        say: Callable[[Conversation, SplitResult], StepFailed | None],
    ) -> StepFailed | None:
        try:
            failure = say(server, url)
        except StepFailed as unreadable:
            return StepFailed(unreadable.code)
        except UnicodeError:  # of a password that SMTP has no letters for
            return StepFailed("channel_misconfigured", permanent=True)
        except (OSError, smtplib.SMTPException) as error:
            return self._failure(error, mailbox=server.mailbox_named)
        if failure is None:
            # the server has taken what it was told: a clumsy good-bye does not change that
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
        return failure

    def _connect(self, url: SplitResult) -> Conversation:
        proxy = proxy_at(self._proxy)
        if url.scheme == "smtps":
            return ProtectedConversation(self._terms, url, self._papers, proxy)
        return Conversation(self._terms, url, proxy)

    def _let_in(self, server: Conversation, url: SplitResult) -> StepFailed | None:
        """Encrypt the line where it can be, and say who we are."""
        server.ehlo_or_helo_if_needed()
        protected = url.scheme == "smtps"
        if not protected and server.has_extn("starttls"):
            server.starttls(context=tls.context(self._papers))
            protected = True
        if url.username:
            if not protected:
                return StepFailed("channel_misconfigured", permanent=True)
            server.login(unquote(url.username), unquote(url.password or ""))
        server.ehlo_or_helo_if_needed()
        return None

    def _hand_over(
        self, server: Conversation, url: SplitResult, message: EmailMessage, to: str, first: First
    ) -> StepFailed | None:
        shut_out = self._let_in(server, url)
        if shut_out is not None:
            return shut_out
        sender = message["From"].addresses[0].addr_spec
        if not f"{sender}{to}".isascii() and not server.has_extn("smtputf8"):
            return StepFailed("address_not_ascii", permanent=True)
        first()
        server.sendmail(sender, [to], *_as_taken_by(server, message, f"{sender}{to}"))
        return None

    def _failure(self, error: Exception, *, mailbox: bool = False) -> StepFailed:
        """Classify without quoting: a reply may repeat the address it is about."""
        unencrypted = tls.problem(error, self._papers)
        if unencrypted:
            # Mended at either end, and by nobody's word to us: it is tried again as if the server were away.
            return StepFailed(unencrypted)
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return StepFailed("channel_misconfigured", permanent=True)
        codes = _codes(error)
        if not codes:
            # The library closes the conversation on a timeout, and says no more than that.
            return StepFailed("mailbox_silent" if mailbox else "channel_unavailable")
        if min(codes) < _PERMANENT:
            of_mailbox = mailbox and min(codes) != _CLOSING
            return StepFailed("mailbox_unavailable" if of_mailbox else "channel_unavailable")
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return StepFailed("login_refused", permanent=True)
        return StepFailed("login_missing" if _SIGN_IN_FIRST in codes else "channel_refused", permanent=True)


def _as_taken_by(server: Conversation, message: EmailMessage, addresses: str) -> tuple[bytes, list[str]]:
    """A message as a server takes it, and what it is told of that (RFC 6152: eight bits; RFC 6531: UTF-8)."""
    whole = server.has_extn("8bitmime")
    content = io.BytesIO()
    # In seven bits the generator writes quoted-printable or base64, and leaves the message itself as it is.
    policy = message.policy.clone(cte_type="8bit" if whole else "7bit")
    BytesGenerator(content, policy=policy).flatten(message)
    told = ["BODY=8BITMIME"] if whole and not content.getvalue().isascii() else []
    return content.getvalue(), told if addresses.isascii() else [*told, "SMTPUTF8"]


def _codes(error: Exception) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []
