"""Mails of shapes that other programs write: nested, packed, encrypted, in other languages (M-01, W-12)."""

import struct
from base64 import b64decode, encodebytes
from email.message import EmailMessage

import compressed_rtf  # type: ignore[import-untyped]
import pytest

from tasks.doors.letters import Letter, Sort, read_letter
from tasks.doors.mail.parts import CLOSED
from tasks.doors.mail_reader import MailReader

HEAD = "From: Pat Example <pat@x.example>\nSubject: Concern\nMessage-ID: <m1@x.example>\n"

EITHER = "multipart/alternative"

#: a message of ours that came back
OURS = f"<{'a' * 40}@tatflow.invalid>"


def read(mail: str | bytes) -> Letter:
    """What a mail says."""
    return read_letter(mail.encode() if isinstance(mail, str) else mail)


def of_parts(kind: str, *parts: str) -> str:
    """A mail of several parts."""
    inside = "".join(f"--x\n{part}\n" for part in parts)
    return f"{HEAD}Content-Type: {kind}; boundary=x\n\n{inside}--x--\n"


def in_base64(kind: str, data: bytes) -> str:
    """A part in Base64."""
    return f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n\n{encodebytes(data).decode()}"


def nested() -> bytes:
    """Alternatives in related parts in mixed ones, as Python's own library writes them."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Pat Example <pat@x.example>", "Concern"
    mail.set_content("He did.\n")
    mail.add_alternative("<p>He did.<img src='cid:1@x'></p>", subtype="html")
    page = mail.get_payload(1)
    assert isinstance(page, EmailMessage)
    page.add_related(b"a picture", "image", "png", cid="<1@x>")
    mail.add_attachment("He did it again.\n", filename="Grüße und mehr.txt")
    return mail.as_bytes()


def in_each_other(depth: int) -> str:
    """A mail in a mail in a mail."""
    mail = "From: Sam Sample <sam@x.example>\nSubject: the first\n\nI will."
    for number in range(depth):
        mail = f"From: P{number} <p{number}@x.example>\nContent-Type: message/rfc822\n\n{mail}"
    return mail


INVITED = "BEGIN:VCALENDAR\nMETHOD:{method}\nBEGIN:VEVENT\nSUMMARY:Talk\n{more}END:VEVENT\nEND:VCALENDAR\n"


def calendar(method: str, more: str = "") -> str:
    """A part that is a calendar's entry."""
    entry = INVITED.format(method=method, more=more)
    return f"Content-Type: text/calendar; method={method}\n\n{entry}"


@pytest.mark.parametrize(
    ("mail", "text", "files"),
    [
        (nested(), "He did.\n\n[Attached: Grüße und mehr.txt]\nHe did it again.", ["", "Grüße und mehr.txt"]),
        (f"{HEAD}Content-Type: text/plain; charset=unicode-1-1-utf-7\n\nT+APw-r +AD0- 5", "Tür = 5", []),
        (f"{HEAD}Content-Type: text/plain; charset=x-unknown\n\nTür", "Tür", []),
        (f"{HEAD}Content-Type: text/plain; charset=x-unknown\n\nTür".encode("cp1252"), "Tür", []),
        (f"{HEAD}Content-Type: text/plain\n\nTür", "Tür", []),
        (
            of_parts(
                EITHER,
                "Content-Type: text/plain\n\nLunch on Friday?",
                "Content-Type: text/html\n\n<p>I will shoot <br>on Friday</p>",
            ),
            "Lunch on Friday?\n\nI will shoot\non Friday",
            [],
        ),
        (
            of_parts(
                "multipart/mixed",
                "Content-Type: application/pdf;\n name*0*=utf-8''caf%C3%A9;\n name*1*=%20plan.pdf\n\n%PDF",
            ),
            "",
            ["café plan.pdf"],
        ),
        (
            of_parts(
                "multipart/mixed",
                in_base64('application/octet-stream; name="a.eml"', b"From: s@x.example\n\nI will."),
            ),
            "[Forwarded mail]\nFrom: s@x.example\n\nI will.",
            [],
        ),
        # Nobody can read these here: whoever screens the report is told.
        (
            HEAD + in_base64("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", b"0"),
            CLOSED,
            ["smime.p7m"],
        ),
        (HEAD + in_base64("application/octet-stream; name=smime.p7m", b"\x30\x82"), CLOSED, ["smime.p7m"]),
        (
            of_parts(
                'multipart/encrypted; protocol="application/pgp-encrypted"',
                "Content-Type: application/pgp-encrypted\n\nVersion: 1",
                "Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----",
            ),
            CLOSED,
            ["", "encrypted.asc"],
        ),
        (f"{HEAD}\n-----BEGIN PGP MESSAGE-----\nx", f"{CLOSED}\n\n-----BEGIN PGP MESSAGE-----\nx", []),
        # What a calendar's entry says is read; of an answer to one, what somebody added.
        (HEAD + calendar("REQUEST", "DESCRIPTION:I will\\, on\n  Monday\n"), "Talk\nI will, on Monday", [""]),
        (HEAD + calendar("REPLY", "COMMENT;LANGUAGE=en:He is here\n"), "He is here", [""]),
    ],
)
def test_whatever_a_mail_is_packed_in_its_words_are_read_or_said_to_be_closed(
    mail: str | bytes, text: str, files: list[str]
) -> None:
    """Nothing that is in it vanishes: what is no text is a file, by its name."""
    letter = read(mail)
    assert (letter.text, [file.name for file in letter.files]) == (text, files)
    assert letter.sort is Sort.WRITTEN


