"""Disclosing: what leaves a case, each through the gate and each a row (34 CFR 99.32)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from states.access import Act, Actor, permit
from states.casebook.book import CASES, Casebook
from states.casebook.conflicts import seen_by
from states.casebook.page import Page
from states.casebook.persons import ABOUT_THE_SUBJECT
from states.casebook.reading import dossier
from states.errors import NotPermitted
from states.gate import Outgoing, let_out
from states.persons.identifiers import CERTAIN
from states.records import DeterminationContent, reason
from states.tables import BlindIndex, Determination, Disclosure, Remark, table_of

_BLIND = table_of(BlindIndex)
_DISCLOSURES = table_of(Disclosure)


@dataclass(frozen=True, slots=True)
class DisclosureLine:
    """One disclosure in a person's record of them: to whom, what for, what, and what permitted it.

    Args:
        case_number: the case it left from.
        at: when.
        by: who let it leave; ``system``: a flow.
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
    resting = outgoing
    if any(outgoing.basis in rule.needs_determination for rule in page.pack.disclosures):
        resting = replace(outgoing, determination=_determined(page))
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
            clause=rule.clause,
        )
    )
    page.log("disclosed", to=outgoing.to, recipient=outgoing.recipient, basis=outgoing.basis, about=about)


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
        page.log("emergency_determined", determination=row.id, office=row.office)
        return row.id


def tell(book: Casebook, number: str, outgoing: Outgoing, *, by: Actor, because: str) -> None:
    """Say that somebody was told something, by phone or in person, before it is told (W-35 to W-39).

    Args:
        book: the casebook.
        number: the case's number.
        outgoing: what is to be told to whom; ``through`` is one of the person's own offices.
        by: who tells it.
        because: why; kept, sealed.

    Raises:
        Withheld: the policy does not allow it, and says what would be needed.
        NotPermitted: it is said to leave through an office that the person does not speak for.
    """
    remark = reason(because, "a disclosure")
    if outgoing.through and outgoing.through not in by.offices:
        office = book.pack.office(outgoing.through).name
        raise NotPermitted(f"You do not speak for {office}. Nothing was written: ask somebody who does.")
    with book.page(number, by, Act.RECORD) as page:
        row = Remark(case_id=page.case.id, at=page.now, by=by.id, about="disclosure")
        page.add(row, remark)
        disclose(page, outgoing, about=row.id)


def export(book: Casebook, number: str, outgoing: Outgoing, *, by: Actor, because: str) -> dict[str, Any]:
    """Hand out a whole case file, through the gate, and put that on record (M-06, P-05).

    Args:
        book: the casebook.
        number: the case's number.
        outgoing: to whom, and on which basis.
        by: who hands it out.
        because: why; kept, sealed.

    Raises:
        Withheld: the policy does not allow it, and says what would be needed.
    """
    tell(book, number, outgoing, by=by, because=because)
    return dossier(book, number, by=by)


def of_person(book: Casebook, number: str, *, by: Actor) -> list[DisclosureLine]:
    """What left about the person of a case, in whichever case, newest first (34 CFR 99.32).

    Args:
        book: the casebook.
        number: a case about the person; others are found by identifiers that are certain.
        by: who looks.
    """
    permit(by, Act.AUDIT)
    with book.page(number, by, Act.READ) as page:
        subject = _BLIND.c.role.in_(ABOUT_THE_SUBJECT)
        certain = select(_BLIND.c.blind).where(_BLIND.c.case_id == page.case.id, _BLIND.c.kind.in_(CERTAIN))
        certain = certain.where(subject)
        theirs = select(_BLIND.c.case_id).where(_BLIND.c.blind.in_(certain), subject).distinct()
        query = (
            select(_DISCLOSURES, CASES.c.number)
            .join(CASES, CASES.c.id == _DISCLOSURES.c.case_id)
            .where(or_(CASES.c.id == page.case.id, CASES.c.id.in_(theirs)))
            .where(seen_by(page.connection, by, CASES.c.id))
            .order_by(_DISCLOSURES.c.at.desc(), _DISCLOSURES.c.seq.desc())
        )
        rows = page.connection.execute(query).all()
        page.log("read", of="disclosures")
    return [
        DisclosureLine(
            case_number=row.number,
            at=row.at,
            by=row.by,
            to=row.recipient_kind,
            recipient=row.recipient,
            purpose=row.purpose,
            basis=row.basis,
            what=tuple(row.what),
            through=row.through,
            emergency=row.determination_id is not None,
            clause=row.clause,
        )
        for row in rows
    ]
