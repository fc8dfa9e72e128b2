"""Ports that this installation listens on: taken before the process that serves them starts.

So a port in use is noticed at once, no other server can slip in between, and whoever asks the port too early
waits instead of being refused.
"""

import socket
from collections.abc import Iterator, Sequence
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


@contextmanager
def reserved_port(ports: Sequence[int] = (0,)) -> Iterator[int]:
    """A port for a server that is yet to start: while the block lasts, nobody else gets it by chance.

    It is taken for oneself alone, so that of two who look for one at once each gets another; only then may a
    server have it, too, that asks for this very number with ``SO_REUSEADDR``, as most do.

    Args:
        ports: tried in this order; 0: any that is free.

    Raises:
        NotReady: every one of them is taken.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as holder:
        for port in ports:
            try:
                holder.bind(("127.0.0.1", port))
            except OSError:
                continue
            break
        else:
            raise NotReady(
                f"The ports {ports[0]} to {ports[-1]} are all taken by other programs; nothing was started. "
                "Stop one of those programs, then start again."
            )
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        yield int(holder.getsockname()[1])
