"""The outbox: what cases owe the world, claimed by compare-and-swap with a lease.

Knows nothing of who does it. A row goes pending -> claimed -> done; a failed or expired attempt goes back to
pending, or to stuck after the policy's last attempt. Whoever writes a result proves with attempt and lease
that the claim is still theirs.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, insert, or_, select, text, update

from states.errors import LeaseLost
from states.ledger import coverage
from states.store.batch import Statement
from states.tables import Effect, new_id, stored, table_of
from states.vault import digest
from states.vocabulary.effects import EffectKind, EffectStatus

_EFFECTS = table_of(Effect)

#: why an effect of a restored backup is stuck: nobody knows whether it was done after the backup was made
RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do one effect for as long as its lease holds.

    Args:
        effect_id: the effect.
        attempt: which attempt this is, from 1.
        lease: what a batch shares, what is renewed, and what whoever writes a result shows.
    """

    effect_id: str
    attempt: int
    lease: str


@dataclass(frozen=True, slots=True)
class Owed:
    """An effect that is owed from now on.

    Args:
        id: its id, which its payload is sealed under.
        case_id: the case that owes it, or None for the team.
        kind: what is owed.
        urgent: whether it goes before others.
        dedupe: what no two effects share, so that one cause owes one thing once.
        payload: what whoever does it needs to know, sealed.
        due_at: when it is due; None: now.
    """

    id: str
    case_id: str | None
    kind: EffectKind
    urgent: bool
    dedupe: str
    payload: bytes
    due_at: datetime | None = None


#: how long a lease can last at most
LONGEST_LEASE = timedelta(hours=1)

_PUT = Statement(
    insert(_EFFECTS).values(
        {field.name: bindparam(field.name) for field in fields(Owed)}
        | {"created_at": bindparam("now")}
        | {"status": EffectStatus.PENDING, "attempt": 0, "code": ""}
    )
)


def put(connection: Connection, owed: Sequence[Owed], *, now: datetime) -> None:
    """Put effects into the outbox."""
    for effect in owed:
        values = {name: getattr(effect, name) for name in effect.__slots__}
        _PUT.later(connection, values | {"now": now, "due_at": effect.due_at or now})


def told(effect: Owed, now: datetime) -> dict[str, str]:
    """What the ledger tells of an effect that is owed from now on, by place."""
    values = {name: getattr(effect, name) for name in effect.__slots__ if name not in ("payload", "due_at")}
    later = {} if effect.due_at in (None, now) else {"due_at": effect.due_at}
    payload = {f"effects/{effect.id}": digest(effect.payload)}
    return payload | coverage.of("effects").added(values | later | {"created_at": now})


#: that an effect is not done, in the words of the indexes of those that are not
IS_OPEN = text(f"{_EFFECTS.name}.status <> '{EffectStatus.DONE}'")


def is_due(now: datetime) -> ColumnElement[bool]:
    """That an effect is due; so is what was due at once when the clock was ahead of what it is now."""
    at_once = (_EFFECTS.c.due_at <= _EFFECTS.c.created_at) | (_EFFECTS.c.attempt > 0)
    return (_EFFECTS.c.due_at <= now) | ((_EFFECTS.c.created_at > now) & at_once)


def ran_out(now: datetime) -> ColumnElement[bool]:
    """That a lease ran out: its time is over, or lies further ahead than any does: the clock jumped."""
    return (_EFFECTS.c.lease_until < now) | (_EFFECTS.c.lease_until > now + LONGEST_LEASE)


