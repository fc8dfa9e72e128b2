"""Checkpoints over all chain heads, chained and signed: whoever lacks the master key rewrites nothing unseen.

Those from before any was signed are vouched for by the first signed one, which is written once: from then on
the wrapped key of the team says that checkpoints are signed, and nobody without the master key unsays it.
Another one is only signed on top of one that is signed by the same key.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    Row,
    Subquery,
    and_,
    bindparam,
    case,
    column,
    func,
    insert,
    select,
    text,
    true,
    update,
)

from states.errors import LedgerBroken
from states.ledger import signing
from states.ledger.chain import TEAM_CHAIN, canonical
from states.tables import Case, Checkpoint, Event, TeamEvent, WrappedKey, table_of
from states.vault import SIGNED, TEAM_SCOPE, Vault

_CASES = table_of(Case)
_CHECKPOINTS = table_of(Checkpoint)
_EVENTS = table_of(Event)
_KEYS = table_of(WrappedKey)
_TEAM_EVENTS = table_of(TeamEvent)

#: how many checkpoints are fetched at a time: each names the chains of a day
FETCHED = 20

#: PostgreSQL's lock for whoever writes a checkpoint: they follow one another
_TURN = 0x7461_7466


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk over every checkpoint found.

    Args:
        count: how many there are.
        vouched_of_team: up to which event the team's own chain is vouched for.
    """

    count: int
    vouched_of_team: int


def checkpoint(connection: Connection, now: datetime, vault: Vault, *, anyway: bool = False) -> int:
    """Write a signed checkpoint over every chain that grew since the last one; returns how many did.

    Args:
        connection: a transaction that may write.
        now: what time it is.
        vault: signs it.
        anyway: whether one is written also when no chain grew.

    Raises:
        LedgerBroken: the last checkpoint is not one that was signed here; none is signed on top of it.
    """
    last = _turn(connection, vault)
    grown = connection.execute(
        select(_CASES.c.id, _CASES.c.seq, _CASES.c.head)
        .where(_CASES.c.seq != _CASES.c.sealed_seq)
        # Not the lock that foreign keys wait for: who names one of these cases may hold another of them.
        .with_for_update(key_share=True)
    ).all()
    heads = [[row.id, row.seq, row.head] for row in grown] + _new_head_of_team(connection)
    if not heads and not anyway:
        return 0
    _write(connection, last, now, sorted(heads), vault)
    if grown:
        connection.execute(
            update(_CASES).where(_CASES.c.id == bindparam("case")).values(sealed_seq=bindparam("sealed")),
            [{"case": row.id, "sealed": row.seq} for row in grown],
        )
    return len(heads)


def hand_over(connection: Connection, now: datetime, old: Vault, new: Vault) -> None:
    """Let another master key's signing key take over: the old one names it, and it signs at once.

    Raises:
        LedgerBroken: the last checkpoint is not the last that was signed here.
    """
    _write(connection, _turn(connection, old), now, [], old, successor=new.public_key)
    _write(connection, newest(connection), now, [], new)


def newest(connection: Connection) -> Any:
    """The row of the newest checkpoint; None: there is none."""
    return connection.execute(select(_CHECKPOINTS).order_by(_CHECKPOINTS.c.seq.desc()).limit(1)).first()


def require_ours(connection: Connection, vault: Vault) -> None:
    """See that the newest checkpoint is signed by this casebook's own key, once any was signed.

    Raises:
        LedgerBroken: it is not: signed ones were removed, or it was written by somebody else.
    """
    last, said = newest(connection), _said_signed(connection)
    if last is None or not last.key:
        if said:
            message = (
                "The signed checkpoints were removed: none that is signed here comes last. What is on record "
                "may have been written anew."
            )
            raise LedgerBroken(message)
    elif last.key != vault.public_key or not said or not _is_whole(connection, last):
        message = f"Checkpoint {last.seq}, the last, is not signed by this casebook's own key."
        raise LedgerBroken(message)


def _turn(connection: Connection, vault: Vault) -> Any:
    """Wait until nobody else writes a checkpoint; gives the last one, on which the next may be signed."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
    require_ours(connection, vault)
    return newest(connection)


def _write(
    connection: Connection, last: Any, now: datetime, heads: list[Any], vault: Vault, *, successor: str = ""
) -> None:
    seq, previous = (1, "") if last is None else (last.seq + 1, last.hash)
    written = Checkpoint(
        seq=seq, at=now, heads=heads, hash="", key=vault.public_key, successor=successor, signature=""
    )
    written.hash = hash_of(previous, written)
    written.signature = signing.sign(vault, written.hash)
    connection.execute(insert(_CHECKPOINTS), written.model_dump())
    if last is None or not last.key:
        _say_signed(connection, vault)


def _say_signed(connection: Connection, vault: Vault) -> None:
    mine = _KEYS.c.scope == TEAM_SCOPE
    wrapped = connection.execute(select(_KEYS.c.wrapped).where(mine).with_for_update()).scalar_one()
    connection.execute(update(_KEYS).where(mine).values(wrapped=vault.saying_signed(TEAM_SCOPE, wrapped)))


def _said_signed(connection: Connection) -> bool:
    wrapped = connection.scalar(select(_KEYS.c.wrapped).where(_KEYS.c.scope == TEAM_SCOPE))
    return wrapped is not None and bytes(wrapped[:1]) == SIGNED


def _new_head_of_team(connection: Connection) -> list[list[Any]]:
    """The head of the team's chain, when it grew since the last checkpoint; from now on it is vouched for."""
    newest_event = select(_TEAM_EVENTS).order_by(_TEAM_EVENTS.c.seq.desc()).limit(1)
    last = connection.execute(newest_event).first()
    if last is None or last.sealed:
        return []
    fresh = update(_TEAM_EVENTS).where(_TEAM_EVENTS.c.sealed.is_(False), _TEAM_EVENTS.c.seq <= last.seq)
    connection.execute(fresh.values(sealed=True))
    return [[TEAM_CHAIN, last.seq, last.hash]]


