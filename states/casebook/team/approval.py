"""Whether a version of the policy has the final approval of the body that it names (W-46).

A version that nobody approved is in force all the same once an installation is started with it: an alarm and
the work on a case never wait for a paper. It is said wherever somebody looks, and reminded of, until then.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.contents.kept import REVIEWS
from states.contents.team import ApprovedReview
from states.policy.pack import Pack
from states.tables import Review, table_of
from states.vault import TEAM_SCOPE, DataKey

_REVIEWS = table_of(Review)

#: digits of a pack's digest by which people tell it from others
NAMED_BY = 8


class Standing(StrEnum):
    """How far the approval of a version is."""

    APPROVED = "approved"
    WAITING = "waiting"
    UNREVIEWED = "unreviewed"


@dataclass(frozen=True, slots=True)
class Approval:
    """How a version of the policy stands with the body that approves it.

    Args:
        version: what the version is called.
        body: who has the final approval.
        standing: how far it is.
        review_id: the review of it that is on record; empty: there is none.
        effective_at: from when it holds, as the review says; None: there is none.
        approved_by: who approved it, by name; empty: nobody has.
    """

    version: str
    body: str
    standing: Standing
    review_id: str = ""
    effective_at: datetime | None = None
    approved_by: str = field(default="", repr=False)

    @property
    def said(self) -> str:
        """How it stands, and what to do, as sentences; of nobody by name."""
        called = f"version {self.version} of the plan"
        match self.standing:
            case Standing.APPROVED:
                return f"That the {self.body} approved {called} is on record."
            case Standing.WAITING:
                return (
                    f"The review of {called} is on record, and that the {self.body} approved it is not "
                    "(W-46). Cases go on under it. The chair or the custodian of records enters the approval."
                )
        return (
            f"Nothing on record says that the {self.body} approved {called} (W-46). Cases go on under it. "
            "The chair or the custodian of records enters who approved it, or has it approved."
        )


def named(pack: Pack) -> str:
    """What a version is called in the record of reviews, so that it is told from every other one."""
    return f"{pack.version} ({pack.digest[:NAMED_BY]})"


def standing(book: Casebook, *, by: Actor, pack: Pack | None = None) -> Approval:
    """How a version of the policy stands with the body that has its final approval.

    Args:
        book: the casebook.
        by: who looks.
        pack: which version; None: the one in force.
    """
    permit(by, Act.SEE_TEAM)
    with book.store.read() as connection:
        return standing_of(book, connection, pack or book.pack)


def standing_of(book: Casebook, connection: Connection, pack: Pack) -> Approval:
    """The same, in an open transaction: an approved review counts before one that waits."""
    found = list(_of(book, connection, pack))
    approved = [each for each in found if _approver(*each)]
    version, body = named(pack), pack.annual_review.approved_by
    if not found:
        return Approval(version, body, Standing.UNREVIEWED)
    row, said = (approved or found)[0]
    how = Standing.APPROVED if approved else Standing.WAITING
    return Approval(version, body, how, row.id, row.effective_at, _approver(row, said))


def is_of(said: ApprovedReview, pack: Pack) -> bool:
    """Whether a review is one of this version: it says so, or it was written before reviews did."""
    return said.policy == pack.digest or (not said.policy and named(pack) in said.sections_revised)


def _of(book: Casebook, connection: Connection, pack: Pack) -> Iterator[tuple[Row[Any], ApprovedReview]]:
    rows = connection.execute(select(_REVIEWS).order_by(_REVIEWS.c.at.desc(), _REVIEWS.c.id)).all()
    key: DataKey | None = book.key(connection, TEAM_SCOPE) if rows else None
    for row in rows:
        if key is not None and is_of(said := REVIEWS.open(key, row), pack):
            yield row, said


def _approver(row: Row[Any], said: ApprovedReview) -> str:
    return row.approved_by or said.approved_by
