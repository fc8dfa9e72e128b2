"""Challenges: what a browser brings back, signed or from the provider, answers what we asked it just now.

Nothing is kept of a challenge until it is answered: it says itself, under our key, for what and for whom it
is and until when. Each is answered once.
"""

import secrets
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from sqlalchemy import Connection

from states.casebook.book import Casebook
from states.casebook.effects import nonces
from states.casebook.effects.nonces import Once
from states.errors import NotPermitted, Refused

#: how long a challenge may be answered
LIFE = timedelta(minutes=5)

#: bytes of its parts: what makes it one of its own, until when it may be answered, and what vouches for both
_NONCE, _UNTIL, _MARK = 32, 8, 32


def ask(book: Casebook, purpose: str, whom: str) -> bytes:
    """A new challenge.

    Args:
        book: the casebook.
        purpose: what its answer is for.
        whom: a secret of the browser that is asked.
    """
    until = int((book.clock() + LIFE).timestamp())
    said = secrets.token_bytes(_NONCE) + until.to_bytes(_UNTIL, "big")
    return said + _mark(book, said, purpose, whom)


def answered(book: Casebook, connection: Connection, challenge: bytes, purpose: str, whom: str) -> None:
    """Use a challenge up, as it was answered.

    Args:
        book: the casebook.
        connection: the transaction in which the answer is taken.
        challenge: what the answer is an answer to, as it says.
        purpose: what the answer is for.
        whom: a secret of the browser that answers.

    Raises:
        NotPermitted: we asked it no such thing, or too long ago, or it was answered before.
    """
    said, mark = challenge[: _NONCE + _UNTIL], challenge[_NONCE + _UNTIL :]
    until = datetime.fromtimestamp(0, UTC) + timedelta(seconds=int.from_bytes(said[_NONCE:], "big") % 2**40)
    if not whom or not compare_digest(mark, _mark(book, said, purpose, whom)) or until <= book.clock():
        raise NotPermitted(
            "This answers nothing that was asked here just now. Nothing was written: begin anew."
        )
    try:
        nonces.use(book, connection, Once("challenge", said.hex(), until))
    except Refused:
        raise NotPermitted("This was answered before. Nothing was written: begin anew.") from None


def _mark(book: Casebook, said: bytes, purpose: str, whom: str) -> bytes:
    return bytes.fromhex(book.vault.blind("challenge", f"{purpose} {whom} {said.hex()}"))
