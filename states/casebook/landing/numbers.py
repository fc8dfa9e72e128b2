"""Whose a record is, and a case for the sake of it: asked in one statement, whatever there is to find."""

from typing import Any

from sqlalchemy import Table, and_, cast, false, or_, select, true
from sqlalchemy.types import String

from states.access import MAY, NO_SUCH_CASE, Act, Actor, is_there, seen
from states.casebook.book import CASES, Casebook
from states.errors import UnknownRecord
from states.tables import Alarm, Assessment, CheckIn, PlanAction, table_of

_ACTIONS, _CHECK_INS = table_of(PlanAction), table_of(CheckIn)
_ASSESSMENTS, _ALARMS = table_of(Assessment), table_of(Alarm)


def number_of(book: Casebook, table: Table, record: str, *, by: Actor) -> str:
    """The number of the case that a record belongs to, for whoever may read that case or owns the record.

    Args:
        book: the casebook.
        table: where the record lies.
        record: its id.
        by: who asks.

    Raises:
        UnknownRecord: there is no such record, or none that they may read; it is said as of no case at all.
    """
    query: Any = select(CASES.c.number).join(table, table.c.case_id == CASES.c.id)
    theirs = seen(by, Act.READ, CASES.c.id)
    if "owner" in table.c:
        # Whoever has something to do need not be on the case.
        theirs = or_(theirs, and_(table.c.owner == by.id, is_there(by, CASES.c.id)))
    with book.store.read() as connection:
        number = connection.scalar(query.where(table.c.id == record, theirs))
    if number is None:
        raise UnknownRecord(NO_SUCH_CASE)
    return str(number)


def with_own(book: Casebook, number: str, *, by: Actor) -> None:
    """See that something of a case is somebody's to see to, who need not be on it.

    An action or a check-in that is theirs, an assessment that names them, an alarm that they may answer.

    Raises:
        UnknownRecord: there is no such case, or nothing of it is theirs; it is asked and answered alike.
    """
    answers = not by.roles.isdisjoint(MAY[Act.ANSWER_ALARMS])
    theirs = (
        (_ACTIONS, _ACTIONS.c.owner == by.id),
        (_CHECK_INS, _CHECK_INS.c.owner == by.id),
        (_ASSESSMENTS, cast(_ASSESSMENTS.c.participants, String).contains(f'"{by.id}"', autoescape=True)),
        (_ALARMS, true() if answers else false()),
    )
    any_ = or_(
        *(select(of.c.id).where(of.c.case_id == CASES.c.id, is_theirs).exists() for of, is_theirs in theirs)
    )
    this = select(CASES.c.id).where(CASES.c.number == number, is_there(by, CASES.c.id), any_)
    with book.store.read() as connection:
        if connection.scalar(this) is None:
            raise UnknownRecord(NO_SUCH_CASE)
