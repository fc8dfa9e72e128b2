"""A way to the mail server through a proxy: a tunnel (RFC 9110, 9.3.6), of which the proxy reads nothing.

=====================  =========  ===================================================
code                   permanent  what happened
=====================  =========  ===================================================
``proxy_unreachable``  no         the proxy does not answer, or breaks off
``proxy_refused``      no         it lets us not out, or not there
``proxy_misread``      no         its address is none as in ``http://proxy.example.edu:3128``
=====================  =========  ===================================================

The libraries' own tunnels read ahead, as HTTP may: a mail server speaks first, and its first word would be
lost with what was read.
"""

import base64
import socket
import time
from collections.abc import Callable
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import SecretStr

from states.errors import StepFailed

#: bytes that a proxy may say before the tunnel stands
MOST_SAID = 16_384

#: the address of no proxy
NO_PROXY = SecretStr("")

#: opens a line to a host and port
Connecting = Callable[[str, int], socket.socket]


def proxy_at(address: SecretStr) -> SplitResult | None:
    """A proxy's address, read; None: there is none.

    Raises:
        StepFailed: ``proxy_misread``; it is not repeated, as it may hold a password.
    """
    if not address.get_secret_value():
        return None
    try:
        proxy = urlsplit(address.get_secret_value())
        if proxy.scheme == "http" and proxy.hostname and proxy.port and proxy.path in ("", "/"):
            return proxy
    except ValueError:  # of the port
        pass
    raise StepFailed("proxy_misread")


def tunnel(proxy: SplitResult, host: str, port: int, *, connect: Connecting, until: float) -> socket.socket:
    """A line to a host through a proxy.

    Args:
        proxy: from :func:`proxy_at`.
        host: whom to reach; the proxy looks it up.
        port: where it listens.
        connect: opens the line to the proxy.
        until: when the tunnel has to stand, on the monotonic clock.

    Raises:
        StepFailed: with one of the codes above, or ``channel_unavailable``: the proxy reaches nobody there.
    """
    line: socket.socket | None = None
    status = 0
    try:
        line = connect(str(proxy.hostname), proxy.port or 0)
        line.sendall(_asking(proxy, f"[{host}]:{port}" if ":" in host else f"{host}:{port}"))
        status = _status(_head(line, until))
    except (OSError, ValueError):
        pass
    if line is not None and 200 <= status < 300:  # noqa: PLR2004 - any success
        return line
    if line is not None:
        line.close()
    if status >= 500:  # noqa: PLR2004 - it says that it reaches nobody there
        raise StepFailed("channel_unavailable")
    raise StepFailed("proxy_refused" if status else "proxy_unreachable")


def _asking(proxy: SplitResult, target: str) -> bytes:
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if proxy.username is not None:
        pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        lines.append(f"Proxy-Authorization: Basic {base64.b64encode(pair.encode()).decode()}")
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


def _head(line: socket.socket, until: float) -> bytes:
    """What a proxy says before the tunnel stands, byte by byte: what comes after it is the mail server's."""
    said = b""
    while not said.endswith(b"\r\n\r\n"):
        left = until - time.monotonic()
        if left <= 0 or len(said) > MOST_SAID:
            raise TimeoutError
        line.settimeout(min(line.gettimeout() or left, left))
        byte = line.recv(1)
        if not byte:
            raise ConnectionResetError
        said += byte
    return said


def _status(head: bytes) -> int:
    """The status of an answer's first line (RFC 9112, 4)."""
    version, status, *_ = head.split(b" ", 2)
    if not version.startswith(b"HTTP/1."):
        raise ValueError
    return int(status)