def claim_due(
    connection: Connection, *, now: datetime, seconds: float, limit: int, kinds: Collection[EffectKind]
) -> str | None:
    """Claim up to ``limit`` effects of these kinds that are due, urgent ones first; gives their lease.

    Args:
        connection: a transaction that may write.
        now: what time it is.
        seconds: how long the lease holds.
        limit: how many at most.
        kinds: the kinds to look for.

    Returns:
        The lease that they share; None when nothing is due.
    """
    candidates = connection.execute(
        select(_EFFECTS.c.id)
        .where(_EFFECTS.c.status == EffectStatus.PENDING, is_due(now), _EFFECTS.c.kind.in_(kinds))
        .order_by(_EFFECTS.c.urgent.desc(), _EFFECTS.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not candidates:
        return None
    lease = new_id()
    connection.execute(
        update(_EFFECTS)
        .where(_EFFECTS.c.id.in_([row.id for row in candidates]), _EFFECTS.c.status == EffectStatus.PENDING)
        .values(_claimed(lease, now, seconds))
    )
    return lease


def claim_one(
    connection: Connection, effect_id: str, *, now: datetime, seconds: float, flow_run_id: str
) -> None:
    """Claim one effect that is not done and whose row is locked, for a run that somebody started by hand."""
    connection.execute(
        update(_EFFECTS)
        .where(_EFFECTS.c.id == effect_id)
        .values(_claimed(new_id(), now, seconds) | {"flow_run_id": flow_run_id})
    )


def open_of(connection: Connection, kinds: Collection[EffectKind]) -> list[Effect]:
    """Every effect of these kinds that is waiting or claimed, whenever it is due; oldest first."""
    owed = _EFFECTS.c.status.in_([EffectStatus.PENDING, EffectStatus.CLAIMED])
    these = select(_EFFECTS).where(_EFFECTS.c.kind.in_(kinds), owed)
    oldest_first = these.order_by(_EFFECTS.c.created_at, _EFFECTS.c.id)
    return [stored(Effect, row) for row in connection.execute(oldest_first)]


def hasten(connection: Connection, once: Collection[str]) -> None:
    """Make due at once what is owed for these, if nobody has tried it yet."""
    untried = (_EFFECTS.c.status == EffectStatus.PENDING) & (_EFFECTS.c.attempt == 0)
    at_once = {"due_at": _EFFECTS.c.created_at}
    connection.execute(update(_EFFECTS).where(_EFFECTS.c.dedupe.in_(once), untried).values(at_once))


def claim_as_seen(connection: Connection, seen: Effect, *, now: datetime, seconds: float, by: str) -> bool:
    """Claim an effect if it still is as somebody saw it, held by a dead process or by nobody; says whether.

    Args:
        connection: a transaction that may write.
        seen: the row as it was read.
        now: what time it is.
        seconds: how long the lease holds.
        by: who claims.
    """
    as_seen = (
        (_EFFECTS.c.attempt == seen.attempt)
        & (_EFFECTS.c.status == seen.status)
        & _EFFECTS.c.lease.is_not_distinct_from(seen.lease)
        & _EFFECTS.c.lease_until.is_not_distinct_from(seen.lease_until)
    )
    values = _claimed(new_id(), now, seconds) | {"claimed_by": by}
    swapped = connection.execute(update(_EFFECTS).where(_EFFECTS.c.id == seen.id, as_seen).values(values))
    return swapped.rowcount == 1


def _claimed(lease: str, now: datetime, seconds: float) -> dict[str, Any]:
    return {
        "status": EffectStatus.CLAIMED,
        "attempt": _EFFECTS.c.attempt + 1,
        "lease": lease,
        "lease_until": now + timedelta(seconds=seconds),
        "flow_run_id": None,
        "claimed_by": None,
    }


def renew(connection: Connection, lease: str, *, now: datetime, seconds: float) -> int:
    """Extend a lease; returns how many effects it still covers (0: it is lost)."""
    return connection.execute(
        update(_EFFECTS)
        .where(_EFFECTS.c.lease == lease, _EFFECTS.c.status == EffectStatus.CLAIMED)
        .values(lease_until=now + timedelta(seconds=seconds))
    ).rowcount


def held(claim: Claim) -> ColumnElement[bool]:
    """A column that says whether a claim is still held, as ``held``."""
    mine = (_EFFECTS.c.lease == claim.lease) & (_EFFECTS.c.attempt == claim.attempt)
    claimed = select(_EFFECTS.c.id).where(_EFFECTS.c.status == EffectStatus.CLAIMED, mine)
    return claimed.where(_EFFECTS.c.id == claim.effect_id).exists().label("held")


def overtaken(claim: Claim) -> LeaseLost:
    """What is said to an attempt whose lease is lost."""
    return LeaseLost(
        f"Attempt {claim.attempt} of effect {claim.effect_id} was overtaken; it did nothing more."
    )


def prove(connection: Connection, claim: Claim) -> None:
    """Check that a claim still holds, and lock its effect.

    Raises:
        LeaseLost: another attempt has taken over, or the effect is done.
    """
    effect = connection.execute(
        select(_EFFECTS.c.id)
        .where(_EFFECTS.c.id == claim.effect_id, _EFFECTS.c.status == EffectStatus.CLAIMED)
        .where(_EFFECTS.c.lease == claim.lease, _EFFECTS.c.attempt == claim.attempt)
        .with_for_update()
    ).first()
    if effect is None:
        raise overtaken(claim)


def done(connection: Connection, claim: Claim, now: datetime) -> None:
    """Mark an effect done; :func:`prove` the claim first, in the same transaction."""
    _end(connection, claim, status=EffectStatus.DONE, done_at=now, code="")


def retry(connection: Connection, claim: Claim, *, code: str, due_at: datetime) -> None:
    """Put an effect back, to be attempted again at ``due_at``."""
    _end(connection, claim, status=EffectStatus.PENDING, code=code, due_at=due_at)


def stick(connection: Connection, claim: Claim, *, code: str) -> None:
    """Mark an effect stuck: nobody tries again until somebody redrives it."""
    _end(connection, claim, status=EffectStatus.STUCK, code=code)


def _end(connection: Connection, claim: Claim, **values: object) -> None:
    connection.execute(
        update(_EFFECTS)
        .where(_EFFECTS.c.id == claim.effect_id, _EFFECTS.c.attempt == claim.attempt)
        .values(lease=None, lease_until=None, **values)
    )


def redrive(connection: Connection, effect_id: str, now: datetime) -> bool:
    """Make a stuck or waiting effect due now; returns whether there was one."""
    waiting = or_(_EFFECTS.c.status == EffectStatus.STUCK, _EFFECTS.c.status == EffectStatus.PENDING)
    return bool(
        connection.execute(
            update(_EFFECTS)
            .where(_EFFECTS.c.id == effect_id, waiting)
            .values(status=EffectStatus.PENDING, due_at=now)
        ).rowcount
    )


def died(now: datetime) -> ColumnElement[bool]:
    """That an attempt died: its effect is claimed, and the lease ran out."""
    return (_EFFECTS.c.status == EffectStatus.CLAIMED) & ran_out(now)


def lapsed(connection: Connection, claim: Claim, now: datetime) -> bool:
    """Whether a claim is still held though its lease has run out; locks its effect."""
    late = select(_EFFECTS.c.id).where(
        _EFFECTS.c.id == claim.effect_id, _EFFECTS.c.lease == claim.lease, died(now)
    )
    return connection.execute(late.with_for_update()).first() is not None


def let_rest(connection: Connection, once: Collection[str], *, code: str, now: datetime) -> list[str]:
    """End effects that wait and are not wanted any more, undone, by what they are owed once for; give ids."""
    waiting = (_EFFECTS.c.status == EffectStatus.PENDING) & _EFFECTS.c.dedupe.in_(once)
    ended = {"status": EffectStatus.DONE, "code": code, "done_at": now}
    return list(connection.scalars(update(_EFFECTS).where(waiting).values(ended).returning(_EFFECTS.c.id)))


def drop(connection: Connection, case_id: str, *, code: str, now: datetime) -> list[str]:
    """End every effect that a case still owes, undone; gives their ids."""
    owed = (_EFFECTS.c.case_id == case_id) & (_EFFECTS.c.status != EffectStatus.DONE)
    ended = {"status": EffectStatus.DONE, "code": code, "done_at": now, "lease": None, "lease_until": None}
    return list(connection.scalars(update(_EFFECTS).where(owed).values(ended).returning(_EFFECTS.c.id)))
