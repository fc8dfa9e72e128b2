"""A conversation with a mail server that ends: no word of it may take for ever, and neither may all of them.

The standard library bounds the time between two bytes. A server that says a byte a second keeps to that for
hours, and with it the thread that listens.
"""

import io
import smtplib
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from notifications.channels import tls
from notifications.channels.terms import Terms
from notifications.channels.tunnel import tunnel

#: bytes that a server may say in one conversation; what it has to say is some hundred
MOST_SAID = 1_000_000

#: seconds that the good-bye may take once the message is handed over
GOODBYE = 2.0


class _Listening(io.RawIOBase):
    """What a mail server says, for as long as there is time, and no more than there may be.

    Args:
        conversation: knows how much time there is.
    """

    def __init__(self, conversation: "Conversation") -> None:
        self._conversation = conversation
        self._left = MOST_SAID

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Hear what comes next.

        Raises:
            OSError: it took too long, or was too much.
        """
        if self._left <= 0:
            raise OSError("The mail server says more than anybody has to say.")
        heard = self._conversation.in_time().recv_into(buffer)
        self._left -= heard
        return heard


class Conversation(smtplib.SMTP):
    """A conversation with a mail server that knows how far it came, and when it has to be over.

    Args:
        terms: how long a word may take, and all of it.
        url: where the server is.
        proxy: through which proxy, from :func:`notifications.channels.tunnel.proxy_at`; None: past any.
    """

    #: whether the server has been told for whom the message is: what happens from then on is of that mailbox
    mailbox_named = False

    def __init__(self, terms: Terms, url: SplitResult, proxy: SplitResult | None = None) -> None:
        self._proxy = proxy
        self._until = time.monotonic() + terms.whole
        host, port = _server(url)
        super().__init__(host, port, local_hostname=_own_name(), timeout=terms.timeout)

    def in_time(self) -> socket.socket:
        """The line to the server, which waits no longer from now on than there is time.

        Raises:
            TimeoutError: there is none left.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        assert self.sock is not None  # noqa: S101 - for mypy: whoever speaks or listens is connected
        self.sock.settimeout(min(self.timeout, left))
        return self.sock

    def getreply(self) -> tuple[int, bytes]:
        """Hear a whole reply."""
        if self.file is None:
            self.file = io.BufferedReader(_Listening(self))
        return super().getreply()

    def send(self, s: Any) -> None:
        """Say something."""
        if self.sock is not None:
            with suppress(TimeoutError):
                # Without time left, what is said next goes unheard: the reply is not waited for.
                self.in_time()
        super().send(s)

    def quit(self) -> tuple[int, bytes]:
        """Take leave, which is worth no long wait."""
        self._until = min(self._until, time.monotonic() + GOODBYE)
        return super().quit()

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        """Name the recipient."""
        self.mailbox_named = True
        return super().rcpt(recip, options)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        def connect(host: str, port: int) -> socket.socket:
            for address in _ways.get((host, port), ()):
                with suppress(OSError):
                    return socket.create_connection(address, timeout)
            return socket.create_connection((host, port), timeout)

        if self._proxy is None:
            return connect(host, port)
        return tunnel(self._proxy, host, port, connect=connect, until=self._until)


class ProtectedConversation(Conversation):
    """The same, encrypted from its first byte.

    Args:
        terms: how long a word may take, and all of it.
        url: where the server is.
        papers: whom we trust there, and who we are.
        proxy: as above; the tunnel is made before anything is encrypted.
    """

    def __init__(
        self, terms: Terms, url: SplitResult, papers: tls.Papers, proxy: SplitResult | None = None
    ) -> None:
        self._papers = papers
        super().__init__(terms, url, proxy)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        context = tls.context(self._papers)
        return context.wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)


#: the addresses of mail servers that somebody looked up beforehand
_ways: dict[tuple[str, int], list[tuple[str, int]]] = {}


def learn_way(url: SecretStr) -> None:
    """Look a mail server's address up beforehand, so that whoever is in a hurry waits for no name server.

    Args:
        url: as for :class:`~notifications.channels.ways.SmtpChannel`; or that of the proxy on the way there.

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
