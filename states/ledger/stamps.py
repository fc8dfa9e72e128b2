"""Time stamps of strangers (RFC 3161): an authority's word that an anchor was there at a time.

What is stamped is an anchor's line, in ASCII and without a line break: `openssl ts -verify` checks it, too.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from sqlalchemy import Connection, insert, select

from states.errors import LedgerBroken, NotReady
from states.ledger import anchors, chain
from states.tables import Checkpoint, TeamEvent, TimeStamp, table_of

_CHECKPOINTS = table_of(Checkpoint)
_STAMPS = table_of(TimeStamp)
_TEAM_EVENTS = table_of(TeamEvent)

#: the event by which a stamp that was removed is missed
STAMPED = "anchor_stamped"


def request(line: str) -> TimeStampRequest:
    """Ask for a stamp of an anchor's line: by SHA-256, with a nonce, and the authority's certificate."""
    return TimestampRequestBuilder().data(line.encode()).hash_algorithm(HashAlgorithm.SHA256).build()


def checked(
    response: bytes, line: str, roots: Sequence[Certificate], asked: TimeStampRequest | None = None
) -> datetime | None:
    """When an authority saw an anchor's line; None: it was not granted, is of something else, or not trusted.

    Args:
        response: what it answered (DER).
        line: the anchor's line.
        roots: the certificates that are trusted; the authority's chain leads to one of them.
        asked: the request that this has to answer; None: it did when it was kept.
    """
    nonce = asked.nonce if asked is not None else None
    verifier = VerifierBuilder(roots=list(roots), nonce=nonce).build()
    try:
        stamp = decode_timestamp_response(response)
        good = verifier.verify_message(stamp, line.encode())
    except (VerificationError, ValueError):
        return None
    return stamp.tst_info.gen_time.astimezone(UTC) if good else None


def trusted(file: str) -> list[Certificate]:
    """The certificates that are trusted to stamp, from a file of them (PEM).

    Raises:
        NotReady: the setting is missing, or the file cannot be read or holds none.
    """
    try:
        return load_pem_x509_certificates(Path(file).read_bytes())
    except (OSError, ValueError) as error:
        message = (
            f"TAT_TIMESTAMP_ROOTS names no file of certificates ({type(error).__name__}), and no time stamp "
            "can be checked. Nothing was kept: put the authority's root certificate there (PEM)."
        )
        raise NotReady(message) from None


def keep(connection: Connection, number: int, at: datetime, response: bytes, *, now: datetime) -> None:
    """Keep a stamp that was checked, and put on record that there is one; once for each checkpoint.

    Args:
        connection: a transaction that holds the team's lock.
        number: the checkpoint's number.
        at: the time that the stamp says.
        response: the authority's answer.
        now: what time it is here.
    """
    if connection.scalar(select(_STAMPS.c.checkpoint).where(_STAMPS.c.checkpoint == number)) is not None:
        return
    connection.execute(insert(_STAMPS).values(checkpoint=number, at=at, response=response))
    told = {"checkpoint": number, "digest": sha256(response).hexdigest()}
    chain.append_of_team(connection, at=now, actor="system", what=STAMPED, **told)


def verify(connection: Connection, roots: Sequence[Certificate] | None) -> int:
    """See that every stamp is there as it was kept, and of the anchor that stands under its number.

    Args:
        connection: an open connection.
        roots: the certificates that are trusted; None: stamps are only compared with the ledger.

    Returns:
        How many there are.

    Raises:
        LedgerBroken: one was changed or removed, or is of another anchor: the checkpoint was written anew.
    """
    kept = {row.checkpoint: row for row in connection.execute(select(_STAMPS))}
    events = select(_TEAM_EVENTS.c.data).where(_TEAM_EVENTS.c.what == STAMPED)
    told = {data["checkpoint"]: data["digest"] for data in connection.scalars(events)}
    for number in sorted(kept.keys() | told.keys()):
        row = kept.get(number)
        if row is None or told.get(number) != sha256(row.response).hexdigest():
            message = f"The time stamp of checkpoint {number} was changed or removed outside tatflow."
            raise LedgerBroken(message)
        _compare(connection, row, roots)
    return len(told)


def _compare(connection: Connection, row: Any, roots: Sequence[Certificate] | None) -> None:
    anchor = anchors.numbered(connection, row.checkpoint)
    good = anchor is not None and (roots is None or checked(row.response, anchor.line, roots) == row.at)
    if not good:
        message = (
            f"The time stamp of checkpoint {row.checkpoint} does not fit: the checkpoint was written anew "
            "after it was stamped, or TAT_TIMESTAMP_ROOTS lacks the authority's certificate."
        )
        raise LedgerBroken(message)
