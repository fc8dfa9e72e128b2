"""What operators see of the casebook at a glance: what is stuck, what waits, when something last came.

Case numbers, kinds, codes and times; no word of what any of it is about.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from states import outbox
from states.access import MAY, SYSTEM, Act, Actor, permit
from states.casebook.alarms import answers
from states.casebook.book import Casebook
from states.casebook.effects import circuits, listing
from states.casebook.effects.circuits import CircuitLine
from states.casebook.effects.listing import EffectLine
from states.casebook.record import verification
from states.casebook.record.verification import Verification
from states.casebook.team.upkeep import unread
from states.tables import Checkpoint, Effect, Notice, Report, Tip, table_of
from states.vocabulary.effects import EffectStatus

_CHECKPOINTS = table_of(Checkpoint)
_EFFECTS = table_of(Effect)
_NOTICES = table_of(Notice)
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
        stuck: the stuck effects, newest first, at most :data:`MOST`; none for whom cases are not.
        stuck_in_all: how many there are.
        waiting: how many effects of each kind are long due and nobody takes them up.
        retried: how many effects of each kind failed, with which code, and are tried again by themselves.
        failing: the far sides whose last call failed.
        last_report: when each door last brought a report.
        last_sent: when a message last went out, by whichever channel.
        not_taken_over: how many alarms nobody has taken over.
        kept: how many things came in at doors, could not be read, and wait for a person.
        verified: how the last verification of the whole record ended; None: there was none.
        sealed_on: the day on which the ledger was last sealed (UTC); None: never.
    """

    stuck: list[EffectLine]
    stuck_in_all: int
    waiting: dict[str, int]
    retried: dict[tuple[str, str], int]
    failing: list[CircuitLine]
    last_report: dict[str, datetime]
    last_sent: datetime | None
    not_taken_over: int
    kept: int
    verified: Verification | None
    sealed_on: datetime | None


def operations(book: Casebook, *, by: Actor) -> Operations:
    """Look at everything that operators are shown; of which case it is, those alone who operate see."""
    permit(by, Act.SEE_HEALTH)
    operates = not by.roles.isdisjoint(MAY[Act.OPERATE])
    stuck = listing.effects(book, by=SYSTEM, status=EffectStatus.STUCK, limit=MOST) if operates else []
    is_open = select(_EFFECTS.c.kind, _EFFECTS.c.status, _EFFECTS.c.code, _EFFECTS.c.due_at)
    is_open = is_open.where(outbox.IS_OPEN).order_by(_EFFECTS.c.created_at)
    long_ago = book.clock() - LONG
    came = (
        select(_TIPS.c.door, func.max(_REPORTS.c.received_at))
        .join(_REPORTS, _REPORTS.c.id == _TIPS.c.report_id)
        .group_by(_TIPS.c.door)
        .order_by(_TIPS.c.door)
    )
    in_all: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    retried: Counter[tuple[str, str]] = Counter()
    with book.store.read() as connection:
        for kind, status, code, due_at in connection.execute(is_open):
            in_all[status] += 1
            waiting[kind] += status == EffectStatus.PENDING and due_at < long_ago
            retried[kind, code] += status != EffectStatus.STUCK and code != ""
        last_report = {str(door): at for door, at in connection.execute(came)}
        last_sent = connection.execute(select(func.max(_NOTICES.c.sent_at))).scalar_one()
        verified = verification.last(connection)
        if verified is not None and not operates:
            verified = replace(verified, said="")
        kept = unread.how_many(connection)
        sealed_on = connection.execute(select(func.max(_CHECKPOINTS.c.at))).scalar_one()
    return Operations(
        stuck=stuck,
        stuck_in_all=in_all[EffectStatus.STUCK],
        waiting=dict(sorted((+waiting).items())),
        retried=dict(sorted((+retried).items())),
        failing=circuits.failing(book, by=by),
        last_report=last_report,
        last_sent=last_sent,
        not_taken_over=len(answers.alarms(book, by=SYSTEM, open_only=True, limit=MOST)),
        kept=kept,
        verified=verified,
        sealed_on=sealed_on,
    )
