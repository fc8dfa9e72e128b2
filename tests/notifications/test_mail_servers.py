"""Mail servers as campuses have them: their own authority, their own demands, and what they take."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from pydantic import SecretStr

from notifications.channels.addresses import is_own
from notifications.channels.smtp import SmtpChannel
from notifications.channels.terms import Terms
from notifications.channels.tls import USUAL, Papers
from states.errors import StepFailed
from tests.servers.encrypted import Campus, encrypting
from tests.servers.mail_server import mail_server
from tests.waiting import PATIENCE

Maker = Callable[..., EmailMessage]
TO = "chair@example.edu"

#: an address that only a server with SMTPUTF8 takes, and what a message may say in any script
UNUSUAL, TEXT = "sämi@exämple.example", "Grüße aus Zürich, 你好"

TERMS = Terms(timeout=PATIENCE, whole=PATIENCE, connections=4, purpose=" of a test")


class Server:
    """A mail server that keeps what it takes, and does not offer what it is told not to.

    Args:
        without: what it leaves out of what it offers.
    """

    def __init__(self, *without: str) -> None:
        self.without = without
        self.taken: list[Envelope] = []

    async def handle_EHLO(  # noqa: N802 - aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Say what it offers."""
        del server, envelope
        session.host_name = hostname
        return [line for line in responses if line[4:] not in self.without]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message."""
        del server, session
        self.taken.append(envelope)
        return "250 taken"


@pytest.fixture
def campus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Campus:
    """An authority that this machine is not told of."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    return Campus(tmp_path)


@contextmanager
def serving(scheme: str, context: ssl.SSLContext, handler: Server, **options: Any) -> Iterator[Controller]:
    """A server that is encrypted as the scheme of its address says."""
    how = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context}
    with mail_server(handler, **how, **options) as server:
        yield server


async def failure(url: str, mail: EmailMessage, to: str = TO, papers: Papers = USUAL) -> tuple[str, bool]:
    """What a hand-over ends in: the code, and whether it is for good; nothing else travels along."""
    with pytest.raises(StepFailed) as failed:
        await SmtpChannel(SecretStr(url), TERMS, papers).deliver(mail, to)
    assert failed.value.__context__ is None
    return failed.value.code, failed.value.permanent


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_certificate_is_named_as_what_it_is(mail: Maker, campus: Campus, scheme: str) -> None:
    """By STARTTLS and from the first byte; it may be over later, and nothing was sent."""
    handler = Server()
    for names, expired, trusted, code in (
        ("127.0.0.1", False, None, "certificate_unknown"),
        ("mail.example.edu", False, campus.ca, "certificate_mismatch"),
        ("127.0.0.1", True, campus.ca, "certificate_expired"),
        ("127.0.0.1", False, campus.folder / "gone.pem", "certificate_unreadable"),
    ):
        with serving(scheme, campus.server(names, expired=expired), handler) as server:
            url = f"{scheme}://127.0.0.1:{server.port}"
            assert await failure(url, mail(), papers=Papers(trusted)) == (code, False)
    assert handler.taken == []


async def test_a_server_that_wants_a_certificate_of_ours_gets_it(mail: Maker, campus: Campus) -> None:
    """And takes the message then."""
    handler = Server()
    with serving("smtp", campus.server("127.0.0.1", wants_ours=True), handler) as server:
        url = SecretStr(f"smtp://127.0.0.1:{server.port}")
        await SmtpChannel(url, TERMS, Papers(campus.ca, campus.ours())).deliver(mail(), TO)
    assert len(handler.taken) == 1


class Refusing(StreamRequestHandler):
    """A server's side of a line that ends where no certificate of the client is shown."""

    context: ssl.SSLContext
    at_once: bool

    def handle(self) -> None:
        """Speak until the line is encrypted; it is not, then."""
        if not self.at_once:
            self.wfile.write(b"220 mail.example.edu\r\n")
            self.rfile.readline()
            self.wfile.write(b"250-mail.example.edu\r\n250 STARTTLS\r\n")
            self.rfile.readline()
            self.wfile.write(b"220 go on\r\n")
        with encrypting(self.request, self.context):
            pass