def walk(connection: Connection) -> Walked:
    """Walk every checkpoint with its signature, and compare each head with the hash that its chain has there.

    Whose key signs is not asked, only that it is the same all along, or was handed on: an auditor compares
    its fingerprint, and :func:`require_ours` the key of the master key.

    Args:
        connection: an open connection, in which every chain was walked before.

    Raises:
        LedgerBroken: a checkpoint, or an event that one names, was changed or removed.
    """
    previous, key, walked, vouched = "", "", 0, 0
    every = select(_CHECKPOINTS).order_by(_CHECKPOINTS.c.seq)
    for row in connection.execute(every, execution_options={"yield_per": FETCHED}):
        walked += 1
        if row.seq != walked or row.hash != hash_of(previous, row):
            message = f"Checkpoint {walked} was changed or removed; nothing before it is vouched for."
            raise LedgerBroken(message)
        key = _next_key(row, key)
        vouched = next((seq for chain, seq, _ in row.heads if chain == TEAM_CHAIN), vouched)
        previous = row.hash
    _require_named(connection)
    return Walked(walked, vouched)


def _require_named(connection: Connection) -> None:
    """See that every event that a checkpoint names is there as it was; the first that is not is told of."""
    heads = _heads(connection)
    there = case((_CASES.c.id.is_not(None), _EVENTS.c.hash), else_=_TEAM_EVENTS.c.hash)
    gone = (
        select(heads)
        .outerjoin(_EVENTS, and_(_EVENTS.c.case_id == heads.c.chain, _EVENTS.c.seq == heads.c.seq))
        .outerjoin(_CASES, _CASES.c.id == _EVENTS.c.case_id)
        .outerjoin(_TEAM_EVENTS, and_(heads.c.chain == TEAM_CHAIN, _TEAM_EVENTS.c.seq == heads.c.seq))
        .where(there.is_distinct_from(heads.c.hash))
        .order_by(heads.c.checkpoint, heads.c.chain)
    )
    row = connection.execute(gone.limit(1)).first()
    if row is not None:
        message = (
            f"Checkpoint {row.checkpoint} names event {row.seq} of case {row.chain}, gone or rewritten since."
        )
        raise LedgerBroken(message)


def require_vouched(connection: Connection) -> None:
    """See that each case says of itself up to where the checkpoints vouch for it.

    Raises:
        LedgerBroken: a checkpoint was removed that vouched for more.
    """
    heads = _heads(connection)
    said = select(_CASES.c.id, _CASES.c.sealed_seq).where(_CASES.c.sealed_seq != 0)
    vouched = select(heads.c.chain, func.max(heads.c.seq)).where(heads.c.chain != TEAM_CHAIN)
    vouched = vouched.group_by(heads.c.chain)
    # Set against set: a join would compare each case with each head, as databases expect few of these.
    for odd in (said.except_(vouched), vouched.except_(said)):
        found = odd.order_by(odd.selected_columns[0]).limit(1).subquery()
        row = connection.execute(select(_CASES).join(found, _CASES.c.id == found.c[0])).first()
        if row is not None:
            message = f"{row.number}: the checkpoint that vouched for event {row.sealed_seq} was removed."
            raise LedgerBroken(message)


def _heads(connection: Connection) -> Subquery:
    """Every head of every checkpoint, as rows: there may be too many to remember."""
    unfold = func.json_each if connection.dialect.name == "sqlite" else func.json_array_elements
    each = unfold(_CHECKPOINTS.c.heads).table_valued(column("value", JSON))
    head = each.c.value
    return (
        select(
            _CHECKPOINTS.c.seq.label("checkpoint"),
            head[0].as_string().label("chain"),
            head[1].as_integer().label("seq"),
            head[2].as_string().label("hash"),
        )
        .select_from(_CHECKPOINTS.join(each, true()))
        .subquery()
    )


def _next_key(row: Any, expected: str) -> str:
    """The public key that the checkpoint behind this one has to bear; empty: it need not be signed."""
    if not (row.key or expected or row.successor or row.signature):
        return ""
    if row.key != (expected or row.key) or not signing.is_signed(row.hash, row.key, row.signature):
        message = f"Checkpoint {row.seq} does not bear the signature of this casebook; it was written anew."
        raise LedgerBroken(message)
    then: str = row.successor or row.key
    return then


def _is_whole(connection: Connection, row: Any) -> bool:
    """Whether a checkpoint is as it was signed, on top of the one before it."""
    before = connection.scalar(select(_CHECKPOINTS.c.hash).where(_CHECKPOINTS.c.seq == row.seq - 1))
    return bool(
        row.hash == hash_of(before or "", row) and signing.is_signed(row.hash, row.key, row.signature)
    )


def hash_of(previous: str, row: Row[Any] | Checkpoint) -> str:
    """The hash of a checkpoint: over the hash before it, and everything that it says."""
    told: list[Any] = [row.seq, row.heads]
    if row.key:
        at: datetime = row.at
        told += [at.astimezone(UTC).isoformat(timespec="microseconds"), row.key, row.successor]
    return sha256((previous + canonical(told)).encode()).hexdigest()
