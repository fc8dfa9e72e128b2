"""The chains: one append-only hash chain per case, and one of the team's.

An event holds codes, ids and digests of ciphertexts, never content: a crypto-erased case still verifies. A
chain per case means that writers of different cases never wait for each other.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from states.access import Actor
from states.store.batch import Statement
from states.tables import Event, TeamEvent, table_of

_EVENTS = table_of(Event)
_TEAM_EVENTS = table_of(TeamEvent)

#: what checkpoints call the team's own chain
TEAM_CHAIN = "team"

#: what an event's hash covers besides its time
HASHED = ("case_id", "seq", "version", "actor", "what", "data", "digests")


def link(previous: str, event: Mapping[str, Any]) -> str:
    """The hash of an event: over the hash before it and its own canonical JSON.

    Args:
        previous: hash of the event before, empty for the first.
        event: every column of an event but its hash.
    """
    at: datetime = event["at"]
    fields = {name: event[name] for name in HASHED}
    fields["at"] = at.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256((previous + canonical(fields)).encode()).hexdigest()


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


def append_of_team(
    connection: Connection,
    told: Mapping[str, str] = MappingProxyType({}),
    /,
    *,
    at: datetime,
    actor: str | Actor,
    what: str,
    **data: object,
) -> None:
    """Write what concerns no single case behind the newest event of the team's own chain.

    Args:
        connection: a transaction that holds the team's lock.
        told: digests of the rows and contents that were written with it, by place.
        at: when it happened.
        actor: who did it; with the way by which they came in, where that is known.
        what: what happened, past tense, in snake case.
        data: codes and ids, never content.
    """
    newest = select(_TEAM_EVENTS.c.seq, _TEAM_EVENTS.c.hash).order_by(_TEAM_EVENTS.c.seq.desc()).limit(1)
    last = connection.execute(newest).first()
    seq, previous = (1, "") if last is None else (last.seq + 1, last.hash)
    who, came_by = (actor, {}) if isinstance(actor, str) else (actor.id, actor.came_by())
    data |= came_by
    event = {"seq": seq, "at": at, "actor": who, "what": what, "data": data, "digests": dict(told)}
    head = link(previous, as_case_event(event))
    connection.execute(insert(_TEAM_EVENTS), {**event, "hash": head, "sealed": False})


def as_case_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event of the team's chain with what only a case's has, so that both are hashed alike."""
    return {**event, "case_id": TEAM_CHAIN, "version": 0}


def sha(text: str) -> str:
    """The digest of a text, as short as it may be for nobody to find another with the same."""
    return sha256(text.encode()).hexdigest()[:32]


# Made once: to make one takes a third of the time that a short text does.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: object) -> str:
    """The one JSON text of a value that hashes are reckoned over."""
    return _ENCODER.encode(value)
