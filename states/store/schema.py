"""The schema of the case database: which one a program knows, and which one it found."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from states.errors import NotReady

MIGRATIONS = Path(__file__).parents[1] / "migrations"

_LINE = re.compile(r'^(down_)?revision = (?:"(\w+)"|None)$', re.MULTILINE)


@cache
def chain() -> tuple[str, ...]:
    """Every revision that this program knows, oldest first."""
    return installed()


def installed() -> tuple[str, ...]:
    """Every revision that the program knows which is installed by now, oldest first: maybe a newer one.

    Read from the files' text: Alembic would run each of them, whenever a command starts.
    """
    after: dict[str | None, str] = {}
    for file in (MIGRATIONS / "versions").glob("*.py"):
        named = dict(_LINE.findall(file.read_text(encoding="utf-8")))
        after[named["down_"] or None] = named[""]
    known: list[str] = []
    while (following := after.get(known[-1] if known else None)) is not None:
        known.append(following)
    return tuple(known)


def newest() -> str:
    """The revision that this program works with."""
    return chain()[-1]


def found(connection: Connection) -> str | None:
    """The revision that a database is at; None when it holds no casebook."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def require(connection: Connection) -> None:
    """See that a database is at this program's own revision; to be asked before anything is done with it.

    Raises:
        NotReady: it is at another one, or holds no casebook.
    """
    revision = found(connection)
    if revision == newest():
        return
    where = connection.engine.url.render_as_string(hide_password=True)
    if revision is None:
        message = (
            f"The database {where} holds no casebook yet, and nothing was written: `tat init` makes one."
        )
        raise NotReady(message)
    if revision not in chain():
        raise NotReady(newer(where, revision))
    message = (
        f"The case database {where} is of an older tatflow (its schema is {revision}, this program needs "
        f"{newest()}). Nothing was written: stop whatever of the older program still runs, then let "
        "`tat init` or `tat up` bring it up to date."
    )
    raise NotReady(message)


def newer(where: str, revision: str) -> str:
    """What is said of a database that a newer program has migrated."""
    return (
        f"The case database {where} is of a newer tatflow (its schema is {revision}, this program knows none "
        f"after {newest()}). Nothing was written: use the newer program, or restore the backup that was made "
        "before it."
    )
