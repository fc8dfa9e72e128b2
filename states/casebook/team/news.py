"""News: what happened to cases, told to each member together, with what waits for them.

A notice that asks for nothing is written down on its case as *gathered*. After the pack's time the sweep owes
each member one effect that names their notices, so that every attempt tells the same ones.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from states.access import SYSTEM, Act, Actor, permit
from states.casebook.book import CASES, Casebook
from states.casebook.effects.owing import owe_without_case
from states.casebook.effects.work import WorkOn
from states.contents.kept import NOTICES
from states.contents.payloads import TELL_NEWS, Gathered
from states.errors import CaseErased
from states.tables import Deadline, Notice, new_id, table_of
from states.vocabulary.effects import Clock, NoticeStatus

_NOTICES = table_of(Notice)
_DEADLINES = table_of(Deadline)

#: how many clocks a message lists, soonest first
MOST_NEEDS = 20


@dataclass(frozen=True, slots=True)
class Item:
    """Something that happened to a case.

    Args:
        number: the case's number.
        context: what the notice of it was given.
    """

    number: str
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Need:
    """A running clock that a member has to see to.

    Args:
        number: the case's number.
        clock: which clock.
        due_at: when it is due, in UTC.
        late: whether that is over.
    """

    number: str
    clock: Clock
    due_at: datetime
    late: bool


def owe(book: Casebook, *, by: Actor) -> int:
    """Owe the news that was gathered long enough; returns how many members will hear some.

    All that waits for a member is told with what has waited longest.
    """
    permit(by, Act.RUN)
    with book.store.read() as connection:
        if not _ripe(book, connection):
            return 0
    with book.store.write() as connection:
        book.lock_team(connection)
        members = _ripe(book, connection)
        mine = select(_NOTICES.c.id, _NOTICES.c.recipient).where(
            _NOTICES.c.status == NoticeStatus.GATHERED, _NOTICES.c.recipient.in_(members)
        )
        notices: dict[str, list[str]] = defaultdict(list)
        for row in connection.execute(mine.order_by(_NOTICES.c.at, _NOTICES.c.id)):
            notices[row.recipient].append(row.id)
        for member, ids in notices.items():
            told = Gathered(member=member, notices=tuple(ids))
            owe_without_case(book, connection, TELL_NEWS, f"news:{new_id()}", told)
            taken = update(_NOTICES).where(_NOTICES.c.id.in_(ids)).values(status=NoticeStatus.PREPARED)
            connection.execute(taken)
        return len(notices)


def _ripe(book: Casebook, connection: Any) -> list[str]:
    """The members for whom news has waited as long as the pack says."""
    since = book.clock() - book.pack.news.gather.delta
    ripe = select(_NOTICES.c.recipient).where(
        _NOTICES.c.status == NoticeStatus.GATHERED, _NOTICES.c.at <= since
    )
    return list(connection.scalars(ripe.distinct()))


def gathered(book: Casebook, work: WorkOn[Gathered]) -> list[Item]:
    """What an effect tells its member, oldest first.

    A case that was erased meanwhile has no news, and one that its member is kept out of meanwhile tells none;
    what was passed on, as they left, another is told.
    """
    items = []
    with book.store.read() as connection:
        for row in connection.execute(_told_by(work)):
            if row.recipient in row.kept_out:
                continue
            try:
                content = NOTICES.open(book.key(connection, row.case_id), row)
            except CaseErased:
                continue
            items.append(Item(row.number, content.context))
    return items


def _told_by(work: WorkOn[Gathered]) -> Any:
    return (
        select(_NOTICES, CASES.c.number, CASES.c.kept_out)
        .join(CASES, CASES.c.id == _NOTICES.c.case_id)
        .where(_NOTICES.c.id.in_(work.payload.notices), _NOTICES.c.status != NoticeStatus.WITHDRAWN)
        .order_by(_NOTICES.c.at, _NOTICES.c.id)
    )


def needs(book: Casebook, member: str, *, by: Actor) -> list[Need]:
    """The running clocks that are a member's own, or their cases' without another owner; soonest first.

    Args:
        book: the casebook.
        by: who asks: the software itself, or whoever runs it.
        member: the member's id.
    """
    permit(by, Act.RUN)
    theirs = or_(_DEADLINES.c.owner == member, (_DEADLINES.c.owner == "") & (CASES.c.lead == member))
    running = (
        select(CASES.c.number, CASES.c.kept_out, _DEADLINES.c.clock, _DEADLINES.c.due_at)
        .join(CASES, CASES.c.id == _DEADLINES.c.case_id)
        .where(_DEADLINES.c.satisfied_at.is_(None), _DEADLINES.c.clock != Clock.RETENTION, theirs)
        .order_by(_DEADLINES.c.due_at, CASES.c.number)
    )
    now = book.clock()
    with book.store.read() as connection:
        rows = [row for row in connection.execute(running) if member not in row.kept_out][:MOST_NEEDS]
    return [Need(row.number, Clock(row.clock), row.due_at, row.due_at < now) for row in rows]


def told(book: Casebook, work: WorkOn[Gathered]) -> None:
    """Say on each case that its news was told; on one that was erased meanwhile there is nothing to say."""
    with book.store.read() as connection:
        rows = connection.execute(_told_by(work).where(_NOTICES.c.status != NoticeStatus.SENT)).all()
    by_case: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_case[row.number].append(row.id)
    for number, ids in by_case.items():
        try:
            with book.page(number, SYSTEM, None) as page:
                for notice_id in ids:
                    page.set(Notice, notice_id, status=NoticeStatus.SENT, sent_at=page.now)
                page.log("news_told", notices=ids, effect=work.effect_id)
        except CaseErased:
            continue
