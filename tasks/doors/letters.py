"""A mail read as far as it can be, whatever it contains; runs in a child process, and needs nothing of ours.

Python's policies for mail raise on headers that are odd, and take minutes over headers that are long. Here a
header is cut before anything looks at it, nothing is made of a header but text, and each field is read for
itself: one that cannot be read is empty, and keeps no other from being read. What takes too much time or
memory all the same ends this process (:mod:`tasks.doors.mail_reader` sets the limits, and starts another).

Run as a program it reads mails from standard input, each behind its length in eight bytes, and answers each
with a :class:`Letter` in JSON behind its length.
"""

import json
import re
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import IO, TypeVar

T = TypeVar("T")

#: characters of a header that are looked at
MOST_OF_A_HEADER = 4_000

#: bytes of a length on the pipe
LENGTH = 8

#: years that a date in a mail may lie in
YEARS = range(1970, 9999)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says.

    Args:
        id: its Message-ID, or empty.
        subject: its subject, as one line.
        text: its text, without tags.
        name: the sender's name, or empty.
        address: the sender's mailbox, or empty.
        sent_at: when it says it was sent, ISO 8601 with an offset, or empty.
        answered: Message-IDs that it says it answers.
        by_machine: whether nobody wrote it: an absence notice or a bounce (RFC 3834, RFC 3462).
    """

    id: str
    subject: str
    text: str
    name: str
    address: str
    sent_at: str
    answered: tuple[str, ...]
    by_machine: bool


class _CutHeaders(Compat32):
    """Headers as plain text, each no longer than it may be, in every part of a mail."""

    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        """Cut a header before anything looks at it."""
        name, _, first = sourcelines[0].partition(":")
        length, lines = 0, [first]
        for line in sourcelines[1:]:
            length += len(lines[-1])
            if length > MOST_OF_A_HEADER:
                break
            lines.append(line)
        return name, "".join(lines).strip()[:MOST_OF_A_HEADER]


_POLICY = _CutHeaders()


def read_letter(content: bytes) -> Letter:
    """Read a mail (RFC 5322).

    Args:
        content: the mail, as it lay in the folder.
    """
    mail: Message = _or_else(
        # Without its parts, where they cannot be told apart: the whole of it is text then.
        lambda: BytesParser(policy=_POLICY).parsebytes(content),
        lambda: BytesParser(policy=_POLICY).parsebytes(content, headersonly=True),
    )
    headers: dict[str, str] = {}
    for name, value in mail.raw_items():
        headers.setdefault(name.casefold(), str(value))
    sender, address = _sender(_decoded(headers.get("from", "")))
    answered = f"{headers.get('in-reply-to', '')} {headers.get('references', '')}"
    return Letter(
        id=_clean(headers.get("message-id", "").strip()),
        subject=_clean(" ".join(_decoded(headers.get("subject", "")).split())),
        text=_clean("\n\n".join(filter(None, _texts(mail)))),
        name=_clean(sender),
        address=_clean(address),
        sent_at=_or_else(lambda: _date(headers.get("date", "")), str),
        answered=tuple(_clean(one) for one in answered.split()),
        by_machine=_by_machine(mail, headers),
    )


def _or_else(read: Callable[[], T], otherwise: Callable[[], T]) -> T:
    """What a reading gives, or something else: nothing that stands in a mail may end the reading of it."""
    try:
        return read()
    except Exception:  # noqa: BLE001 - Python's own reading of mail raises what it likes
        return otherwise()


def _clean(text: str) -> str:
    """A text that any database takes: without halves of characters, and without NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")


def _bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape" if text.isascii() or _escaped(text) else "replace")


def _escaped(text: str) -> bool:
    return all("\udc80" <= c <= "\udcff" for c in text if "\ud800" <= c <= "\udfff")


def _as_text(raw: bytes, charset: str = "utf-8") -> str:
    """Bytes as text: as they say they are written, else as UTF-8, else as Windows writes."""
    for name in (charset, "utf-8"):
        try:
            text = raw.decode(name)
        except (LookupError, ValueError):
            continue
        if isinstance(text, str):
            return text
    return raw.decode("cp1252", "replace")


def _decoded(value: str) -> str:
    """A header's words, decoded where they are encoded (RFC 2047)."""
    plain = _as_text(_bytes_of(value))

    def words() -> str:
        pieces = decode_header(plain)
        return "".join(
            piece if isinstance(piece, str) else _as_text(piece, charset or "latin-1")
            for piece, charset in pieces
        )

    return _or_else(words, lambda: plain)


