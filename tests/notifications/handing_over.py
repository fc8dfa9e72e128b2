"""What tests of channels share: terms that are soon over, and errors that name nobody."""

import socket
import ssl
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from notifications.channels.terms import Terms
from tests.waiting import PATIENCE

Maker = Callable[..., EmailMessage]


TO = "chair@example.edu"


def within(timeout: float, whole: float = PATIENCE) -> Terms:
    """Terms for a test that does not wait for long."""
    return Terms(timeout=timeout, whole=whole, connections=4, purpose=" of a test")


def says_nothing(failure: BaseException) -> bool:
    """Whether neither the error nor anything chained to it names the recipient."""
    return TO not in "".join(traceback.format_exception(failure)) and failure.__context__ is None


@contextmanager
def saying(words: bytes, pause: float, secured: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server that says the same again and again: host and port."""

    def speak() -> None:
        with suppress(OSError):
            line, _ = door.accept()
            with line if secured is None else secured.wrap_socket(line, server_side=True) as near:
                while not over.wait(pause):
                    near.sendall(words)

    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as door:
        speaking = threading.Thread(target=speak, daemon=True)
        speaking.start()
        yield f"127.0.0.1:{door.getsockname()[1]}"
        over.set()
        speaking.join(PATIENCE)
