"""An action, as its owner is told of it: what, by when, and whether it is done (W-07, W-08)."""

from sqlalchemy import select

from states.access import NO_SUCH_CASE, Actor
from states.casebook.book import Casebook
from states.casebook.landing.numbers import number_of
from states.casebook.plan import doing
from states.casebook.plan.doing import OwnAction
from states.errors import UnknownRecord
from states.tables import PlanAction, table_of

_ACTIONS = table_of(PlanAction)


def own(book: Casebook, action_id: str, *, by: Actor) -> tuple[str, OwnAction]:
    """The number of the case, and an action that is somebody's own; that they read it is on record.

    Of one that goes on in a newer plan, what it goes on as: letters that went out keep leading on.

    Raises:
        UnknownRecord: there is no such action, or it is not theirs.
        NotPermitted: none of the case is, and they are not on it.
    """
    number = number_of(book, _ACTIONS, action_id, by=by)
    now = _now(book, action_id)
    for action in doing.own_actions(book, number, by=by):
        if action.action_id == now:
            return number, action
    raise UnknownRecord(NO_SUCH_CASE)


def _now(book: Casebook, action_id: str) -> str:
    """The id of what an action goes on as; its own where it goes on as itself."""
    goes_on = select(_ACTIONS.c.continued_by)
    with book.store.read() as connection:
        while into := connection.scalar(goes_on.where(_ACTIONS.c.id == action_id)):
            action_id = str(into)
    return action_id
