"""What presses: why a trigger should be pulled now, or what to see to before it is, as a sentence.

An urge blocks nothing; like a guard, it declares which sections of the case file it needs.
"""

from collections.abc import Callable

from states.casefile import CaseFile, Section
from states.guards.guard import Check, named
from states.guards.plans import misfit, plan_asked_for
from states.standing_level import LOOKED_AT, standing
from states.vocabulary.cases import CaseState
from states.vocabulary.spelling import words

#: each urge by its name, with the sections it needs
URGES: dict[str, tuple[Check, frozenset[Section]]] = {}


def _urge(*needs: Section) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        URGES[check.__name__] = (check, frozenset(needs))
        return check

    return register


@_urge()
def name_the_unit(file: CaseFile) -> str | None:
    """Nobody has said which unit the person belongs to, whose vice president hears in each case (W-22)."""
    if file.case.unit:
        return None
    return (
        "Nobody has said which unit the person belongs to. Its vice president hears of every recommendation, "
        "and a case does not close while one waits for that: `tat case unit`."
    )


@_urge(Section.PLANS, *LOOKED_AT)
def plan_again(file: CaseFile) -> str | None:
    """The plan in action does not fit the level in force."""
    plan, kind = misfit(file, file.level), plan_asked_for(file)
    if plan is None or kind is None:
        return None
    then = "Go back to monitoring, then revise it" if file.state is CaseState.REINTEGRATION else "Revise it"
    return (
        f"The {words(plan.kind)} plan in action no longer fits: {file.level} asks for a {words(kind)} "
        f"plan. {then}."
    )


@_urge(*LOOKED_AT)
def put_the_graver_level_in_force(file: CaseFile) -> str | None:
    """A graver level than the one in force stands on record."""
    stands = standing(file)
    if stands is None or file.level is None or stands.level.gravity <= file.level.gravity:
        return None
    return (
        f"{named(stands.record.by)} put {stands.level} on record, which is graver than {file.level} in "
        "force: put an assessment of it in force."
    )
