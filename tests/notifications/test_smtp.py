"""Mail goes out by a real SMTP server: handed over once, told apart where not, and never unprotected."""

import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from deployments.supervision.listening import reserved_port
from notifications.channels import conversation, tunnel
from notifications.channels.smtp import SmtpChannel
from states.errors import StepFailed
from tests.notifications.handing_over import TO, Maker, saying, says_nothing, within
from tests.servers.forwarding_proxy import forwarding
from tests.servers.mail_server import mail_server
from tests.waiting import PATIENCE


class MailServer:
    """A mail server that answers RCPT with a given reply and keeps what it takes."""

    def __init__(self, reply: str = "250 OK") -> None:
        self.reply = reply
        self.taken: list[Envelope] = []
        self.protected: list[bool] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer with the given reply; like real servers, repeat the address in it."""
        del server, session, options
        if self.reply.startswith("2"):
            envelope.rcpt_tos.append(address)
            return self.reply
        return f"{self.reply} <{address}>"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message."""
        del server
        self.taken.append(envelope)
        self.protected.append(session.ssl is not None)
        return "250 taken"


def smtp(port: int, credentials: str = "", scheme: str = "smtp") -> SmtpChannel:
    """The channel to a local server."""
    return SmtpChannel(SecretStr(f"{scheme}://{credentials}127.0.0.1:{port}"), within(PATIENCE))


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A TLS context of a server on 127.0.0.1 that this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def test_smtp_hands_the_message_over(mail: Maker) -> None:
    """The server gets the mail with its id, for the recipient and nobody else."""
    handler = MailServer()
    with mail_server(handler) as server:
        await smtp(server.port).deliver(mail(), f"mailto:{TO}")
    (taken,) = handler.taken
    assert taken.rcpt_tos == [TO]
    assert taken.mail_from == "team@example.edu"
    assert isinstance(taken.content, bytes)
    assert message_from_bytes(taken.content)["Message-ID"] == mail()["Message-ID"]


@pytest.mark.parametrize(
    ("reply", "code", "permanent"),
    [
        ("450 mailbox busy", "mailbox_unavailable", False),
        ("421 closing", "channel_unavailable", False),
        ("550 no such user", "channel_refused", True),
        ("552 too much mail", "channel_refused", True),
    ],
)
async def test_smtp_tells_not_now_from_never(mail: Maker, reply: str, code: str, permanent: bool) -> None:  # noqa: FBT001
    """4xx is worth another try, 5xx is not; the server's reply, which repeats the address, goes nowhere."""
    with mail_server(MailServer(reply)) as server, pytest.raises(StepFailed) as failed:
        await smtp(server.port).deliver(mail(), TO)
    assert (failed.value.code, failed.value.permanent) == (code, permanent)
    assert says_nothing(failed.value)


async def test_a_mail_server_that_is_down_is_worth_another_try(mail: Maker) -> None:
    """Nobody listens: temporary."""
    with reserved_port() as port, pytest.raises(StepFailed) as failed:
        await smtp(port).deliver(mail(), TO)
    assert (failed.value.code, failed.value.permanent) == ("channel_unavailable", False)
    assert says_nothing(failed.value)


async def test_a_mail_server_that_never_answers_is_given_up_on(mail: Maker) -> None:
    """A listening port that says nothing does not hold a flow for ever."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = SecretStr(f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(StepFailed) as failed:
            await SmtpChannel(url, within(0.2)).deliver(mail(), TO)
    assert failed.value.code == "channel_unavailable"


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_mail_server_that_drips_is_given_up_on_as_a_whole(
    mail: Maker, certificate: ssl.SSLContext, scheme: str
) -> None:
    """Each byte comes in time, all of them never would: no thread listens for longer than it may in all."""
    with saying(b"2", 0.02, certificate if scheme == "smtps" else None) as server:
        channel = SmtpChannel(SecretStr(f"{scheme}://{server}"), within(PATIENCE, whole=0.5))
        with pytest.raises(StepFailed) as failed:
            await channel.deliver(mail(), TO)
    assert (failed.value.code, failed.value.permanent) == ("channel_unavailable", False)
    assert says_nothing(failed.value)


async def test_a_mail_server_that_never_ends_its_reply_is_given_up_on(
    mail: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Line after line of one reply, faster than anybody reads: it ends, and is not kept in memory."""
    monkeypatch.setattr(conversation, "MOST_SAID", 100_000)
    with saying(b"220-and another thing\r\n" * 100, 0.0) as server, pytest.raises(StepFailed) as failed:
        await SmtpChannel(SecretStr(f"smtp://{server}"), within(PATIENCE)).deliver(mail(), TO)
    assert failed.value.code == "channel_unavailable"


