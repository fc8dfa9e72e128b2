"""What the alarm lane is told of the outbox, and what operators are shown of it afterwards.

A claim says who holds it. No question here goes by the clock: which alarm is due, and whether a claim's
holder is dead, is for the lane to find out by its own measure of time.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from states import outbox
from states.casebook.book import CASES, Casebook
from states.casebook.effects import Claim, Work, work_of
from states.tables import Effect, table_of
from states.vocabulary import EffectKind, EffectStatus

_EFFECTS = table_of(Effect)


Key = tuple[str, int, str, datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm that is not handed over yet.

    Args:
        row: its row as it was read, which a claim is compared with.
    """

    row: Any

    @property
    def key(self) -> Key:
        """Stays the same as long as nobody does anything about it, not even renew a claim."""
        return (self.row.id, self.row.attempt, self.row.status, self.row.due_at, self.row.lease_until)

    @property
    def claimed(self) -> bool:
        """Whether somebody says that they are at it."""
        return bool(self.row.status == EffectStatus.CLAIMED)

    @property
    def immediate(self) -> bool:
        """Whether it was due when it was decided on: then no clock is asked."""
        return bool(self.row.attempt == 0 and self.row.due_at <= self.row.created_at)


@dataclass(frozen=True, slots=True)
class Attempted:
    """An attempt that has ended and that operators have not been shown yet.

    Args:
        claim: what they may see of it.
        done: whether the alarm is handed over.
        code: why not.
    """

    claim: Claim
    done: bool
    code: str


def waiting(book: Casebook) -> list[Alarm]:
    """Every alarm that is not handed over, claimed or not, due or not; oldest first."""
    with book.store.read() as connection:
        return [Alarm(row) for row in outbox.open_of(connection, book.pack.alarms)]


def claim(book: Casebook, alarm: Alarm, *, by: str, seconds: float) -> Work | None:
    """Claim an alarm, if nobody did anything about it since it was read.

    Args:
        book: the casebook.
        alarm: the alarm as it was read.
        by: the lane's own name.
        seconds: how long the lease holds.

    Returns:
        The work, or None when somebody was faster.
    """
    with book.store.write() as connection:
        lease = outbox.claim_as_seen(connection, alarm.row, now=book.clock(), seconds=seconds, by=by)
        if lease is None:
            return None
        number = select(CASES.c.number).where(CASES.c.id == _EFFECTS.c.case_id).scalar_subquery()
        row = connection.execute(
            select(_EFFECTS, number.label("number")).where(_EFFECTS.c.id == lease.effect_id)
        ).one()
        return work_of(book, connection, row, lease)


def unshown(book: Casebook) -> list[Attempted]:
    """Attempts of alarms that have ended, and that Prefect does not know of."""
    ended = _EFFECTS.c.status.in_([EffectStatus.DONE, EffectStatus.PENDING])
    query = (
        select(_EFFECTS, CASES.c.number, CASES.c.site, CASES.c.state)
        .join(CASES, CASES.c.id == _EFFECTS.c.case_id, isouter=True)
        .where(_EFFECTS.c.kind.in_(book.pack.alarms), ended)
        .where(_EFFECTS.c.flow_run_id.is_(None), _EFFECTS.c.attempt > 0)
        .order_by(_EFFECTS.c.created_at)
    )
    with book.store.read() as connection:
        return [_attempted(row) for row in connection.execute(query)]


def _attempted(row: Any) -> Attempted:
    claim = Claim(
        effect_id=row.id,
        case_number=row.number or "team",
        kind=EffectKind(row.kind),
        attempt=row.attempt,
        lease="",
        site=row.site or "",
        urgent=row.urgent,
        stage=row.state or "",
    )
    return Attempted(claim, done=row.status == EffectStatus.DONE, code=row.code)


def shown(book: Casebook, claim: Claim, flow_run_id: str) -> None:
    """Say which Prefect run shows an attempt, unless the next one has begun meanwhile."""
    this = (_EFFECTS.c.id == claim.effect_id) & (_EFFECTS.c.attempt == claim.attempt)
    unclaimed = _EFFECTS.c.status != EffectStatus.CLAIMED
    with book.store.write() as connection:
        connection.execute(update(_EFFECTS).where(this, unclaimed).values(flow_run_id=flow_run_id))
