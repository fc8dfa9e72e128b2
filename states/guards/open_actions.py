"""Which actions are still to be done: of every reader alike, whether it reads rows or asks in SQL (W-08)."""

from sqlalchemy import ColumnElement

from states.casefile import Row
from states.tables import PlanAction, table_of

_ACTIONS = table_of(PlanAction)

#: the same as :func:`is_open`, as a condition of a statement
STILL_OPEN: tuple[ColumnElement[bool], ...] = (
    _ACTIONS.c.done_at.is_(None),
    _ACTIONS.c.continued_by.is_(None),
)


def is_open(action: PlanAction | Row) -> bool:
    """Whether an action is neither done nor goes on as an action of a newer plan."""
    return (action.done_at, action.continued_by) == (None, None)
