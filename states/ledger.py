"""The ledger: one append-only hash chain per case, one of the team's, and checkpoints over all chain heads.

An event holds codes, ids and digests of ciphertexts, never content: a crypto-erased case still verifies. A
chain per case means that writers of different cases never wait for each other. Checkpoints are chained too
and name every head that moved, so that a removed case, or a chain cut short, shows.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlmodel import SQLModel

from states.batch import Statement
from states.errors import LedgerBroken
from states.tables import Case, Checkpoint, Event, TeamEvent, table_of
from states.vault import digest

_EVENTS = table_of(Event)
_CASES = table_of(Case)
_CHECKPOINTS = table_of(Checkpoint)
_TEAM_EVENTS = table_of(TeamEvent)

#: what checkpoints call the team's own chain
TEAM_CHAIN = "team"


#: what an event's hash covers besides its time
HASHED = ("case_id", "seq", "version", "actor", "what", "data", "digests")


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification walked over.

    Args:
        cases: number of chains.
        events: number of links.
        contents: number of sealed contents compared with their digests.
        checkpoints: number of checkpoints.
    """

    cases: int
    events: int
    contents: int
    checkpoints: int


def link(previous: str, event: Mapping[str, Any]) -> str:
    """The hash of an event: over the hash before it and its own canonical JSON.

    Args:
        previous: hash of the event before, empty for the first.
        event: every column of an event but its hash.
    """
    at: datetime = event["at"]
    fields = {name: event[name] for name in HASHED}
    fields["at"] = at.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256((previous + _canonical(fields)).encode()).hexdigest()


_APPEND = Statement(insert(_EVENTS).values({name: bindparam(name) for name in _EVENTS.c.keys()}))  # noqa: SIM118


def append(connection: Connection, previous: str, event: Mapping[str, Any]) -> str:
    """Write an event behind the one with that hash; returns its own hash.

    Args:
        connection: a transaction that may write.
        previous: hash of the event before, empty for the first.
        event: every column but its hash.
    """
    head = link(previous, event)
    _APPEND.later(connection, {**event, "hash": head})
    return head


def append_of_team(connection: Connection, *, at: datetime, actor: str, what: str, **data: object) -> None:
    """Write what concerns no single case behind the newest event of the team's own chain.

    Args:
        connection: a transaction that holds the team's lock.
        at: when it happened.
        actor: who did it.
        what: what happened, past tense, in snake case.
        data: codes and ids, never content.
    """
    newest = select(_TEAM_EVENTS.c.seq, _TEAM_EVENTS.c.hash).order_by(_TEAM_EVENTS.c.seq.desc()).limit(1)
    last = connection.execute(newest).first()
    seq, previous = (1, "") if last is None else (last.seq + 1, last.hash)
    event = {"seq": seq, "at": at, "actor": actor, "what": what, "data": data}
    head = link(previous, _as_case_event(event))
    connection.execute(insert(_TEAM_EVENTS), {**event, "hash": head, "sealed": False})


def _as_case_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event of the team's chain with what only a case's has, so that both are hashed alike."""
    return {**event, "case_id": TEAM_CHAIN, "version": 0, "digests": {}}


def checkpoint(connection: Connection, now: datetime) -> int:
    """Write a checkpoint over every chain that grew since the last one; returns how many did."""
    grown = connection.execute(
        select(_CASES.c.id, _CASES.c.seq, _CASES.c.head)
        .where(_CASES.c.seq != _CASES.c.sealed_seq)
        # Not the lock that foreign keys wait for: who names one of these cases may hold another of them.
        .with_for_update(key_share=True)
    ).all()
    heads = [[row.id, row.seq, row.head] for row in grown] + _new_head_of_team(connection)
    if not heads:
        return 0
    last = connection.execute(
        select(_CHECKPOINTS.c.seq, _CHECKPOINTS.c.hash).order_by(_CHECKPOINTS.c.seq.desc()).limit(1)
    ).first()
    heads.sort()
    seq, previous = (1, "") if last is None else (last.seq + 1, last.hash)
    connection.execute(
        insert(_CHECKPOINTS).values(seq=seq, at=now, heads=heads, hash=_checkpoint_hash(previous, seq, heads))
    )
    if grown:
        connection.execute(
            update(_CASES).where(_CASES.c.id == bindparam("case")).values(sealed_seq=bindparam("sealed")),
            [{"case": row.id, "sealed": row.seq} for row in grown],
        )
    return len(heads)


def _new_head_of_team(connection: Connection) -> list[list[Any]]:
    """The head of the team's chain, when it grew since the last checkpoint; from now on it is vouched for."""
    newest = select(_TEAM_EVENTS).order_by(_TEAM_EVENTS.c.seq.desc()).limit(1)
    last = connection.execute(newest).first()
    if last is None or last.sealed:
        return []
    fresh = update(_TEAM_EVENTS).where(_TEAM_EVENTS.c.sealed.is_(False), _TEAM_EVENTS.c.seq <= last.seq)
    connection.execute(fresh.values(sealed=True))
    return [[TEAM_CHAIN, last.seq, last.hash]]


