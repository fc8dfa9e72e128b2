"""Disclosing: what leaves a case, each through the gate and each a row (34 CFR 99.32)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import literal, select, union

from states.access import Act, Actor, seen
from states.casebook.book import CASES, Casebook
from states.casebook.disclosing import consents
from states.casebook.page import Page
from states.casebook.persons.subjects import ABOUT_THE_SUBJECT
from states.casebook.reading.whole_case import dossier
from states.contents.inquiry import RemarkContent, reason
from states.contents.kept import DISCLOSURE_REQUESTS
from states.contents.leaving import DeterminationContent, RequestContent
from states.errors import BadInput, Missing, NotPermitted, Withheld
from states.gate import Outgoing, let_out
from states.persons.identifiers import CERTAIN
from states.tables import BlindIndex, Determination, Disclosure, DisclosureRequest, Remark, table_of
from states.vocabulary.leaving import RecipientKind
from states.vocabulary.sources import LegalBasis

_BLIND = table_of(BlindIndex)
_DISCLOSURES = table_of(Disclosure)
_REQUESTS = table_of(DisclosureRequest)


@dataclass(frozen=True, slots=True)
class DisclosureLine:
    """One line of a person's record of disclosures: what was told or refused, to whom, and on which basis.

    Args:
        case_number: the case it left from.
        at: when.
        by: who let it leave; ``system``: the software itself.
        to: what kind of recipient.
        recipient: which one.
        purpose: what it was for.
        basis: what permitted it.
        what: what was disclosed.
        through: the office that released it, where only one may.
        emergency: whether it rests on the determination of a health or safety emergency.
        clause: of the rule that allowed it.
    """

    case_number: str
    at: datetime
    by: str
    to: str
    recipient: str
    purpose: str
    basis: str
    what: tuple[str, ...]
    through: str
    emergency: bool
    clause: str
    #: codes of what was missing when it was refused; empty: it was told
    refused: tuple[str, ...] = ()
    #: who asked, where that was said
    asked_by: str = ""


def disclose(page: Page, outgoing: Outgoing, *, about: str) -> None:
    """Let something of a case leave, and write down that it does; saying so again changes nothing.

    To be called in the transaction before the one in which it leaves: what cannot be written down stays.

    Args:
        page: the case.
        outgoing: what is about to leave; where its basis needs one, the case's newest emergency
            determination is added.
        about: id of the record that leaves or that causes it.

    Raises:
        Withheld: the policy does not allow it; nothing may leave.
    """
    resting = _resting(page, outgoing)
    rule = let_out(page.pack, resting)
    if not rule.recorded:
        return
    told = page.rows(Disclosure, Disclosure.about == about, Disclosure.recipient == outgoing.recipient)
    if any(set(outgoing.what) <= set(row.what) and row.basis == outgoing.basis for row in told):
        return
    page.add(
        Disclosure(
            case_id=page.case.id,
            at=page.now,
            by=page.by.id,
            recipient_kind=outgoing.to,
            recipient=outgoing.recipient,
            purpose=outgoing.purpose,
            basis=outgoing.basis,
            what=sorted(outgoing.what),
            about=about,
            through=outgoing.through,
            determination_id=resting.determination if outgoing.basis in rule.needs_determination else None,
            consent_id=resting.consent or None,
            clause=rule.clause,
        )
    )
    page.log("disclosed", to=outgoing.to, recipient=outgoing.recipient, basis=outgoing.basis, about=about)


def _resting(page: Page, outgoing: Outgoing) -> Outgoing:
    """What is about to leave, with what it rests on that is on record."""
    consent = consents.covering(page, outgoing) if outgoing.basis is LegalBasis.CONSENT else ""
    emergency = any(outgoing.basis in rule.needs_determination for rule in page.pack.disclosures)
    return replace(outgoing, consent=consent, determination=_determined(page) if emergency else "")


def attempt(
    page: Page, outgoing: Outgoing, *, about: str, asked_by: str = "", because: str = ""
) -> Withheld | None:
    """Let something leave, or put on record that it was asked for and refused (34 CFR 99.32(a)(1)).

    Args:
        page: the case.
        outgoing: what is about to leave.
        about: id of the record that leaves or that causes it.
        asked_by: who asked for it, in words.
        because: why.

    Returns:
        The refusal, to be raised once the page is written; None: it may leave.
    """
    try:
        disclose(page, outgoing, about=about)
    except Withheld as refusal:
        _refuse(page, outgoing, refusal, about=about, asked_by=asked_by, because=because)
        return Withheld(refusal.subject, refusal.missing, on_record=True)
    return None


def missing_for(page: Page, outgoing: Outgoing) -> tuple[Missing, ...]:
    """What would be needed for something to leave now; nothing: it may. Writes nothing."""
    try:
        let_out(page.pack, _resting(page, outgoing))
    except Withheld as refusal:
        return refusal.missing
    return ()


def _refuse(
    page: Page, outgoing: Outgoing, refusal: Withheld, *, about: str, asked_by: str, because: str
) -> None:
    lacking = [missing.guard for missing in refusal.missing]
    # Whatever tries again asks for nothing new.
    known = page.rows(
        DisclosureRequest, _REQUESTS.c.about == about, _REQUESTS.c.recipient == outgoing.recipient
    )
    if any(row.lacking == lacking and row.basis == outgoing.basis for row in known):
        return
    row = DisclosureRequest(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        recipient_kind=outgoing.to,
        recipient=outgoing.recipient,
        purpose=outgoing.purpose,
        basis=outgoing.basis,
        what=sorted(outgoing.what),
        about=about,
        lacking=lacking,
    )
    why_not = tuple(missing.sentence for missing in refusal.missing)
    page.add(row, RequestContent(asked_by=asked_by, because=because, why_not=why_not))
    page.log(
        "disclosure_refused", to=outgoing.to, recipient=outgoing.recipient, lacking=lacking, request=row.id
    )


def _determined(page: Page) -> str:
    """Id of the newest emergency determination of the case's present course; empty: there is none."""
    rows = [row for row in page.rows(Determination) if row.seq >= page.case.began_seq]
    return rows[-1].id if rows else ""


