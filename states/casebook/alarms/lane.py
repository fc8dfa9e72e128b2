"""What the alarm lane is told of the outbox, and what operators are shown of it afterwards.

A claim says who holds it. No question here goes by the clock: which alarm is due, and whether a claim's
holder is dead, is for the lane to find out by its own measure of time.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from states import outbox
from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.effects.attempts import give_up
from states.casebook.effects.work import Work, WorkOn, described, opened
from states.contents.payloads import Payload
from states.tables import Effect, table_of
from states.vocabulary.effects import EffectStatus

_EFFECTS = table_of(Effect)


Key = tuple[str, int, str, datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm that is not handed over yet.

    Args:
        row: its row as it was read, which a claim is compared with.
    """

    row: Effect

    @property
    def key(self) -> Key:
        """Stays the same as long as nobody does anything about it, not even renew a claim."""
        return (self.row.id, self.row.attempt, self.row.status, self.row.due_at, self.row.lease_until)

    @property
    def claimed(self) -> bool:
        """Whether somebody says that they are at it."""
        return self.row.status == EffectStatus.CLAIMED

    @property
    def immediate(self) -> bool:
        """Whether it was due when it was decided on: then no clock is asked."""
        return self.row.attempt == 0 and self.row.due_at <= self.row.created_at


@dataclass(frozen=True, slots=True)
class Attempted:
    """An attempt that has ended and that operators have not been shown yet.

    Args:
        work: what they may see of it.
        done: whether the alarm is handed over.
        code: why not.
    """

    work: Work
    done: bool
    code: str


def waiting(book: Casebook, *, by: Actor) -> list[Alarm]:
    """Every alarm that is not handed over, claimed or not, due or not; oldest first."""
    permit(by, Act.RUN)
    with book.store.read() as connection:
        return [Alarm(row) for row in outbox.open_of(connection, book.pack.alarms)]


def claim(book: Casebook, alarm: Alarm, *, lane: str, seconds: float, by: Actor) -> WorkOn[Payload] | None:
    """Claim an alarm, if nobody did anything about it since it was read.

    Args:
        book: the casebook.
        by: who asks: the software itself, or whoever runs it.
        alarm: the alarm as it was read.
        lane: its own name, by which others know who is at it.
        seconds: how long the lease holds.

    Returns:
        The work, or None when somebody was faster.

    Raises:
        ContentUnreadable: its payload does not open; it is tried again as one that failed is.
    """
    permit(by, Act.RUN)
    with book.store.write() as connection:
        if not outbox.claim_as_seen(connection, alarm.row, now=book.clock(), seconds=seconds, by=lane):
            return None
        (found,) = described(connection, _EFFECTS.c.id == alarm.row.id)
        work, begun = found.work, opened(book, connection, found)
    return begun or give_up(book, work)


def unshown(book: Casebook, *, by: Actor) -> list[Attempted]:
    """Attempts of alarms that have ended, and that Prefect does not know of."""
    permit(by, Act.RUN)
    ended = _EFFECTS.c.status.in_([EffectStatus.DONE, EffectStatus.PENDING])
    not_yet = (_EFFECTS.c.flow_run_id.is_(None), _EFFECTS.c.attempt > 0)
    with book.store.read() as connection:
        found = described(connection, _EFFECTS.c.kind.in_(book.pack.alarms), ended, *not_yet)
    return [Attempted(each.work, each.effect.status == EffectStatus.DONE, each.effect.code) for each in found]


def shown(book: Casebook, work: Work, flow_run_id: str) -> None:
    """Say which Prefect run shows an attempt, unless the next one has begun meanwhile."""
    this = (_EFFECTS.c.id == work.effect_id) & (_EFFECTS.c.attempt == work.attempt)
    unclaimed = _EFFECTS.c.status != EffectStatus.CLAIMED
    with book.store.write() as connection:
        connection.execute(update(_EFFECTS).where(this, unclaimed).values(flow_run_id=flow_run_id))
