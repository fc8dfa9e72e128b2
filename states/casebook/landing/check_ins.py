"""A check-in, as its owner is told of it: what was agreed, when, and how it went (W-45)."""

from states.access import NO_SUCH_CASE, Actor
from states.casebook.book import Casebook
from states.casebook.landing.numbers import number_of
from states.casebook.plan import coming_back
from states.casebook.plan.coming_back import OwnCheckIn
from states.errors import UnknownRecord
from states.tables import CheckIn, table_of

_CHECK_INS = table_of(CheckIn)


def own(book: Casebook, check_in_id: str, *, by: Actor) -> tuple[str, OwnCheckIn]:
    """The number of the case, and a check-in that is somebody's own; that they read it is on record.

    Raises:
        UnknownRecord: there is no such check-in, or it is not theirs.
        NotPermitted: none of the case is, and they are not on it.
    """
    number = number_of(book, _CHECK_INS, check_in_id, by=by)
    for check_in in coming_back.own_check_ins(book, number, by=by):
        if check_in.check_in_id == check_in_id:
            return number, check_in
    raise UnknownRecord(NO_SUCH_CASE)