def determine(book: Casebook, number: str, content: DeterminationContent, *, by: Actor) -> str:
    """Determine a health or safety emergency, as a named official (W-35; 34 CFR 99.36); returns its id.

    Args:
        book: the casebook.
        number: the case's number.
        content: the threat, and the four considerations.
        by: the official.

    Raises:
        NotPermitted: none of the person's offices may determine one.
    """
    officials = set(book.pack.emergency.officials)
    speaking = sorted(by.offices & officials)
    if not speaking:
        names = ", ".join(book.pack.office(code).name for code in book.pack.emergency.officials)
        raise NotPermitted(
            f"A health or safety emergency is determined by one of these offices: {names}. "
            "Nothing was written: ask one of them."
        )
    with book.page(number, by, None) as page:
        row = Determination(case_id=page.case.id, at=page.now, by=by.id, official=by.id, office=speaking[0])
        page.add(row, content)
        consents.send_what_waited(page)
        page.log("emergency_determined", determination=row.id, office=row.office)
        return row.id


#: kinds of recipient that ask from outside, so that it belongs on record who did
ASKING = (RecipientKind.PARENT, RecipientKind.MEDIA, RecipientKind.COURT, RecipientKind.ANYBODY)


def tell(
    book: Casebook, number: str, outgoing: Outgoing, *, by: Actor, because: str, asked_by: str = ""
) -> None:
    """Say that somebody was told something, by phone or in person, before it is told (W-35 to W-39).

    A request that the policy refuses goes on record, too: who asked, for what, and why it stayed.

    Args:
        book: the casebook.
        number: the case's number.
        outgoing: what is to be told to whom; ``through`` is one of the person's own offices.
        by: who tells it.
        because: why; kept, sealed.
        asked_by: who asked, in words; kept, sealed.

    Raises:
        Withheld: the policy does not allow it, and says what would be needed.
        NotPermitted: it is said to leave through an office that the person does not speak for.
        BadInput: somebody outside asks, and it is not said who.
    """
    remark = reason(because, "a disclosure")
    if outgoing.to in ASKING and not asked_by.strip():
        raise BadInput("Say who asks: a request from outside goes on record. Nothing was written.")
    if outgoing.through and outgoing.through not in by.offices:
        office = book.pack.office(outgoing.through).name
        raise NotPermitted(f"You do not speak for {office}. Nothing was written: ask somebody who does.")
    with book.page(number, by, Act.RECORD) as page:
        row = Remark(case_id=page.case.id, at=page.now, by=by.id, about="disclosure")
        refusal = attempt(page, outgoing, about=row.id, asked_by=asked_by, because=remark.text)
        if refusal is None:
            said = f"Asked by {asked_by.strip()}. {remark.text}" if asked_by.strip() else remark.text
            page.add(row, RemarkContent(text=said))
            page.log("told", about=row.id)
    if refusal is not None:
        raise refusal


