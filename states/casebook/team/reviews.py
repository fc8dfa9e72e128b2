"""The record of reviews and revisions of the institution's plan: entered, approved, and read (W-46)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from states import deadlines
from states.access import SYSTEM, Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.team.approval import named
from states.casebook.team.upkeep.clocks import keep_clocks
from states.casebook.team_rows import add_row
from states.contents.kept import MEMBERS, REVIEWS
from states.contents.reports import aware
from states.contents.team import ApprovedReview, ReviewContent, TeamCorrection
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.ledger import chain, coverage
from states.policy.pack import Pack
from states.tables import Deadline, Member, Review, table_of
from states.vault import TEAM_SCOPE, DataKey
from states.vocabulary.effects import Clock

_REVIEWS = table_of(Review)
_MEMBERS = table_of(Member)
_DEADLINES = table_of(Deadline)


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One entry of the record.

    Args:
        review_id: its id.
        at: when it was entered.
        by: who entered it.
        effective_at: from when the revision holds.
        version: the version of the policy pack that it is about; empty: none in particular.
        entered_by: who put its approval on record; empty: nobody has, or it is not known.
        entered_at: when they did; None: as before.
        sections_revised: which sections were revised, or that none needed to be.
        approved_by: who approved it, by name; empty: it waits for that.
        corrections: what was corrected of it.
    """

    review_id: str
    at: datetime
    by: str
    effective_at: datetime
    version: str
    entered_by: str
    entered_at: datetime | None
    sections_revised: str = field(repr=False)
    approved_by: str = field(repr=False)
    corrections: tuple[TeamCorrection, ...] = field(repr=False)


def record_review(
    book: Casebook,
    content: ReviewContent,
    *,
    by: Actor,
    effective_at: datetime,
    approved_by: str = "",
    pack: Pack | None = None,
) -> str:
    """Enter a review into the record of reviews and revisions (W-46); returns its id.

    Args:
        book: the casebook.
        content: which sections were revised.
        by: who enters it.
        effective_at: from when the revision holds.
        approved_by: who gave it its final approval, by name; empty: it waits for that, and so does its clock.
        pack: the version of the policy pack that it is about; None: none in particular.

    Raises:
        NotPermitted: they do not run the team.
        Refused: whoever enters it is who approved it.
    """
    permit(by, Act.RUN_TEAM)
    aware(effective_at, "the day from which the revision holds")
    row = Review(at=book.clock(), by=by.id, effective_at=effective_at)
    said = ApprovedReview(sections_revised=content.sections_revised)
    if pack is not None:
        said = said.model_copy(update={"policy": pack.digest, "version": named(pack)})
    with book.store.write() as connection:
        key = book.lock_team(connection)
        if approved_by.strip():
            by_somebody_else(connection, key, approved_by, by.id)
            said = _approved(said, approved_by, by, row.at)
        told = add_row(connection, row, key, said)
        if said.approved_by:
            told |= stop_review_clock(connection, row.at) | keep_clocks(book, connection, row.at)
        what = {"what": "review_recorded", "review": row.id}
        chain.append_of_team(connection, told, at=row.at, actor=by, **what)
    return row.id


