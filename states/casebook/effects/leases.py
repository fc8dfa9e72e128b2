"""Leases, proved right before something leaves that cannot be called back."""

from datetime import timedelta

from sqlalchemy import select

from states import outbox
from states.casebook.book import Casebook
from states.casebook.effects import claiming
from states.casebook.effects.work import Work
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
    until = select(_EFFECTS.c.lease_until, outbox.held(work)).where(_EFFECTS.c.id == work.effect_id)
    with book.store.read() as connection:
        row = connection.execute(until).one()
    if not row.held:
        raise outbox.overtaken(work)
    if row.lease_until - book.clock() < timedelta(seconds=seconds / 2) and not claiming.renew(
        book, work.lease, seconds=seconds
    ):
        raise outbox.overtaken(work)
