"""What operators see of the casebook at a glance: what is stuck, what waits, when something last came.

Case numbers, kinds, codes and times; no word of what any of it is about.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from states.access import SYSTEM
from states.casebook import circuits, effects
from states.casebook.book import Casebook
from states.casebook.circuits import CircuitLine
from states.casebook.effects import EffectLine
from states.tables import Checkpoint, Effect, Report, Tip, table_of
from states.vocabulary import EffectStatus

_CHECKPOINTS = table_of(Checkpoint)
_EFFECTS = table_of(Effect)
_REPORTS = table_of(Report)
_TIPS = table_of(Tip)

#: how many stuck effects are listed
MOST = 50

#: how long something may be due without being taken up before it counts as waiting too long
LONG = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Operations:
    """What there is for operators to see.

    Args:
        stuck: the stuck effects, newest first, at most :data:`MOST`.
        stuck_in_all: how many there are.
        waiting: how many effects of each kind are long due and nobody takes them up.
        failing: the far sides whose last call failed.
        last_report: when each door last brought a report.
        sealed_on: the day on which the ledger was last sealed (UTC); None: never.
    """

    stuck: list[EffectLine]
    stuck_in_all: int
    waiting: dict[str, int]
    failing: list[CircuitLine]
    last_report: dict[str, datetime]
    sealed_on: datetime | None


def operations(book: Casebook) -> Operations:
    """Look at everything that operators are shown."""
    stuck = effects.effects(book, by=SYSTEM, status=EffectStatus.STUCK, limit=MOST)
    long_due = (
        select(_EFFECTS.c.kind, func.count())
        .where(_EFFECTS.c.status == EffectStatus.PENDING, _EFFECTS.c.due_at < book.clock() - LONG)
        .group_by(_EFFECTS.c.kind)
        .order_by(_EFFECTS.c.kind)
    )
    came = (
        select(_TIPS.c.door, func.max(_REPORTS.c.received_at))
        .join(_REPORTS, _REPORTS.c.id == _TIPS.c.report_id)
        .group_by(_TIPS.c.door)
        .order_by(_TIPS.c.door)
    )
    with book.store.read() as connection:
        waiting = {str(kind): count for kind, count in connection.execute(long_due)}
        last_report = {str(door): at for door, at in connection.execute(came)}
        sealed_on = connection.execute(select(func.max(_CHECKPOINTS.c.at))).scalar_one()
    return Operations(
        stuck=stuck,
        stuck_in_all=effects.counts(book)[EffectStatus.STUCK],
        waiting=waiting,
        failing=circuits.failing(book),
        last_report=last_report,
        sealed_on=sealed_on,
    )
