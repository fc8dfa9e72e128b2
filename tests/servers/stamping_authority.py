"""A fake of a time-stamping authority (RFC 3161): OpenSSL answers, behind a small HTTP server of ours."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """
[tsa]
default_tsa = it
[it]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class StampingAuthority:
    """An authority with a root certificate and one that stamps.

    Args:
        folder: an empty one for its keys.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        #: the root certificate that whoever trusts it keeps
        self.root = folder / "root.pem"
        #: what it does with a request: "stamp" it, "fail", or stamp the one "before" again
        self.mood = "stamp"
        #: where it listens
        self.address = ""
        #: every query that it got
        self.asked: list[bytes] = []
        root_key, stamp_key = (generate_private_key(SECP256R1()) for _ in range(2))
        root = _certificate("Invented Root", root_key, "Invented Root", root_key, stamps=False)
        stamp = _certificate("Invented Authority", stamp_key, "Invented Root", root_key, stamps=True)
        self.root.write_bytes(root.public_bytes(Encoding.PEM))
        (folder / "stamp.pem").write_bytes(stamp.public_bytes(Encoding.PEM))
        (folder / "stamp.key").write_bytes(
            stamp_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        (folder / "openssl.cnf").write_text(CONFIG.format(folder=folder))

    def answer(self, query: bytes) -> bytes:
        """Stamp a query."""
        self.asked.append(query)
        (self._folder / "query").write_bytes(self.asked[-2] if self.mood == "before" else query)
        command = ["openssl", "ts", "-reply", "-config", "openssl.cnf", "-queryfile", "query", "-inkey"]
        made = [*command, "stamp.key", "-signer", "stamp.pem", "-out", "reply"]
        subprocess.run(made, cwd=self._folder, check=True, capture_output=True)
        return (self._folder / "reply").read_bytes()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Answer over HTTP."""
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                if authority.mood == "fail":
                    self.send_error(503)
                    return
                reply = authority.answer(query)
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            self.address = f"http://127.0.0.1:{server.server_address[1]}/"
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _certificate(
    name: str, key: EllipticCurvePrivateKey, issuer: str, by: EllipticCurvePrivateKey, *, stamps: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_called(name))
        .issuer_name(_called(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=not stamps, path_length=None), critical=True)
    )
    if stamps:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(by, SHA256())


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
