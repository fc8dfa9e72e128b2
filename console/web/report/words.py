"""How the form's choices are called, in plain words; the catalogues of other languages have them, too."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from console.web.languages import N_
from states.contents.classes import FieldClass
from states.policy.pack import Pack
from states.vocabulary.danger import Ability, Behaviour, Danger, ThreatMeans, ThreatTiming
from states.vocabulary.people import IdentifierKind
from states.withholding import SEES, OnCase

BEHAVIORS: Mapping[StrEnum, str] = {
    Behaviour.THREATENING: N_("Threats"),
    Behaviour.VIOLENT: N_("Violence"),
    Behaviour.STALKING: N_("Stalking: following or watching somebody"),
    Behaviour.DOMESTIC_VIOLENCE: N_("Violence at home, or by a partner"),
    Behaviour.HATE_SPEECH: N_("Hate speech"),
    Behaviour.JOKING_THREAT: N_("A threat said as a joke"),
    Behaviour.IMPLICIT_THREAT: N_("A threat that was hinted at"),
    Behaviour.USE_OF_OBJECT: N_("Using a thing to scare or hurt"),
    Behaviour.BULLYING: N_("Bullying"),
    Behaviour.SELF_HARM: N_("Talk or signs of self-harm or suicide"),
    Behaviour.FACULTY_MISCONDUCT: N_("Bad conduct by a teacher"),
    Behaviour.DELINQUENCY: N_("A crime, or trouble with the law"),
    Behaviour.OTHER: N_("Something else"),
}

MEANS: Mapping[StrEnum, str] = {
    ThreatMeans.IN_PERSON: N_("Face to face"),
    ThreatMeans.THROUGH_ANOTHER: N_("Through somebody else"),
    ThreatMeans.WRITING: N_("In writing"),
    ThreatMeans.PHONE: N_("By phone"),
    ThreatMeans.MAIL: N_("By mail"),
    ThreatMeans.ELECTRONIC: N_("Online, by e-mail or by text"),
    ThreatMeans.OTHER: N_("In another way"),
}

TIMING: Mapping[StrEnum, str] = {
    ThreatTiming.PRESENT: N_("For now"),
    ThreatTiming.FUTURE: N_("For later"),
    ThreatTiming.CONDITIONAL: N_("Only if something happens"),
}

ABILITY: Mapping[StrEnum, str] = {
    Ability.YES: N_("Yes"),
    Ability.NO: N_("No"),
    Ability.UNKNOWN: N_("I do not know"),
}

DANGERS: Mapping[StrEnum, str] = {
    Danger.WEAPON: N_("A gun, a knife or another weapon"),
    Danger.EXPLOSIVES: N_("A bomb, or things to make one"),
    Danger.ASSAULT: N_("Somebody was attacked, or nearly"),
    Danger.NAMED_TARGET: N_("A threat to hurt somebody who was named"),
    Danger.SELF_HARM: N_("A threat to hurt oneself"),
}

#: what a person may be looked up by
IDENTIFIERS: Mapping[StrEnum, str] = {
    IdentifierKind.LICENSE_PLATE: N_("License plate number"),
    IdentifierKind.CAMPUS_ID: N_("Campus ID"),
    IdentifierKind.EMPLOYEE_ID: N_("Employee number"),
    IdentifierKind.EMAIL: N_("E-mail address of the person"),
    IdentifierKind.PHONE: N_("Phone number of the person"),
    IdentifierKind.SOCIAL_HANDLE: N_("Name on social media"),
}

#: how a reporter knows those who are told the name of one who asked for privacy (W-40)
NAMED_TO: Mapping[OnCase, str] = {
    OnCase.CHAIR: N_("the head of the team"),
    OnCase.INTAKE: N_("those who read new reports first"),
}


def named_to(said: Callable[[str], str]) -> list[str]:
    """Those who see the name of a reporter who asked for privacy: whom the table of withholding says.

    Args:
        said: puts a text into the reader's language.
    """
    return [said(NAMED_TO[each]) for each in SEES[FieldClass.REPORTER]]


def of_pack(pack: Pack) -> list[str]:
    """The policy's own words that the form shows: the catalogues have those of the plan that ships.

    Offices are called in any language what stands on their doors, and what answers their phones.

    Args:
        pack: the policy in force.
    """
    phones = [
        phone.label
        for site in pack.sites.values()
        for phone in (*site.police.emergency_phones, *site.police.nonemergency_phones)
        if phone.label
    ]
    examples = [*pack.examples.emergency.values(), *pack.examples.other]
    titles = [entry.title for entry in pack.affiliations.values()]
    places = [name for site in pack.sites.values() for name in (site.name, site.police.name)]
    units = [unit.name for unit in pack.units.values()]
    return list(dict.fromkeys([*examples, *titles, *phones, *places, *units]))


def choices(words: Mapping[StrEnum, str], said: Callable[[str], str]) -> list[tuple[str, str]]:
    """What can be chosen, each with its name in a language.

    Args:
        words: the choices.
        said: puts a text into the language.
    """
    return [(str(choice), said(text)) for choice, text in words.items()]
