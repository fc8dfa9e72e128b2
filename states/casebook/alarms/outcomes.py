"""What came of an alarm's calls, beyond their own rows: which do not get through, and who took it over first.

A call that fails is owed until it gets through: its row alone says that it is coming (U-15).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from states.access import Act, Actor, is_there, permit
from states.casebook.alarms.calling import TAKE_OVER
from states.casebook.book import Casebook
from states.casebook.effects import links
from states.contents.kept import ALARM_ANSWERS
from states.tables import AlarmAnswer, AlarmCall, Effect, stored, table_of
from states.vocabulary.danger import AnswerWay, CallStatus
from states.vocabulary.effects import EffectStatus

_CALLS = table_of(AlarmCall)
_ANSWERS = table_of(AlarmAnswer)
_EFFECTS = table_of(Effect)

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
