"""What must hold of a case database at any moment, whoever died in the middle of what."""

from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import SQLModel

from notifications.channels.envelope import message_id
from states.casebook import Casebook
from states.process import TRANSITIONS, When
from states.tables import Case, Deadline, Disclosure, Effect, Event, Notice, Referral, table_of
from states.vocabulary.effects import EffectKind, EffectStatus

TRIGGERS = {row.trigger: row for row in TRANSITIONS}

#: what an alarm owes, whose event comes next
SOUNDED = {EffectKind.ALERT_POLICE}

#: the effects that each event brings with it, besides those of conditions
OWED_BY: dict[str, set[EffectKind]] = {
    "reported": {EffectKind.NOTIFY_TEAM},
    "alarm_sounded": {EffectKind.ALERT_POLICE},
    **{name: {e for e in row.effects if not isinstance(e, When)} - SOUNDED for name, row in TRIGGERS.items()},
}


def check(book: Casebook, outbox: Path, number: str) -> None:
    """Check a case, and every message in the outbox folder.

    Raises:
        AssertionError: something is half-written, lost or doubled.
    """
    with book.store.read() as connection:
        messages = set(connection.scalars(select(table_of(Notice).c.message_id))) | _letters(connection)
        case = connection.execute(select(table_of(Case)).where(table_of(Case).c.number == number)).one()
        events = {event.seq: event for event in _of(connection, Event, case.id)}
        assert sorted(events) == list(range(1, case.seq + 1)), "a case without its events"
        _check_state(case, events)
        _check_effects(_of(connection, Effect, case.id), events)
        _check_clocks(_of(connection, Deadline, case.id), events)
        _check_contents(connection, case.id, events)
    _check_outbox(outbox, messages)


def _letters(connection: Connection) -> set[str]:
    """The Message-ID of each letter that a referral may be sent by: one for each time that it is owed."""
    owed, referral = table_of(Effect), table_of(Referral)
    released = select(table_of(Disclosure).c.about)
    pairs = (
        select(owed.c.id, referral.c.id)
        .join(referral, referral.c.case_id == owed.c.case_id)
        .where(owed.c.kind == EffectKind.ROUTE_REFERRALS, referral.c.id.in_(released))
    )
    return {message_id(*pair) for pair in connection.execute(pairs)}


def _of(connection: Connection, model: type[SQLModel], case_id: str) -> list[Any]:
    table = table_of(model)
    return list(connection.execute(select(table).where(table.c.case_id == case_id)))


def _check_state(case: Any, events: dict[int, Any]) -> None:
    moves = [event for _, event in sorted(events.items()) if "state" in event.data]
    assert case.state == (moves[-1].data["state"] if moves else "Reported"), "a state without its event"


def _check_effects(rows: list[Any], events: dict[int, Any]) -> None:
    owed: dict[int, set[str]] = {}
    by_place = {place: seq for seq, event in events.items() for place in event.digests}
    for row in rows:
        assert f"effects/{row.id}" in by_place, "an effect without its event"
        seq = by_place[f"effects/{row.id}"]
        # What is owed at a time of its own, as the calls of an alarm are, is owed once for a record.
        if row.dedupe.startswith(f"{row.case_id}:"):
            assert row.dedupe.startswith(f"{row.case_id}:{seq}:{row.kind}"), "an effect of another event"
        owed.setdefault(seq, set()).add(row.kind)
        assert (row.lease is not None) == (row.status == EffectStatus.CLAIMED), "a lease without its claim"
    for seq, event in events.items():
        assert OWED_BY.get(event.what, set()) <= owed.get(seq, set()), "an event without its effects"
        if event.what in TRIGGERS and EffectKind.ALERT_POLICE in TRIGGERS[event.what].effects:
            then = events[seq + 1].what if seq + 1 in events else ""
            assert then in ("alarm_sounded", "alarm_joined"), "an alarm that did not sound"
    rested = {row.id for row in rows if row.code == "taken_over"}
    done = Counter(event.data["effect"] for event in events.values() if event.what == "effect_done")
    assert done == Counter(
        row.id for row in rows if row.status == EffectStatus.DONE and row.id not in rested
    ), "done, but not once"


def _check_clocks(rows: list[Any], events: dict[int, Any]) -> None:
    started = {(row.clock, row.set_at) for row in rows}
    assert {row.set_at for row in rows} <= {event.at for event in events.values()}, (
        "a clock without its event"
    )
    for event in events.values():
        if event.what == "open_inquiry":
            assert {(clock, event.at) for clock in TRIGGERS[event.what].starts} <= started


def _check_contents(connection: Connection, case_id: str, events: dict[int, Any]) -> None:
    on_record = {place for event in events.values() for place in event.digests}
    for table in SQLModel.metadata.sorted_tables:
        if "case_id" in table.c and "content" in table.c and table.name != "log_entries":
            rows = connection.execute(select(table.c.id, table.c.content).where(table.c.case_id == case_id))
            written = {f"{table.name}/{row.id}" for row in rows if row.content}
            assert written <= on_record, "a record without its event"


def _check_outbox(folder: Path, message_ids: set[str]) -> None:
    for file in folder.glob("*.eml"):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert mail["Message-ID"] in message_ids, "a message that nobody wrote down"
        assert not mail.defects
