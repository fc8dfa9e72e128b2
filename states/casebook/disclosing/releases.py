"""Releases: one text that is to be told outside, cleared on its own, then told (W-37, W-38, P-05).

Whoever clears a text sees that text, and nothing else of the case it comes from.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from states.access import Act, Actor, is_there, permit
from states.casebook.book import CASES, Casebook
from states.casebook.disclosing.disclosures import attempt
from states.casebook.effects.work import Work, writing
from states.casebook.page import Page
from states.contents.kept import RELEASES
from states.contents.leaving import ClearingContent, ReleaseContent
from states.contents.payloads import ASK_CLEARANCE, OfRelease
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord, Withheld
from states.gate import Outgoing, clearing
from states.tables import Release, ReleaseDecision, table_of
from states.vocabulary.effects import Clock
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind, ReleaseStatus
from states.vocabulary.sources import LegalBasis

_RELEASES = table_of(Release)

#: that a text waits for the word of offices, in the words of the index of those that do
_IS_DRAFTED = text(f"{_RELEASES.name}.status = '{ReleaseStatus.DRAFTED}'")


@dataclass(frozen=True, slots=True)
class ToClear:
    """A text that waits for an office's word, as whoever clears it sees it.

    Args:
        release_id: its id.
        to: what kind of recipient.
        recipient: which one.
        drafted_at: when it was drafted.
        needs: codes of the offices that have to agree.
        agreed: codes of those that have.
        asked_by: who asked.
        text: the very words.
    """

    release_id: str
    to: str
    recipient: str
    drafted_at: datetime
    needs: tuple[str, ...]
    agreed: tuple[str, ...]
    asked_by: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a text has come, without its words.

    Args:
        release_id: its id.
        status: how far it has come.
        to: what kind of recipient it is for.
        due_at: until when a word is waited for; None: no clock runs.
        offices: codes of the offices that are to do something now.
        drafted_by: id of whoever drafted it.
    """

    release_id: str
    status: ReleaseStatus
    to: RecipientKind
    due_at: datetime | None
    offices: tuple[str, ...]
    drafted_by: str


def standing_of(book: Casebook, work: Work, release_id: str) -> Standing:
    """How far a text has come: whose word it waits for, or who may tell it now.

    Raises:
        LeaseLost: another attempt has taken over.
    """
    with writing(book, work) as page:
        row = page.row(Release, release_id)
        status = ReleaseStatus(row.status)
        offices = {
            ReleaseStatus.DRAFTED: tuple(code for code in row.needs if code not in _agreed(page, row.id)),
            ReleaseStatus.AGREED: tuple(code for code in [row.through] if code),
        }
        due_at = page.running(Clock.CLEARANCE, about=row.id)
        return Standing(
            row.id, status, RecipientKind(row.recipient_kind), due_at, offices.get(status, ()), row.by
        )


def draft(book: Casebook, number: str, content: ReleaseContent, *, by: Actor) -> str:
    """Draft a text that is to be told outside; returns its id.

    Raises:
        Withheld: no rule allows it, whoever agrees; that it was asked for is on record.
    """
    outgoing = _outgoing(
        content.to, content.recipient, purpose=content.purpose, basis=content.basis, what=content.what
    )
    with book.page(number, by, Act.RECORD) as page:
        row = Release(
            case_id=page.case.id,
            at=page.now,
            by=by.id,
            recipient_kind=content.to,
            recipient=content.recipient,
            purpose=content.purpose,
            basis=content.basis,
            what=sorted(content.what),
            status=ReleaseStatus.DRAFTED,
        )
        refusal = None
        try:
            row.through, needs = clearing(page.pack, outgoing)
        except Withheld:
            refusal = attempt(
                page, outgoing, about=row.id, asked_by=content.asked_by, because=content.because
            )
        else:
            row.needs = list(needs)
            page.add(row, content)
            page.log("release_drafted", release=row.id, to=content.to, needs=row.needs)
            page.start(Clock.CLEARANCE, about=row.id, owner=page.by.id)
            page.owe(ASK_CLEARANCE, OfRelease(release=row.id))
    if refusal is not None:
        raise refusal
    return row.id


def to_clear(book: Casebook, *, by: Actor) -> list[ToClear]:
    """The texts that wait for the word of somebody's office, oldest first; that they were read is on record.

    Args:
        book: the casebook.
        by: who looks; need not be on any of the cases.
    """
    drafted = select(_RELEASES.c.id, _RELEASES.c.needs).where(_IS_DRAFTED)
    with book.store.read() as connection:
        drafted = drafted.where(is_there(by, _RELEASES.c.case_id))
        rows = connection.execute(drafted.order_by(_RELEASES.c.at, _RELEASES.c.id)).all()
    return [_read(book, row.id, by) for row in rows if by.offices.intersection(row.needs)]


def _read(book: Casebook, release_id: str, by: Actor) -> ToClear:
    with book.store.write() as connection:
        page, row = turn_to(book, connection, release_id, by)
        content = page.open(RELEASES, row)
        agreed = tuple(sorted(_agreed(page, row.id)))
        page.log("read", of="release", release=row.id)
        page.finish()
    return ToClear(
        release_id=row.id,
        to=row.recipient_kind,
        recipient=row.recipient,
        drafted_at=row.at,
        needs=tuple(row.needs),
        agreed=agreed,
        asked_by=content.asked_by,
        text=content.text,
    )


