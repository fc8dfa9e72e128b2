"""Encrypted far sides of a campus: an authority of its own, and real HTTPS servers with its certificates."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import trustme


@dataclass
class Campus:
    """An authority that this machine does not know by itself.

    Args:
        folder: takes its files.
        authority: issues certificates.
    """

    folder: Path
    authority: trustme.CA = field(default_factory=trustme.CA)

    @property
    def ca(self) -> Path:
        """The file of its certificate."""
        file = self.folder / "campus-ca.pem"
        self.authority.cert_pem.write_to_path(str(file))
        return file

    def server(
        self, *names: str, expired: bool = False, wants_ours: bool = False, newest: bool = True
    ) -> ssl.SSLContext:
        """What a server with a certificate of this authority makes its lines with.

        Args:
            names: for which names and addresses the certificate is good.
            expired: whether its time is over.
            wants_ours: whether it demands a certificate of the client, by the same authority.
            newest: whether it speaks TLS 1.3, which refuses a client only after the handshake.
        """
        ended = datetime.now(UTC) - timedelta(days=1) if expired else None
        begun = ended and ended - timedelta(days=1)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(*names, not_before=begun, not_after=ended).configure_cert(context)
        if wants_ours:
            context.verify_mode = ssl.CERT_REQUIRED
            self.authority.configure_trust(context)
        if not newest:
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        return context

    def ours(self, name: str = "tatflow") -> Path:
        """A file with a certificate of ours and its key."""
        file = self.folder / f"{name}.pem"
        self.authority.issue_cert(f"{name}.example.edu").private_key_and_cert_chain_pem.write_to_path(
            str(file)
        )
        return file


@contextmanager
def encrypting(line: socket.socket, context: ssl.SSLContext) -> Iterator[ssl.SSLSocket | None]:
    """Encrypt a line as its server; gives None when the client is refused, once that was heard."""
    with context.wrap_socket(line, server_side=True, do_handshake_on_connect=False) as encrypted:
        try:
            encrypted.do_handshake()
        except ssl.SSLError:
            yield None
            # As servers do that mean to be heard: what the other side still says is taken before it ends.
            with suppress(OSError):
                encrypted.shutdown(socket.SHUT_WR)
                while encrypted.recv(1000):
                    pass
        else:
            yield encrypted


class _Line(BaseHTTPRequestHandler):
    """Says which page it was asked for, or what its server says instead."""

    def do_GET(self) -> None:
        """Answer."""
        server = self.server
        assert isinstance(server, Served)
        server.asked.append(self.path)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(server.status)
        for name, value in server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(server.content)

    do_HEAD = do_POST = do_GET  # noqa: N815 - the server finds them by these names

    def log_message(self, *_: object) -> None:
        """Write nothing down."""


class Served(ThreadingHTTPServer):
    """A server over HTTPS; what it answers may be changed.

    Args:
        context: from :meth:`Campus.server`.
    """

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self._context = context
        self.asked: list[str] = []
        self.status, self.content = 200, b'["/page"]'
        self.headers: dict[str, str] = {}
        self.port = int(self.server_address[1])

    def finish_request(self, request: object, client_address: object) -> None:
        """Make the line encrypted, in a thread of its own."""
        assert isinstance(request, socket.socket)
        with encrypting(request, self._context) as line:
            if line is not None:
                _Line(line, client_address, self)

    def handle_error(self, request: object, client_address: object) -> None:
        """That the near side hung up is what a test expects."""


@contextmanager
def https(context: ssl.SSLContext) -> Iterator[Served]:
    """Serve over HTTPS for as long as a test needs it."""
    with Served(context) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