def _sender(value: str) -> tuple[str, str]:
    """The name and the mailbox in a From header; either may be empty."""
    name, angle, rest = value.rpartition("<")
    if angle:
        return name.strip().strip('"').strip(), rest.partition(">")[0].strip()
    alone, _, comment = value.partition("(")
    if "@" in alone:
        return comment.rpartition(")")[0].strip(), alone.strip()
    return value.strip(), ""


def _date(value: str) -> str:
    sent: datetime = parsedate_to_datetime(value)
    if sent.year not in YEARS:
        return ""
    return (sent if sent.tzinfo is not None else sent.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


#: how mail programs begin the subject of an absence notice, where they do not say in a header what it is
_ABSENT = re.compile(
    r"(automatic reply|auto[- ]?reply|autoresponse|out of (the )?office|away from (the )?office"
    r"|respuesta autom|abwesen|automatische antwort)",
    re.IGNORECASE,
)


def _by_machine(mail: Message, headers: dict[str, str]) -> bool:
    submitted = headers.get("auto-submitted", "no").strip().casefold()
    precedence = headers.get("precedence", "").strip().casefold()
    return (
        submitted != "no"
        or precedence in {"auto_reply", "bulk", "junk", "list"}
        or not headers.keys().isdisjoint({"x-autoreply", "x-autorespond", "x-autoresponder"})
        or bool(_ABSENT.match(_decoded(headers.get("subject", "")).strip()))
        or _kind(mail) == "multipart/report"
        or headers.get("return-path", "").strip() == "<>"
    )


def _kind(part: Message) -> str:
    return _or_else(part.get_content_type, lambda: "text/plain")


def _texts(mail: Message) -> Iterator[str]:
    """Every text that a reader of the mail sees, in its order; of one text in several forms, the plainest."""
    if not mail.is_multipart():
        # What says that it has parts, and has none, is text to whoever reads it.
        if _kind(mail).startswith(("text/", "multipart/", "message/")) and not _attached(mail):
            yield _text_of(mail)
        return
    parts = [part for part in mail.get_payload() if isinstance(part, Message)]
    found = [list(filter(None, _texts(part))) for part in parts]
    if _kind(mail) != "multipart/alternative":
        for texts in found:
            yield from texts
        return
    plain = [texts for part, texts in zip(parts, found, strict=True) if texts and _kind(part) == "text/plain"]
    yield from next(iter(plain or [texts for texts in found if texts]), [])


def _attached(part: Message) -> bool:
    return str(part.get("Content-Disposition", "")).strip().casefold().startswith("attachment")


def _text_of(part: Message) -> str:
    raw = _or_else(lambda: part.get_payload(decode=True), lambda: _bytes_of(str(part.get_payload())))
    charset = _or_else(lambda: part.get_content_charset() or "utf-8", lambda: "utf-8")
    text = _as_text(raw if isinstance(raw, bytes) else b"", charset)
    if _kind(part) == "text/html":
        return _or_else(lambda: _without_tags(text), text.strip)
    return text.strip()


class _Letters(HTMLParser):
    """Collects the text of an HTML document."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass over what no reader sees."""
        del attrs
        self._hidden += tag in {"style", "script"}

    def handle_endtag(self, tag: str) -> None:
        """See the end of what no reader sees."""
        self._hidden -= tag in {"style", "script"}

    def handle_data(self, data: str) -> None:
        """Collect a text."""
        if self._hidden <= 0:
            self.text.append(data)


def _without_tags(html: str) -> str:
    letters = _Letters()
    letters.feed(html)
    letters.close()
    return "\n".join(filter(None, (line.strip() for line in "".join(letters.text).splitlines())))


def main(seconds: int, memory: int) -> None:
    """Read mails until there are no more.

    Args:
        seconds: of the processor's time that one mail may take.
        memory: bytes that this process may have.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    _say(sink, b"ready")
    while length := source.read(LENGTH):
        content = source.read(int.from_bytes(length))
        used = resource.getrusage(resource.RUSAGE_SELF)
        until = int(used.ru_utime + used.ru_stime) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        _say(sink, json.dumps(asdict(read_letter(content))).encode())


def _say(sink: IO[bytes], answer: bytes) -> None:
    sink.write(len(answer).to_bytes(LENGTH) + answer)
    sink.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
