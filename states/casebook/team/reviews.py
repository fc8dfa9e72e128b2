"""The record of reviews and revisions of the institution's plan: entered, approved, and read (W-46)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.team.members import stop_review_clock
from states.contents.kept import REVIEWS
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.ledger import chain, coverage
from states.tables import Review, table_of
from states.vault import TEAM_SCOPE, DataKey

_REVIEWS = table_of(Review)


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One entry of the record.

    Args:
        review_id: its id.
        at: when it was entered.
        by: who entered it.
        effective_at: from when the revision holds.
        sections_revised: which sections were revised, or that none needed to be.
        approved_by: who approved it, by name; empty: it waits for that.
    """

    review_id: str
    at: datetime
    by: str
    effective_at: datetime
    sections_revised: str = field(repr=False)
    approved_by: str = field(repr=False)


def approve(book: Casebook, review_id: str, *, by: Actor, approved_by: str) -> None:
    """Put on record who gave a review its final approval; the clock of the annual review stops.

    Args:
        book: the casebook.
        review_id: the review; as many of its first letters as tell it from others.
        by: who puts it on record.
        approved_by: who approved it, by name, for the office that the policy names.

    Raises:
        BadInput: no name is given.
        Refused: it is approved already.
        UnknownRecord: there is no such review.
    """
    permit(by, Act.RUN_TEAM)
    if not approved_by.strip():
        raise BadInput("Say who approved it, by name. Nothing was written.")
    with book.store.write() as connection:
        begins = _REVIEWS.c.id.startswith(review_id, autoescape=True)
        rows = connection.execute(select(_REVIEWS).where(begins).limit(2)).all() if review_id else []
        if len(rows) != 1:
            raise UnknownRecord("No such review: `tat team reviews` lists them. Nothing was written.")
        (row,) = rows
        key = book.lock_team(connection)
        said = REVIEWS.open(key, row)
        if said.approved_by:
            raise Refused("This review is approved already. Nothing was written: enter a new one.")
        said = said.model_copy(update={"approved_by": approved_by.strip()})
        sealed = REVIEWS.seal(key, row.id, said)
        connection.execute(update(_REVIEWS).where(_REVIEWS.c.id == row.id).values(content=sealed))
        now = book.clock()
        told = coverage.sealed("reviews", row.id, sealed) | stop_review_clock(connection, now)
        what = {"what": "review_approved", "review": row.id}
        chain.append_of_team(connection, told, at=now, actor=by, **what)


def listed(book: Casebook, *, by: Actor) -> list[ReviewLine]:
    """The whole record, newest first, for anybody on the team to read.

    Raises:
        NotPermitted: they hold no role on the team.
    """
    if not by.roles:
        raise NotPermitted("The record of reviews is for members of the team.")
    with book.store.read() as connection:
        rows = connection.execute(select(_REVIEWS).order_by(_REVIEWS.c.at.desc(), _REVIEWS.c.id)).all()
        if not rows:
            return []
        key = book.key(connection, TEAM_SCOPE)
        return [_line(row, key) for row in rows]


def _line(row: Any, key: DataKey) -> ReviewLine:
    said = REVIEWS.open(key, row)
    return ReviewLine(
        review_id=row.id,
        at=row.at,
        by=row.by,
        effective_at=row.effective_at,
        sections_revised=said.sections_revised,
        approved_by=row.approved_by or said.approved_by,
    )
