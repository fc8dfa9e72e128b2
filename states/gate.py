"""The disclosure gate: the one place that says whether something may leave, and what would be needed if not.

Every look-up, referral, notice and export passes :func:`let_out`. It decides by the ``disclosures`` of the
policy pack alone: who receives, for what purpose, on which legal basis, and what is disclosed (W-35 to W-39,
U-09; 34 CFR 99.30 to 99.36). Without a rule that allows all four, nothing leaves.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from states.errors import Missing, Withheld
from states.policy.entries import DisclosureRule
from states.policy.pack import Pack
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind
from states.vocabulary.sources import LegalBasis
from states.vocabulary.spelling import words


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something that is about to leave.

    Args:
        to: what kind of recipient.
        recipient: code of an office or a site, or a source's name; never a person's name.
        purpose: what it is for.
        basis: what permits it.
        what: what is disclosed.
        through: code of the office that releases it; empty: the team itself.
        determination: id of the case's emergency determination (W-35); empty: there is none.
        consent: id of a consent that covers it (34 CFR 99.30); empty: there is none.
        agreed: codes of the offices of which somebody has agreed to it by name.
    """

    to: RecipientKind
    recipient: str
    purpose: Purpose
    basis: LegalBasis
    what: frozenset[Disclosed]
    through: str = ""
    determination: str = ""
    consent: str = ""
    agreed: frozenset[str] = frozenset()


def let_out(pack: Pack, outgoing: Outgoing) -> DisclosureRule:
    """Let something leave, or refuse.

    Args:
        pack: the policy in force.
        outgoing: what is about to leave, to whom, what for and on which basis.

    Returns:
        The rule of the pack that allows it.

    Raises:
        Withheld: no rule allows it, or what the rule asks for is missing; carries what would be needed.
    """
    fitting = [rule for rule in pack.disclosures if _fits(rule, outgoing)]
    allowing = [rule for rule in fitting if outgoing.basis in rule.bases]
    if not allowing:
        raise Withheld(_subject(outgoing), [_no_basis(outgoing, fitting)])
    answers = [(rule, _lacking(pack, rule, outgoing)) for rule in allowing]
    for rule, lacking in answers:
        if not lacking:
            return rule
    # The rule that asks for least is what somebody would want to be told of.
    raise Withheld(_subject(outgoing), min((lacking for _, lacking in answers), key=len))


def clearing(pack: Pack, outgoing: Outgoing) -> tuple[str, tuple[str, ...]]:
    """Who releases a text, and who has to agree to it before it is told (W-37, W-38).

    Args:
        pack: the policy in force.
        outgoing: what is to be told, and on which basis.

    Returns:
        The code of the one office that may release it, or empty; and the codes of those that have to agree.

    Raises:
        Withheld: no rule allows it, whoever agrees.
    """
    for rule in pack.disclosures:
        if _fits(rule, outgoing) and outgoing.basis in rule.bases:
            named = dict.fromkeys(code for code in (rule.only_through, rule.agreed_by) if code)
            return rule.only_through or "", tuple(named) or (pack.chair_office,)
    let_out(pack, outgoing)
    raise AssertionError("a rule allows what no rule fits")


def _fits(rule: DisclosureRule, outgoing: Outgoing) -> bool:
    return (
        outgoing.to in rule.to
        and outgoing.purpose in rule.purposes
        and bool(outgoing.what)
        and outgoing.what.issubset(rule.what)
    )


def _lacking(pack: Pack, rule: DisclosureRule, outgoing: Outgoing) -> list[Missing]:
    lacking = []
    if rule.only_through is not None and outgoing.through != rule.only_through:
        office = pack.office(rule.only_through).name
        lacking.append(Missing("released_by", f"It leaves only through {office}.", office, rule.clause))
    if rule.agreed_by is not None and rule.agreed_by not in outgoing.agreed:
        office = pack.office(rule.agreed_by).name
        sentence = (
            f"Nobody of {office} has agreed to it by name: draft the text as a release, and have it cleared."
        )
        lacking.append(Missing("agreement", sentence, office, rule.clause))
    if outgoing.basis is LegalBasis.CONSENT and not outgoing.consent:
        sentence = "No consent that covers it is on record: who gave it, when, for what, and to whom."
        lacking.append(Missing("consent", sentence, "whoever the consent is given to", rule.clause))
    if outgoing.basis in rule.needs_determination and not outgoing.determination:
        officials = _words(pack.office(code).name for code in pack.emergency.officials)
        sentence = (
            "A health or safety emergency has to be determined first: how serious the threat is, how urgent, "
            "why the information is needed, and how the recipient can deal with the emergency."
        )
        if LegalBasis.CONSENT in rule.bases:
            sentence += " Or a consent to it is put on record."
        lacking.append(Missing("determination", sentence, officials, pack.emergency.clause))
    return lacking


def _no_basis(outgoing: Outgoing, fitting: list[DisclosureRule]) -> Missing:
    what = words(_words(sorted(outgoing.what)))
    recipient = _WHOM[outgoing.to]
    if not fitting:
        sentence = (
            f"The policy lets no {what} go to {recipient} for this purpose ({words(outgoing.purpose)})."
        )
        return Missing("disclosure_rule", sentence, "whoever keeps the policy, by adding a rule", "W-39")
    bases = dict.fromkeys(words(basis) for rule in fitting for basis in rule.bases)
    sentence = (
        f"The basis {words(outgoing.basis)} does not allow {what} to go to {recipient}; "
        f"needed would be: {_words(bases)}."
    )
    return Missing("legal_basis", sentence, "the team, on another basis", fitting[0].clause)


#: each kind of recipient as the object of a sentence
_WHOM = {
    RecipientKind.TEAM: "the team",
    RecipientKind.OFFICE: "an office",
    RecipientKind.RECORD_HOLDER: "a record holder",
    RecipientKind.PARTNER: "a partner",
    RecipientKind.POLICE: "the police",
    RecipientKind.COUNSELOR: "a counselor",
    RecipientKind.PROSECUTOR: "a prosecutor",
    RecipientKind.SOCIAL_SERVICES: "social services",
    RecipientKind.REPORTER: "the reporter",
    RecipientKind.PARENT: "a parent",
    RecipientKind.MEDIA: "the media",
    RecipientKind.TIP_LINE: "a tip line",
    RecipientKind.COURT: "a court",
    RecipientKind.ANYBODY: "anybody else",
}


def _subject(outgoing: Outgoing) -> str:
    return words(f"{_words(sorted(outgoing.what))} to {outgoing.recipient}")


def _words(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
