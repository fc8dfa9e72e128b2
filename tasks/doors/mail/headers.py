"""The headers of a mail, each read for itself: one that cannot be read is empty, and keeps no other from it.

Python's policies for mail raise on headers that are odd, and take minutes over headers that are long. Here a
header is cut before anything looks at it, and nothing is made of a header but text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from email.utils import parsedate_to_datetime

from tasks.doors.mail.charsets import as_text, bytes_of, clean

#: characters of a header that are looked at
MOST_OF_A_HEADER = 4_000


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


POLICY = _CutHeaders()


@dataclass(frozen=True, slots=True)
class Headers:
    """What the headers of a mail say.

    Args:
        fields: each header's first value, by its name in lower case.
        subject: its subject, as one line.
        name: the sender's name, or empty.
        address: the sender's mailbox, or empty.
        written_by: both of them, as they stand there.
        to: to whom, as it stands there.
        date: when it says it was sent, as it stands there.
    """

    fields: dict[str, str]
    subject: str
    name: str
    address: str
    written_by: str
    to: str
    date: str


def read(mail: Message) -> Headers:
    """Read the headers of a mail.

    Args:
        mail: the mail, parsed with :data:`POLICY`.
    """
    fields: dict[str, str] = {}
    for name, value in mail.raw_items():
        fields.setdefault(name.casefold(), str(value))
    written_by = _line(fields.get("from", ""))
    name, address = _sender(written_by)
    return Headers(
        fields=fields,
        subject=_line(fields.get("subject", "")),
        name=name,
        address=address,
        written_by=written_by,
        to=_line(fields.get("to", "")),
        date=_line(fields.get("date", "")),
    )


def _line(value: str) -> str:
    return clean(" ".join(decoded(value).split()))


def decoded(value: str) -> str:
    """A header's words, decoded where they are encoded (RFC 2047)."""
    plain = as_text(bytes_of(value))
    try:
        return "".join(
            piece if isinstance(piece, str) else as_text(piece, charset or "latin-1")
            for piece, charset in decode_header(plain)
        )
    except Exception:  # noqa: BLE001 - Python's own reading of mail raises what it likes
        return plain


def _sender(value: str) -> tuple[str, str]:
    """The name and the mailbox in a From header; either may be empty."""
    name, angle, rest = value.rpartition("<")
    if angle:
        return name.strip().strip('"').strip(), rest.partition(">")[0].strip()
    alone, _, comment = value.partition("(")
    if "@" in alone:
        return comment.rpartition(")")[0].strip(), alone.strip()
    return value.strip(), ""


def moment(value: str) -> str:
    """A date of a mail, ISO 8601 with an offset; empty: it is none, or no clock shows its year."""
    try:
        sent: datetime = parsedate_to_datetime(value)
        return (sent if sent.tzinfo is not None else sent.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except Exception:  # noqa: BLE001 - as above
        return ""


def ids(*values: str) -> tuple[str, ...]:
    """The Message-IDs in headers, in their order, none twice."""
    found = (one for value in values for one in re.findall(r"<[^<>\s]+>|[^\s<>,;]+@[^\s<>,;]+", value))
    return tuple(dict.fromkeys(clean(one) for one in found))