def export(
    book: Casebook, number: str, outgoing: Outgoing, *, by: Actor, because: str, asked_by: str = ""
) -> dict[str, Any]:
    """Hand out a whole case file, through the gate, and put that on record (M-06, P-05).

    Args:
        book: the casebook.
        number: the case's number.
        outgoing: to whom, and on which basis.
        by: who hands it out.
        because: why; kept, sealed.
        asked_by: who asked, in words; kept, sealed.

    Raises:
        Withheld: the policy does not allow it, and says what would be needed.
    """
    tell(book, number, outgoing, by=by, because=because, asked_by=asked_by)
    return dossier(book, number, by=by, leaving=True)


def of_person(book: Casebook, number: str, *, by: Actor) -> list[DisclosureLine]:
    """What was asked for about the person of a case, in whichever case, newest first (34 CFR 99.32).

    In whichever case that they audit: whoever stands in for the chair does so in one alone.

    Each disclosure is in it, and each request that was refused.

    Args:
        book: the casebook.
        number: a case about the person; others are found by identifiers that are certain.
        by: who looks: whoever chairs in the case, or keeps the records.

    Raises:
        UnknownRecord: there is no such case, or none that they may know of.
        NotPermitted: they do neither.
    """
    with book.page(number, by, Act.AUDIT) as page:
        subject = _BLIND.c.role.in_(ABOUT_THE_SUBJECT)
        certain = select(_BLIND.c.blind).where(_BLIND.c.case_id == page.case.id, _BLIND.c.kind.in_(CERTAIN))
        certain = certain.where(subject)
        theirs = select(_BLIND.c.case_id).where(_BLIND.c.blind.in_(certain), subject)
        about_them = union(select(literal(page.case.id)), theirs)
        told, refused = (
            page.connection.execute(
                select(table, CASES.c.number)
                .join(CASES, CASES.c.id == table.c.case_id)
                .where(CASES.c.id.in_(about_them), seen(by, Act.AUDIT, CASES.c.id))
            ).all()
            for table in (_DISCLOSURES, _REQUESTS)
        )
        lines = [line_of(row, emergency=row.determination_id is not None) for row in told]
        lines += [line_of(row, asked_by=_asked_by(book, page, row)) for row in refused]
        page.log("read", of="disclosures")
    return sorted(lines, key=lambda line: line.at, reverse=True)


def line_of(row: Any, *, emergency: bool = False, asked_by: str = "") -> DisclosureLine:
    """A row of what was told, or of what was refused, as a line; with the number of its case."""
    stayed = "lacking" in row._fields
    return DisclosureLine(
        case_number=row.number,
        at=row.at,
        by=row.by,
        to=row.recipient_kind,
        recipient=row.recipient,
        purpose=row.purpose,
        basis=row.basis,
        what=tuple(row.what),
        through="" if stayed else row.through,
        emergency=emergency,
        clause="" if stayed else row.clause,
        refused=tuple(row.lacking) if stayed else (),
        asked_by=asked_by,
    )


def _asked_by(book: Casebook, page: Page, row: Any) -> str:
    key = page.key if row.case_id == page.case.id else book.key(page.connection, row.case_id)
    return DISCLOSURE_REQUESTS.open(key, row).asked_by
