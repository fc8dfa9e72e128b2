"""What is asked of whoever hands out a whole case file: to whom, on which basis, who asked, and why."""

from collections.abc import Iterable

from console.shown.case.asked.choosing import capital
from console.shown.case.asked.fields import Ask, Field, Fields, Option, by_name
from notifications.messages.wording import in_words
from states.access import Actor
from states.policy.pack import Pack
from states.vocabulary.leaving import Disclosed, Purpose
from states.vocabulary.sources import LegalBasis
from states.vocabulary.spelling import words

CODE = "A code of small letters, digits, _ and -, and no person's name: as in district-court."


#: what permits it, as whoever hands it out reads it
_BASES = {
    LegalBasis.HEALTH_OR_SAFETY: "An emergency, which an official has determined (34 CFR 99.36)",
    LegalBasis.CONSENT: "A consent that is on record (34 CFR 99.30)",
    LegalBasis.COURT_ORDER: "A court's order or a subpoena (34 CFR 99.31(a)(9))",
}


def handing_out(pack: Pack, by: Actor) -> Fields:
    """What is asked of somebody who hands a case file out.

    Args:
        pack: the policy in force, which says to whom one may leave at all.
        by: who hands it out.
    """
    rules = [
        rule
        for rule in pack.disclosures
        if Purpose.EXPORT in rule.purposes and Disclosed.CASE_FILE in rule.what
    ]
    offices = by_name(Option(code, pack.office(code).name) for code in by.offices)
    through = (
        (Field("through", "Which office of yours releases it", Ask.ONE, "Where only one may.", offices),)
        if offices
        else ()
    )
    return (
        Field("to", "To whom", Ask.ONE, "", _said(kind for rule in rules for kind in rule.to), needed=True),
        Field("recipient", "Which one", Ask.LINE, CODE, needed=True),
        Field("basis", "What permits it", Ask.ONE, "", based(b for r in rules for b in r.bases), needed=True),
        *through,
        Field("asked_by", "Who asked for it", Ask.LINE, "As in: the clerk of the court, by letter."),
        Field("reason", "Why", hint="It is kept with the case.", needed=True),
    )


def based(bases: Iterable[LegalBasis]) -> tuple[Option, ...]:
    """What permits that something leaves, as whoever lets it leave reads it."""
    return tuple(Option(each, _BASES.get(each, capital(words(each)))) for each in dict.fromkeys(bases))


def _said(codes: Iterable[str]) -> tuple[Option, ...]:
    return tuple(Option(code, capital(str(in_words(code)))) for code in dict.fromkeys(codes))
