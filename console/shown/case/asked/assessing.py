"""What is asked of whoever rates alone, and of the team: criteria, factors, ability, reasons."""

from collections.abc import Mapping

from console.shown.case.asked import instruments
from console.shown.case.asked.choosing import yes_or_no
from console.shown.case.asked.fields import Ask, Asked, Field, Fields, Group, Option
from notifications.messages.wording import in_words
from states.vocabulary.cases import FactorKind, Level
from states.vocabulary.danger import Ability

#: whether the person can do what was threatened (W-56)
_ABLE: dict[Ability, str] = {
    Ability.YES: "Yes",
    Ability.NO: "No: it counts as a threat all the same",
    Ability.UNKNOWN: "Not known",
}


def rating(asked: Asked) -> Fields:
    """What one member thinks, before they know what the others do (W-05, W-19)."""
    return (
        *_found(asked, "What you find, by what you know yourself."),
        _factors(()),
        *instruments.asked(asked.opened.pack),
        Field("reason", "Why", hint="What weighs most with you.", needed=True, under="In your own words"),
    )


def assessment(asked: Asked) -> Fields:
    """The team's assessment (W-05, W-06, W-19, W-26, W-56, A-02, A-03)."""
    conditions = tuple(
        Option(code, each.title, points=each.examples) for code, each in asked.opened.pack.conditions.items()
    )
    return (
        *_found(asked, "What the team comes to."),
        Field("conditions", "What was observed of the person", Ask.SEVERAL, "Optional.", conditions),
        _factors(_before(asked)),
        *instruments.asked(asked.opened.pack),
        Field("rationale", "Why the team comes to this", needed=True, under="In the team's words"),
        Field("threat_of_violence", "A threat of violence?", Ask.ONE, "", yes_or_no(), needed=True),
        Field(
            "significant_disruption",
            "A risk of significant disruption?",
            Ask.ONE,
            "",
            yes_or_no(),
            needed=True,
        ),
        Field(
            "participants",
            "Who took part",
            Ask.SEVERAL,
            "Each says so themselves afterwards, or was at a meeting with a quorum.",
            asked.everybody,
            needed=True,
            given=tuple(dict.fromkeys((asked.by.id, *_rated(asked)))),
        ),
        Field("dissent", "Who disagrees, and why", hint="Kept with the assessment. Optional."),
        Field("reason_for_lowering", "Why the level is lower than before", hint="Only if it is."),
    )


def _found(asked: Asked, hint: str) -> Fields:
    """A level, the criteria of it that are met, what supports each, and whether the person is able."""
    levels, stands = asked.opened.pack.levels, asked.case.current_level
    gravest = sorted(Level, key=lambda level: -level.gravity)
    return (
        Field(
            "level",
            "Level",
            Ask.ONE,
            hint,
            tuple(Option(each, str(in_words(each))) for each in gravest),
            needed=True,
        ),
        Field(
            "criteria",
            "Criteria of that level that are met",
            Ask.SEVERAL,
            "At least one; say beside it what supports it.",
            tuple(
                Option(each.id, each.text, str(in_words(level)))
                for level in gravest
                for each in levels[level].criteria
            ),
            needed=True,
            noted="supports",
            # Only these are to be read on: which level it is stays to be said.
            opens=str(in_words(Level(stands))) if stands else "",
        ),
        Field(
            "ability",
            "Could the person carry it out?",
            Ask.ONE,
            "",
            tuple(Option(each, reads) for each, reads in _ABLE.items()),
            given=(Ability.UNKNOWN,),
        ),
    )


def _before(asked: Asked) -> tuple[Mapping[str, tuple[str, ...]], ...]:
    """The factors of the last assessment: what is gone is taken out, what is new is added."""
    last = asked.opened.of("assessments")[-1:]
    return tuple(
        {name: (each[name],) for name in ("text", "kind", "source") if each.get(name)}
        for row in last
        for each in row["content"]["factors"]
    )


def _factors(begun: tuple[Mapping[str, tuple[str, ...]], ...]) -> Group:
    kinds = {
        FactorKind.STATIC: "Static: it does not change, such as what happened before",
        FactorKind.DYNAMIC: "Dynamic: it may change, such as stress or access to weapons",
        FactorKind.PROTECTIVE: "Protective: it holds the person back, such as people they trust",
    }
    return Group(
        "factors",
        "Factor",
        (
            Field("text", "What it is", Ask.LINE, needed=True),
            Field(
                "kind",
                "Which kind",
                Ask.ONE,
                "",
                tuple(Option(each, reads) for each, reads in kinds.items()),
                needed=True,
                given=(FactorKind.DYNAMIC,),
            ),
            Field("source", "Who or what tells of it", Ask.LINE, "Optional."),
        ),
        "What speaks for a danger, and what against it. Those of the last assessment stand here already: "
        "empty what is gone. Optional."
        if begun
        else "What speaks for a danger, and what against it. Optional.",
        begun=begun,
        under="Factors",
    )


def _rated(asked: Asked) -> list[str]:
    """Who has rated since the last assessment."""
    settled = max((row["seq"] for row in asked.opened.of("assessments")), default=0)
    return [row["by"] for row in asked.opened.of("ratings") if row["seq"] > settled]
