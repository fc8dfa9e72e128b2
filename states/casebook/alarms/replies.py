"""Replies to an alert: one that says so takes the alarm over; any other is kept, and its writer is told.

The rule is in :mod:`states.casebook.alarms.own_words`. Until somebody takes over, the calls go on.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select

from states.access import SYSTEM
from states.casebook.alarms.answers import answer, takes_none_over
from states.casebook.alarms.calling import TAKE_OVER, Recipient
from states.casebook.alarms.own_words import takes_over
from states.casebook.book import Casebook
from states.casebook.effects import links
from states.casebook.effects.work import Work, writing
from states.casebook.page import Page
from states.contents.closing import TakeOverContent
from states.contents.kept import NOTICES
from states.contents.payloads import ALERT_POLICE, ReplyUnclear
from states.tables import Alarm, AlarmAnswer, AlarmCall, Effect, Notice, table_of
from states.vocabulary.danger import AnswerWay
from states.vocabulary.effects import EffectKind

_ANSWERS = table_of(AlarmAnswer)
_NOTICES = table_of(Notice)
_EFFECTS = table_of(Effect)


class Came(StrEnum):
    """What came of a mail."""

    #: it replies to no alert
    ELSEWHERE = "elsewhere"
    TAKEN_OVER = "taken_over"
    #: it replies to an alert, and does not say that its writer takes over
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Unclear:
    """A reply that took nothing over, whose writer is to be told so.

    Args:
        answer_id: the reply.
        site: code of the site where the danger is.
        recipient: whom the alert that it replies to was sent to: the only address that a link is sent to.
    """

    answer_id: str
    site: str
    recipient: Recipient


def by_reply(
    book: Casebook, answered: Collection[str], secrets: Collection[str], content: TakeOverContent
) -> Came:
    """Take over the alarm that a mail replies to, if it says so; else keep it, and owe its writer word of it.

    Args:
        book: the casebook.
        answered: Message-IDs that the mail says it answers.
        secrets: what stands in it that may be an alert's secret.
        content: who replied, and what they said.
    """
    with book.store.write() as connection:
        found = _call_answered(book, connection, answered, secrets)
        if found is None:
            return Came.ELSEWHERE
        case_id, call_id, recipient = found
        page = book.turn_to(connection, case_id, SYSTEM)
        alarm_id = page.row(AlarmCall, call_id).alarm_id
        mine = page.rows(AlarmAnswer, _ANSWERS.c.call_id == call_id, _ANSWERS.c.recipient == recipient)
        # Whoever is out takes nothing over, and gets no more of it: it is kept, and the calls go on.
        out = takes_none_over(connection, case_id, recipient, page.now)
        said_so = takes_over(content.said, book.pack.alert.take_over) and not out
        if not said_so:
            _keep(page, alarm_id, content, call_id, recipient, asks=not mine and not out)
        elif not any(row.took_over for row in mine):
            answer(page, alarm_id, AnswerWay.REPLY, content, call_id=call_id, recipient=recipient)
        page.finish()
    return Came.TAKEN_OVER if said_so else Came.KEPT


def _keep(
    page: Page, alarm_id: str, content: TakeOverContent, call_id: str, recipient: str, *, asks: bool
) -> None:
    row = AlarmAnswer(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        alarm_id=alarm_id,
        call_id=call_id,
        recipient=recipient,
        way=AnswerWay.REPLY,
        took_over=False,
    )
    page.add(row, content)
    if asks:
        # Once: two machines that answer each other would never end.
        page.owe_at(page.now, ALERT_POLICE, ReplyUnclear(answer=row.id), once=row.id)
    page.log("alarm_reply_kept", alarm=alarm_id, recipient=recipient, call=call_id)


def answers_a_call(book: Casebook, answered: Collection[str], secrets: Collection[str]) -> bool:
    """Whether a mail replies to an alert; see :func:`by_reply`."""
    with book.store.read() as connection:
        return _call_answered(book, connection, answered, secrets) is not None


def _call_answered(
    book: Casebook, connection: Connection, answered: Collection[str], secrets: Collection[str]
) -> tuple[str, str, str] | None:
    """Case, call and recipient of the alert that a mail replies to; None: of none."""
    for secret in secrets:
        link = links.look_for(book, connection, secret, TAKE_OVER)
        if link is not None:
            call_id, _, recipient = link.about.partition(":")
            return link.case_id, call_id, recipient
    mine = select(_NOTICES.c.case_id, _NOTICES.c.recipient, _EFFECTS.c.dedupe)
    mine = mine.join(_EFFECTS, _EFFECTS.c.id == _NOTICES.c.effect_id)
    mine = mine.where(_NOTICES.c.message_id.in_(answered), _EFFECTS.c.kind == EffectKind.ALERT_POLICE)
    row = connection.execute(mine.limit(1)).first()
    if row is None:
        return None
    # An effect that calls is owed once for its call, one that tells of an unclear answer for that answer.
    unclear = connection.scalar(select(_ANSWERS.c.call_id).where(_ANSWERS.c.id == row.dedupe))
    return row.case_id, unclear or row.dedupe, row.recipient


def unclear(book: Casebook, work: Work, answer_id: str) -> Unclear | None:
    """Whom an effect tells that their reply took nothing over; None: somebody has taken over meanwhile.

    Args:
        book: the casebook.
        work: an effect that a kept reply owes.
        answer_id: that reply.
    """
    with writing(book, work) as page:
        row = page.row(AlarmAnswer, answer_id)
        alarm = page.row(Alarm, row.alarm_id)
        address = None if alarm.taken_over_at else _address_of(page, row)
        if address is None:
            return None
        about = f"{row.call_id}:{row.recipient}"
        secret = links.give(book, page, about=about, purpose=TAKE_OVER)
        return Unclear(row.id, alarm.site, Recipient(row.recipient, address, secret))


def _address_of(page: Page, row: AlarmAnswer) -> str | None:
    """Where the alert went that was replied to: whoever reads there holds its link already."""
    calls = select(_EFFECTS.c.id).where(_EFFECTS.c.dedupe == row.call_id)
    sent = page.rows(Notice, _NOTICES.c.effect_id.in_(calls), _NOTICES.c.recipient == row.recipient)
    return page.open(NOTICES, sent[-1]).address if sent else None
