"""What machines say of our notices once they are handed over: not delivered, not yet, or nobody is there.

What they sent is kept with the notice. One that was not delivered is told to those who see to the case:
whoever it was for has not heard, and nothing else says so. A reporter who was to hear of the end is put down
to be phoned.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select, update

from states.access import SYSTEM, Act, Actor, permit
from states.casebook.alarms import calling
from states.casebook.book import CASES, Casebook
from states.casebook.closing import endings
from states.casebook.effects.owing import owe_without_case
from states.casebook.record import files
from states.casebook.record.files import Enclosed
from states.contents.payloads import REMIND, Undelivered
from states.ledger import chain, coverage
from states.tables import Effect, Notice, table_of
from states.vocabulary.effects import EffectKind, NoticeNews, NoticeStatus

_NOTICES = table_of(Notice)
_EFFECTS = table_of(Effect)

#: the message that tells of one that was not delivered: if it comes back itself, another one would, too
TOLD_BY = "not_delivered"

_SAID = {
    NoticeNews.FAILED: "notice_not_delivered",
    NoticeNews.DELAYED: "notice_delayed",
    NoticeNews.DELIVERED: "notice_delivered",
    NoticeNews.ANSWER: "notice_answered_by_machine",
}


class Heard(StrEnum):
    """What came of a machine's mail."""

    #: it is about no notice of ours
    ELSEWHERE = "elsewhere"
    #: it is on record with its notice
    KEPT = "kept"
    #: the same was on record
    KNOWN = "known"
    #: its notice is of no case: what it says is on record, and the mail itself is not
    OF_TEAM = "of_team"


@dataclass(frozen=True, slots=True)
class Returned:
    """A notice that was not delivered.

    Args:
        template: name of the message.
        recipient: a member's id, an office's code, ``reporter``, or ``police:`` and a site.
        sent_at: when it was handed over; None: nobody put that down.
        alarm: whether it was a call of an alarm.
    """

    template: str
    recipient: str
    sent_at: datetime | None
    alarm: bool


def hear(
    book: Casebook, message_ids: Collection[str], news: NoticeNews, mail: Enclosed, *, by: Actor
) -> Heard:
    """Put on record what a machine says of a notice of ours.

    Whoever knows a notice's Message-ID got the notice, or passed it on: nobody can guess one.

    Args:
        book: the casebook.
        message_ids: of the mails that it is about.
        news: what it says.
        mail: what it sent, word for word.
        by: who takes it in.

    Raises:
        NotPermitted: a person may not say what machines said.
    """
    permit(by, Act.RUN)
    with book.store.write() as connection:
        row = _notice(connection, message_ids)
        if row is None:
            return Heard.ELSEWHERE
        if row.case_id is None:
            _of_team(book, connection, row, news)
            return Heard.OF_TEAM
        page = book.turn_to(connection, row.case_id, SYSTEM)
        if files.is_known(page, row.id, mail):
            return Heard.KNOWN
        file = files.keep(page, row.id, mail)
        if news is NoticeNews.FAILED and _is_new(row):
            page.set(Notice, row.id, status=NoticeStatus.NOT_DELIVERED)
            if row.kind == EffectKind.ALERT_POLICE:
                calling.not_reached(page, row.dedupe)
            if row.template == endings.TOLD_BY:
                endings.phone_instead(page, page.row(Notice, row.id))
            if row.template != TOLD_BY:
                page.owe(REMIND, Undelivered(undelivered=row.id))
        page.log(_SAID[news], notice=row.id, file=file)
        page.finish()
    return Heard.KEPT


def is_ours(book: Casebook, message_id: str, *, by: Actor) -> bool:
    """Whether a mail is a message of ours, by its Message-ID.

    Args:
        book: the casebook.
        message_id: the mail's own.
        by: who takes it in.

    Raises:
        NotPermitted: a person may not ask for that.
    """
    permit(by, Act.RUN)
    with book.store.read() as connection:
        mine = select(_NOTICES.c.id).where(_NOTICES.c.message_id == message_id)
        return connection.scalar(mine) is not None


def _notice(connection: Connection, message_ids: Collection[str]) -> Any:
    if not message_ids:
        return None
    found = select(_NOTICES, _EFFECTS.c.kind, _EFFECTS.c.dedupe)
    found = found.join(_EFFECTS, _EFFECTS.c.id == _NOTICES.c.effect_id)
    found = found.join(CASES, CASES.c.id == _NOTICES.c.case_id, isouter=True)
    found = found.where(_NOTICES.c.message_id.in_(message_ids), CASES.c.erased_at.is_(None))
    return connection.execute(found.order_by(_NOTICES.c.at.desc()).limit(1)).first()


def _is_new(row: Any) -> bool:
    return row.status not in (NoticeStatus.NOT_DELIVERED, NoticeStatus.WITHDRAWN)


def _of_team(book: Casebook, connection: Connection, row: Any, news: NoticeNews) -> None:
    if news is not NoticeNews.FAILED or not _is_new(row):
        return
    book.lock_team(connection)
    status = {"status": NoticeStatus.NOT_DELIVERED}
    connection.execute(update(_NOTICES).where(_NOTICES.c.id == row.id).values(**status))
    told = coverage.of("notices").changed(row.id, status)
    what = {"what": _SAID[news], "notice": row.id}
    chain.append_of_team(connection, told, at=book.clock(), actor=SYSTEM.id, **what)
    if row.template != TOLD_BY:
        once = f"{row.id}:undelivered"
        owe_without_case(book, connection, REMIND, once, Undelivered(undelivered=row.id))


def returned(book: Casebook, notice_id: str, *, by: Actor) -> Returned:
    """A notice that was not delivered, as those who see to the case are told of it.

    Args:
        book: the casebook.
        notice_id: the notice.
        by: who tells of it.

    Raises:
        NotPermitted: only the software itself reads it for that.
    """
    permit(by, Act.RUN)
    mine = select(_NOTICES, _EFFECTS.c.kind).join(_EFFECTS, _EFFECTS.c.id == _NOTICES.c.effect_id)
    with book.store.read() as connection:
        row = connection.execute(mine.where(_NOTICES.c.id == notice_id)).one()
    return Returned(row.template, row.recipient, row.sent_at, row.kind == EffectKind.ALERT_POLICE)
