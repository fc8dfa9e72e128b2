"""Real hand-overs: a folder, a real SMTP server, a real HTTP server."""

import asyncio
import json
import logging
import socket
import ssl
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from deployments.listening import reserved_port
from notifications.channels import OutboxChannel, SmtpChannel, channel_for
from notifications.chat import AppriseChannel
from notifications.envelope import message_id
from notifications.terms import Terms
from states.errors import BadInput, StepFailed
from states.settings import Settings
from tests.mail_server import mail_server
from tests.waiting import PATIENCE

Maker = Callable[..., EmailMessage]
TO = "chair@example.edu"


#: apprise imports all of its channels at the first use, and one of them imports what Python 3.13 takes away
apprise_loads_everything = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


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


def within(timeout: float) -> Terms:
    """Terms for a test that does not wait for long."""
    return Terms(timeout=timeout, connections=4, purpose=" of a test")


def files(folder: Path) -> list[Path]:
    """What a folder holds."""
    return list(folder.iterdir())


def says_nothing(failure: BaseException) -> bool:
    """Whether neither the error nor anything chained to it names the recipient."""
    return TO not in "".join(traceback.format_exception(failure)) and failure.__context__ is None


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


async def test_the_outbox_keeps_a_message_as_one_readable_file(tmp_path: Path, mail: Maker) -> None:
    """The file is a whole mail, readable by its owner only, and its name tells nothing."""
    channel = OutboxChannel(tmp_path / "outbox")
    message = mail()
    await channel.deliver(message, TO)
    (file,) = files(tmp_path / "outbox")
    assert file == channel.path_of(message)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert "TAT" not in file.name
    assert "chair" not in file.name
    assert message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"] == message["Subject"]


async def test_the_outbox_takes_the_same_message_once(tmp_path: Path, mail: Maker) -> None:
    """Delivering again, at the same time or later, leaves one file; another message makes another."""
    channel = OutboxChannel(tmp_path)
    await asyncio.gather(*(channel.deliver(mail(), TO) for _ in range(10)))
    await channel.deliver(mail(), TO)
    assert len(files(tmp_path)) == 1
    await channel.deliver(mail(message_id=message_id("effect-2")), TO)
    assert len(files(tmp_path)) == 2


async def test_an_outbox_that_cannot_be_written_is_a_temporary_failure(tmp_path: Path, mail: Maker) -> None:
    """A file where the folder should be: the effect is tried again later, and the error names no one."""
    (tmp_path / "outbox").write_text("in the way")
    with pytest.raises(StepFailed) as failed:
        await OutboxChannel(tmp_path / "outbox").deliver(mail(), TO)
    assert (failed.value.code, failed.value.permanent) == ("outbox_unwritable", False)
    assert says_nothing(failed.value)


async def test_a_failed_write_leaves_no_half_message(tmp_path: Path, mail: Maker) -> None:
    """The file appears whole or not at all."""
    channel = OutboxChannel(tmp_path)
    message = mail()
    channel.path_of(message).mkdir()
    with pytest.raises(StepFailed):
        await channel.deliver(message, TO)
    assert files(tmp_path) == [channel.path_of(message)]


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
    [("s%40cret", None), ("wrong", "channel_misconfigured"), ("p%C3%A9p", "channel_misconfigured")],
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
    assert (failed.value.code, failed.value.permanent) == ("channel_unavailable", False)
    assert not handler.taken


async def test_smtps_speaks_tls_from_the_first_byte(mail: Maker, certificate: ssl.SSLContext) -> None:
    """The other common kind of mail server."""
    handler = MailServer()
    with mail_server(handler, ssl_context=certificate) as server:
        await smtp(server.port, scheme="smtps").deliver(mail(), TO)
    assert len(handler.taken) == 1


class WebHook(BaseHTTPRequestHandler):
    """A chat channel's receiving end."""

    status = 200
    received: list[dict[str, object]]

    def do_POST(self) -> None:
        """Keep what was posted."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append(json.loads(body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing on the test's output."""


@pytest.fixture
def hook() -> Iterator[tuple[str, type[WebHook]]]:
    """A running web hook: its apprise URL, and the handler that keeps what it receives."""
    handler = type("Hook", (WebHook,), {"received": []})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"json://127.0.0.1:{server.server_port}/secret-token", handler
        server.shutdown()
        thread.join()


@apprise_loads_everything
async def test_apprise_carries_subject_and_text(mail: Maker, hook: tuple[str, type[WebHook]]) -> None:
    """A chat channel gets what an alarm tells on any channel: case, link, level and kind."""
    url, handler = hook
    await AppriseChannel().deliver(mail("alert_police", own_channel=False, to=url), url)
    (posted,) = handler.received
    whole = "EMERGENCY Main campus, weapon, named target: call 555-0100 now (TAT-2026-0001)"
    assert posted["title"] == whole
    assert "https://tat.example.edu/cases/TAT-2026-0001" in str(posted["message"])
    assert "Extreme" in str(posted["message"])


@pytest.mark.clause("W-39")
async def test_apprise_refuses_a_message_with_content(mail: Maker, hook: tuple[str, type[WebHook]]) -> None:
    """A mistake further up cannot send the team's own words to a stranger's channel."""
    url, handler = hook
    with pytest.raises(StepFailed) as failed:
        await AppriseChannel().deliver(mail(own_channel=True), url)
    assert (failed.value.code, failed.value.permanent) == ("content_withheld", True)
    assert not handler.received


@apprise_loads_everything
async def test_a_chat_channel_that_fails_is_worth_another_try(
    mail: Maker, hook: tuple[str, type[WebHook]], caplog: pytest.LogCaptureFixture
) -> None:
    """A server error is temporary, and no log line holds the channel's token."""
    url, handler = hook
    handler.status = 503
    caplog.set_level(logging.DEBUG, logger="apprise")
    with pytest.raises(StepFailed) as failed:
        await AppriseChannel().deliver(mail(own_channel=False, to=url), url)
    assert (failed.value.code, failed.value.permanent) == ("channel_unavailable", False)
    assert "secret-token" not in caplog.text


@apprise_loads_everything
async def test_a_url_that_apprise_does_not_know_is_permanent(mail: Maker) -> None:
    """A misspelt scheme is a setting to mend."""
    with pytest.raises(StepFailed) as failed:
        await AppriseChannel().deliver(mail(own_channel=False), "carrierpigeon://loft")
    assert (failed.value.code, failed.value.permanent) == ("channel_misconfigured", True)


def test_the_address_and_the_settings_choose_the_channel(tmp_path: Path) -> None:
    """Mailboxes go by SMTP when a server is set and to the outbox when not; everything else by apprise."""
    alone = Settings(home=tmp_path)
    served = Settings(home=tmp_path, smtp_url=SecretStr("smtp://mail.example.edu"))
    assert isinstance(channel_for(TO, alone), OutboxChannel)
    assert isinstance(channel_for(f"mailto:{TO}", served), SmtpChannel)
    assert isinstance(channel_for("json://127.0.0.1/x", served), AppriseChannel)
    with pytest.raises(BadInput):
        channel_for("nobody", served)
