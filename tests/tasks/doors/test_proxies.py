"""What stands before the reception: the examples in ``docs/proxy`` start, and let signed tips through."""

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from console.http.connections import SERVER
from console.reception.app import reception
from deployments.supervision.listening import reserved_port
from tasks.desk import Desk
from tests.servers.programs import installed
from tests.servers.serving import serving
from tests.tasks.doors.conftest import TipLine
from tests.waiting import PATIENCE, until

EXAMPLES = Path(__file__).parents[3] / "docs" / "proxy"

TIP = {"id": "T-1", "text": "Somebody in my hall says that they will bring a gun on Friday."}

#: what nginx's own file says around what lies in conf.d; all that it writes stays in the test's folder
AROUND = """
daemon off;
pid {place}/nginx.pid;
events {{}}
http {{
    client_body_temp_path {place}/body;
    proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    include {place}/tatflow.conf;
}}
"""


def certify(place: Path) -> None:
    """Make a certificate for this machine that only this test believes in."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=2))
    made = made.not_valid_after(now + timedelta(days=2))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate = made.sign(key, hashes.SHA256())
    (place / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (place / "key.pem").write_bytes(key.private_bytes(*plain))


def _ours(text: str, place: Path, behind: str) -> str:
    for theirs, ours in {
        "/etc/ssl/certs/tat.example.edu.pem": f"{place}/certificate.pem",
        "/etc/ssl/private/tat.example.edu.key": f"{place}/key.pem",
        "127.0.0.1:8500": behind,
    }.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    return text


def nginx(place: Path, port: int, behind: str) -> list[str]:
    """How nginx is started with its example."""
    text = _ours((EXAMPLES / "nginx.conf").read_text(), place, behind)
    text = text.replace("listen 443", f"listen 127.0.0.1:{port}").replace("tat.example.edu", "localhost")
    (place / "tatflow.conf").write_text(text)
    (place / "nginx.conf").write_text(AROUND.format(place=place))
    return ["nginx", "-p", str(place), "-e", "stderr", "-c", str(place / "nginx.conf")]


def caddy(place: Path, port: int, behind: str) -> list[str]:
    """How Caddy is started with its example."""
    text = _ours((EXAMPLES / "Caddyfile").read_text(), place, behind)
    text = text.replace("\n{\n", "\n{\n\tadmin off\n\tauto_https disable_redirects\n", 1)
    (place / "Caddyfile").write_text(text.replace("\ntat.example.edu {", f"\nhttps://localhost:{port} {{"))
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(place / "Caddyfile")]


Command = Callable[[Path, int, str], list[str]]


@contextmanager
def standing_before(command: Command, place: Path, url: str) -> Iterator[str]:
    """Run a proxy before a reception; gives the address that the world knows it by."""
    certify(place)
    with reserved_port() as port:
        words = command(place, port, url.removeprefix("http://"))
        with (place / "said").open("wb") as said:
            home = {"HOME": str(place), "PATH": "/usr/sbin:/usr/bin:/bin"}
            process = subprocess.Popen(words, stdout=said, stderr=said, env=home)

        def answers() -> bool:
            assert process.poll() is None, (place / "said").read_text()
            with socket.socket() as tried:
                return tried.connect_ex(("127.0.0.1", port)) == 0

        try:
            until(answers, "the proxy does not start")
            yield f"https://localhost:{port}"
        finally:
            process.terminate()
            process.wait()


@pytest.mark.parametrize("command", [nginx, caddy])
def test_a_signed_tip_comes_through_the_example(
    command: Command, desk: Desk, tip_line: TipLine, tmp_path: Path
) -> None:
    """With TLS; a message that is too long stops at the proxy, and no secret link stands in a log."""
    installed(command.__name__)
    trusted = ssl.create_default_context()
    with serving(reception(desk), **SERVER) as url, standing_before(command, tmp_path, url) as outside:
        desk.settings.base_url = outside
        trusted.load_verify_locations(tmp_path / "certificate.pem")
        with httpx.Client(base_url=outside, verify=trusted, timeout=PATIENCE) as client:
            tip = tip_line.sign(client.build_request("POST", "/tips/safe?from=outside", json=TIP))
            assert client.send(tip).status_code == 202
            assert client.head("/health").status_code == 200
            long = client.post("/tips/safe", content=b"x" * 1_100_000)
            assert long.status_code == 413
            secret = "5ec2e7" + "0" * 58
            assert client.get(f"/m/{secret}").status_code == 404
    with (
        httpx.Client(base_url=outside, verify=trusted, timeout=PATIENCE) as client,
        pytest.raises(httpx.TransportError),
    ):
        client.get(f"/m/{secret}")
    assert secret not in (tmp_path / "said").read_text()
