"""What is owed, as operators see it: codes, times and opaque ids."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import func, select

from states import outbox
from states.access import Act, Actor, is_there, permit, work_seen
from states.casebook.book import CASES, Casebook
from states.tables import Effect, table_of
from states.vocabulary.effects import EffectStatus

_EFFECTS = table_of(Effect)


@dataclass(frozen=True, slots=True)
class EffectLine:
    """One effect in a list: codes, times and opaque ids, for operators."""

    effect_id: str
    case_number: str
    kind: str
    status: str
    attempt: int
    code: str
    urgent: bool
    created_at: datetime
    due_at: datetime
    done_at: datetime | None
    flow_run_id: str | None


def effects(
    book: Casebook,
    *,
    by: Actor,
    number: str = "",
    status: EffectStatus | None = None,
    limit: int = 1000,
) -> list[EffectLine]:
    """List effects, newest first, without a word of what they are about.

    Args:
        book: the casebook.
        by: who looks; a member sees what the cases they are on owe, and the team.
        number: only one case's.
        status: only those that have come so far.
        limit: how many at most.

    Raises:
        NotPermitted: this person may not.
    """
    query = select(_EFFECTS.c.id, CASES.c.number, *(_EFFECTS.c[part.name] for part in fields(EffectLine)[2:]))
    query = query.join(CASES, CASES.c.id == _EFFECTS.c.case_id, isouter=True)
    query = query.where(work_seen(by, _EFFECTS.c.case_id))
    if number:
        its_id = select(CASES.c.id).where(CASES.c.number == number).scalar_subquery()
        query = query.where(_EFFECTS.c.case_id == its_id)
    if status is not None:
        query = query.where(_EFFECTS.c.status == status)
    if status not in (None, EffectStatus.DONE):
        query = query.where(outbox.IS_OPEN)
    newest = query.order_by(_EFFECTS.c.created_at.desc(), _EFFECTS.c.id.desc()).limit(limit)
    with book.store.read() as connection:
        return [EffectLine(row[0], row[1] or "team", *row[2:]) for row in connection.execute(newest)]


def waiting(book: Casebook, start: str, *, by: Actor) -> list[str]:
    """Ids of the effects that are stuck or wait, and begin like that.

    Args:
        book: the casebook.
        start: the first characters of an id.
        by: who looks; what a case owes that they are kept out of is not there for them.
    """
    permit(by, Act.OPERATE)
    begins = _EFFECTS.c.id.startswith(start, autoescape=True)
    query = select(_EFFECTS.c.id).where(outbox.IS_OPEN, begins, is_there(by, _EFFECTS.c.case_id))
    query = query.where(_EFFECTS.c.status.in_((EffectStatus.STUCK, EffectStatus.PENDING)))
    with book.store.read() as connection:
        return list(connection.scalars(query.order_by(_EFFECTS.c.created_at, _EFFECTS.c.id)))


def counts(book: Casebook, *, by: Actor) -> dict[str, int]:
    """How many effects there are of each status, of all cases: so it is told to nobody but the software."""
    permit(by, Act.RUN)
    with book.store.read() as connection:
        rows = connection.execute(select(_EFFECTS.c.status, func.count()).group_by(_EFFECTS.c.status)).all()
    return dict.fromkeys(EffectStatus, 0) | {str(status): count for status, count in rows}