def approve(book: Casebook, review_id: str, *, by: Actor, approved_by: str) -> None:
    """Put on record who gave a review its final approval; the clocks that wait for it stop.

    Args:
        book: the casebook.
        review_id: the review; as many of its first letters as tell it from others.
        by: who puts it on record, from the minutes of whoever approved it.
        approved_by: who approved it, by name, for the office that the policy names.

    Raises:
        BadInput: no name is given.
        Refused: it is approved already, or whoever entered the review is who approved it.
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
        if row.approved_by or said.approved_by:
            raise Refused("This review is approved already. Nothing was written: enter a new one.")
        by_somebody_else(connection, key, approved_by, row.by)
        now = book.clock()
        sealed = REVIEWS.seal(key, row.id, _approved(said, approved_by, by, now))
        connection.execute(update(_REVIEWS).where(_REVIEWS.c.id == row.id).values(content=sealed))
        told = coverage.sealed("reviews", row.id, sealed) | stop_review_clock(connection, now)
        told |= keep_clocks(book, connection, now)
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


def seal_approvals(book: Casebook, *, by: Actor) -> int:
    """Seal who approved a review where it still stands in clear; returns how many there were.

    Entries of the record were written like that before schema 0002. The key that they are sealed with is no
    migration's to have, so that whoever brings the schema up to date calls this afterwards.
    """
    permit(by, Act.RUN)
    with book.store.write() as connection:
        rows = connection.execute(select(_REVIEWS).where(_REVIEWS.c.approved_by.is_not(None))).all()
        if not rows:
            return 0
        key, told = book.lock_team(connection), dict[str, str]()
        for row in rows:
            said = REVIEWS.open(key, row).model_copy(update={"approved_by": row.approved_by})
            sealed = REVIEWS.seal(key, row.id, said)
            clear = update(_REVIEWS).where(_REVIEWS.c.id == row.id)
            connection.execute(clear.values(approved_by=None, content=sealed))
            told |= coverage.sealed("reviews", row.id, sealed)
            told |= coverage.of("reviews").changed(row.id, {"approved_by": None})
        chain.append_of_team(connection, told, at=book.clock(), actor=SYSTEM.id, what="approvals_sealed")
    return len(rows)


def stop_review_clock(connection: Connection, now: datetime) -> dict[str, str]:
    """Stop the clocks of the annual review, of earlier years, too; gives what the ledger tells of it."""
    # A late review answers for the years that it is late for, and not for the next one too.
    running = (
        select(_DEADLINES.c.about, _DEADLINES.c.due_at)
        .where(_DEADLINES.c.clock == Clock.ANNUAL_REVIEW, _DEADLINES.c.satisfied_at.is_(None))
        .order_by(_DEADLINES.c.due_at)
    )
    told: dict[str, str] = {}
    for number, row in enumerate(connection.execute(running).all()):
        if number == 0 or row.due_at <= now:
            told |= deadlines.satisfy_of_team(connection, Clock.ANNUAL_REVIEW, now=now, about=row.about)
    return told


def _approved(said: ApprovedReview, approved_by: str, by: Actor, now: datetime) -> ApprovedReview:
    given = {"approved_by": approved_by.strip(), "entered_by": by.id, "entered_at": now.isoformat()}
    return said.model_copy(update=given)


def by_somebody_else(connection: Connection, key: DataKey, approved_by: str, wrote: str) -> None:
    """Refuse that whoever entered a review is who approved it, as far as the record knows them by name.

    Args:
        connection: an open transaction.
        key: the team's data key.
        approved_by: who approved it, by name.
        wrote: who entered it.

    Raises:
        Refused: they are the same.
    """
    row = connection.execute(select(_MEMBERS).where(_MEMBERS.c.id == wrote)).first()
    known = {wrote}
    if row is not None:
        entry = MEMBERS.open(key, row)
        known |= {entry.name, *entry.other_names}
    if _plain(approved_by) in map(_plain, known):
        raise Refused(
            "The team reviews, and another body approves (W-46): whoever entered the review is not who "
            "approved it. Nothing was written: give the name of who did."
        )


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _line(row: Any, key: DataKey) -> ReviewLine:
    said = REVIEWS.open(key, row)
    return ReviewLine(
        review_id=row.id,
        at=row.at,
        by=row.by,
        effective_at=row.effective_at,
        version=said.version,
        entered_by=said.entered_by,
        entered_at=datetime.fromisoformat(said.entered_at) if said.entered_at else None,
        sections_revised=said.sections_revised,
        approved_by=row.approved_by or said.approved_by,
        corrections=said.corrections,
    )
