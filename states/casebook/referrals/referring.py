"""Referring: recommendations to offices, with a plan or at once, and what permits them (W-22 to W-25)."""

from collections.abc import Collection
from dataclasses import dataclass

from states.access import Act, Actor
from states.casebook.book import Casebook
from states.casebook.disclosing import consents
from states.casebook.disclosing.disclosures import missing_for
from states.casebook.page import Page
from states.casebook.persons import units
from states.casebook.referrals.letter_parts import reached_at
from states.contents.payloads import ROUTE_REFERRALS, TheseReferrals
from states.contents.plans import ReferralContent
from states.errors import BadInput, Missing
from states.gate import Outgoing
from states.tables import Referral
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind, ReferralKind, ReferralStatus
from states.vocabulary.people import Affiliation
from states.vocabulary.sources import LegalBasis

#: what a letter tells an office at least, by whichever way it goes
LETTER = frozenset({Disclosed.CASE_NUMBER, Disclosed.IDENTIFIERS, Disclosed.RECOMMENDATION})

#: what a copy of a protective order tells
ORDER = frozenset({Disclosed.CASE_NUMBER, Disclosed.PROTECTIVE_ORDER})

#: what kinds of office have to reach the person themselves
_REACHING = frozenset({ReferralKind.COUNSELLING, ReferralKind.SOCIAL_SERVICES})

#: whose records are employment records, and no education records
_EMPLOYEES = {Affiliation.FACULTY, Affiliation.STAFF}


@dataclass(frozen=True, slots=True)
class Referred:
    """A referral that was made.

    Args:
        referral_id: its id.
        office: code of the office it goes to.
        missing: what it waits for before it may leave; nothing: it is on its way.
    """

    referral_id: str
    office: str
    missing: tuple[Missing, ...]


def refer(
    book: Casebook, number: str, content: ReferralContent, *, by: Actor, basis: LegalBasis | None = None
) -> Referred:
    """Refer the person to an office at once, whatever stage the case is at (W-22 to W-25, A-05).

    Neither a meeting nor a quorum, a plan or a second approval stands before it: somebody in distress cannot
    wait for those. A case without identified risk may refer, and so may one that is closed.

    Args:
        book: the casebook.
        number: the case's number.
        content: what is recommended.
        by: who refers.
        basis: what permits it; None: what fits the office, or the consent or emergency on record.

    Raises:
        BadInput: it is a copy of a protective order, which goes out when the order is filed.
    """
    with book.page(number, by, Act.RECORD) as page:
        return refer_on(page, content, basis)


def refer_on(page: Page, content: ReferralContent, basis: LegalBasis | None = None) -> Referred:
    """Refer the person of an open page; see :func:`refer`."""
    if content.kind is ReferralKind.PROTECTIVE_ORDER:
        raise BadInput(
            "A copy of a protective order goes to the police when the order is filed: "
            "`tat case protective-order`. Nothing was written."
        )
    row = add(page, content)
    missing = missing_for(page, leaving(page, row, LETTER, basis))
    page.owe(ROUTE_REFERRALS, TheseReferrals(referrals=(row.id,), basis=basis or ""))
    page.log("referred", referral=row.id, kind=row.kind, office=row.office)
    units.convey(page)
    return Referred(row.id, row.office, missing)


def add(page: Page, content: ReferralContent, plan_id: str | None = None) -> Referral:
    """Write a referral down: it goes where the policy routes its kind for such a person."""
    affiliations = [Affiliation(affiliation) for affiliation in page.case.affiliations]
    route = page.pack.route(content.kind, affiliations)
    row = Referral(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        kind=content.kind,
        plan_id=plan_id,
        office=route.office,
        handbook=route.handbook or "",
        status=ReferralStatus.DRAFTED,
    )
    return page.add(row, content)


def leaving(
    page: Page, row: Referral, tells: Collection[Disclosed], basis: LegalBasis | str | None = None
) -> Outgoing:
    """What leaves with a referral's letter, and what permits it.

    Args:
        page: the case.
        row: the referral.
        tells: what its way tells the office.
        basis: what permits it; empty: what fits the office, or the consent or emergency on record.
    """
    to = _recipient(page, row)
    chosen = LegalBasis(basis or _basis(page, row, to))
    purpose = Purpose.NOTICE if to is RecipientKind.POLICE else Purpose.REFERRAL
    outgoing = Outgoing(to, row.office, purpose, chosen, frozenset(tells))
    if not basis and to is RecipientKind.SOCIAL_SERVICES:
        # Nobody outside is a school official: the person consents, or it is an emergency.
        consented = Outgoing(to, row.office, Purpose.REFERRAL, LegalBasis.CONSENT, frozenset(tells))
        return consented if consents.covering(page, consented) else outgoing
    return outgoing


def with_contact(
    page: Page, row: Referral, tells: Collection[Disclosed], basis: LegalBasis | str | None = None
) -> Collection[Disclosed]:
    """What a letter tells: also how the person is reached, to who is to help, if the policy lets it (W-23).

    Args:
        page: the case.
        row: the referral.
        tells: what its way tells the office.
        basis: what permits it; empty: what fits the office.
    """
    if row.kind not in _REACHING or Disclosed.IDENTIFIERS not in tells or not reached_at(page):
        return tells
    wider = frozenset(tells) | {Disclosed.CONTACT}
    return tells if missing_for(page, leaving(page, row, wider, basis)) else wider


def _recipient(page: Page, row: Referral) -> RecipientKind:
    kind = ReferralKind(row.kind)
    if kind is ReferralKind.PROSECUTION:
        return RecipientKind.PROSECUTOR
    if kind is ReferralKind.PROTECTIVE_ORDER:
        return RecipientKind.POLICE
    if page.pack.office(row.office).outside:
        return RecipientKind.SOCIAL_SERVICES
    return RecipientKind.COUNSELOR if kind is ReferralKind.COUNSELLING else RecipientKind.OFFICE


def _basis(page: Page, row: Referral, to: RecipientKind) -> LegalBasis:
    if row.kind in (ReferralKind.PROSECUTION, ReferralKind.PROTECTIVE_ORDER):
        return LegalBasis.NO_RECORD
    if to is RecipientKind.SOCIAL_SERVICES:
        return LegalBasis.HEALTH_OR_SAFETY
    return inside(page)


def inside(page: Page) -> LegalBasis:
    """What permits an office inside to hear of the person; an employee's is no education record."""
    held = {Affiliation(affiliation) for affiliation in page.case.affiliations}
    return LegalBasis.EMPLOYMENT if held and held <= _EMPLOYEES else LegalBasis.SCHOOL_OFFICIAL
