"""Which cases there are, and what is known of one without opening it."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import Connection, Select, func, select, union_all

from states.access import (
    LET_IN,
    MAY,
    NO_SUCH_CASE,
    Act,
    Actor,
    is_kept_out,
    is_there,
    let_to,
    named,
    permit,
    seen,
    sees_all,
)
from states.casebook.book import CASES, Casebook
from states.casebook.narrowing import EVERY, Narrowed
from states.casebook.reading.whole_case import RECORDS
from states.errors import NotPermitted, UnknownRecord
from states.tables import (
    Assessment,
    Case,
    Utc,
    loaded,
    table_of,
)
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.people import Role

#: how many of the cases that changed last are looked through for somebody's, before all of theirs are sorted
NEWEST = 5_000

#: before any case
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_ASSESSMENTS = table_of(Assessment)
_PARTICIPANTS = select(_ASSESSMENTS.c.id, _ASSESSMENTS.c.participants).order_by(_ASSESSMENTS.c.seq)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list."""

    number: str
    state: str
    level: str | None
    provisional_level: str | None
    site: str
    lead: str | None
    version: int
    opened_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list of cases, behind the one that it names: where the next page begins.

    Args:
        changed_at: when that case had changed last as it was listed.
        number: its number.
    """

    changed_at: datetime
    number: str

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The place that an address names; None: it names none."""
        at, _, number = text.partition("~")
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            return None
        return cls(moment, number) if moment.tzinfo is not None and number else None

    def __str__(self) -> str:
        return f"{self.changed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}~{self.number}"


def cases(
    book: Casebook,
    *,
    by: Actor,
    narrowed: Narrowed = EVERY,
    behind: Place | None = None,
    limit: int = 1000,
) -> list[CaseLine]:
    """List the cases somebody may see, newest change first; a member sees those they are on.

    Whoever runs the software, and no more, is told neither levels nor whose a case is (W-39).

    Args:
        book: the casebook.
        by: who looks.
        narrowed: which of them.
        behind: the place where the list goes on; None: it begins.
        limit: how many at most.

    Raises:
        NotPermitted: their role shows no cases.
    """
    if by.roles.isdisjoint((*MAY[Act.LIST], *LET_IN)):
        raise NotPermitted("Your role shows no cases; ask the chair.")
    narrowed = narrowed if is_told_of_cases(by) else replace(narrowed, level=None)
    every = select(CASES.c.id, *(CASES.c[part.name] for part in fields(CaseLine)))
    every = every.where(*narrowed.where())
    if behind is not None:
        # What is not theirs places none of theirs: an address may name any number.
        theirs = (CASES.c.number == behind.number, seen(by, Act.LIST, CASES.c.id))
        last = select(CASES.c.id).where(*theirs).scalar_subquery()
        same = (CASES.c.changed_at == behind.changed_at) & (CASES.c.id < last)
        older = (CASES.c.changed_at < behind.changed_at) | same
        # The first is for the index, the second for the few that changed in the same moment.
        every = every.where(CASES.c.changed_at <= behind.changed_at, older)
    few = bool(narrowed.mine) or not sees_all(by, Act.LIST)
    with book.store.read() as connection:
        rows = connection.execute(_among_the_newest(every, by, limit, few=few)).all()
        if few and len(rows) < limit:
            if narrowed.mine:
                every = every.where(CASES.c.id.in_(named(narrowed.mine)))
            rows = connection.execute(_theirs(every, by, limit)).all()
    return [_as_told(CaseLine(*row[1:]), by) for row in rows]


def in_order(
    book: Casebook,
    *,
    by: Actor,
    state: CaseState | None = None,
    site: str = "",
    level: Level | None = None,
    after: str = "",
    limit: int = 50,
) -> list[CaseLine]:
    """List the cases somebody may see by their numbers, from one on: what changes meanwhile moves none.

    Whoever runs the software, and no more, is told neither levels nor whose a case is (W-39).

    Args:
        book: the casebook.
        by: who asks.
        state: only those in this state.
        site: only those whose first site has this code.
        level: only those at this level: the one in force, or the provisional one.
        after: the number of the last one that they were shown; empty: from the first on.
        limit: how many at most.

    Raises:
        NotPermitted: their role shows no cases.
    """
    if by.roles.isdisjoint((*MAY[Act.LIST], *LET_IN)):
        raise NotPermitted("Your role shows no cases; ask the chair.")
    every = select(*(CASES.c[part.name] for part in fields(CaseLine)))
    narrowed = Narrowed(state=state, site=site, level=level if is_told_of_cases(by) else None)
    shown = every.where(CASES.c.number > after, seen(by, Act.LIST, CASES.c.id), *narrowed.where())
    with book.store.read() as connection:
        rows = connection.execute(shown.order_by(CASES.c.number).limit(limit)).all()
    return [_as_told(CaseLine(*row), by) for row in rows]