def test_a_mail_is_read_that_was_passed_on_ten_times_and_kept_whole_where_more_often() -> None:
    """Ten deep, its words stand in the report; forty deep, they stand in a file of it."""
    assert "I will." in read(in_each_other(10)).text
    (file,) = read(in_each_other(40)).files
    assert b"I will." in b64decode(file.data)


def rich(rtf: bytes) -> bytes:
    """A `winmail.dat` whose only text is compressed RTF (MS-OXTNEF 2.1.3, MS-OXRTFCP)."""
    packed = bytes(compressed_rtf.compress(rtf))
    said = struct.pack("<IHHII", 1, 0x0102, 0x1009, 1, len(packed)) + packed + bytes(-len(packed) % 4)
    head = struct.pack("<IHBHHI", 0x223E9F78, 1, 1, 0x9003, 6, len(said))
    return head + said + struct.pack("<H", sum(said) & 0xFFFF)


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1\ansi\ansicpg1252 He has a gun.\par T\'fcr 5\par}", "He has a gun.\nTür 5"),
        (
            (
                rb"{\rtf1\ansi\fromhtml1 {\fonttbl{\f0 Arial;}}{\*\htmltag84 <p>}He did.{\*\htmltag92 </p>}"
                rb"\htmlrtf\par\htmlrtf0 Twice\u8364?}"
            ),
            "He did.\nTwice€",
        ),
    ],
)
def test_a_winmail_dat_is_read_whose_only_text_is_compressed_rtf(rtf: bytes, text: str) -> None:
    """As Exchange packs it, with or without HTML hidden in it."""
    letter = read(HEAD + in_base64("application/ms-tnef; name=winmail.dat", rich(rtf)))
    assert (letter.text, letter.files) == (text, ())


def test_a_mail_with_a_long_film_is_read_within_its_limits() -> None:
    """Twenty megabytes attached, in the child that reads mails: it has the time and the memory for that."""
    film = in_base64("video/mp4; name=film.mp4", bytes(20_000_000))
    with MailReader(seconds=60) as reader:
        letter = reader.read(of_parts("multipart/mixed", "Content-Type: text/plain\n\nLook.", film).encode())
    assert letter is not None
    assert (letter.text, [file.name for file in letter.files]) == ("Look.", ["film.mp4"])


STATUS = (
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns;z\n\nFinal-Recipient: rfc822;y@z.example\n"
)
BACK = f"Content-Type: message/rfc822\n\nMessage-ID: {OURS}\n\nhello"


def report_of(head: str, words: str, *more: str) -> str:
    """A delivery report in the form of RFC 3464."""
    kind = "Content-Type: multipart/report; report-type=delivery-status; boundary=x"
    parts = "".join(f"--x\n{part}\n" for part in (f"Content-Type: text/plain\n\n{words}", *more))
    return f"{head}\n{kind}\n\n{parts}--x--\n"


