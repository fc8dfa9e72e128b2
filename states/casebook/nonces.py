"""Nonces of signed messages: each is taken in once (RFC 9421, 7.2.2)."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from states.casebook.book import Casebook
from states.errors import Refused
from states.tables import SeenNonce, table_of

_NONCES = table_of(SeenNonce)


def remember(book: Casebook, sender: str, nonce: str, expires_at: datetime) -> None:
    """Take a nonce in, and forget those whose messages have expired.

    Args:
        book: the casebook.
        sender: whose nonce it is; those of different senders do not meet.
        nonce: what the message carries.
        expires_at: until when the message could be sent again.

    Raises:
        Refused: it was taken in before: the message is a replay.
    """
    blind = book.vault.blind("nonce", f"{sender}\n{nonce}")
    replayed = False
    try:
        with book.store.write() as connection:
            connection.execute(delete(_NONCES).where(_NONCES.c.expires_at < book.clock()))
            replayed = connection.execute(select(_NONCES).where(_NONCES.c.nonce == blind)).first() is not None
            if not replayed:
                connection.execute(insert(_NONCES).values(nonce=blind, expires_at=expires_at))
    except IntegrityError:
        # Two copies came at once; the other one was faster.
        replayed = True
    if replayed:
        raise Refused("This message was taken in before. Nothing was written.")
