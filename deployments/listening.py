"""Ports that this installation listens on: taken before the process that serves them starts.

So a port in use is noticed at once, no other server can slip in between, and whoever asks the port too early
waits instead of being refused.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from states.errors import NotReady


@contextmanager
def listening_socket(
    host: str, port: int, *, what: str = "a server", otherwise: str = "Stop that program."
) -> Iterator[socket.socket]:
    """A socket that listens on a port; this process's copy of it is closed at the end.

    Args:
        host: the address to listen on.
        port: the port; 0: any that is free.
        what: what listens there, as in "the Prefect server".
        otherwise: what to do when the port is taken, in sentences.

    Raises:
        NotReady: something else listens there.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(128)
        except OSError as error:
            message = (
                f"Port {port} is taken by another program, so {what} was not started; nothing was changed. "
                f"{otherwise}"
            )
            raise NotReady(message) from error
        yield listener
