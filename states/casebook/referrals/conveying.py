"""Conveying: recommendations to the vice president of the person's unit, each with its content (W-22)."""

from states.casebook.book import Casebook
from states.casebook.disclosing.disclosures import attempt
from states.casebook.effects.work import Work, writing
from states.casebook.page import Page
from states.casebook.persons.units import waiting
from states.casebook.referrals.letter_parts import opened
from states.casebook.referrals.referring import LETTER, inside
from states.casebook.standing.conflicts import closed_offices
from states.correspondence.letter import Letter
from states.gate import Outgoing
from states.tables import Effect, Referral
from states.vocabulary.leaving import Purpose, RecipientKind


def to_convey(book: Casebook, work: Work) -> list[str]:
    """Ids of the referrals that no vice president has heard of."""
    with writing(book, work) as page:
        return [row.id for row in waiting(page)] if page.case.unit else []


def release(book: Casebook, work: Work, referral_id: str) -> tuple[Letter, str]:
    """Let a recommendation leave for the vice president of the unit, through the gate.

    Args:
        book: the casebook.
        work: the effect that conveys it.
        referral_id: the referral.

    Returns:
        The recommendation, and the code of the vice president's office.

    Raises:
        Withheld: the policy does not allow it; that it was refused is on record.
        LeaseLost: another attempt has taken over.
    """
    with writing(book, work) as page:
        row = page.row(Referral, referral_id)
        office = _hearing(page)
        outgoing = Outgoing(RecipientKind.OFFICE, office, Purpose.REFERRAL, inside(page), LETTER)
        refusal = attempt(page, outgoing, about=referral_id)
        if refusal is None:
            written_at = page.row(Effect, work.effect_id).created_at
            key = work.effect_id
            letter = opened(page, row, written_at=written_at, tells=LETTER, idempotency_key=key)
            return letter, office
    raise refusal


def _hearing(page: Page) -> str:
    """The office that hears: the unit's vice president's, unless they are, or may be, part of the case."""
    office = page.pack.unit(page.case.unit).vice_president
    return page.pack.conflict.outside_office if office in closed_offices(page) else office


def conveyed(book: Casebook, work: Work, referral_id: str, office: str) -> None:
    """Say that a vice president has been sent a recommendation."""
    with writing(book, work) as page:
        page.set(Referral, referral_id, convey_to=office, conveyed_at=page.now)
        page.log("recommendation_conveyed", referral=referral_id, office=office)
