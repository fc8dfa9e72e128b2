"""Referrals of invented cases: drafted, sent and answered, as flows and members do."""

from typing import Any

from states.access import Actor
from states.casebook import Casebook
from states.casebook.disclosing import consents
from states.casebook.referrals import answers, sending
from states.contents.leaving import ConsentContent, OutcomeContent
from states.correspondence.letter import Letter
from states.vocabulary.effects import EffectKind
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind, ReferralKind, ReferralStatus
from tests.cases.walking import Walk
from tests.states.courses.taking_up import take_up

S = ReferralStatus
TELLS = frozenset({Disclosed.CASE_NUMBER, Disclosed.IDENTIFIERS, Disclosed.RECOMMENDATION})


def referred(walk: Walk, kind: ReferralKind = ReferralKind.CONDUCT, **given: Any) -> tuple[str, str]:
    """A case in Monitoring with one referral; returns its number and the referral's id."""
    number = walk.monitored(referrals=(kind,), **given)
    (referral,) = walk.records(number, "referrals")
    return number, referral["id"]


def send(walk: Walk, number: str, referral: str, **more: Any) -> Letter:
    """Send a referral, as its flow does."""
    work = take_up(walk.book, number, EffectKind.ROUTE_REFERRALS)
    letter = sending.release(walk.book, work, referral, tells=TELLS, link="")
    sending.sent(walk.book, work, referral, way="mail", **more)
    return letter


def consent(book: Casebook, number: str, *, by: Actor, **given: Any) -> str:
    """Put on record that the person consents to a counseling referral, or to what is given instead."""
    fields: dict[str, Any] = {
        "given_by": "invented-consenting",
        "relation": "the person themselves",
        "to": RecipientKind.COUNSELOR,
        "recipient": "counselling",
        "purpose": Purpose.REFERRAL,
        "what": tuple(TELLS),
        "given_at": book.clock(),
        "document": "invented-document",
    }
    return consents.record(book, number, ConsentContent(**(fields | given)), by=by)


def told(walk: Walk, number: str, referral: str, status: S, text: str = "", **more: Any) -> bool:
    """Record what an office told the chair."""
    content = OutcomeContent(text=text)
    return answers.record_outcome(walk.book, number, referral, status, content, by=walk.chair, **more)
