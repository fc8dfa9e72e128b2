"""Nonces of signed messages: each is taken in once (RFC 9421, 7.2.2)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete
from sqlalchemy.dialects import postgresql, sqlite

from states.casebook.book import Casebook
from states.errors import Refused
from states.tables import SeenNonce, table_of

_NONCES = table_of(SeenNonce)


@dataclass(frozen=True, slots=True)
class Once:
    """What makes a signed message one that is taken in once.

    Args:
        sender: whose nonce it is; those of different senders do not meet.
        nonce: what the message carries.
        expires_at: until when the message could be sent again.
    """

    sender: str
    nonce: str
    expires_at: datetime


def use(book: Casebook, connection: Connection, once: Once | None) -> None:
    """Take a nonce in, with whatever its message says, and forget those whose messages have expired.

    Args:
        book: the casebook.
        connection: the transaction that takes the message in: both are on record, or neither.
        once: the message's nonce; None: it carries none.

    Raises:
        Refused: it was taken in before: the message is a replay.
    """
    if once is None:
        return
    connection.execute(delete(_NONCES).where(_NONCES.c.expires_at < book.clock()))
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    blind = book.vault.blind("nonce", f"{once.sender}\n{once.nonce}")
    new = insert(_NONCES).values(nonce=blind, expires_at=once.expires_at).on_conflict_do_nothing()
    # Of two copies that come at once, the slower waits here until the faster is on record.
    if connection.scalar(new.returning(_NONCES.c.nonce)) is None:
        raise Refused("This message was taken in before. Nothing was written.")
