"""An office gets a letter by mail, over real SMTP, and a link that works once."""

import os
import smtplib
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from states.casebook.referrals import answers
from states.errors import StepFailed
from states.vocabulary.effects import EffectKind, NoticeStatus
from states.vocabulary.leaving import ReferralKind, ReferralStatus
from tasks.desk import Desk
from tasks.doors.folders import Came, take_in
from tasks.doors.registry import Doors, MailFolderDoor
from tests.installations.seating import Seat
from tests.servers.mail_server import mail_server
from tests.states.looking import owed
from tests.tasks.offices.conftest import Sent

#: what stands for the subject and for the recommendation in invented cases
CONTENT = (b"invented-subject-name", b"invented-referral")


class Mailbox:
    """A mail server that keeps what it takes, or says what it is told to."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.refusal = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd names it
        """Take a message, or refuse it."""
        del server, session
        if self.refusal:
            return self.refusal
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        return "250 OK"

    def mail(self) -> EmailMessage:
        """The newest message."""
        return message_from_bytes(self.taken[-1], policy=policy.default)


@pytest.fixture
def mailbox(desk: Desk, seat: Seat) -> Iterator[Mailbox]:
    """The mail server that the desk sends by."""
    box = Mailbox()
    with mail_server(box) as server:
        url = SecretStr(f"smtp://127.0.0.1:{server.port}")
        settings = desk.settings.model_copy(update={"smtp_url": url})
        seat.take(Desk(settings, desk.book, desk.sources))
        yield box


class Deliverer:
    """A mail server that puts what it takes into a door's folder, as one file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Put a message into the folder, whole."""
        del server, session
        assert isinstance(envelope.content, bytes)
        arriving = self._folder / ".arriving"
        arriving.write_bytes(envelope.content)
        os.utime(arriving, (1, 1))
        arriving.rename(self._folder / "1.eml")
        return "250 OK"


def returned(mail: bytes) -> EmailMessage:
    """What a mail system sends back whose mailbox is gone (RFC 3464)."""
    report = EmailMessage()
    report["From"], report["Subject"] = "MAILER-DAEMON@mx.example", "Undelivered Mail Returned to Sender"
    report.set_content("The mailbox is not there.")
    report.add_attachment(message_from_bytes(b"Reporting-MTA: dns; mx.example\n\nAction: failed\n"))
    report.add_attachment(message_from_bytes(mail))
    report.replace_header("Content-Type", 'multipart/report; report-type="delivery-status"')
    report.get_payload(1).replace_header("Content-Type", "message/delivery-status")  # type: ignore[union-attr]
    return report


async def test_a_letter_that_comes_back_by_mail_is_heard_in_its_case(
    referral: Sent, mailbox: Mailbox, tmp_path: Path
) -> None:
    """Sent by SMTP, returned by SMTP, put into the door's folder: not delivered, and somebody is told."""
    referral.draft(ReferralKind.COUNSELLING)
    await referral.send()
    folder = tmp_path / "mail"
    folder.mkdir()
    with mail_server(Deliverer(folder)) as server, smtplib.SMTP("127.0.0.1", server.port) as client:
        client.send_message(returned(mailbox.taken[-1]), "", ["team@wnmu.example"])
    door = MailFolderDoor(use="mail_folder", site="silver_city", folder=folder)
    assert take_in(referral.walk.book, Doors({"mailroom": door})).total == Came(answered=1)
    (notice,) = referral.walk.records(referral.number, "notices")
    assert notice["status"] == NoticeStatus.NOT_DELIVERED
    assert EffectKind.REMIND in owed(referral.walk.book, referral.number)


def link_of(mail: EmailMessage) -> str:
    """The link in a message."""
    text = mail.get_body(("plain",))
    assert text is not None
    (link,) = {word for word in text.get_content().split() if "/referrals/answer/" in word}
    return str(link)


@pytest.mark.clause("W-44")
async def test_inside_the_team_s_mail_the_letter_is_attached(referral: Sent, mailbox: Mailbox) -> None:
    """As a PDF, with a link that answers; neither subject nor text names anybody."""
    referral.draft(ReferralKind.COUNSELLING)
    row = await referral.send()
    mail = mailbox.mail()
    assert (mail["To"], row["status"], row["way"]) == (
        "counseling@wnmu.example",
        ReferralStatus.SENT,
        "mail",
    )
    (letter,) = mail.iter_attachments()
    assert (letter.get_content_type(), letter.get_filename()) == ("application/pdf", "referral.pdf")
    assert letter.get_content().startswith(b"%PDF-")
    assert not any(word in mailbox.taken[-1] for word in CONTENT)
    (notice,) = referral.walk.records(referral.number, "notices")
    told = (notice["recipient"], notice["message_id"], notice["status"])
    # So a letter that comes back is heard in its case, and somebody is told.
    assert told == ("counselling", mail["Message-ID"], NoticeStatus.SENT)
    asked = answers.asked(referral.walk.book, link_of(mail).rpartition("/")[2])
    assert (asked.number, asked.office) == (referral.number, "counselling")


@pytest.mark.clause("A-05", "W-39")
async def test_mail_that_leaves_carries_a_number_and_a_link(referral: Sent, mailbox: Mailbox) -> None:
    """And no content: the letter is read behind the link."""
    referral.draft(ReferralKind.SOCIAL_SERVICES)
    await referral.send()
    mail = mailbox.mail()
    assert mail["To"] == "intake@social-services.example"
    assert referral.number in mail["Subject"]
    assert link_of(mail)
    assert list(mail.iter_attachments()) == []
    assert "X-Tatflow-Message" not in mail
    assert b"support" not in mailbox.taken[-1], "not even what is recommended"


async def test_a_second_attempt_is_the_same_mail(referral: Sent, mailbox: Mailbox) -> None:
    """After a crash before it was recorded: the same Message-ID, the same link, the same bytes."""
    referral.draft(ReferralKind.COUNSELLING)
    await referral.send()
    await referral.send()
    assert len(mailbox.taken) == 2
    assert mailbox.taken[0] == mailbox.taken[1]


@pytest.mark.parametrize(
    ("refusal", "code"), [("451 Later", "mailbox_unavailable"), ("550 Sam Sample", "channel_refused")]
)
async def test_a_server_that_refuses_holds_the_referral_up(
    referral: Sent, mailbox: Mailbox, refusal: str, code: str
) -> None:
    """The case shows why in a code, and another attempt heals it."""
    referral.draft(ReferralKind.COUNSELLING)
    mailbox.refusal = refusal
    with pytest.raises(StepFailed, match=code) as failure:
        await referral.send()
    assert "Sam" not in repr(failure.value)
    assert (referral.row()["status"], referral.row()["code"]) == (ReferralStatus.DRAFTED, code)
    mailbox.refusal = ""
    row = await referral.send()
    assert (row["status"], row["code"]) == (ReferralStatus.SENT, "")
