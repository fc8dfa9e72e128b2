"""Claiming: the relay takes what is due under a lease, and keeps it while somebody works on it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, update

from states import outbox
from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.effects.work import LEASE_SECONDS, Work, described
from states.tables import Effect, table_of
from states.vocabulary.effects import EffectKind, EffectStatus

_EFFECTS = table_of(Effect)


def claim_due(
    book: Casebook, *, limit: int, kinds: Collection[EffectKind], seconds: float = LEASE_SECONDS, by: Actor
) -> list[Work]:
    """Claim effects of these kinds that are due, urgent ones first, all under one lease.

    Args:
        book: the casebook.
        by: who asks: the software itself, or whoever runs it.
        limit: how many at most.
        kinds: which kinds to look for.
        seconds: how long the lease holds.
    """
    permit(by, Act.RUN)
    now = book.clock()
    if not _any_due(book, now, kinds):
        return []
    with book.store.write() as connection:
        lease = outbox.claim_due(connection, now=now, seconds=seconds, limit=limit, kinds=kinds)
        if lease is None:
            return []
        return [each.work for each in described(connection, _EFFECTS.c.lease == lease)]


def _any_due(book: Casebook, now: datetime, kinds: Collection[EffectKind]) -> bool:
    # Looked at without the writer's lock first: an idle relay must not keep people from writing.
    with book.store.read() as connection:
        due = select(_EFFECTS.c.id).where(_EFFECTS.c.status == EffectStatus.PENDING, outbox.is_due(now))
        return connection.execute(due.where(_EFFECTS.c.kind.in_(kinds)).limit(1)).first() is not None


def assign(book: Casebook, lease: str, flow_run_id: str) -> None:
    """Remember which Prefect run works on a claim."""
    with book.store.write() as connection:
        connection.execute(update(_EFFECTS).where(_EFFECTS.c.lease == lease).values(flow_run_id=flow_run_id))


def release(book: Casebook, lease: str, *, wait: timedelta) -> None:
    """Hand a claim back whose run could not be made; the attempt does not count."""
    due_at = book.clock() + wait
    with book.store.write() as connection:
        connection.execute(
            update(_EFFECTS)
            .where(_EFFECTS.c.lease == lease, _EFFECTS.c.status == EffectStatus.CLAIMED)
            .values(
                status=EffectStatus.PENDING,
                attempt=_EFFECTS.c.attempt - 1,
                lease=None,
                lease_until=None,
                due_at=due_at,
            )
        )


def renew(book: Casebook, lease: str, *, seconds: float = LEASE_SECONDS) -> bool:
    """Extend a lease; returns whether it still holds."""
    with book.store.write() as connection:
        return outbox.renew(connection, lease, now=book.clock(), seconds=seconds) > 0


def hold(book: Casebook, flow_run_ids: Collection[str], *, seconds: float = LEASE_SECONDS, by: Actor) -> None:
    """Extend the leases of claims whose Prefect runs wait for somebody to take them up."""
    permit(by, Act.RUN)
    lease_until = book.clock() + timedelta(seconds=seconds)
    with book.store.write() as connection:
        connection.execute(
            update(_EFFECTS)
            .where(_EFFECTS.c.flow_run_id.in_(flow_run_ids), _EFFECTS.c.status == EffectStatus.CLAIMED)
            .values(lease_until=lease_until)
        )
