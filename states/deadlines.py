"""Deadlines: every clock the process names is a row with a due time, and a missed one is loud.

A clock that is due gets a reminder; if nothing happens, the chair is told (escalation); after that it counts
as stuck and stays in front of the team. The sweep finds what is due by an index on the next look, so that its
cost follows what is due, not how many cases exist.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, insert, select, update

from states.batch import Statement
from states.policy_entries import Reminders
from states.tables import Deadline, new_id, table_of
from states.vocabulary import Clock, DeadlineStage

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
) -> str:
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
        The deadline's id.
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
    return str(row["id"])


@cache
def _satisfying(clocks: int, *, of_case: bool, of_record: bool) -> Statement:
    names: list[BindParameter[str]] = [bindparam(f"clock_{place}") for place in range(clocks)]
    stopped = (
        update(_DEADLINES)
        .where(_DEADLINES.c.satisfied_at.is_(None), _DEADLINES.c.clock.in_(names))
        .where(_DEADLINES.c.case_id == bindparam("case") if of_case else _DEADLINES.c.case_id.is_(None))
        .values(satisfied_at=bindparam("now"), next_at=None)
    )
    return Statement(stopped.where(_DEADLINES.c.about == bindparam("record")) if of_record else stopped)


def satisfy(
    connection: Connection,
    *,
    case_id: str | None,
    clocks: Collection[Clock],
    about: str | None,
    now: datetime,
) -> None:
    """Stop clocks of a case (None: of the team), of one record when ``about`` names it."""
    if not clocks:
        return
    statement = _satisfying(len(clocks), of_case=case_id is not None, of_record=about is not None)
    names = {f"clock_{place}": clock for place, clock in enumerate(clocks)}
    statement.later(connection, {**names, "case": case_id, "record": about, "now": now})


def due(connection: Connection, now: datetime, limit: int) -> list[Row[Any]]:
    """The deadlines the sweep has to look at, longest overdue first."""
    return list(
        connection.execute(
            select(_DEADLINES)
            .where(_DEADLINES.c.satisfied_at.is_(None), _DEADLINES.c.next_at <= now)
            .order_by(_DEADLINES.c.next_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )


def step(deadline: Row[Any], now: datetime) -> tuple[DeadlineStage, datetime | None]:
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
    connection: Connection, deadline: Row[Any], stage: DeadlineStage, next_at: datetime | None
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
