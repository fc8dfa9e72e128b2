"""Deadlines: every clock the process names is a row with a due time, and a missed one is loud.

A clock that is due gets a reminder; if nothing happens, the chair is told (escalation); after that it counts
as stuck and stays in front of the team. The sweep finds what is due by an index on the next look, so that its
cost follows what is due, not how many cases exist.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from states.ledger import coverage
from states.policy.entries import Reminders
from states.store.batch import Statement
from states.tables import Deadline, new_id, stored, table_of
from states.vocabulary.effects import Clock, DeadlineStage

#: the least time between two stages of one deadline
A_LITTLE = timedelta(seconds=30)

_DEADLINES = table_of(Deadline)

_START = Statement(
    insert(_DEADLINES).values({c.name: bindparam(c.name) for c in _DEADLINES.c if c.name != "satisfied_at"})
)


def start(
    connection: Connection,
    *,
    case_id: str | None,
    clock: Clock,
    about: str,
    owner: str,
    now: datetime,
    due_at: datetime,
    entry: Reminders,
) -> dict[str, Any]:
    """Start a clock.

    Args:
        connection: a transaction that may write.
        case_id: the case, or None for a clock of the team.
        clock: which clock.
        about: id of the record it is about, or empty.
        owner: id of the member it is first of all for, or empty for the case's lead.
        now: when it starts.
        due_at: when it is due.
        entry: the policy's entry, which says when to remind.

    Returns:
        The deadline's row.
    """
    row = {
        "id": new_id(),
        "case_id": case_id,
        "clock": clock,
        "about": about,
        "owner": owner,
        "set_at": now,
        "due_at": due_at,
        "clause": entry.clause,
        "stage": DeadlineStage.OPEN,
        "escalate_at": due_at + entry.escalate_after.delta,
        "stuck_at": due_at + entry.stuck_after.delta,
        "next_at": max(now, due_at - entry.remind_before.delta),
    }
    _START.later(connection, row)
    return row


_RUNNING = Statement(
    select(_DEADLINES)
    .where(_DEADLINES.c.case_id == bindparam("case"), _DEADLINES.c.satisfied_at.is_(None))
    .order_by(_DEADLINES.c.due_at)
)


def running(connection: Connection, case_id: str) -> list[Deadline]:
    """The clocks of a case that run, the soonest first."""
    return [stored(Deadline, row) for row in _RUNNING.rows(connection, {"case": case_id})]


@cache
def _satisfying(clocks: int, *, of_record: bool) -> Statement:
    names: list[BindParameter[str]] = [bindparam(f"clock_{place}") for place in range(clocks)]
    stopped = (
        update(_DEADLINES)
        .where(_DEADLINES.c.satisfied_at.is_(None), _DEADLINES.c.clock.in_(names))
        .where(_DEADLINES.c.case_id == bindparam("case"))
        .values(satisfied_at=bindparam("now"), next_at=None)
    )
    return Statement(stopped.where(_DEADLINES.c.about == bindparam("record")) if of_record else stopped)


def satisfy(
    connection: Connection,
    *,
    case_id: str,
    clocks: Collection[Clock],
    about: str | None,
    now: datetime,
) -> None:
    """Stop clocks of a case, of one record when ``about`` names it."""
    if not clocks:
        return
    statement = _satisfying(len(clocks), of_record=about is not None)
    names = {f"clock_{place}": clock for place, clock in enumerate(clocks)}
    statement.later(connection, {**names, "case": case_id, "record": about, "now": now})


def satisfy_of_team(
    connection: Connection, clock: Clock, *, now: datetime, about: str = ""
) -> dict[str, str]:
    """Stop a clock of the team, of one record when ``about`` names it; gives what the ledger tells of it."""
    running = (_DEADLINES.c.case_id.is_(None)) & (_DEADLINES.c.clock == clock)
    running &= _DEADLINES.c.satisfied_at.is_(None)
    if about:
        running &= _DEADLINES.c.about == about
    stop = update(_DEADLINES).where(running).values(satisfied_at=now, next_at=None)
    told: dict[str, str] = {}
    for row_id in connection.scalars(stop.returning(_DEADLINES.c.id)).all():
        told |= coverage.of("deadlines").changed(row_id, {"satisfied_at": now})
    return told


def stop(connection: Connection, ids: Collection[str], *, now: datetime) -> dict[str, str]:
    """Stop clocks of the team by their ids; gives what the ledger tells of it."""
    if ids:
        these = update(_DEADLINES).where(_DEADLINES.c.id.in_(ids))
        connection.execute(these.values(satisfied_at=now, next_at=None))
    told: dict[str, str] = {}
    for row_id in ids:
        told |= coverage.of("deadlines").changed(row_id, {"satisfied_at": now})
    return told


def stopped(clocks: Collection[Clock], about: str | None) -> str:
    """What the ledger calls it when clocks are stopped that nobody looked at (see the ledger's coverage)."""
    return f"deadlines~{','.join(sorted(set(clocks)))}~{'*' if about is None else about}"


def due(connection: Connection, now: datetime, limit: int) -> list[Deadline]:
    """The deadlines the sweep has to look at, longest overdue first."""
    found = connection.execute(
        select(_DEADLINES)
        .where(_DEADLINES.c.satisfied_at.is_(None), _DEADLINES.c.next_at <= now)
        .order_by(_DEADLINES.c.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [stored(Deadline, row) for row in found]


def step(deadline: Deadline, now: datetime) -> tuple[DeadlineStage, datetime | None]:
    """What is to be done about a due deadline: its next stage, and when to look again (None: never).

    However late the sweep comes, one sweep moves a deadline by one stage.
    """
    stage = DeadlineStage(deadline.stage)
    if stage is DeadlineStage.OPEN:
        return DeadlineStage.REMINDED, max(deadline.escalate_at, now + A_LITTLE)
    if stage is DeadlineStage.REMINDED:
        return DeadlineStage.ESCALATED, max(deadline.stuck_at, now + A_LITTLE)
    return DeadlineStage.STUCK, None


def advance(
    connection: Connection, deadline: Deadline, stage: DeadlineStage, next_at: datetime | None
) -> bool:
    """Move a deadline on by compare-and-swap; returns whether this call did."""
    return bool(
        connection.execute(
            update(_DEADLINES)
            .where(_DEADLINES.c.id == deadline.id, _DEADLINES.c.stage == deadline.stage)
            .where(_DEADLINES.c.satisfied_at.is_(None))
            .values(stage=stage, next_at=next_at)
        ).rowcount
    )
