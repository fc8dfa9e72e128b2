"""The parts of a mail (RFC 2045 to 2049): every text that it has, its files, and the mails inside it."""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from typing import TypeVar

from tasks.doors.mail import headers, winmail
from tasks.doors.mail.charsets import as_text, bytes_of, clean
from tasks.doors.mail.html import text_of_html

T = TypeVar("T")

#: how deep a mail in a mail is looked into; what is deeper is kept as a file
DEEPEST = 20

#: how deep parts may lie in each other to be read as what they are to each other
MOST_NESTED = 50

#: characters of a text file that are read along with the mail
_SHORT_FILE = 20_000

#: how much of one form of a text another form may lack and still say the same
_NEWS = 0.2

_MAILS = frozenset({"message/rfc822", "message/global", "message/news"})

#: what is said of a mail that only its reader's own key opens (RFC 8551, RFC 3156)
CLOSED = (
    "[This mail, or a part of it, is encrypted or packed with a signature (S/MIME or PGP), and cannot be "
    "read here. Have somebody open it who has the key, or ask its sender to write in plain text.]"
)
_SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_PGP = "-----BEGIN PGP MESSAGE-----"


@dataclass(frozen=True, slots=True)
class Piece:
    """A text or a file of a mail, in the order in which they stand there.

    Args:
        text: what a reader sees; of a file: empty, or what it says where it is a short text.
        name: what a file is called; empty: it is no file, or has no name.
        media_type: of what kind a file is; empty: it is none.
        data: a file's bytes.
        wrote: name and mailbox of whoever wrote the mail inside this one that it is of; None: it is of none.
    """

    text: str
    name: str = ""
    media_type: str = ""
    data: bytes = b""
    wrote: tuple[str, str] | None = None


def or_else(read: Callable[[], T], otherwise: Callable[[], T]) -> T:
    """What a reading gives, or something else: nothing that stands in a mail may end the reading of it."""
    try:
        return read()
    except Exception:  # noqa: BLE001 - Python's own reading of mail raises what it likes
        return otherwise()


def kind_of(part: Message) -> str:
    """The media type of a part, in lower case."""
    return or_else(part.get_content_type, lambda: "text/plain")


def children(part: Message) -> list[Message]:
    """The parts of a part."""
    found = part.get_payload()
    return [each for each in found if isinstance(each, Message)] if isinstance(found, list) else []


def pieces(part: Message, depth: int = 0) -> list[Piece]:
    """Every text and file of a mail or of a part of it.

    Args:
        part: the mail, or the part.
        depth: how deep in the mail it is.
    """
    if depth >= MOST_NESTED:
        return [piece for leaf in _leaves(part) for piece in _leaf(leaf, kind_of(leaf), depth)]
    return or_else(lambda: list(_pieces(part, depth)), lambda: [_file(part, or_else(part.as_bytes, bytes))])


def _leaves(part: Message) -> Iterator[Message]:
    """What has no parts, in its order: not by itself again, which ends however much Python lets it."""
    waiting = [part]
    while waiting:
        one = waiting.pop()
        inside = children(one)
        waiting += reversed(inside)
        if not inside:
            yield one


def _pieces(part: Message, depth: int) -> Iterator[Piece]:
    kind, inside = kind_of(part), children(part)
    if kind in _MAILS and inside:
        yield from _mail_inside(_encoded_all_the_same(part, inside[0]), depth)
    elif kind == "multipart/alternative" and inside:
        yield from _alternatives([pieces(each, depth + 1) for each in inside])
    elif kind == "multipart/encrypted" and inside:
        yield Piece(CLOSED)
        yield from (piece for each in inside for piece in pieces(each, depth + 1))
    elif kind.startswith("message/") and inside:
        # The blocks of a delivery report: their fields are the text.
        yield Piece("\n\n".join(_fields(each) for each in inside))
    elif inside:
        found = [piece for each in inside for piece in pieces(each, depth + 1)]
        yield from found
        if not any(piece.text or piece.media_type for piece in found):
            # What stands around parts that say nothing is all there is.
            yield Piece(clean(f"{part.preamble or ''}\n{part.epilogue or ''}").strip())
    else:
        yield from _leaf(part, kind, depth)


def _fields(block: Message) -> str:
    named = "\n".join(f"{name}: {value}" for name, value in block.raw_items())
    rest = block.get_payload()
    return clean(f"{named}\n{rest if isinstance(rest, str) else ''}").strip()


