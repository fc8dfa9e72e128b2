"""The outbox: what cases owe the world, claimed by compare-and-swap with a lease.

Knows nothing of flows. A row goes pending -> claimed -> done; a failed or expired attempt goes back to
pending, or to stuck after the policy's last attempt. Whoever writes a result proves with attempt and lease
that the claim is still theirs.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, insert, or_, select, update

from states.batch import Statement
from states.errors import LeaseLost
from states.tables import Effect, new_id, table_of
from states.vocabulary import EffectKind, EffectStatus

_EFFECTS = table_of(Effect)

#: why an effect of a restored backup is stuck: nobody knows whether it was done after the backup was made
RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do one effect, until it expires or is renewed.

    Args:
        effect_id: the effect.
        attempt: which attempt this is, from 1.
        token: what a batch shares and a result must show.
    """

    effect_id: str
    attempt: int
    token: str


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


def is_due(now: datetime) -> ColumnElement[bool]:
    """That an effect is due; so is what was due at once when the clock was ahead of what it is now."""
    at_once = (_EFFECTS.c.due_at <= _EFFECTS.c.created_at) | (_EFFECTS.c.attempt > 0)
    return (_EFFECTS.c.due_at <= now) | ((_EFFECTS.c.created_at > now) & at_once)


def ran_out(now: datetime) -> ColumnElement[bool]:
    """That a lease ran out: its time is over, or lies further ahead than any does: the clock jumped."""
    return (_EFFECTS.c.lease_until < now) | (_EFFECTS.c.lease_until > now + LONGEST_LEASE)


