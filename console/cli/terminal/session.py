"""The open casebook and the person who acts, for the length of one command."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from states.errors import BadInput

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from states.access import Actor
    from states.calendar.moments import Here
    from states.casebook import Casebook
    from states.policy.pack import Pack
    from states.settings import Settings


#: seconds that a person's command waits for its turn to write: on a machine where fifty report at once, the
#: last one's turn comes after minutes, and whoever is tired of waiting presses Ctrl-C
PATIENCE = 600.0


def settings() -> "Settings":
    """This installation's settings, from the environment.

    Raises:
        BadInput: a variable cannot be used; names it, never what it holds.
    """
    from pydantic import ValidationError

    from states.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False, include_context=False)
    names = ", ".join(f"TAT_{problem['loc'][0]}".upper() for problem in problems)
    message = f"The environment sets {names} to something that cannot be used. Nothing was done: correct it."
    raise BadInput(message)


@contextmanager
def casebook() -> Iterator["Casebook"]:
    """The open casebook.

    Raises:
        NotReady: there is none yet, it is of another release, or its database cannot be used.
        VaultLocked: the master key is not there, or not the one that the casebook was made with.
        BadInput: the database's address is none.
    """
    from sqlalchemy.exc import ArgumentError

    from states.casebook import Casebook
    from states.store.engine import Patience
    from states.store.hindrances import unusable
    from states.vault import open_to_others

    chosen = settings()
    try:
        book = Casebook.open(chosen, patience=Patience(PATIENCE, _say_that_others_write))
    except ArgumentError:
        message = "TAT_DATABASE_URL is no SQLAlchemy URL of a database that is known here. Nothing was done."
        raise BadInput(message) from None
    if chosen.changes_key_file and open_to_others(chosen.key_file):
        sys.stderr.write(
            f"Others on this machine can read {chosen.key_file}: run `chmod 600` on it, and "
            "`tat keys rotate` if somebody may have.\n"
        )
    try:
        with unusable(chosen.casebook_url):
            yield book
    finally:
        book.close()


def _say_that_others_write() -> None:
    sys.stderr.write(
        "Others are writing; this command waits for its turn, ten minutes at most. Ctrl-C gives up: then "
        "nothing was written.\n"
    )


@contextmanager
def database() -> Iterator["Connection"]:
    """One moment of the case database, for whoever has no master key.

    Raises:
        NotReady: there is none yet, it is of another release, or it cannot be used.
    """
    from states.casebook.keys import require_casebook
    from states.store import schema
    from states.store.engine import Store
    from states.store.hindrances import unusable

    chosen = settings()
    require_casebook(chosen)
    store = Store(chosen.casebook_url)
    try:
        with unusable(chosen.casebook_url), store.read() as connection:
            schema.require(connection)
            yield connection
    finally:
        store.close()


@contextmanager
def acting(member: str) -> Iterator[tuple["Casebook", "Actor"]]:
    """The open casebook, and the member who acts.

    Raises:
        BadInput: nobody was named.
        UnknownRecord: there is no such active member.
    """
    if not member:
        message = "Say who acts: give --as MEMBER_ID, or set TAT_MEMBER. Nothing was done."
        raise BadInput(message)
    from states.casebook.team.members import actor

    with casebook() as book:
        yield book, from_here(actor(book, member))


def from_here(actor: "Actor") -> "Actor":
    """The same, acting from the server's shell: under which account it is, they cannot choose."""
    from states.access import Origin

    return replace(actor, origin=Origin.shell())


def zone_of(pack: "Pack", site: str = "") -> ZoneInfo:
    """The time zone of a site; without one, of the institution's first."""
    known = pack.sites.get(site) or pack.home
    return ZoneInfo(known.timezone)


def here(book: "Casebook") -> "Here":
    """Where and when whoever types does: the clock of the institution's first site."""
    from states.calendar.moments import Here

    return Here(zone_of(book.pack), book.clock())


def found(ids: list[str], start: str) -> str:
    """The one id that begins as somebody typed it.

    Args:
        ids: the ids there are.
        start: at least the first characters of one of them.

    Raises:
        BadInput: none does, or several do.
    """
    matching = sorted({each for each in ids if start and each.startswith(start)})
    if len(matching) == 1:
        return matching[0]
    message = (
        "Several records begin with that id: give more of its characters. Nothing was written."
        if matching
        else "There is no such record under that id. Nothing was written: look the id up again."
    )
    raise BadInput(message)
