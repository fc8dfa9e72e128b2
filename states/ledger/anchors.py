"""Anchors: a checkpoint as a line that is kept elsewhere, and what such a line says of a casebook later.

A line is printed, mailed, and kept as the mark of each machine. It names nobody and no case. Whoever has it
tells, with the database and this program alone, whether everything up to its time is as it was then.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Self

from sqlalchemy import Connection, select

from states.errors import BadInput
from states.ledger import signing
from states.tables import Checkpoint, table_of

_CHECKPOINTS = table_of(Checkpoint)

#: what a line begins with: its name, and the version of its form
BEGINS = "tatflow-anchor 1"

#: hexadecimal digits of the casebook's own name, and of what shows that a line was mistyped
NAME, CHECK = 16, 8

_TIME = "%Y-%m-%dT%H:%M:%SZ"

#: its parts, however a letter broke and quoted it
_LINE = re.compile(
    r"tatflow-anchor[\s>]+1[\s>]+"
    rf"([0-9a-f]{{{NAME}}})[\s>]+([0-9]{{1,12}})[\s>]+(\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ)[\s>]+"
    rf"([0-9a-f]{{64}})[\s>]+([0-9a-f]{{{signing.FINGERPRINT}}})[\s>]+([0-9a-f]{{{CHECK}}})(?![0-9a-f])",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A checkpoint, as it is told outside.

    Args:
        casebook: the casebook's own name: the first digits of its first signed checkpoint's hash.
        number: the checkpoint's number.
        at: when it was written, to the second (UTC).
        hash: its hash, which covers everything before it.
        key: the fingerprint of the public key that signed it.
    """

    casebook: str
    number: int
    at: datetime
    hash: str
    key: str

    @property
    def line(self) -> str:
        """The line to keep; its last word shows whether it was mistyped."""
        told = f"{BEGINS} {self.casebook} {self.number} {self.at:{_TIME}} {self.hash} {self.key}"
        return f"{told} {sha256(told.encode()).hexdigest()[:CHECK]}"

    @property
    def said(self) -> str:
        """The checkpoint in words."""
        return f"checkpoint {self.number} of {self.at:%Y-%m-%d %H:%M:%S} UTC"

    @classmethod
    def of(cls, row: Any, first: Any) -> Self:
        """The anchor of a signed checkpoint.

        Args:
            row: the checkpoint's row.
            first: the row of the first signed one.
        """
        at = row.at.astimezone(UTC).replace(microsecond=0)
        return cls(first.hash[:NAME], row.seq, at, row.hash, signing.fingerprint(row.key))


class Finding(StrEnum):
    """What an anchor finds in a casebook."""

    #: the checkpoint is there as it was: so is everything before it
    HOLDS = "holds"
    #: it is not there: an older copy was put in place, or history was cut
    MISSING = "missing"
    #: another one is there: history was written anew, or an older copy was worked with
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Compared:
    """An anchor compared with a casebook.

    Args:
        finding: what was found.
        anchor: the anchor.
        newest: the casebook's newest signed checkpoint; None: it has none.
    """

    finding: Finding
    anchor: Anchor
    newest: Anchor | None


def read(text: str) -> list[Anchor]:
    """Every anchor in a text, once: a line, a letter in two languages, a mailbox of them.

    Raises:
        BadInput: there is none, or one was mistyped.
    """
    # A soft line break of quoted-printable ends nothing.
    found = [_anchor(parts) for parts in _LINE.findall(re.sub(r"=\r?\n", "", text))]
    if not found:
        message = f"There is no anchor in it: a line that begins with {BEGINS}, whole. Nothing was compared."
        raise BadInput(message)
    return list(dict.fromkeys(found))


def _anchor(parts: Sequence[str]) -> Anchor:
    casebook, number, at, own, key, check = (part.lower() for part in parts)
    try:
        when = datetime.strptime(at.upper(), _TIME).replace(tzinfo=UTC)
    except ValueError:
        when = datetime.min.replace(tzinfo=UTC)
    anchor = Anchor(casebook, int(number), when, own, key)
    if not anchor.line.endswith(check):
        message = (
            f"The anchor of checkpoint {number} was mistyped: its last word does not fit the others. Nothing "
            "was compared: take it as it was mailed."
        )
        raise BadInput(message)
    return anchor


def newest(connection: Connection) -> Anchor | None:
    """The newest checkpoint, if it is signed; None: none was written yet."""
    last = connection.execute(select(_CHECKPOINTS).order_by(_CHECKPOINTS.c.seq.desc()).limit(1)).first()
    return None if last is None or not last.key else Anchor.of(last, _first(connection))


def numbered(connection: Connection, number: int) -> Anchor | None:
    """The signed checkpoint of a number; None: there is none."""
    row = connection.execute(select(_CHECKPOINTS).where(_CHECKPOINTS.c.seq == number)).first()
    return None if row is None or not row.key else Anchor.of(row, _first(connection))


def compare(connection: Connection, anchor: Anchor) -> Compared:
    """Compare an anchor with the checkpoint that stands under its number.

    What the checkpoint itself covers is not looked at here; :func:`states.ledger.verifying.verify` does.
    """
    there = connection.scalar(select(_CHECKPOINTS.c.seq).where(_CHECKPOINTS.c.seq == anchor.number))
    if there is None:
        finding = Finding.MISSING
    else:
        same = numbered(connection, anchor.number) == anchor
        finding = Finding.HOLDS if same else Finding.DIFFERENT
    return Compared(finding, anchor, newest(connection))


def signed_since(connection: Connection, anchor: Anchor) -> tuple[int, tuple[str, ...]]:
    """How many checkpoints come after an anchor, and the fingerprints of their keys in their order."""
    since = select(_CHECKPOINTS.c.key).where(_CHECKPOINTS.c.seq > anchor.number, _CHECKPOINTS.c.key != "")
    keys = list(connection.scalars(since.order_by(_CHECKPOINTS.c.seq)))
    return len(keys), tuple(signing.fingerprint(key) for key in dict.fromkeys(keys))


def _first(connection: Connection) -> Any:
    signed = select(_CHECKPOINTS).where(_CHECKPOINTS.c.key != "")
    return connection.execute(signed.order_by(_CHECKPOINTS.c.seq).limit(1)).one()