def verify(connection: Connection) -> Verified:
    """Walk every chain, every sealed content and every checkpoint.

    Raises:
        LedgerBroken: something was changed, cut or removed outside tatflow; names the first broken link.
    """
    cases = connection.execute(
        select(_CASES.c.id, _CASES.c.number, _CASES.c.seq, _CASES.c.head, _CASES.c.sealed_seq)
    ).all()
    tables = {table.name: table for table in SQLModel.metadata.sorted_tables}
    events = contents = 0
    hashes: dict[tuple[str, int], str] = {}
    for case in cases:
        digests, walked = _walk(connection, case, hashes)
        events += walked
        contents += _compare(connection, case.number, digests, tables)
    events += _walk_team(connection, hashes)
    checkpoints, vouched = _walk_checkpoints(connection, hashes)
    for case in cases:
        if vouched.get(case.id, 0) != case.sealed_seq:
            message = f"{case.number}: the checkpoint that vouched for event {case.sealed_seq} was removed."
            raise LedgerBroken(message)
    orphan = connection.scalar(
        select(func.count()).select_from(_EVENTS.outerjoin(_CASES)).where(_CASES.c.id.is_(None))
    )
    if orphan:
        message = f"The ledger holds {orphan} event(s) of a case that is no longer there."
        raise LedgerBroken(message)
    return Verified(len(cases), events, contents, checkpoints)


def _walk(
    connection: Connection, case: Any, hashes: dict[tuple[str, int], str]
) -> tuple[dict[str, str], int]:
    head, expected, digests = "", 0, {}
    for event in connection.execute(
        select(_EVENTS).where(_EVENTS.c.case_id == case.id).order_by(_EVENTS.c.seq)
    ):
        expected += 1
        if event.seq != expected:
            message = f"{case.number}: event {expected} is missing; the chain is broken there."
            raise LedgerBroken(message)
        head = link(head, dict(event._mapping))  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
        if head != event.hash:
            message = (
                f"{case.number}: event {event.seq} ({event.what}) was changed; the chain is broken there."
            )
            raise LedgerBroken(message)
        hashes[case.id, event.seq] = head
        digests.update(event.digests)
    if (expected, head) != (case.seq, case.head):
        message = f"{case.number}: the chain ends at event {expected}, but the case says {case.seq}."
        raise LedgerBroken(message)
    return digests, expected


def _walk_team(connection: Connection, hashes: dict[tuple[str, int], str]) -> int:
    head, expected = "", 0
    for event in connection.execute(select(_TEAM_EVENTS).order_by(_TEAM_EVENTS.c.seq)):
        expected += 1
        head = link(head, _as_case_event(dict(event._mapping)))  # noqa: SLF001 - as above
        if event.seq != expected or head != event.hash:
            message = f"The team's chain: event {expected} was changed or removed; it is broken there."
            raise LedgerBroken(message)
        hashes[TEAM_CHAIN, event.seq] = head
    return expected


def _compare(connection: Connection, number: str, digests: dict[str, str], tables: Mapping[str, Any]) -> int:
    by_table: dict[str, dict[str, str]] = {}
    for place, expected in digests.items():
        table, _, row = place.partition("/")
        by_table.setdefault(table, {})[row] = expected
    for name, rows in by_table.items():
        table = tables[name]
        column = table.c.payload if "payload" in table.c else table.c.content
        found = {
            r.id: digest(r[1])
            for r in connection.execute(select(table.c.id, column).where(table.c.id.in_(rows)))
        }
        for row, expected in rows.items():
            if found.get(row) != expected:
                what = "was removed" if row not in found else "was changed"
                message = f"{number}: the content of {name} {row} {what} outside tatflow."
                raise LedgerBroken(message)
    return len(digests)


def _walk_checkpoints(
    connection: Connection, hashes: Mapping[tuple[str, int], str]
) -> tuple[int, dict[str, int]]:
    previous, walked = "", 0
    vouched: dict[str, int] = {}
    for row in connection.execute(select(_CHECKPOINTS).order_by(_CHECKPOINTS.c.seq)):
        walked += 1
        if row.seq != walked or row.hash != _checkpoint_hash(previous, row.seq, row.heads):
            message = f"Checkpoint {walked} was changed or removed; nothing before it is vouched for."
            raise LedgerBroken(message)
        for case, seq, head in row.heads:
            if hashes.get((case, seq)) != head:
                message = f"Checkpoint {walked} names event {seq} of case {case}, gone or rewritten since."
                raise LedgerBroken(message)
            vouched[case] = seq
        previous = row.hash
    return walked, vouched


def _checkpoint_hash(previous: str, seq: int, heads: Sequence[Sequence[Any]]) -> str:
    return sha256((previous + _canonical([seq, heads])).encode()).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
