"""Whatever kind of mail it is, what somebody wrote in it is read, and who wrote it is known (M-01, W-12)."""

import struct
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from tasks.doors.letters import Letter, Sort, read_letter
from tasks.doors.mail.html import text_of_html
from tasks.doors.mail_reader import MailReader

RECORDED = Path(__file__).with_name("recorded")

HEAD = "From: Pat Example <pat@wnmu.example>\nSubject: Concern\nMessage-ID: <m1@x.example>\n"


def mixed(*parts: str, kind: str = "multipart/mixed") -> str:
    """A mail of several parts."""
    inside = "".join(f"--x\n{part}\n" for part in parts)
    return f"{HEAD}Content-Type: {kind}; boundary=x\n\n{inside}--x--\n"


def plain(text: str, more: str = "") -> str:
    """A part that is plain text."""
    return f"Content-Type: text/plain; charset=utf-8{more}\n\n{text}"


def html(text: str) -> str:
    """A part that is HTML."""
    return f"Content-Type: text/html; charset=utf-8\n\n{text}"


def read(mail: str | bytes) -> Letter:
    """What a mail says."""
    return read_letter(mail.encode() if isinstance(mail, str) else mail)


EITHER = "multipart/alternative"

AS_FILE = "Content-Disposition: attachment"

ATTACHED = (
    'Content-Type: image/png; name="=?utf-8?q?caf=C3=A9.png?="\nContent-Disposition: attachment\n'
    "Content-Transfer-Encoding: base64\n\n" + b64encode(b"invented picture").decode()
)


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        ((RECORDED / "lost_second_part.eml").read_bytes(), "Part one.\n\nPart two: the threat."),
        (mixed(plain("One."), ATTACHED, plain("Two.")), "One.\n\nTwo."),
        (mixed(plain("He did."), html("<p>He <b>did</b>.</p>"), kind=EITHER), "He did."),
        (mixed(plain(" "), html("One<br>two"), kind=EITHER), "One\ntwo"),
        (
            mixed(plain("See the other form."), html("He has a rifle"), kind=EITHER),
            "See the other form.\n\nHe has a rifle",
        ),
        (mixed(plain("He has"), html("He has a rifle"), kind=EITHER), "He has a rifle"),
        (mixed(plain("a \nline\n> q \n> r\n-- \nPat", "; format=flowed")), "a line\n> q r\n-- \nPat"),
        (mixed(plain("wo \nrd", "; format=flowed; delsp=yes")), "word"),
        (f"{HEAD}Content-Type: text/plain; charset=iso-8859-1\n\ncafé", "café"),
        (f"{HEAD}Content-Type: text/plain; charset=us-ascii\n\ncafé".encode("cp1252"), "café"),
        (f"{HEAD}Content-Type: text/plain; charset=utf-16\n\nplain", "plain"),
        (f"{HEAD}Content-Type: text/plain\n\n日本".encode("iso2022_jp"), "日本"),
        (f"{HEAD}Content-Transfer-Encoding: base64;\n\n{b64encode(b'He did').decode()}", "He did"),
        (mixed(f"Content-Type: text/plain; name=n.txt\n{AS_FILE}\n\nShort"), "[Attached: n.txt]\nShort"),
    ],
)  # fmt: skip
def test_every_text_that_a_reader_sees_is_read(mail: str | bytes, text: str) -> None:
    """Second parts, what stands behind a file, the better of two forms, soft breaks, wrong labels."""
    assert read(mail).text == text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("one<br>two<p>three", "one\ntwo\nthree"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"),
        ("<style>p {}<p>He has a gun", "p {}\nHe has a gun"),
        ("a<!-- never ends <p>He has a gun", "a never ends\nHe has a gun"),
        ("<!--[if mso]>x<![endif]--><!--[if !mso]><!-->shown<!--<![endif]-->", "shown"),
        ('<a href="x>He has a gun</a>', "He has a gun"),
        ("<head><title>t</title><style>p {}</style></head><p>said</p>", "said"),
        ('<a href="https://x.example/post">this</a>', "this <https://x.example/post>"),
    ],
)
def test_html_is_read_as_its_reader_sees_it(page: str, text: str) -> None:
    """Lines stay lines, and a tag that never ends hides nothing."""
    assert text_of_html(page) == text


def test_a_mail_that_is_passed_on_is_read_with_its_files_and_its_writer() -> None:
    """Who passed it on is the sender; who wrote it is kept beside them."""
    inside = (
        f"From: Sam Sample <sam@x.example>\nSubject: You\n{mixed(plain('I will.'), ATTACHED)[len(HEAD) :]}"
    )
    packed = b64encode(inside.encode()).decode()
    encoded = f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{packed}"
    for part in (f"Content-Type: message/rfc822\n\n{inside}", encoded):
        outer = f"{HEAD}Content-Type: multipart/mixed; boundary=y\n\n"
        letter = read(f"{outer}--y\n{plain('Look.')}\n--y\n{part}\n--y--\n")
        assert "Look." in letter.text
        assert "From: Sam Sample <sam@x.example>" in letter.text
        assert "I will." in letter.text
        assert (letter.address, letter.wrote) == ("pat@wnmu.example", ("Sam Sample", "sam@x.example"))
        (file,) = letter.files
        assert (file.name, file.media_type, b64decode(file.data)) == (
            "café.png",
            "image/png",
            b"invented picture",
        )


