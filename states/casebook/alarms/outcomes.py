"""What came of an alarm's calls, beyond their own rows: which do not get through, and who took it over first.

A call that fails is owed until it gets through: its row alone says that it is coming (U-15).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, select

from states.access import NO_SUCH_CASE, Act, Actor, is_there, permit, seen
from states.casebook.alarms.answers import CallLine, called
from states.casebook.alarms.calling import TAKE_OVER
from states.casebook.book import CASES, Casebook
from states.casebook.effects import links
from states.contents.kept import ALARM_ANSWERS
from states.errors import UnknownRecord
from states.tables import AlarmAnswer, AlarmCall, Effect, Notice, stored, table_of
from states.vocabulary.danger import AnswerWay, CallStatus
from states.vocabulary.effects import EffectStatus, NoticeStatus

_CALLS = table_of(AlarmCall)
_ANSWERS = table_of(AlarmAnswer)
_EFFECTS = table_of(Effect)
_NOTICES = table_of(Notice)

#: where a call stands in its alarm: its round, its step, and the code of its site
Place = tuple[int, int, str]

#: how often each call of an alarm was tried in vain that is still owed
Tried = Mapping[Place, int]


@dataclass(frozen=True, slots=True)
class Taker:
    """Who took an alarm over first.

    Args:
        at: when that was put on record.
        recipient: ``police:`` and a site's code, or a member's id; empty: the team entered it.
        way: how they said so.
        who: their name or badge; empty: not for whoever asks.
        agency: as they gave it.
    """

    at: datetime
    recipient: str
    way: AnswerWay
    who: str = field(repr=False)
    agency: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What whoever holds a link of an alarm learns of its other calls.

    Args:
        taken_by: who took it over first; None: nobody has.
        tried: how often each call was tried in vain.
    """

    taken_by: Taker | None
    tried: Tried


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom a call of an alarm goes to, and how far it has come to them.

    Args:
        recipient: ``police:`` and a site's code, or a member's id.
        status: how far.
    """

    recipient: str
    status: NoticeStatus


@dataclass(frozen=True, slots=True)
class CallsOut:
    """The calls of one alarm, as whoever may read its case sees them.

    Args:
        calls: those that went out, and those that are still to come, in the order of the chain.
        tried: how often each was tried in vain.
        reached: to whom each went that somebody has begun to send.
    """

    calls: tuple[CallLine, ...]
    tried: Tried
    reached: Mapping[Place, tuple[Reached, ...]]


def of_case(book: Casebook, number: str, *, by: Actor) -> Mapping[str, CallsOut]:
    """The calls of each alarm of a case, by its id, with whom each reached: codes and times alone (U-15).

    Whoever shows them has opened the case, and that is on record.

    Args:
        book: the casebook.
        number: the case's number.
        by: who asks.

    Raises:
        UnknownRecord: there is no such case, or none that they may read: both are answered alike.
    """
    theirs = select(CASES.c.id).where(CASES.c.number == number, seen(by, Act.READ, CASES.c.id))
    with book.store.read() as connection:
        case_id = connection.scalar(theirs)
        if case_id is None:
            raise UnknownRecord(NO_SUCH_CASE)
        mine = select(_CALLS).where(_CALLS.c.case_id == case_id).order_by(_CALLS.c.alarm_id)
        rows = connection.execute(mine).all()
        said = select(_ANSWERS).where(_ANSWERS.c.case_id == case_id, _ANSWERS.c.took_over)
        answers = list(connection.execute(said.order_by(_ANSWERS.c.seq)))
        reached = _reached(connection, case_id)
        return {
            alarm: CallsOut(tuple(called(calls, answers)), _tried(connection, alarm), reached[alarm])
            for alarm, calls in groupby(rows, key=lambda row: str(row.alarm_id))
        }


def _reached(connection: Connection, case_id: str) -> Mapping[str, Mapping[Place, tuple[Reached, ...]]]:
    """To whom each call of a case's alarms went, by alarm."""
    query = select(_CALLS.c.alarm_id, _CALLS.c.round, _CALLS.c.step, _CALLS.c.site)
    query = query.add_columns(_NOTICES.c.recipient, _NOTICES.c.status)
    query = query.join(_EFFECTS, _EFFECTS.c.dedupe == _CALLS.c.id)
    query = query.join(_NOTICES, _NOTICES.c.effect_id == _EFFECTS.c.id)
    query = query.where(_CALLS.c.case_id == case_id, _NOTICES.c.case_id == case_id)
    found: dict[str, dict[Place, tuple[Reached, ...]]] = defaultdict(dict)
    for row in connection.execute(query.order_by(_NOTICES.c.at, _NOTICES.c.id)):
        place = (row.round, row.step, row.site)
        one = Reached(row.recipient, NoticeStatus(row.status))
        found[row.alarm_id][place] = (*found[row.alarm_id].get(place, ()), one)
    return found


def failing(book: Casebook, alarms: Collection[str], *, by: Actor) -> dict[str, Tried]:
    """How often each call was tried in vain that is still owed, by alarm; as codes and counts alone.

    Args:
        book: the casebook.
        alarms: ids of alarms.
        by: who asks: whoever may be called, for the cases that are there for them.
    """
    permit(by, Act.ANSWER_ALARMS)
    with book.store.read() as connection:
        query = select(_CALLS.c.alarm_id).where(_CALLS.c.alarm_id.in_(alarms), is_there(by, _CALLS.c.case_id))
        there = set(connection.scalars(query))
        return {alarm: _tried(connection, alarm) for alarm in there}


def behind(book: Casebook, secret: str) -> Outcome:
    """What became of the alarm that a link in an alert is about; looking changes nothing.

    Police learn from each other who took over; anybody else learns which agency did.

    Raises:
        UnknownRecord: the link does not work.
    """
    with book.store.read() as connection:
        link = links.find(book, connection, secret, TAKE_OVER, used_too=True)
        call_id, _, recipient = link.about.partition(":")
        alarm = connection.scalars(select(_CALLS.c.alarm_id).where(_CALLS.c.id == call_id)).one()
        mine = select(_ANSWERS).where(_ANSWERS.c.alarm_id == alarm, _ANSWERS.c.took_over)
        row = connection.execute(mine.order_by(_ANSWERS.c.seq).limit(1)).first()
        tried = _tried(connection, alarm)
        if row is None:
            return Outcome(None, tried)
        said = ALARM_ANSWERS.open(book.key(connection, link.case_id), stored(AlarmAnswer, row))
        both = all(one.startswith("police:") for one in (recipient, row.recipient))
        who = said.who if both else ""
        return Outcome(Taker(row.at, row.recipient, AnswerWay(row.way), who, said.agency), tried)


def _tried(connection: Connection, alarm: str) -> Tried:
    query = select(_CALLS.c.round, _CALLS.c.step, _CALLS.c.site, _EFFECTS.c.attempt, _EFFECTS.c.status)
    query = query.join(_EFFECTS, _EFFECTS.c.dedupe == _CALLS.c.id)
    # A code says why the last attempt failed; the one that runs now has not failed yet.
    query = query.where(_CALLS.c.alarm_id == alarm, _CALLS.c.status == CallStatus.OWED, _EFFECTS.c.code != "")
    return {
        (row.round, row.step, row.site): row.attempt - (row.status == EffectStatus.CLAIMED)
        for row in connection.execute(query)
    }
