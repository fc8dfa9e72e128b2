"""Leases of effects, proved right before something leaves that cannot be called back."""

from datetime import timedelta

from sqlalchemy import select

from states import outbox
from states.casebook import effects
from states.casebook.book import Casebook
from states.casebook.effects import Work
from states.tables import Effect, table_of

_EFFECTS = table_of(Effect)


def still_held(book: Casebook, work: Work, *, seconds: float) -> None:
    """See that a claim is still ours, right before something leaves that cannot be called back.

    A lease of which more than half is over is renewed, so that nobody takes over meanwhile.

    Args:
        book: the casebook.
        work: the effect.
        seconds: how long leases hold.

    Raises:
        LeaseLost: another attempt has taken over, or the effect is done.
    """
    until = select(_EFFECTS.c.lease_until, outbox.held(work.lease)).where(
        _EFFECTS.c.id == work.lease.effect_id
    )
    with book.store.read() as connection:
        row = connection.execute(until).one()
    if not row.held:
        raise outbox.overtaken(work.lease)
    if row.lease_until - book.clock() < timedelta(seconds=seconds / 2) and not effects.renew(
        book, work.lease.token, seconds=seconds
    ):
        raise outbox.overtaken(work.lease)