def claim_due(
    connection: Connection, *, now: datetime, seconds: float, limit: int, kinds: Collection[EffectKind]
) -> list[Lease]:
    """Claim up to ``limit`` effects of these kinds that are due, urgent ones first, under one token.

    Args:
        connection: a transaction that may write.
        now: what time it is.
        seconds: how long the lease holds.
        limit: how many at most.
        kinds: the kinds to look for.
    """
    candidates = connection.execute(
        select(_EFFECTS.c.id, _EFFECTS.c.attempt)
        .where(_EFFECTS.c.status == EffectStatus.PENDING, is_due(now), _EFFECTS.c.kind.in_(kinds))
        .order_by(_EFFECTS.c.urgent.desc(), _EFFECTS.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not candidates:
        return []
    token = new_id()
    connection.execute(
        update(_EFFECTS)
        .where(_EFFECTS.c.id.in_([row.id for row in candidates]), _EFFECTS.c.status == EffectStatus.PENDING)
        .values(_claimed(token, now, seconds))
    )
    return [Lease(row.id, row.attempt + 1, token) for row in candidates]


def claim_one(
    connection: Connection, effect: Row[Any], *, now: datetime, seconds: float, flow_run_id: str
) -> Lease:
    """Claim one effect that is not done, for a run that somebody started by hand."""
    token = new_id()
    connection.execute(
        update(_EFFECTS)
        .where(_EFFECTS.c.id == effect.id, _EFFECTS.c.attempt == effect.attempt)
        .values(_claimed(token, now, seconds) | {"flow_run_id": flow_run_id})
    )
    return Lease(effect.id, effect.attempt + 1, token)


def open_of(connection: Connection, kinds: Collection[EffectKind]) -> list[Row[Any]]:
    """Every effect of these kinds that is waiting or claimed, whenever it is due; oldest first."""
    owed = _EFFECTS.c.status.in_([EffectStatus.PENDING, EffectStatus.CLAIMED])
    these = select(_EFFECTS).where(_EFFECTS.c.kind.in_(kinds), owed)
    return list(connection.execute(these.order_by(_EFFECTS.c.created_at, _EFFECTS.c.id)))


def hasten(connection: Connection, once: Collection[str]) -> None:
    """Make due at once what is owed for these, if nobody has tried it yet."""
    untried = (_EFFECTS.c.status == EffectStatus.PENDING) & (_EFFECTS.c.attempt == 0)
    at_once = {"due_at": _EFFECTS.c.created_at}
    connection.execute(update(_EFFECTS).where(_EFFECTS.c.dedupe.in_(once), untried).values(at_once))


def claim_as_seen(
    connection: Connection, seen: Row[Any], *, now: datetime, seconds: float, by: str
) -> Lease | None:
    """Claim an effect if it still is as somebody saw it, held by a dead process or by nobody; else None.

    Args:
        connection: a transaction that may write.
        seen: the row as it was read.
        now: what time it is.
        seconds: how long the lease holds.
        by: who claims.
    """
    token = new_id()
    as_seen = (
        (_EFFECTS.c.attempt == seen.attempt)
        & (_EFFECTS.c.status == seen.status)
        & _EFFECTS.c.lease.is_not_distinct_from(seen.lease)
        & _EFFECTS.c.lease_until.is_not_distinct_from(seen.lease_until)
    )
    values = _claimed(token, now, seconds) | {"claimed_by": by}
    swapped = connection.execute(update(_EFFECTS).where(_EFFECTS.c.id == seen.id, as_seen).values(values))
    return Lease(seen.id, seen.attempt + 1, token) if swapped.rowcount else None


def _claimed(token: str, now: datetime, seconds: float) -> dict[str, Any]:
    return {
        "status": EffectStatus.CLAIMED,
        "attempt": _EFFECTS.c.attempt + 1,
        "lease": token,
        "lease_until": now + timedelta(seconds=seconds),
        "flow_run_id": None,
        "claimed_by": None,
    }


def renew(connection: Connection, token: str, *, now: datetime, seconds: float) -> int:
    """Extend a lease; returns how many effects it still covers (0: it is lost)."""
    return connection.execute(
        update(_EFFECTS)
        .where(_EFFECTS.c.lease == token, _EFFECTS.c.status == EffectStatus.CLAIMED)
        .values(lease_until=now + timedelta(seconds=seconds))
    ).rowcount


def held(lease: Lease) -> ColumnElement[bool]:
    """A column that says whether a claim is still held under this lease, as ``held``."""
    mine = (_EFFECTS.c.lease == lease.token) & (_EFFECTS.c.attempt == lease.attempt)
    claimed = select(_EFFECTS.c.id).where(_EFFECTS.c.status == EffectStatus.CLAIMED, mine)
    return claimed.where(_EFFECTS.c.id == lease.effect_id).exists().label("held")


def overtaken(lease: Lease) -> LeaseLost:
    """What is said to an attempt whose lease is lost."""
    return LeaseLost(
        f"Attempt {lease.attempt} of effect {lease.effect_id} was overtaken; it did nothing more."
    )


def prove(connection: Connection, lease: Lease) -> Row[Any]:
    """Check that a lease still holds, and lock its effect; returns the effect's row.

    Raises:
        LeaseLost: another attempt has taken over, or the effect is done.
    """
    effect = connection.execute(
        select(_EFFECTS)
        .where(_EFFECTS.c.id == lease.effect_id, _EFFECTS.c.status == EffectStatus.CLAIMED)
        .where(_EFFECTS.c.lease == lease.token, _EFFECTS.c.attempt == lease.attempt)
        .with_for_update()
    ).first()
    if effect is None:
        raise overtaken(lease)
    return effect


def done(connection: Connection, lease: Lease, now: datetime) -> None:
    """Mark an effect done; :func:`prove` the lease first, in the same transaction."""
    _end(connection, lease, status=EffectStatus.DONE, done_at=now, code="")


def retry(connection: Connection, lease: Lease, *, code: str, due_at: datetime) -> None:
    """Put an effect back, to be attempted again at ``due_at``."""
    _end(connection, lease, status=EffectStatus.PENDING, code=code, due_at=due_at)


def stick(connection: Connection, lease: Lease, *, code: str) -> None:
    """Mark an effect stuck: nobody tries again until somebody redrives it."""
    _end(connection, lease, status=EffectStatus.STUCK, code=code)


def _end(connection: Connection, lease: Lease, **values: object) -> None:
    connection.execute(
        update(_EFFECTS)
        .where(_EFFECTS.c.id == lease.effect_id, _EFFECTS.c.attempt == lease.attempt)
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


def expired(connection: Connection, now: datetime) -> list[Row[Any]]:
    """Effects whose lease ran out: their attempt died."""
    return list(
        connection.execute(select(_EFFECTS).where(_EFFECTS.c.status == EffectStatus.CLAIMED, ran_out(now)))
    )


def lapsed(connection: Connection, lease: Lease, now: datetime) -> bool:
    """Whether a claim is still held under this lease, which has run out; locks its effect."""
    held = select(_EFFECTS.c.id).where(
        _EFFECTS.c.id == lease.effect_id, _EFFECTS.c.status == EffectStatus.CLAIMED
    )
    late = held.where(_EFFECTS.c.lease == lease.token, ran_out(now))
    return connection.execute(late.with_for_update()).first() is not None


def let_rest(connection: Connection, once: Collection[str], *, code: str, now: datetime) -> None:
    """End effects that wait and are not wanted any more, undone, by what they are owed once for."""
    waiting = (_EFFECTS.c.status == EffectStatus.PENDING) & _EFFECTS.c.dedupe.in_(once)
    ended = {"status": EffectStatus.DONE, "code": code, "done_at": now}
    connection.execute(update(_EFFECTS).where(waiting).values(ended))


def drop(connection: Connection, case_id: str, *, code: str, now: datetime) -> int:
    """End every effect that a case still owes, undone; returns how many there were."""
    owed = _EFFECTS.c.status != EffectStatus.DONE
    ended = {"status": EffectStatus.DONE, "code": code, "done_at": now, "lease": None, "lease_until": None}
    return connection.execute(
        update(_EFFECTS).where(_EFFECTS.c.case_id == case_id, owed).values(ended)
    ).rowcount
