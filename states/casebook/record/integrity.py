"""Checkpoints and verification of the whole record."""

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.ledger import checkpoints, verifying
from states.vault import TEAM_SCOPE


def checkpoint(book: Casebook, *, anyway: bool = False, by: Actor) -> int:
    """Write a signed checkpoint of the ledger; returns how many chains grew since the last one.

    Args:
        book: the casebook.
        by: who asks: the software itself, or whoever runs it.
        anyway: whether one is written also when no chain grew.

    Raises:
        LedgerBroken: the last checkpoint is not the last that was signed here; none is signed on top of it.
    """
    permit(by, Act.OPERATE)
    with book.store.write() as connection:
        book.key(connection, TEAM_SCOPE)
        return checkpoints.checkpoint(connection, book.clock(), book.vault, anyway=anyway)


def verify(book: Casebook, *, by: Actor) -> verifying.Verified:
    """Verify the whole ledger.

    Raises:
        LedgerBroken: names the first broken link.
    """
    permit(by, Act.OPERATE)
    with book.store.read() as connection:
        return verifying.verify(connection, book.vault, now=book.clock())
