"""Two cases in one transaction, locked in one order whoever comes first."""

from sqlalchemy import Connection, or_, select

from states.access import NO_SUCH_CASE, Act, Actor, is_there, permit, seen
from states.casebook.book import CASES, Casebook
from states.casebook.page import Page
from states.casebook.standing.conflicts import look
from states.errors import BadInput, NoSuchCase


def two_pages(book: Casebook, connection: Connection, one: str, other: str, by: Actor) -> tuple[Page, Page]:
    """Open two cases for writing in one transaction, locked in the order of their ids.

    Raises:
        BadInput: both are one case.
        UnknownRecord: there is no such case.
        NotPermitted: they may not write in one of the two.
    """
    if one == other:
        raise BadInput("Both numbers are of one case. Nothing was written: give two.")
    # Links, merges and moves come one after the other: two at once could undo each other unseen.
    book.lock_team(connection)
    book.begin(connection)
    ids = {number: id_of(connection, number, by) for number in (one, other)}
    pages = {case_id: book.turn_to(connection, case_id, by) for case_id in sorted(ids.values())}
    for page in pages.values():
        permit(by, Act.RECORD, page.case)
    return pages[ids[one]], pages[ids[other]]


def id_of(connection: Connection, number: str, by: Actor) -> str:
    """The id of the case with that number, as far as somebody may know of it.

    Raises:
        UnknownRecord: there is no such case for them.
    """
    known = or_(*(seen(by, act, CASES.c.id) for act in (Act.LIST, Act.READ)))
    case_id = connection.scalar(select(CASES.c.id).where(CASES.c.number == number, known))
    if case_id is None:
        raise NoSuchCase(NO_SUCH_CASE)
    return str(case_id)


def named(connection: Connection, case_number: str, by: Actor) -> str:
    """A case's number as somebody may read it; *another case* where it is not there for them."""
    there = select(CASES.c.number).where(CASES.c.number == case_number, is_there(by, CASES.c.id))
    return connection.scalar(there) or "another case"


def finish(*pages: Page) -> None:
    """Look anew at who is kept out of each case, and write its row."""
    for page in pages:
        look(page)
        page.finish()
