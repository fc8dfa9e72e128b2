"""What tests of clauses on a case share: an assessment that is filed."""

from typing import Any

from states.casebook.inquiry import assessing
from states.casebook.team import members
from states.casebook.triggers import acting
from states.contents.inquiry import AssessmentContent
from states.vocabulary.cases import Level
from tests.cases.walking import Walk


def assess(walk: Walk, number: str, level: Level, **given: Any) -> str:
    """File an assessment by three offices; returns its id."""
    fields: dict[str, Any] = {
        "level": level,
        "criteria": (walk.book.pack.levels[level].criteria[0].id,),
        "factors": (),
        "rationale": "What the team found.",
        "threat_of_violence": level not in (Level.MILD, Level.NONE),
        "significant_disruption": False,
        "participants": ("chair", "officer", "nurse"),
    }
    made = assessing.file_assessment(
        walk.book, number, AssessmentContent(**(fields | given)), by=walk.officer
    )
    for member in ("chair", "nurse"):
        assessing.confirm(walk.book, number, made, by=members.actor(walk.book, member))
    return made


def missing(walk: Walk, number: str, trigger: str) -> dict[str, str]:
    """What blocks a trigger for the chair: the guards' names and sentences."""
    (answer,) = [one for one in acting.can(walk.book, number, by=walk.chair) if one.row.trigger == trigger]
    return {one.guard: one.sentence for one in answer.missing}
