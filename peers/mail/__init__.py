"""Our mail, as it is really sent, and two mail servers of other hands: Exim from Debian, and aiosmtpd."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from notifications.channels.envelope import build, message_id
from notifications.channels.ways import channel_for
from notifications.messages.registry import MESSAGES
from notifications.messages.rendering import render
from peers.installing import python, unpacked, unpacked_version, version
from peers.mail.exim import PACKAGES, exim
from peers.mail.keeper import keeper
from peers.mail.server import LATER, NOT_THERE, Running, Serve, Set
from peers.notes import Notes
from states.errors import StepFailed
from states.settings import Settings
from tests.servers.encrypted import Campus

LOGIN = ("team", "an-invented-password")

#: who sends and gets the mail, whom only a server with SMTPUTF8 takes, and an institution in three scripts
SENDER, CHAIR, UNUSUAL = "team@wnmu.example", "chair@wnmu.example", "sämi@wnmu.example"
INSTITUTION = "Universität Zürich-Süd, Πανεπιστήμιο, 大学"


def main(notes: Notes) -> None:
    """Try both."""
    with notes.about("exim4"):
        _try(notes, unpacked_version(unpacked(*PACKAGES), PACKAGES[0]), exim)
    with notes.about("aiosmtpd"):
        _try(notes, version(python(), "aiosmtpd"), keeper)


def _try(notes: Notes, peer: str, serve: Serve) -> None:
    with _campus() as campus:
        certificate = _certificate(campus)
        with _running(serve, Set(certificate, LOGIN)) as server:
            with notes.claim(
                peer, "says that a password is wrong, or that it wants one, and we say the same"
            ):
                wrong = ("team", "another-password")
                assert _failure(server, login=wrong, ca=campus.ca) == ("login_refused", True)
                assert _failure(server, ca=campus.ca) == ("login_missing", True)
                assert server.taken() == []
            with notes.claim(
                peer, "takes a notice over STARTTLS, by the campus's own authority, with a password"
            ):
                _send(server, login=LOGIN, ca=campus.ca)
                _is_there(server)
        others = _certificate(campus, "mail.wnmu.example")
        for what, shown, ca, code in (
            ("whose authority is unknown", certificate, None, "certificate_unknown"),
            ("whose certificate is another host's", others, campus.ca, "certificate_mismatch"),
        ):
            with _running(serve, Set(shown)) as server, notes.claim(peer, f"gets nothing, {what}"):
                assert _failure(server, ca=ca) == (code, False)
                assert server.taken() == []
    with _running(serve, Set()) as server:
        with notes.claim(peer, "takes a text in three scripts in eight bits"):
            _send(server)
            assert not _is_there(server).isascii()
        with notes.claim(peer, "refuses a mailbox that is not there, and that is for good"):
            assert _failure(server, to=f"{NOT_THERE}@wnmu.example") == ("channel_refused", True)
        with notes.claim(peer, "takes mail for an address in another script (SMTPUTF8)"):
            _send(server, to=UNUSUAL)
            _is_there(server, UNUSUAL)
        with notes.claim(peer, "greylists a mailbox (450), and takes the same mail when it is tried again"):
            later = f"{LATER}@wnmu.example"
            assert _failure(server, to=later) == ("mailbox_unavailable", False)
            _send(server, to=later)
            _is_there(server, later)
    with _running(serve, Set(eight_bits=False, any_script=False)) as server:
        with notes.claim(peer, "offers no 8BITMIME, and takes the same text in seven bits"):
            _send(server)
            assert _is_there(server).isascii()
        with notes.claim(peer, "offers no SMTPUTF8, and gets nothing for an address in another script"):
            assert _failure(server, to=UNUSUAL) == ("address_not_ascii", True)
            assert len(server.taken()) == 1
    with notes.claim(peer, "is away, and may be back"):
        assert _failure(server) == ("channel_unavailable", False)


@contextmanager
def _running(serve: Serve, wanted: Set) -> Iterator[Running]:
    with TemporaryDirectory(prefix="tat-peers-") as name, serve(wanted, Path(name)) as server:
        yield server


@contextmanager
def _campus() -> Iterator[Campus]:
    with TemporaryDirectory(prefix="tat-peers-") as name:
        # A server that gives up root's rights reads its certificate, too.
        Path(name).chmod(0o755)
        yield Campus(Path(name))


def _certificate(campus: Campus, name: str = "127.0.0.1") -> Path:
    file = campus.folder / f"{name}.pem"
    campus.authority.issue_cert(name).private_key_and_cert_chain_pem.write_to_path(str(file))
    return file


def _send(
    server: Running, to: str = CHAIR, login: tuple[str, str] | None = None, ca: Path | None = None
) -> None:
    """Send a notice as everything is sent; a repetition is the same mail."""
    signed_in = f"{':'.join(login)}@" if login else ""
    settings = Settings(
        smtp_url=SecretStr(f"smtp://{signed_in}127.0.0.1:{server.port}"),
        smtp_ca=str(ca or ""),
        sender=SENDER,
    )
    asyncio.run(channel_for(to, settings).deliver(_notice(to), to))


def _failure(
    server: Running, to: str = CHAIR, login: tuple[str, str] | None = None, ca: Path | None = None
) -> tuple[str, bool]:
    """What sending ends in: the code, and whether it is for good."""
    try:
        _send(server, to, login, ca)
    except StepFailed as failed:
        return failed.code, failed.permanent
    raise AssertionError("it was sent")


def _notice(to: str) -> EmailMessage:
    context = MESSAGES["team_notice"].sample.model_copy(update={"institution": INSTITUTION})
    return build(
        render("team_notice", context, own_channel=True),
        sender=SENDER,
        to=to,
        message_id=message_id("peers", to),
        date=datetime(2031, 3, 9, 16, 30, tzinfo=UTC),
    )


def _is_there(server: Running, to: str = CHAIR) -> bytes:
    """That one mail is there for a mailbox, and says what ours does; returns what came over the line."""
    (taken,) = (each for each in server.taken() if each.to == to)
    sent, read = _notice(to), message_from_bytes(taken.content, policy=policy.SMTPUTF8)
    for name in ("Message-ID", "Subject", "From", "To", "Auto-Submitted"):
        assert read[name] == sent[name], name
    for kind in ("plain", "html"):
        there, ours = read.get_body((kind,)), sent.get_body((kind,))
        assert there is not None, kind
        assert ours is not None, kind
        assert there.get_content().split() == ours.get_content().split(), kind
    assert INSTITUTION in " ".join(read.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]
    return taken.content
