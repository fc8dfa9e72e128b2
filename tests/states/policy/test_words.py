"""The levels and conditions of the shipped pack are the plan's, word for word."""

import re

import pytest

from states.policy.reading import load_pack
from states.vocabulary.cases import Level
from states.vocabulary.danger import Condition

PACK = load_pack("wnmu")

#: the plan's own paragraphs, word for word
LEVELS = {
    Level.EXTREME: (
        "Extreme Risk Behavior Student is dysregulated (way off baseline) or medically disabled; Threat "
        "made or present; Threat is concrete (specific or direct) Likely to be repeated or shared with "
        "multiple reporters Information about threat or threat itself is consistent, plausible, or includes "
        "specific detail of a plan (time, place, etc.), often with steps already taken; Threat may be "
        "repeated with consistency; Content of threat suggests threatener will carry it out (reference to "
        "weapons, means, target); Threatener may appear detached."
    ),
    Level.SEVERE: (
        "Severe Risk Behavior Disturbed or advancing to dysregulation; Threat made or present; Threat is "
        "vague, but direct, or specific but indirect; Likely to be repeated or shared with multiple "
        "reporters; Information about threat or threat itself is consistent, plausible, or includes "
        "increasing detail of a plan (time, place, etc.); Threat likely to be repeated with consistency "
        "(may try to convince listener they are serious); Content of threat suggests threatener may carry "
        "it out."
    ),
    Level.ELEVATED: (
        "Elevated Risk Behavior Seriously disruptive incident(s); Exhibiting clear distress, more likely "
        "disturbance; Threat made or present; Threat made is vague and indirect, but may be repeated or "
        "shared with multiple reporters; Information about threat or threat itself is inconsistent, "
        "implausible, or lacks detail; Threat lacks realism or is repeated with variations; Content of "
        "threat suggests threatener is unlikely to carry it out."
    ),
    Level.MODERATE: (
        "Moderate Risk Behavior Behavior more concerning, more involved or includes repeated disruption. "
        "Likely distressed or low-level disturbance; Possible threat made or present; Threat is vague and "
        "indirect; Information about threat or threat itself is inconsistent, implausible, or lacks detail; "
        "Threat lacks realism; Content of threat suggests threatener is unlikely to carry it out."
    ),
    Level.MILD: (
        "Mild Risk Behavior Disruptive or concerning behavior; Student may or may not show signs of "
        "distress; No threat made or present."
    ),
    Level.NONE: (
        "No Identified Risk Behavior which does not appear to pose a threat of violence or self-harm at "
        "this time, nor is significant disruption to the community expected."
    ),
}

CONDITIONS = {
    Condition.DYSREGULATION: (
        "Dysregulation/Medically Disabled Suicidal; Para-suicidal (extreme cutting, eating disordered); "
        "Individuals engaging in risk taking behaviors (e.g. substance abusing); Hostile, aggressive, "
        "relationally abusive; Individuals deficient in skills that regulate emotion, cognition, self, "
        "behavior, and relationships."
    ),
    Condition.DISTURBANCE: (
        "Disturbance Behaviorally disruptive, unusual and/or bizarre acting; Destructive, apparently "
        "harmful to others; Substance abusing."
    ),
    Condition.DISTRESS: (
        "Distress Emotionally troubled; Individuals impacted by situational stressors and traumatic events; "
        "May be psychiatrically symptomatic."
    ),
}


def bare(text: str) -> str:
    """A text without the marks that separate the plan's list items."""
    return re.sub(r"[;.]?(\s+|$)", " ", text).strip()


@pytest.mark.clause("W-05")
@pytest.mark.parametrize("level", Level)
def test_a_level_has_the_plans_title_and_criteria_word_for_word(level: Level) -> None:
    """A level's title and criteria, read one after the other, are the plan's paragraph and nothing else."""
    entry = PACK.levels[level]
    assert bare(" ".join([entry.title, *(c.text for c in entry.criteria)])) == bare(LEVELS[level])


@pytest.mark.clause("W-06")
@pytest.mark.parametrize("condition", Condition)
def test_a_condition_has_the_plans_title_and_examples_word_for_word(condition: Condition) -> None:
    """A condition's title and examples, one after the other, are the plan's paragraph and nothing else."""
    entry = PACK.conditions[condition]
    assert bare(" ".join([entry.title, *entry.examples])) == bare(CONDITIONS[condition])
