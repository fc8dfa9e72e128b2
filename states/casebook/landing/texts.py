"""A text that is to be told outside, as its message leads to it: its words, and whose word it has."""

from dataclasses import dataclass, field
from datetime import datetime

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.disclosing.releases import turn_to
from states.casebook.page import Page
from states.contents.kept import RELEASE_DECISIONS, RELEASES
from states.errors import NotPermitted
from states.tables import Release, ReleaseDecision, table_of
from states.vocabulary.leaving import RecipientKind, ReleaseStatus

_DECISIONS = table_of(ReleaseDecision)


@dataclass(frozen=True, slots=True)
class Word:
    """What an office has said to a text.

    Args:
        office: its code.
        agreed: whether it agreed.
        at: when.
        named: who said so.
        note: how, and why.
    """

    office: str
    agreed: bool
    at: datetime
    named: str = field(repr=False)
    note: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ToTell:
    """A text as whoever clears, tells or drafted it reads it: nothing else of its case is in it.

    Args:
        release_id: its id.
        to: what kind of recipient it is for.
        drafted_at: when it was drafted.
        told_at: when it was told; None: it was not.
        status: how far it has come.
        needs: codes of the offices that have to agree.
        said: what they have said, oldest first.
        may_answer: whether whoever reads it is to agree or decline.
        may_tell: whether they may say that it is told.
        text: the very words.
        asked_by: who asked for it.
    """

    release_id: str
    to: RecipientKind
    drafted_at: datetime
    told_at: datetime | None
    status: ReleaseStatus
    needs: tuple[str, ...]
    said: tuple[Word, ...]
    may_answer: bool
    may_tell: bool
    text: str = field(repr=False)
    asked_by: str = field(repr=False)


def text(book: Casebook, release_id: str, *, by: Actor) -> ToTell:
    """A text, for an office that clears or tells it, or on its case; that it was read is on record.

    Raises:
        UnknownRecord: there is no such text, or none that they may know of.
        NotPermitted: it is neither their office's nor their case's.
    """
    with book.store.write() as connection:
        page, row = turn_to(book, connection, release_id, by)
        shown = _shown(page, row, by)
        page.log("read", of="release", release=row.id)
        page.finish()
    return shown


def _shown(page: Page, row: Release, by: Actor) -> ToTell:
    content, status = page.open(RELEASES, row), ReleaseStatus(row.status)
    said = []
    for each in page.rows(ReleaseDecision, _DECISIONS.c.release_id == row.id):
        words = page.open(RELEASE_DECISIONS, each)
        said.append(Word(each.office, each.agreed, each.at, words.named, words.note))
    agreed = {each.office for each in said if each.agreed}
    return ToTell(
        release_id=row.id,
        to=RecipientKind(row.recipient_kind),
        drafted_at=row.at,
        told_at=row.told_at,
        status=status,
        needs=tuple(row.needs),
        said=tuple(said),
        may_answer=status is ReleaseStatus.DRAFTED and not by.offices.isdisjoint(set(row.needs) - agreed),
        may_tell=status is ReleaseStatus.AGREED and _tells(page, row, by),
        text=content.text,
        asked_by=content.asked_by,
    )


def _tells(page: Page, row: Release, by: Actor) -> bool:
    if row.through:
        return row.through in by.offices
    try:
        permit(by, Act.RECORD, page.case)
    except NotPermitted:
        return False
    return True