@pytest.mark.parametrize("url", ["ftp://mail.example.edu", "smtp://", "smtp://mail.example.edu:port", "mail"])
async def test_a_wrong_smtp_url_is_permanent(mail: Maker, url: str) -> None:
    """Trying again does not mend a setting."""
    with pytest.raises(StepFailed) as failed:
        await SmtpChannel(SecretStr(url)).deliver(mail(), TO)
    assert (failed.value.code, failed.value.permanent) == ("channel_misconfigured", True)
    assert failed.value.__context__ is None


async def test_a_password_is_never_sent_unprotected(mail: Maker) -> None:
    """A server without STARTTLS gets no password, and no message either."""
    seen: list[object] = []

    def listen(*asked: object) -> AuthResult:
        seen.append(asked[-1])
        return AuthResult(success=True)

    handler = MailServer()
    with (
        mail_server(handler, auth_require_tls=False, authenticator=listen) as server,
        pytest.raises(StepFailed) as failed,
    ):
        await smtp(server.port, "user:secret@").deliver(mail(), TO)
    assert (failed.value.code, failed.value.permanent) == ("channel_misconfigured", True)
    assert not handler.taken
    assert not seen


@pytest.mark.parametrize(
    ("password", "code"),
    [("s%40cret", None), ("wrong", "login_refused"), ("p%C3%A9p", "channel_misconfigured")],
)
async def test_signing_in_goes_through_starttls(
    mail: Maker, certificate: ssl.SSLContext, password: str, code: str | None
) -> None:
    """A right password delivers under TLS; a wrong one is a setting to mend."""

    def check(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        del server, session, envelope, mechanism
        return AuthResult(success=data.password == b"s@cret", handled=False)

    handler = MailServer()
    with mail_server(handler, tls_context=certificate, authenticator=check) as server:
        channel = smtp(server.port, f"user:{password}@")
        if code is None:
            await channel.deliver(mail(), TO)
            assert handler.protected == [True]
        else:
            with pytest.raises(StepFailed) as failed:
                await channel.deliver(mail(), TO)
            assert (failed.value.code, failed.value.permanent) == (code, True)
            assert says_nothing(failed.value)


async def test_a_server_with_a_certificate_nobody_vouches_for_gets_nothing(
    mail: Maker, certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Encrypted to a stranger is not protected."""
    monkeypatch.delenv("SSL_CERT_FILE")
    handler = MailServer()
    with mail_server(handler, tls_context=certificate) as server, pytest.raises(StepFailed) as failed:
        await smtp(server.port).deliver(mail(), TO)
    assert (failed.value.code, failed.value.permanent) == ("certificate_unknown", False)
    assert not handler.taken


async def test_smtps_speaks_tls_from_the_first_byte(mail: Maker, certificate: ssl.SSLContext) -> None:
    """The other common kind of mail server."""
    handler = MailServer()
    with mail_server(handler, ssl_context=certificate) as server:
        await smtp(server.port, scheme="smtps").deliver(mail(), TO)
    assert len(handler.taken) == 1


#: a mail server that only the proxy can look up; and how the proxy is signed in at
FAR, LOGIN = "mail.example.edu", "tatflow:Zq7-of-the-proxy"


@pytest.mark.parametrize(("scheme", "host"), [("smtp", FAR), ("smtps", "127.0.0.1")])
async def test_mail_goes_through_a_proxy_where_one_is_named(
    mail: Maker, tmp_path: Path, certificate: ssl.SSLContext, scheme: str, host: str
) -> None:
    """The first word of the server is not lost in the tunnel, and what is encrypted stays so."""
    handler = MailServer()
    # aiosmtpd takes `ssl_context` for a server that is encrypted from its first byte.
    encrypted: dict[str, Any] = {"ssl_context": certificate} if scheme == "smtps" else {}
    with mail_server(handler, **encrypted) as server:
        there = f"{host}:{server.port}"
        with forwarding(tmp_path, {there: server.port}, login=LOGIN) as proxy:
            through = SecretStr(proxy.url.replace("//", f"//{LOGIN}@"))
            await SmtpChannel(SecretStr(f"{scheme}://{there}"), within(PATIENCE), proxy=through).deliver(
                mail(), TO
            )
            assert proxy.asked == [f"CONNECT {there} HTTP/1.1"]
    assert len(handler.taken) == 1


async def test_a_proxy_that_lets_no_mail_out_is_named_as_what_it_is(mail: Maker, tmp_path: Path) -> None:
    """Each by its code, worth another try, with nothing that the proxy said, and no password."""

    async def failed(proxy: str, host: str = FAR, whole: float = PATIENCE) -> tuple[str, bool]:
        channel = SmtpChannel(
            SecretStr(f"smtp://{host}:25"), within(PATIENCE, whole=whole), proxy=SecretStr(proxy)
        )
        with pytest.raises(StepFailed) as caught:
            await channel.deliver(mail(), TO)
        assert says_nothing(caught.value)
        return caught.value.code, caught.value.permanent

    with reserved_port() as nobody, forwarding(tmp_path, {f"{FAR}:25": nobody}, login=LOGIN) as proxy:
        known = proxy.url.replace("//", f"//{LOGIN}@")
        assert await failed(known) == ("channel_unavailable", False)
        assert await failed(known, "elsewhere.example.edu") == ("proxy_refused", False)
        assert await failed(proxy.url) == ("proxy_refused", False)
        assert await failed(f"http://127.0.0.1:{nobody}") == ("proxy_unreachable", False)
    with saying(b"H", 0.02) as dripping:
        assert await failed(f"http://{dripping}", whole=0.5) == ("proxy_unreachable", False)
    for address in (
        "proxy.example.edu:3128",
        "http://proxy.example.edu",
        "socks5://proxy.example.edu:1",
        "http://p:x",
    ):
        assert await failed(address) == ("proxy_misread", False)


def test_what_the_mail_server_says_right_behind_the_proxys_word_is_not_lost() -> None:
    """A mail server speaks first; and a proxy that does not come to its end is given up on."""
    proxy = tunnel.proxy_at(SecretStr("http://proxy.example.edu:3128"))
    assert proxy is not None
    until = time.monotonic() + PATIENCE
    for head, code in (
        (b"HTTP/1.1 200 OK\r\nVia: x\r\n\r\n", ""),
        (b"HTTP/1.1 200 OK\r\nVia: " + b"x" * tunnel.MOST_SAID + b"\r\n\r\n", "proxy_unreachable"),
    ):
        ours, theirs = socket.socketpair()
        with theirs:
            theirs.sendall(head + b"220 here\r\n")
            theirs.shutdown(socket.SHUT_WR)
            if code:
                with pytest.raises(StepFailed, match=f"^{code}$"):
                    tunnel.tunnel(proxy, FAR, 25, connect=lambda *_, line=ours: line, until=until)
                continue
            with tunnel.tunnel(proxy, FAR, 25, connect=lambda *_, line=ours: line, until=until) as line:
                assert line.recv(100) == b"220 here\r\n"
            assert theirs.recv(1000).startswith(b"CONNECT mail.example.edu:25 HTTP/1.1\r\n")