def _encoded_all_the_same(part: Message, inside: Message) -> Message:
    """The mail in a mail, also where it is encoded, which no mail inside another may be (RFC 2046, 5.2.1)."""
    if _encoding(part) != "base64" or list(inside.keys()):
        return inside
    packed = inside.get_payload()
    raw = b64decode(packed if isinstance(packed, str) else "")
    return BytesParser(policy=headers.POLICY).parsebytes(raw)


def _mail_inside(mail: Message, depth: int) -> Iterator[Piece]:
    said = headers.read(mail)
    if depth >= DEEPEST:
        yield Piece("", f"{said.subject}.eml", "message/rfc822", mail.as_bytes())
        return
    head = [("From", said.written_by), ("Date", said.date), ("Subject", said.subject), ("To", said.to)]
    yield Piece("\n".join(["[Forwarded mail]", *(f"{name}: {value}" for name, value in head if value)]))
    for piece in pieces(mail, depth + 1):
        wrote = piece.wrote or (said.name, said.address)
        yield Piece(piece.text, piece.name, piece.media_type, piece.data, wrote)


def _alternatives(forms: list[list[Piece]]) -> Iterator[Piece]:
    """One text in several forms: the plain one; another, too, where it says what the plain one does not."""
    texts = [[piece for piece in form if not piece.media_type and piece.text] for form in forms]
    said = [form for form in texts if form]
    chosen: list[Piece] = []
    for form in said:
        if not chosen or _news(form, chosen) > _NEWS:
            # A first form that the other one repeats in full was cut, or says where the text is.
            chosen = form if chosen and not _news(chosen, form) else [*chosen, *form]
    yield from chosen
    yield from (piece for form in forms for piece in form if piece.media_type)


def _news(form: list[Piece], known: list[Piece]) -> float:
    """Which part of the words of a text another one has not; of a text without words: none."""
    words, there = _words(form), _words(known)
    return len(words - there) / len(words) if words else 0.0


def _words(form: list[Piece]) -> set[str]:
    text = re.sub(r"https?://\S+", " ", " ".join(piece.text for piece in form))
    return {word.casefold() for word in re.findall(r"\w+", text)}


def _leaf(part: Message, kind: str, depth: int) -> Iterator[Piece]:
    raw = _bytes(part)
    name = or_else(lambda: headers.decoded(str(part.get_filename() or "")), str)
    attached = str(part.get("Content-Disposition", "")).strip().casefold().startswith("attachment")
    packed = _packed(part, kind, name.casefold(), raw, depth)
    if packed is not None:
        yield from packed
    # What says that it has parts, and has none, is text to whoever reads it.
    elif kind.startswith(("multipart/", "message/")) and not attached:
        yield Piece(_text(part, kind, raw))
    elif kind.startswith("text/") and kind not in _FOR_MACHINES:
        yield from _of_text(part, kind, name, raw, attached=attached)
    elif raw:
        yield _file(part, raw)


def _packed(part: Message, kind: str, name: str, raw: bytes, depth: int) -> list[Piece] | None:
    """The pieces of a part that holds something else than it looks like; None: it is no such part."""
    if kind in {"application/ms-tnef", "application/vnd.ms-tnef"} or name in _WINMAIL:
        return or_else(lambda: _unpacked(winmail.unpack(raw)), lambda: [_file(part, raw)])
    if kind == "application/octet-stream" and name.endswith(".eml"):
        return list(_mail_inside(BytesParser(policy=headers.POLICY).parsebytes(raw), depth))
    if kind in _SEALED or name.endswith(".p7m"):
        return [Piece(CLOSED), _file(part, raw)]
    return None


def _of_text(part: Message, kind: str, name: str, raw: bytes, *, attached: bool) -> Iterator[Piece]:
    text = _text(part, kind, raw)
    if kind == "text/calendar":
        yield from (Piece("" if attached else said_in_calendar(text)), _file(part, raw))
        return
    if not attached and not name:
        yield from ([Piece(CLOSED)] if _PGP in text else [])
        yield Piece(text)
        return
    if kind not in {"text/plain", "text/html"} or (attached and len(text) > _SHORT_FILE):
        text = ""
    if text:
        yield Piece(f"[Attached: {name}]\n{text}" if attached and name else text)
    if name or not text:
        yield _file(part, raw)


