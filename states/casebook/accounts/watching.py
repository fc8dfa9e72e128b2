"""Watching cases: how far each has come, for whoever is still signed in and may still see it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from states.access import Act, seen
from states.casebook.accounts.sessions import found_as
from states.casebook.book import CASES, Casebook
from states.errors import NotPermitted


@dataclass(frozen=True, slots=True)
class Watched:
    """A case that somebody watches.

    Args:
        secret: of their session.
        number: the case's number.
    """

    secret: str
    number: str


def versions(book: Casebook, watched: Collection[Watched]) -> Mapping[Watched, int | None]:
    """The version of each case that is watched; reads no content, and is no use of anybody's session.

    Args:
        book: the casebook.
        watched: who watches which.

    Returns:
        None where there is nothing to see: the session has ended, or the case is not theirs, or not any more.
    """
    with book.store.read() as connection:
        return {each: _version(book, connection, each) for each in watched}


def _version(book: Casebook, connection: Connection, watched: Watched) -> int | None:
    try:
        by = found_as(book, connection, watched.secret).actor
    except NotPermitted:
        return None
    theirs = (CASES.c.number == watched.number, seen(by, Act.READ, CASES.c.id))
    version: int | None = connection.scalar(select(CASES.c.version).where(*theirs))
    return version
