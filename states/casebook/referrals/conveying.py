"""Conveying: recommendations to the vice president of the person's unit, each with its content (W-22)."""

from states.access import SYSTEM, Actor, is_kept_out
from states.casebook.book import Casebook
from states.casebook.disclosing.disclosures import attempt
from states.casebook.effects import codes, links
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
from states.vocabulary.people import Role

#: what the link to a recommendation lets its holder do
READ_RECOMMENDATION = "read_recommendation"


def to_convey(book: Casebook, work: Work) -> list[str]:
    """Ids of the referrals that no vice president has heard of."""
    with writing(book, work) as page:
        return [row.id for row in waiting(page)] if page.case.unit else []


def release(book: Casebook, work: Work, referral_id: str) -> tuple[Letter, str, str]:
    """Let a recommendation leave for the vice president of the unit, through the gate.

    Args:
        book: the casebook.
        work: the effect that conveys it.
        referral_id: the referral.

    Returns:
        The recommendation, the code of the vice president's office, and the secret of the link behind which
        they read it, too.

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
            about = f"{referral_id}:{office}"
            return letter, office, links.give(book, page, about=about, purpose=READ_RECOMMENDATION)
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


def read_by_link(book: Casebook, secret: str, opener: str, *, visitor: Actor | None = None) -> Letter:
    """The recommendation behind a vice president's link; that it was read is on record.

    Args:
        book: the casebook.
        secret: what stands in the link.
        opener: what its code gave to the browser.
        visitor: who is signed in; who speaks for the office needs no code.

    Raises:
        UnknownRecord: the link does not work, or nothing of the case goes to that office any more.
        CodeFirst: no code was typed.
    """
    with book.store.write() as connection:
        link = links.find(book, connection, secret, READ_RECOMMENDATION)
        referral_id, _, office = link.about.partition(":")
        page = book.turn_to(connection, link.case_id, SYSTEM)
        links.keep_from(page, office)
        if visitor is not None and office in visitor.offices and not is_kept_out(visitor, page.case):
            page.by = visitor
        else:
            codes.require(book, connection, link.id, opener)
            page.by = Actor(f"office:{office}", frozenset({Role.SYSTEM}))
        row = page.row(Referral, referral_id)
        letter = opened(page, row, written_at=row.conveyed_at or page.now, tells=LETTER)
        page.log("read", of="recommendation", referral=referral_id, office=office)
        page.finish()
    return letter