@pytest.mark.parametrize("newest", [True, False])
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_certificate_of_ours_that_is_missing_is_named(
    mail: Maker, campus: Campus, scheme: str, *, newest: bool
) -> None:
    """Nobody looks for a network that is in order."""
    made = campus.server("127.0.0.1", wants_ours=True, newest=newest)
    handler = type("Handler", (Refusing,), {"context": made, "at_once": scheme == "smtps"})
    with ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        url = f"{scheme}://127.0.0.1:{server.server_address[1]}"
        refused = await failure(url, mail(), papers=Papers(campus.ca))
        server.shutdown()
        thread.join()
    assert refused == ("client_certificate_missing", False)


async def test_a_server_that_wants_to_know_who_we_are_says_so(mail: Maker, campus: Campus) -> None:
    """A URL without a name and a password is a setting to mend, and so is a wrong one."""
    handler = Server()

    def nobody(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    context = campus.server("127.0.0.1")
    options: dict[str, Any] = {"auth_required": True, "authenticator": nobody}
    with serving("smtp", context, handler, **options) as server:
        there = f"127.0.0.1:{server.port}"
        assert await failure(f"smtp://{there}", mail(), papers=Papers(campus.ca)) == ("login_missing", True)
        wrong = await failure(f"smtp://team:Zq7@{there}", mail(), papers=Papers(campus.ca))
        assert wrong == ("login_refused", True)
    assert handler.taken == []


@pytest.mark.parametrize("eight", [True, False])
async def test_eight_bits_are_sent_only_to_a_server_that_takes_them(mail: Maker, *, eight: bool) -> None:
    """To any other the same text goes in seven (RFC 6152)."""
    handler = Server() if eight else Server("8BITMIME", "SMTPUTF8")
    message = mail()
    message.get_body(("plain",)).set_content(f"{TEXT}\n")  # type: ignore[union-attr]
    before = message.as_bytes()
    with mail_server(handler) as server:
        await SmtpChannel(SecretStr(f"smtp://127.0.0.1:{server.port}"), TERMS).deliver(message, TO)
    (taken,) = handler.taken
    assert isinstance(taken.content, bytes)
    assert taken.content.isascii() is not eight
    assert ("BODY=8BITMIME" in taken.mail_options) is eight
    body = message_from_bytes(taken.content, policy=policy.default).get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == TEXT
    assert message.as_bytes() == before


async def test_an_address_in_another_script_goes_to_a_server_that_knows_it(mail: Maker) -> None:
    """With SMTPUTF8 it arrives as it is written (RFC 6531); without, the refusal names what is missing."""
    knows, knows_not = Server(), Server("SMTPUTF8")
    message = mail(to=UNUSUAL, own_channel=False)
    with mail_server(knows, enable_SMTPUTF8=True) as server:
        await SmtpChannel(SecretStr(f"smtp://127.0.0.1:{server.port}"), TERMS).deliver(message, UNUSUAL)
    (taken,) = knows.taken
    assert taken.rcpt_tos == [UNUSUAL]
    assert isinstance(taken.content, bytes)
    assert f"To: {UNUSUAL}\r\n".encode() in taken.content
    with mail_server(knows_not) as server:
        refused = await failure(f"smtp://127.0.0.1:{server.port}", message, UNUSUAL)
    assert refused == ("address_not_ascii", True)
    assert knows_not.taken == []


@pytest.mark.clause("W-39")
@pytest.mark.parametrize("domain", ["\u212aent.example", "kent.ex\u0430mple", "\uff4bent.example"])
def test_letters_that_only_look_like_our_domain_s_are_a_stranger_s(domain: str) -> None:
    """Or that become them in lower case."""
    assert not is_own(f"chair@{domain}", ["kent.example"])
