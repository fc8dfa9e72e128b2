"""What the table of calls is written in: who tries each, and what a row says of all of them at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus as S
from typing import Any

from tests.console.web.conftest import Served

SEEN, HIDDEN, GONE, REFUSED = S.OK, S.NOT_FOUND, S.SEE_OTHER, S.UNPROCESSABLE_ENTITY

#: who tries every call. Whoever adds one says in the groups below what they are, and in `people.py` who.
WHO = (
    "chair",
    "on the case",
    "not on it",
    "recused",
    "custodian",
    "operator",
    "administrator",
    "intake",
    "auditor",
    "official",
    "deputy",
    "outside office",
    "expert to come",
    "expert",
    "expert whose time is over",
    "break-glass",
    "ended",
    "signed out",
)

#: nobody is signed in
OUT = frozenset({"ended", "signed out"})

#: those who are signed in
IN = frozenset(WHO) - OUT

#: those for whom the case of the table is there to be read
READERS = frozenset({"chair", "on the case", "custodian", "expert", "break-glass"})

#: those whose work it is
WORKERS = frozenset({"chair", "on the case", "expert"})

#: experts from outside, whichever case they are on
EXPERTS = frozenset({"expert to come", "expert", "expert whose time is over"})

#: whoever may make a call makes it, on a record of their own, and it is done
DONE = 0

#: what each of them is answered, by HTTP status; or :data:`DONE`
Row = Mapping[str, int]

#: what stands in an address, by name: made for the case of the table, whose number is given
Made = Callable[[Served, str], Mapping[str, str]]


def anybody(status: int = SEEN) -> Row:
    """A call that answers everybody alike, signed in or not."""
    return dict.fromkeys(WHO, status)


def members(status: int = SEEN) -> Row:
    """A call for whoever is signed in."""
    return only(*IN, status=status)


def readers(status: int = SEEN) -> Row:
    """A call for whoever may read the case; for others there is none."""
    return only(*READERS, status=status)


def workers(status: int = SEEN) -> Row:
    """A call for those whose work the case is; for others there is none."""
    return only(*WORKERS, status=status)


def only(*who: str, status: int = SEEN, others: int = HIDDEN) -> Row:
    """A call for some alone; whoever is not signed in is led to where they can, and gets their form back."""
    return {each: status if each in who else GONE if each in OUT else others for each in WHO}


def but(row: Row, status: int, *who: str) -> Row:
    """A row in which some are answered otherwise."""
    assert set(who) <= set(WHO)
    return {**row, **dict.fromkeys(who, status)}


@dataclass(frozen=True, slots=True)
class Room:
    """The calls of one room of the console.

    Args:
        rows: what each call answers to each of them, as in ``"GET /cases/{number}": readers()``; they are
            asked in this order.
        given: what stands for the names in its addresses; ``{number}`` is the case's.
        made: the same, of what has to be made first, once.
        each: by call, what is made for it alone: once for all who may not make it, and anew for each of those
            who may and so do it.
        sent: the forms that calls send, or what one of the API sends; else an empty one, or its example. A
            text that is a name of an address in braces stands for what that stands for.
    """

    rows: Mapping[str, Row]
    given: Mapping[str, str] = field(default_factory=dict)
    made: Made | None = None
    each: Mapping[str, Made] = field(default_factory=dict)
    sent: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
