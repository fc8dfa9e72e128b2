"""Chat, SMS and push: every channel that apprise knows, none of which can tell a message that comes twice."""

import logging
import os
import threading
from email.message import EmailMessage
from urllib.parse import urlsplit

from notifications.channels.envelope import NAME_HEADER
from notifications.channels.terms import ROUTINE, First, Terms, nothing
from states.errors import MAYBE_SENT, StepFailed
from states.store.threads import AT_ONCE, Overdue, in_threads_within


class AppriseChannel:
    """Sends a message's subject and text through the channel that a URL names: chat, SMS, push.

    Args:
        terms: what it goes out by.
    """

    def __init__(self, terms: Terms = ROUTINE) -> None:
        self._terms = terms

    async def deliver(self, message: EmailMessage, to: str, *, first: First = nothing) -> None:
        """Send the message; see :meth:`Channel.deliver`."""
        if NAME_HEADER in message:
            raise StepFailed("content_withheld", permanent=True)
        text = message.get_body(preferencelist=("plain",))
        body = "" if text is None else text.get_content()
        name = f"{urlsplit(to).scheme}{self._terms.purpose}"
        given = (to, str(message["Subject"]), body, first)
        try:
            code = await in_threads_within(self._terms.whole, name, AT_ONCE, self._notify, *given)
        except Overdue as late:
            code = MAYBE_SENT if late.begun else "channel_unavailable"
        if code:
            raise StepFailed(code, permanent=code in ("channel_misconfigured", MAYBE_SENT))

    @staticmethod
    def _notify(to: str, title: str, body: str, first: First) -> str:
        # Before apprise is there: it writes addresses to its log from the first.
        _EAR.listen()
        import apprise  # noqa: PLC0415 - a quarter of a second that an alarm by mail does not wait for

        # It speaks by requests, which calls by another name what everything else calls SSL_CERT_FILE.
        if authorities := os.environ.get("SSL_CERT_FILE"):
            os.environ.setdefault("REQUESTS_CA_BUNDLE", authorities)
        first()
        sender = apprise.Apprise()
        if not sender.add(to):
            return "channel_misconfigured"
        sent = sender.notify(body, title=title, body_format=apprise.NotifyFormat.TEXT)
        if sent:
            return ""
        return _EAR.heard or MAYBE_SENT


class _Ear:
    """Hears what apprise says of a failure, and keeps nothing of it but why the message surely stayed.

    apprise writes addresses and servers' replies to its log, and gives back no more than that it failed.
    """

    #: reasons of OpenSSL, of :mod:`urllib3` and of servers for which nothing was taken, the narrowest first
    _STAYED = (
        ("Hostname mismatch", "certificate_mismatch"),
        ("IP address mismatch", "certificate_mismatch"),
        ("certificate has expired", "certificate_expired"),
        ("certificate is not yet valid", "certificate_expired"),
        ("CERTIFICATE_VERIFY_FAILED", "certificate_unknown"),
        ("invalid path: ", "certificate_unreadable"),
        ("ALERT_CERTIFICATE_REQUIRED", "client_certificate_missing"),
        ("ProxyError", "proxy_refused"),
        ("error=", "channel_unavailable"),
        ("NewConnectionError", "channel_unavailable"),
        ("ConnectTimeout", "channel_unavailable"),
        ("NameResolutionError", "channel_unavailable"),
        ("Connection refused", "channel_unavailable"),
    )

    def __init__(self) -> None:
        self._heard = threading.local()

    def listen(self) -> None:
        """Begin to listen to what is said in this thread."""
        log = logging.getLogger("apprise")
        log.setLevel(logging.DEBUG)
        if self not in log.filters:
            log.addFilter(self)
        self._heard.code = ""

    @property
    def heard(self) -> str:
        """The code of what was said in this thread by which the message surely stayed; empty: nothing."""
        return getattr(self._heard, "code", "")

    def filter(self, record: logging.LogRecord) -> bool:
        """Hear a line, and let nobody else hear it."""
        said = record.getMessage()
        code = next((code for words, code in self._STAYED if words in said), "")
        self._heard.code = code or self.heard
        return False


_EAR = _Ear()
