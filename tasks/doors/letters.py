"""A mail read as far as it can be, whatever it contains; runs in a child process, and needs little of ours.

Each field is read for itself: one that cannot be read is empty, and keeps no other from being read. What
takes too much time or memory all the same ends this process (:mod:`tasks.doors.mail_reader` sets the limits,
and starts another). How a mail is taken apart is in :mod:`tasks.doors.mail`.

:func:`main` reads mails from standard input, each behind its length in eight bytes, and answers each with a
:class:`Letter` in JSON behind its length.
"""

import json
import re
import resource
import sys
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from email.message import Message
from email.parser import BytesParser
from typing import IO, Any, Self

from tasks.doors.mail import headers, machines, parts
from tasks.doors.mail.charsets import clean
from tasks.doors.mail.machines import Sort
from tasks.doors.mail.parts import Piece, or_else

__all__ = ["LENGTH", "Letter", "LetterFile", "Sort", "main", "read_letter"]

#: bytes of a length on the pipe
LENGTH = 8

#: bytes of a mail for which its reading may take a second more
_A_SECOND_MORE = 10_000_000

#: how a case's number is written
_NUMBER = re.compile(r"(?<![A-Z0-9])TAT-\d{4}-\d{4,9}(?!\d)", re.IGNORECASE)

#: headers that say whose mailbox a mail was for
_ADDRESSED = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A file that came with a mail.

    Args:
        name: what it is called, as one line; empty: it has no name.
        media_type: of what kind it says it is.
        data: its bytes, in Base64.
    """

    name: str
    media_type: str
    data: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says.

    Args:
        id: its Message-ID, or empty.
        subject: its subject, as one line.
        text: its text, without tags; of the mails inside it, too.
        name: the sender's name, or empty.
        address: the sender's mailbox, or empty.
        sent_at: when it says it was sent, ISO 8601 with an offset, or empty.
        answered: Message-IDs that it says it answers.
        by_machine: whether anything says that nobody wrote it.
        sort: what kind of mail it is.
        originals: Message-IDs of the mails that a machine's mail is about.
        numbers: numbers of cases in its subject, or in the addresses that it was sent to.
        date: its date as it stands there.
        wrote: name and mailbox of whoever wrote the mail that is passed on inside it; empty: none is.
        files: the files that came with it.
    """

    id: str
    subject: str
    text: str
    name: str
    address: str
    sent_at: str
    answered: tuple[str, ...]
    by_machine: bool
    sort: Sort = Sort.WRITTEN
    originals: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    date: str = ""
    wrote: tuple[str, str] = ("", "")
    files: tuple[LetterFile, ...] = ()

    @classmethod
    def told(cls, fields: Mapping[str, Any]) -> Self:
        """A letter out of JSON, as the child tells it.

        Args:
            fields: its fields.
        """
        listed = {name: tuple(fields[name]) for name in ("answered", "originals", "numbers", "wrote")}
        files = tuple(LetterFile(**each) for each in fields["files"])
        return cls(**{**fields, **listed, "files": files, "sort": Sort(fields["sort"])})


def read_letter(content: bytes) -> Letter:
    """Read a mail (RFC 5322).

    Args:
        content: the mail, as it lay in the folder.
    """
    mail: Message = or_else(
        # Without its parts, where they cannot be told apart: the whole of it is text then.
        lambda: BytesParser(policy=headers.POLICY).parsebytes(content),
        lambda: BytesParser(policy=headers.POLICY).parsebytes(content, headersonly=True),
    )
    said = headers.read(mail)
    found = parts.pieces(mail)
    text = "\n\n".join(filter(None, (piece.text.strip() for piece in found)))
    sort = or_else(lambda: machines.sort_of(mail, said, text), lambda: Sort.WRITTEN)
    addressed = " ".join(said.fields.get(name, "") for name in _ADDRESSED)
    return Letter(
        id=clean(said.fields.get("message-id", "").strip()),
        subject=said.subject,
        text=clean(text),
        name=said.name,
        address=said.address,
        sent_at=headers.moment(said.fields.get("date", "")),
        answered=headers.ids(said.fields.get("in-reply-to", ""), said.fields.get("references", "")),
        by_machine=sort is not Sort.WRITTEN or machines.by_machine(mail, said),
        sort=sort,
        originals=() if sort is Sort.WRITTEN else or_else(lambda: machines.originals(mail, text), tuple),
        numbers=tuple(dict.fromkeys(one.upper() for one in _NUMBER.findall(f"{said.subject} {addressed}"))),
        date=said.date,
        wrote=next((piece.wrote for piece in found if piece.wrote and any(piece.wrote)), ("", "")),
        files=tuple(_file(piece) for piece in found if piece.media_type),
    )


def _file(piece: Piece) -> LetterFile:
    name = " ".join("".join(c if c.isprintable() else " " for c in piece.name).split())
    return LetterFile(name[:300], clean(piece.media_type)[:100], b64encode(piece.data).decode())


def main(seconds: int, memory: int) -> None:
    """Read mails until there are no more.

    Args:
        seconds: of the processor's time that one mail may take, and one more for each 10 MB of it.
        memory: bytes that this process may have.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    _say(sink, b"ready")
    while length := source.read(LENGTH):
        content = source.read(int.from_bytes(length))
        used = resource.getrusage(resource.RUSAGE_SELF)
        until = int(used.ru_utime + used.ru_stime) + 1 + seconds + len(content) // _A_SECOND_MORE
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        _say(sink, json.dumps(asdict(read_letter(content))).encode())


def _say(sink: IO[bytes], answer: bytes) -> None:
    sink.write(len(answer).to_bytes(LENGTH) + answer)
    sink.flush()
