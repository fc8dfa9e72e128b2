"""Who was let to which case for a time, across the cases; and who tried to open one and was refused (W-39).

Codes, numbers and times alone: why stands in the case, for whoever may read it there.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, select

from states.access import MAY, Act, Actor, is_there, permit, require, seen
from states.casebook.book import CASES, Casebook
from states.casebook.team.break_glass import REFUSED
from states.tables import Stay, TeamEvent, table_of
from states.vocabulary.people import GuestWay

_STAYS, _TEAM_EVENTS = table_of(Stay), table_of(TeamEvent)

#: lines that are looked at, at most, the newest
MOST = 1_000


class Which(StrEnum):
    """Which stays are listed."""

    ALL = "all"
    NOW = "now"
    TO_REVIEW = "to_review"


@dataclass(frozen=True, slots=True)
class StayOnCase:
    """That somebody is, or was, let to one of the cases for a time.

    Args:
        number: the case's number.
        stay_id: its id.
        member: their id.
        way: by which way.
        since: since when.
        until: until when, as it was said last.
        by: who let them in; of break-glass, they themselves.
        is_over: whether they see the case no more by it.
        reviewed_by: of break-glass, who said afterwards whether it was justified; None: nobody yet.
        reviewed_at: when they did.
        justified: what they said.
        may_review: whether it waits for a review, and whoever asks may say.
    """

    number: str
    stay_id: str
    member: str
    way: GuestWay
    since: datetime
    until: datetime
    by: str
    is_over: bool
    reviewed_by: str | None
    reviewed_at: datetime | None
    justified: bool | None
    may_review: bool


@dataclass(frozen=True, slots=True)
class RefusedTry:
    """That somebody tried to open a case in an emergency, and was refused.

    Args:
        at: when.
        who: their id.
        number: the number that they gave, whether there is such a case or not; empty: it was none.
    """

    at: datetime
    who: str
    number: str


def stays(book: Casebook, *, by: Actor, which: Which = Which.ALL, who: str = "") -> list[StayOnCase]:
    """List who is, or was, let to which case for a time, newest first.

    Whoever audits, keeps the records or chairs sees those of every case that is there for them; anybody who
    may break the glass, the cases that they opened themselves.

    Args:
        book: the casebook.
        by: who asks.
        which: leave out all others.
        who: only this member's.

    Raises:
        NotPermitted: they do neither.
    """
    require(by, (*MAY[Act.AUDIT_READINGS], *MAY[Act.BREAK_GLASS]), None)
    opened_alone = (_STAYS.c.way == GuestWay.BREAK_GLASS) & CASES.c.erased_at.is_(None)
    own = (_STAYS.c.member == by.id) & opened_alone & is_there(by, CASES.c.id)
    theirs = seen(by, Act.AUDIT_READINGS, CASES.c.id) | own
    reviews = seen(by, Act.REVIEW_GLASS, CASES.c.id) & _waits() & (_STAYS.c.member != by.id)
    query = (
        select(_STAYS, CASES.c.number, reviews.label("may_review"))
        .join(CASES, CASES.c.id == _STAYS.c.case_id)
        .where(theirs, *_narrowed(book, which), *((_STAYS.c.member == who,) if who else ()))
        .order_by(_STAYS.c.at.desc(), _STAYS.c.id)
        .limit(MOST)
    )
    with book.store.read() as connection:
        rows = connection.execute(query).all()
    return [_line(book, row) for row in rows]


def refused_tries(book: Casebook, *, by: Actor) -> list[RefusedTry]:
    """List who tried to open a case in an emergency and was refused, newest first.

    It is the same line for a case that they are kept out of and for one that was never there.

    Raises:
        NotPermitted: they neither audit, keep the records nor chair.
    """
    permit(by, Act.AUDIT_READINGS)
    query = (
        select(_TEAM_EVENTS.c.at, _TEAM_EVENTS.c.actor, _TEAM_EVENTS.c.data)
        .where(_TEAM_EVENTS.c.what == REFUSED)
        .order_by(_TEAM_EVENTS.c.seq.desc())
        .limit(MOST)
    )
    with book.store.read() as connection:
        rows = connection.execute(query).all()
    return [RefusedTry(row.at, row.actor, row.data["number"]) for row in rows]


def _waits() -> ColumnElement[bool]:
    """That nobody has said yet whether it was right to break the glass."""
    opened = (_STAYS.c.way == GuestWay.BREAK_GLASS) & _STAYS.c.reviewed_at.is_(None)
    return opened & CASES.c.erased_at.is_(None)


def _narrowed(book: Casebook, which: Which) -> list[ColumnElement[bool]]:
    match which:
        case Which.NOW:
            return [_STAYS.c.ended_at.is_(None), _STAYS.c.until > book.clock()]
        case Which.TO_REVIEW:
            return [_waits()]
        case Which.ALL:
            return []


def _line(book: Casebook, row: Any) -> StayOnCase:
    return StayOnCase(
        number=row.number,
        stay_id=row.id,
        member=row.member,
        way=GuestWay(row.way),
        since=row.at,
        until=row.until,
        by=row.by,
        is_over=row.ended_at is not None or row.until <= book.clock(),
        reviewed_by=row.reviewed_by,
        reviewed_at=row.reviewed_at,
        justified=row.justified,
        may_review=bool(row.may_review),
    )