@pytest.mark.parametrize(
    ("mail", "sort", "about"),
    [
        (
            report_of(
                "From: MAILER-DAEMON@z.example (Mail Delivery System)\nAuto-Submitted: auto-replied\n"
                "Subject: Undelivered Mail Returned to Sender",
                "This is the mail system at host z.example.",
                f"{STATUS}Action: failed\nStatus: 5.1.1",
                BACK,
            ),
            Sort.FAILED,
            True,
        ),
        (
            report_of(
                "From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@z.example>\n"
                f"Subject: Unzustellbar: Nachricht\nIn-Reply-To: {OURS}",
                "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen: y@z.example",
                f"{STATUS}Action: failed\nStatus: 5.1.10",
            ),
            Sort.FAILED,
            True,
        ),
        (
            (
                f"From: Systemadministrator <postmaster@z.example>\nSubject: Unzustellbar: Hallo\n"
                f"In-Reply-To: {OURS}\n\nIhre Nachricht hat einige oder alle Empfänger nicht erreicht."
            ),
            Sort.FAILED,
            True,
        ),
        (
            (
                "Return-Path: <>\nFrom: MAILER-DAEMON@z.example\nSubject: failure notice\n\nHi. This is "
                "the qmail-send program at z.example.\nI'm afraid I wasn't able to deliver it.\n\n"
                f"<y@z.example>:\nSorry, no mailbox here.\n\n--- Below\n\nMessage-ID: {OURS}\n\nx"
            ),
            Sort.FAILED,
            True,
        ),
        (
            (
                "X-Failed-Recipients: y@z.example\nAuto-Submitted: auto-replied\nFrom: Mail Delivery System "
                "<Mailer-Daemon@z.example>\nSubject: Mail delivery failed: returning message to sender\n\n"
                "A message that you sent could not be delivered.\n  y@z.example\n    Unrouteable address\n\n"
                f"------ This is a copy of the message ------\n\nMessage-ID: {OURS}\n\nx"
            ),
            Sort.FAILED,
            True,
        ),
        (
            (
                "From: Mail Delivery System <Mailer-Daemon@z.example>\nAuto-Submitted: auto-replied\nSubject:"
                " Warning: message 1a delayed 24 hours\n\nDelivery attempts will continue."
            ),
            Sort.DELAYED,
            False,
        ),
        (f"Subject: Abwesend: Ihre Nachricht\nIn-Reply-To: {OURS}\n\nBis Montag nicht da", Sort.ANSWER, True),
        ("Subject: Out-of-Office: Ihre Nachricht\n\nIch bin bis Montag nicht im Haus", Sort.ANSWER, False),
        ("Auto-Submitted: auto-replied\nSubject: Ich bin nicht da\n\nBis Montag", Sort.ANSWER, False),
        (f"In-Reply-To: {OURS}\n{HEAD}{calendar('REPLY')}", Sort.ANSWER, True),
        (of_parts(EITHER, "Content-Type: text/plain\n\n", calendar("REPLY")), Sort.ANSWER, False),
    ],
)
def test_what_a_machine_sends_is_known_in_the_forms_of_other_systems(
    mail: str, sort: Sort, *, about: bool
) -> None:
    """Postfix, Exchange, qmail and Exim; absence in German; an invitation accepted without a word."""
    letter = read(mail)
    assert (letter.sort, letter.by_machine) == (sort, True)
    assert (OURS in {*letter.originals, *letter.answered}) == about


def in_many_parts(depth: int) -> str:
    """Parts in parts."""
    part = "Content-Type: text/plain\n\nHe has a gun."
    for number in range(depth):
        part = f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n{part}\n--b{number}--"
    return f"From: Pat Example <pat@x.example>\n{part}\n"


@pytest.mark.parametrize(
    "mail",
    [
        in_many_parts(300),
        f"{HEAD}Content-Type: text/html\n\n{'<!--' * 100_000}He has a gun.",
        f"{HEAD}Content-Type: text/html\n\n{'<style >' * 100_000}He has a gun.",
    ],
    ids=["parts in parts", "comments that never end", "style sheets that never end"],
)
def test_what_is_written_to_wear_a_reader_out_is_read(mail: str) -> None:
    """In the time that any mail may take, so that it holds no other up."""
    with MailReader() as reader:
        letter = reader.read(mail.encode())
    assert letter is not None
    assert "He has a gun." in letter.text