def is_told_of_cases(by: Actor) -> bool:
    """Whether somebody's roles tell them of a case more than that there is one, where, and how far it is."""
    return not by.roles.isdisjoint({*MAY[Act.LIST], *LET_IN} - {Role.OPERATOR})


def _as_told(line: CaseLine, by: Actor) -> CaseLine:
    return line if is_told_of_cases(by) else replace(line, level=None, provisional_level=None, lead=None)


def one(book: Casebook, number: str, *, by: Actor) -> CaseLine:
    """One case that somebody may open, as in a list; reads no content, and so leaves no ``read`` event.

    Raises:
        UnknownRecord: there is no such case, or none that they may open: it is asked and answered alike.
    """
    this = select(*(CASES.c[part.name] for part in fields(CaseLine)))
    with book.store.read() as connection:
        row = connection.execute(this.where(CASES.c.number == number, seen(by, Act.READ, CASES.c.id))).first()
    if row is None:
        raise UnknownRecord(NO_SUCH_CASE)
    return CaseLine(*row)


def _among_the_newest(every: Select[Any], by: Actor, limit: int, *, few: bool) -> Select[Any]:
    """The cases somebody sees among those that changed last: enough of them, if they see many."""
    newest = every.order_by(CASES.c.changed_at.desc(), CASES.c.id.desc())
    theirs = newest.where(seen(by, Act.LIST, CASES.c.id)).limit(limit)
    if not few:
        return theirs
    last = newest.with_only_columns(CASES.c.changed_at).offset(NEWEST).limit(1)
    since = func.coalesce(last.correlate(None).scalar_subquery(), LONG_AGO, type_=Utc)
    return theirs.where(CASES.c.changed_at >= since)


def _theirs(every: Select[Any], by: Actor, limit: int) -> Select[Any]:
    """The cases somebody sees, sorted after they are found: what it takes follows how many these are."""
    found = every.where(is_there(by, CASES.c.id))
    if not sees_all(by, Act.LIST):
        found = found.where(CASES.c.id.in_(let_to(by, Act.LIST)))
    # Else the database may go through every case, in the order of the index, for the few that are theirs.
    theirs = found.with_only_columns(CASES.c.id, CASES.c.changed_at).cte().prefix_with("MATERIALIZED")
    newest = select(theirs.c.id).order_by(theirs.c.changed_at.desc(), theirs.c.id.desc()).limit(limit)
    shown = every.where(CASES.c.id.in_(newest))
    return shown.order_by(CASES.c.changed_at.desc(), CASES.c.id.desc())


def sites_of(book: Casebook, number: str, *, by: Actor) -> tuple[str, ...]:
    """Codes of the sites of a case, for the numbers to phone; tells nothing of anybody.

    Raises:
        UnknownRecord: there is no such case, or none that they may know of.
    """
    with book.store.read() as connection:
        row = connection.execute(
            select(CASES.c.site, CASES.c.further_sites, CASES.c.kept_out).where(CASES.c.number == number)
        ).first()
    if row is None or is_kept_out(by, row):
        raise UnknownRecord(NO_SUCH_CASE)
    return (row.site, *row.further_sites)


def ids(book: Casebook, number: str, start: str, *, by: Actor, tables: Collection[str]) -> list[str]:
    """Ids of a case's records that begin like that; reads no content, and so leaves no ``read`` event.

    Args:
        book: the casebook.
        number: the case's number.
        start: the first characters of an id.
        by: who asks.
        tables: names of the tables where it may be.

    Raises:
        UnknownRecord: there is no such case, or none that they may know of.
        NotPermitted: this person may not see the case.
    """
    with book.store.read() as connection:
        case = _row(connection, number)
        permit(by, Act.READ, case)
        asked = (table_of(model).c for model in RECORDS if model.__tablename__ in tables)
        found = union_all(
            *(
                select(of.id).where(of.case_id == case.id, of.id.startswith(start, autoescape=True))
                for of in asked
            )
        )
        return list(connection.scalars(found.order_by("id")))


def assessments_naming(book: Casebook, number: str, *, by: Actor) -> list[str]:
    """Ids of a case's assessments that name somebody among those who took part; reads no content either.

    Raises:
        UnknownRecord: there is no such case, or none that they may know of.
        NotPermitted: none names them, and they are not on the case.
    """
    with book.store.read() as connection:
        case = _row(connection, number)
        if is_kept_out(by, case):
            raise UnknownRecord(NO_SUCH_CASE)
        rows = connection.execute(_PARTICIPANTS.where(_ASSESSMENTS.c.case_id == case.id))
        mine = [row.id for row in rows if by.id in row.participants]
    if not mine:
        permit(by, Act.READ, case)
    return mine


def _row(connection: Connection, number: str) -> Case:
    row = connection.execute(select(CASES).where(CASES.c.number == number)).first()
    if row is None:
        raise UnknownRecord(NO_SUCH_CASE)
    return loaded(Case, dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name
