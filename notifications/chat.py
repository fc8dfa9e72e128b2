"""Chat, SMS and push: every channel that apprise knows, none of which can tell a message that comes twice."""

import logging
import threading
from email.message import EmailMessage
from urllib.parse import urlsplit

from notifications.envelope import NAME_HEADER
from notifications.terms import ROUTINE, First, Terms, nothing
from states.errors import MAYBE_SENT, StepFailed
from states.threads import AT_ONCE, in_threads


class AppriseChannel:
    """Sends a message's subject and text through the channel that a URL names: chat, SMS, push.

    Args:
        terms: what it goes out by.
    """

    def __init__(self, terms: Terms = ROUTINE) -> None:
        self._purpose = terms.purpose

    async def deliver(self, message: EmailMessage, to: str, *, first: First = nothing) -> None:
        """Send the message; see :meth:`Channel.deliver`."""
        if NAME_HEADER in message:
            raise StepFailed("content_withheld", permanent=True)
        text = message.get_body(preferencelist=("plain",))
        body = "" if text is None else text.get_content()
        name = f"{urlsplit(to).scheme}{self._purpose}"
        code = await in_threads(name, AT_ONCE, self._notify, to, str(message["Subject"]), body, first)
        if code:
            raise StepFailed(code, permanent=code != "channel_unavailable")

    @staticmethod
    def _notify(to: str, title: str, body: str, first: First) -> str:
        # Before apprise is there: it writes addresses to its log from the first.
        _EAR.listen()
        import apprise  # noqa: PLC0415 - a quarter of a second that an alarm by mail does not wait for

        first()
        sender = apprise.Apprise()
        if not sender.add(to):
            return "channel_misconfigured"
        sent = sender.notify(body, title=title, body_format=apprise.NotifyFormat.TEXT)
        if sent:
            return ""
        return "channel_unavailable" if _EAR.heard_that_nothing_left else MAYBE_SENT


class _Ear:
    """Hears what apprise says of a failure, and keeps nothing of it but whether the message surely stayed.

    apprise writes addresses and servers' replies to its log, and gives back no more than that it failed.
    """

    #: a server's answer with a status, and the reasons of :mod:`urllib3` for which nothing was sent
    _STAYED = ("error=", "NewConnectionError", "ConnectTimeout", "NameResolutionError", "Connection refused")

    def __init__(self) -> None:
        self._heard = threading.local()

    def listen(self) -> None:
        """Begin to listen to what is said in this thread."""
        log = logging.getLogger("apprise")
        log.setLevel(logging.DEBUG)
        if self not in log.filters:
            log.addFilter(self)
        self._heard.stayed = False

    @property
    def heard_that_nothing_left(self) -> bool:
        """Whether something was said in this thread by which the message was surely not taken."""
        return bool(getattr(self._heard, "stayed", False))

    def filter(self, record: logging.LogRecord) -> bool:
        """Hear a line, and let nobody else hear it."""
        said = record.getMessage()
        if any(word in said for word in self._STAYED):
            self._heard.stayed = True
        return False


_EAR = _Ear()