def tnef(body: bytes, name: bytes, data: bytes) -> bytes:
    """A small `winmail.dat`: a text and a file (MS-OXTNEF, 2.1)."""

    def attribute(level: int, tag: int, kind: int, content: bytes) -> bytes:
        head = struct.pack("<BHHI", level, tag, kind, len(content))
        return head + content + struct.pack("<H", sum(content) & 0xFFFF)

    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(1, 0x9006, 8, struct.pack("<I", 0x10000))
        + attribute(1, 0x9007, 6, struct.pack("<II", 1252, 0))
        + attribute(1, 0x800C, 2, body + b"\0")
        + attribute(2, 0x9002, 6, bytes(14))
        + attribute(2, 0x8010, 1, name + b"\0")
        + attribute(2, 0x800F, 6, data)
    )


def test_what_outlook_packs_into_a_winmail_dat_is_unpacked() -> None:
    """In the child that reads mails, too; one that is broken stays a file."""
    packed = b64encode(tnef(b"He has a rifle.", b"map.pdf", b"%PDF-")).decode()
    part = "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    with MailReader() as reader:
        letter = reader.read(mixed(part + packed).encode())
    assert letter is not None
    assert letter.text == "He has a rifle."
    assert [(file.name, b64decode(file.data)) for file in letter.files] == [("map.pdf", b"%PDF-")]
    broken = read(mixed(part + b64encode(b"no such thing").decode()))
    assert [file.name for file in broken.files] == ["winmail.dat"]


STATUS = (
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; y@z.example\n"
)
RECEIPT = "Content-Type: message/disposition-notification\n\nDisposition: manual-action/MDN-sent; displayed\n"
REPORT = "multipart/report; report-type=delivery-status"


@pytest.mark.parametrize(
    ("mail", "sort"),
    [
        ((RECORDED / "case_from_bounce.eml").read_text(), Sort.FAILED),
        (mixed(plain("x"), STATUS + "Action: failed\nStatus: 5.1.1", kind=REPORT), Sort.FAILED),
        (mixed(plain("x"), STATUS + "Action: delayed\nStatus: 4.4.7", kind=REPORT), Sort.DELAYED),
        (mixed(plain("x"), STATUS + "Action: relayed\nStatus: 2.0.0", kind=REPORT), Sort.DELIVERED),
        (mixed(plain("x"), STATUS + "Status: 5.2.2 (full)", kind=REPORT), Sort.FAILED),
        ("From: MAILER-DAEMON@x.example\nSubject: failure notice\n\nHi. This is qmail-send", Sort.FAILED),
        ("From: MAILER-DAEMON@x.example\nSubject: Warning: message 1 delayed 24 hours\n\nx", Sort.DELAYED),
        ("Return-Path: <>\nSubject: Undeliverable: Hello\n\nYour message did not reach someone", Sort.FAILED),
        (f"Auto-Submitted: auto-replied (vacation)\n{HEAD}\nAway", Sort.ANSWER),
        (f"Precedence: bulk\nIn-Reply-To: <1@x.example>\n{HEAD}\nAway", Sort.ANSWER),
        (f"X-Autoreply: yes\n{HEAD}\nAway", Sort.ANSWER),
        ("Subject: Automatic reply: your message\n\nAway until Monday", Sort.ANSWER),
        # What people write, and what a form on a page sends by itself.
        (f"Auto-Submitted: auto-generated\n{HEAD}\nA tip from the page", Sort.WRITTEN),
        (f"Precedence: bulk\n{HEAD}\nA tip from a list", Sort.WRITTEN),
        ("From: a@x.example\nSubject: Fwd: Undeliverable: threats\n\nHe keeps writing", Sort.WRITTEN),
        ("From: a@x.example\nSubject: Out of office I saw him with a gun\n\nx", Sort.WRITTEN),
        ("From: postmaster@wnmu.example\nSubject: Worried\n\nHe wrote to all of us", Sort.WRITTEN),
    ],
)  # fmt: skip
def test_what_a_machine_sends_is_told_from_what_people_write(mail: str, sort: Sort) -> None:
    """By RFC 3464 and RFC 3834, and by what mail systems do that keep to neither."""
    assert read(mail).sort is sort


def test_the_mail_that_came_back_is_found_in_the_bounce() -> None:
    """In what is given back, whole or its headers alone, or named in a receipt or in the text."""
    mine = f"<{'a' * 40}@tatflow.invalid>"
    status = STATUS + "Action: failed"
    whole = f"Content-Type: message/rfc822\n\nMessage-ID: {mine}\nSubject: s\n\nx"
    heads = f"Content-Type: text/rfc822-headers\n\nMessage-ID: {mine}"
    for mail in (
        mixed(plain("x"), status, whole, kind=REPORT),
        mixed(plain("x"), status, heads, kind=REPORT),
        mixed(plain("x"), f"{RECEIPT}Original-Message-ID: {mine}", kind="multipart/report"),
        f"From: MAILER-DAEMON@x.example\nSubject: failure notice\n\n--- Below this line\nMessage-ID: {mine}",
    ):
        assert mine in read(mail).originals


@pytest.mark.parametrize(
    ("header", "numbers"),
    [
        ("Subject: Re: TAT-2026-0001: a meeting", ("TAT-2026-0001",)),
        ("To: team+tat-2026-0002@wnmu.example", ("TAT-2026-0002",)),
        ("Subject: XTAT-2026-00012345678901", ()),
    ],
)
def test_a_case_is_named_by_its_number(header: str, numbers: tuple[str, ...]) -> None:
    """In the subject, or in the address that a mail was sent to."""
    assert read(f"{header}\n\nx").numbers == numbers