def clear(
    book: Casebook,
    release_id: str,
    *,
    by: Actor,
    agrees: bool,
    note: str = "",
    office: str = "",
    named: str = "",
) -> ReleaseStatus:
    """Agree to a text, or decline it, for an office that has to (W-37, W-38).

    Args:
        book: the casebook.
        release_id: the text.
        by: somebody of the office; or of the office that releases it, who puts on record what a named person
            of the other office has said.
        agrees: whether the office agrees.
        note: how it was said, and any reason.
        office: code of the office, where the person who said it is not ``by``.
        named: name of that person.

    Returns:
        How far the text has come.

    Raises:
        NotPermitted: the person speaks for no office that has to agree, or not for the one that releases it.
        Refused: the text is decided on already. BadInput: an office is given without a name.
    """
    with book.store.write() as connection:
        page, row = turn_to(book, connection, release_id, by)
        if row.status != ReleaseStatus.DRAFTED:
            raise Refused(f"This text is {row.status} already. Nothing was written.")
        speaking = [office] if office else sorted(by.offices.intersection(row.needs))
        if office:
            _require_word_of(page, row, by, office, named)
        if not speaking:
            raise NotPermitted(f"Only {_names(page, row.needs)} can clear this text. Nothing was written.")
        said = ClearingContent.read({"named": named or by.id, "note": note})
        for each in speaking:
            decision = ReleaseDecision(
                case_id=page.case.id, at=page.now, by=by.id, release_id=row.id, office=each, agreed=agrees
            )
            page.add(decision, said)
        status = ReleaseStatus.DECLINED
        if agrees:
            complete = _agreed(page, row.id) >= set(row.needs)
            status = ReleaseStatus.AGREED if complete else ReleaseStatus.DRAFTED
        page.set(Release, row.id, status=status)
        page.log("release_cleared", release=row.id, offices=speaking, agrees=agrees, status=status)
        if status is not ReleaseStatus.DRAFTED:
            page.stop(Clock.CLEARANCE, about=row.id)
            page.owe(ASK_CLEARANCE, OfRelease(release=row.id))
        page.finish()
    return status


def _require_word_of(page: Page, row: Release, by: Actor, office: str, named: str) -> None:
    """Let somebody of the releasing office put on record what a named person elsewhere has said."""
    if office not in row.needs:
        raise BadInput(f"Only {_names(page, row.needs)} can clear this text. Nothing was written.")
    if not named.strip():
        raise BadInput("Say who of that office said so, by name. Nothing was written.")
    if row.through not in by.offices or office in by.offices:
        raise NotPermitted(
            "What another office said is put on record by the office that releases the text. "
            "Nothing was written."
        )


def tell(book: Casebook, release_id: str, *, by: Actor) -> str:
    """Say that a text that was cleared is told, before it is; returns the very words.

    Args:
        book: the casebook.
        release_id: the text.
        by: somebody of the office that releases it; where none has to, a member on the case.

    Raises:
        Refused: it is not cleared, or was told already.
        Withheld: something that it needs is missing; that it was asked for is on record.
    """
    with book.store.write() as connection:
        page, row = turn_to(book, connection, release_id, by, telling=True)
        if row.status != ReleaseStatus.AGREED:
            raise Refused(f"This text is {row.status}: only one that is agreed is told. Nothing was written.")
        content = page.open(RELEASES, row)
        outgoing = _outgoing(
            row.recipient_kind,
            row.recipient,
            purpose=row.purpose,
            basis=row.basis,
            what=row.what,
            through=row.through,
            agreed=row.needs,
        )
        refusal = attempt(page, outgoing, about=row.id, asked_by=content.asked_by, because=content.because)
        if refusal is None:
            page.set(Release, row.id, status=ReleaseStatus.TOLD, told_at=page.now)
            page.log("released", release=row.id)
        page.finish()
    if refusal is not None:
        raise refusal
    return content.text


def turn_to(
    book: Casebook, connection: Any, release_id: str, by: Actor, *, telling: bool = False
) -> tuple[Page, Any]:
    """Open the case of a text for whoever clears it, tells it, or works on the case; and its row.

    Raises:
        UnknownRecord: there is no such text, or its case is not there for them.
        NotPermitted: it is neither their office's nor their case's.
    """
    begins = _RELEASES.c.id.startswith(release_id, autoescape=True)
    found = select(_RELEASES).join(CASES, CASES.c.id == _RELEASES.c.case_id).where(begins)
    found = found.where(CASES.c.erased_at.is_(None), is_there(by, CASES.c.id))
    rows = connection.execute(found.limit(2)).all() if release_id else []
    if len(rows) != 1:
        raise UnknownRecord("There is no such text to be released. Nothing was written.")
    (row,) = rows
    page = book.turn_to(connection, row.case_id, by)
    theirs = by.offices.intersection([row.through] if telling and row.through else row.needs)
    if not theirs and not (row.through in by.offices and row.through):
        permit(by, Act.RECORD, page.case)
        if telling and row.through:
            raise NotPermitted(f"Only {_names(page, [row.through])} releases this text. Nothing was written.")
    return page, page.row(Release, row.id)


def _agreed(page: Page, release_id: str) -> set[str]:
    rows = page.rows(ReleaseDecision, table_of(ReleaseDecision).c.release_id == release_id)
    return {row.office for row in rows if row.agreed}


def _names(page: Page, offices: Any) -> str:
    return " and ".join(page.pack.office(code).name for code in offices)


def _outgoing(
    to: str, recipient: str, *, purpose: str, basis: str, what: Any, through: str = "", agreed: Any = ()
) -> Outgoing:
    return Outgoing(
        RecipientKind(to),
        recipient,
        Purpose(purpose),
        LegalBasis(basis),
        frozenset(Disclosed(each) for each in what),
        through,
        agreed=frozenset(agreed),
    )