#: texts that no reader is shown as one: files
_FOR_MACHINES = frozenset(
    f"text/{name}" for name in ("css", "csv", "directory", "vcard", "x-amp-html", "x-vcard", "xml")
)
_WINMAIL = frozenset({"winmail.dat", "win.dat"})


def _file(part: Message, raw: bytes) -> Piece:
    name = or_else(lambda: headers.decoded(str(part.get_filename() or "")), str)
    return Piece("", clean(name), kind_of(part), raw)


def _unpacked(found: winmail.Unpacked, wrote: tuple[str, str] | None = None) -> list[Piece]:
    text = "\n\n".join(filter(None, (found.subject if wrote else "", found.text)))
    listed = [Piece(clean(text), wrote=wrote)] if text else []
    listed += [Piece("", clean(name), _type_of(name), data, wrote) for name, data in found.files]
    for mail in found.mails:
        listed.append(Piece("[Forwarded mail]"))
        listed += _unpacked(mail, ("", ""))
    if not listed:
        raise ValueError("nothing was in it")
    return listed


def _type_of(name: str) -> str:
    from mimetypes import guess_type  # noqa: PLC0415 - few mails need it

    return guess_type(name)[0] or "application/octet-stream"


def _encoding(part: Message) -> str:
    found = re.match(r"[\w-]+", str(part.get("Content-Transfer-Encoding", "")).strip().casefold())
    return found[0] if found else ""


def _bytes(part: Message) -> bytes:
    encoding = _encoding(part)
    if encoding and encoding != str(part.get("Content-Transfer-Encoding")).casefold():
        # What stands behind the word keeps Python from knowing it.
        del part["Content-Transfer-Encoding"]
        part["Content-Transfer-Encoding"] = encoding
    raw = or_else(lambda: part.get_payload(decode=True), lambda: bytes_of(str(part.get_payload())))
    return raw if isinstance(raw, bytes) else bytes_of(str(part.get_payload() or ""))


def said_in_calendar(text: str) -> str:
    """What a calendar's entry says to whoever reads it (RFC 5545); of an answer to one, what it adds."""
    lines = re.sub(r"\r?\n[ \t]", "", text).splitlines()
    told = r"COMMENT" if is_calendar_answer(text) else r"SUMMARY|DESCRIPTION|LOCATION|COMMENT"
    found = (re.match(rf"(?:{told})(?:;(?:[^:\"]|\"[^\"]*\")*)?:(.*)", line, re.IGNORECASE) for line in lines)
    said = (re.sub(r"\\([\\,;nN])", lambda one: "\n" if one[1] in "nN" else one[1], m[1]) for m in found if m)
    return "\n".join(filter(None, map(str.strip, said)))


def is_calendar_answer(text: str) -> bool:
    """Whether a calendar's entry answers an invitation (RFC 5546, 1.4)."""
    return re.search(r"^METHOD:(REPLY|COUNTER)\s*$", text, re.IGNORECASE | re.MULTILINE) is not None


def text_of(part: Message) -> str:
    """What a part of a mail that is a text says."""
    return _text(part, kind_of(part), _bytes(part))


def _text(part: Message, kind: str, raw: bytes) -> str:
    charset = or_else(lambda: str(part.get_content_charset() or ""), str)
    if kind == "text/html":
        said = _META.search(raw[:4_096])
        html = as_text(raw, charset or (said[1].decode("ascii", "replace") if said else ""))
        return clean(or_else(lambda: text_of_html(html), html.strip)).strip()
    text = as_text(raw, charset).replace("\r\n", "\n").replace("\r", "\n")
    if or_else(lambda: str(part.get_param("format", "")).casefold(), str) == "flowed":
        close = or_else(lambda: str(part.get_param("delsp", "")).casefold(), str) == "yes"
        text = _unfolded(text, close_up=close)
    return clean(text).strip()


_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)


def _unfolded(text: str, *, close_up: bool) -> str:
    """A text whose lines end in a blank where they go on (RFC 3676, 4)."""
    lines: list[str] = []
    goes_on, level = False, 0
    for line in text.split("\n"):
        said = line.lstrip(">")
        depth = len(line) - len(said)
        said = said.removeprefix(" ")
        if goes_on and depth == level and said != "-- ":
            lines[-1] += said
        else:
            lines.append(f"{'>' * depth}{' ' if depth else ''}{said}")
        goes_on, level = said.endswith(" ") and said != "-- ", depth
        if goes_on and close_up:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
