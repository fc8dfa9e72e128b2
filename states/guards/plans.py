"""Guards of plans: of the kind that the level asks for, owned, approved, carried out."""

from states.casefile import CaseFile, Row, Section
from states.guards.guard import A_SECOND, THE_TEAM, YOU, SayWhy, condition, guard, named
from states.guards.open_actions import is_open
from states.standing_level import (
    LOOKED_AT,
    standing,
)
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.counts import counted
from states.vocabulary.plans import PlanKind, PlanTopic
from states.vocabulary.spelling import words


@guard(THE_TEAM, "W-07", Section.PLANS, *LOOKED_AT)
def plan_fits_level(file: CaseFile) -> str | None:
    """The newest plan, drafted since planning began, is of the kind the level asks for."""
    plan = current_plan(file)
    kind = plan_asked_for(file)
    if kind is None:
        return None
    if plan is None:
        return f"There is no plan yet: draft the {words(kind)} plan that {file.level} asks for."
    if not fits(file, plan):
        return f"The plan is for {words(plan.kind)}, but {file.level} asks for {words(kind)}: draft that one."
    return None


@guard("whoever writes the plan", "W-10", Section.PLANS)
def plan_covers_topics(file: CaseFile) -> str | None:
    """A Threat Management Plan covers the four topics."""
    plan = current_plan(file)
    if plan is None or plan.kind != PlanKind.THREAT_MANAGEMENT:
        return None
    absent = [words(topic) for topic in PlanTopic if topic not in plan.covers]
    return f"The Threat Management Plan says nothing on {', '.join(absent)}." if absent else None


@guard("whoever writes the plan", "W-10", Section.PLANS, Section.TARGETS)
def plan_covers_targets(file: CaseFile) -> str | None:
    """A Threat Management Plan refers to each person on record who may be in danger."""
    plan = current_plan(file)
    if plan is None or plan.kind != PlanKind.THREAT_MANAGEMENT:
        return None
    absent = [row.id[:8] for row in file.sections[Section.TARGETS] if row.id not in plan.targets]
    if not absent:
        return None
    return (
        f"The Threat Management Plan leaves out {counted(len(absent), 'person', 'people')} who may be in "
        f"danger: draft it with their ids in `targets` ({', '.join(absent)}; `tat target list`)."
    )


@guard("whoever follows up with them", "W-53", Section.TARGETS)
def endangered_followed_up(file: CaseFile) -> str | None:
    """The follow-up with everybody who may be in danger is done, or waived with a reason."""
    # Those from before a reopening too: the danger does not end with the course of a case.
    open_ = [row for row in file.sections[Section.TARGETS] if row.settled_at is None]
    if not open_:
        return None
    whom = ", ".join(f"{named(row.id[:8])} by {named(row.owner)}" for row in open_)
    return (
        f"The follow-up with {counted(len(open_), 'person', 'people')} who may be in danger goes on "
        f"({whom}): say that it is done, or why there is none (`tat target follow-up`, `tat target waive`)."
    )


@guard("whoever writes the plan", "W-08", Section.PLANS, Section.ACTIONS)
def actions_owned(file: CaseFile) -> str | None:
    """The plan has actions, each with an owner and a due date."""
    plan = current_plan(file)
    if plan is None:
        return "There is no plan yet, so nobody has anything to do."
    actions = [a for a in file.sections[Section.ACTIONS] if a.plan_id == plan.id]
    if not actions:
        return "The plan has no action: add at least one."
    loose = sum(1 for action in actions if action.owner is None or action.due_at is None)
    return (
        f"{counted(loose, 'action of the plan lacks', 'actions of the plan lack')} an owner or a due_at."
        if loose
        else None
    )


@guard(A_SECOND, "W-20", Section.PLANS)
def plan_approved(file: CaseFile) -> str | None:
    """Somebody who did not write the plan approved it."""
    plan = current_plan(file)
    approved = plan is not None and plan.approved_by not in (None, plan.by, *file.case.kept_out)
    if not approved:
        return "The plan is not approved by somebody who did not write it."
    return None


@guard(YOU, "W-20", Section.PLANS, *LOOKED_AT)
def plan_no_longer_fits(file: CaseFile) -> str | None:
    """The level asks for another kind of plan, or the team says why it plans anew."""
    if file.given.get("reason") or misfit(file, file.level):
        return None
    return SayWhy("The plan still fits the level: say why it is revised (--reason).")


@guard("the owners of the actions", "W-45", Section.PLANS, Section.ACTIONS)
def initial_actions_complete(file: CaseFile) -> str | None:
    """The initial actions of every plan that was put into action, and of meetings, are complete.

    One that goes on as an action of a newer plan is held up by that one alone.
    """
    plans = {plan.id for plan in file.all(Section.PLANS) if plan.in_force_since is not None}
    actions = [each for each in file.all(Section.ACTIONS) if each.plan_id is None or each.plan_id in plans]
    open_ = sum(1 for action in actions if action.initial and is_open(action))
    return f"{counted(open_, 'initial action is', 'initial actions are')} not complete." if open_ else None


@guard(THE_TEAM, "W-45", Section.REINTEGRATION)
def reintegration_drafted(file: CaseFile) -> str | None:
    """A reintegration plan with conditions and check-ins was drafted since monitoring began."""
    plan = file.latest(Section.REINTEGRATION)
    if plan is None or plan.seq < file.case.entered_seq:
        return "There is no reintegration plan yet: draft its conditions and check-ins."
    return None


@condition(Section.PLANS, *LOOKED_AT)
def plan_will_not_fit(file: CaseFile) -> bool:
    """A plan is in action, and the level of the newest assessment asks for another kind."""
    assessment = file.latest(Section.ASSESSMENTS)
    return assessment is not None and misfit(file, Level(assessment.level)) is not None


@condition(Section.PLANS, *LOOKED_AT)
def plan_will_fit(file: CaseFile) -> bool:
    """A plan is in action, and is of the kind that the level of the newest assessment asks for."""
    return file.state in (CaseState.MONITORING, CaseState.REINTEGRATION) and not plan_will_not_fit(file)


def misfit(file: CaseFile, level: Level | None) -> Row | None:
    """The plan in action, when a level asks for another kind; None when it fits, or there is none."""
    plans = [plan for plan in file.all(Section.PLANS) if plan.in_force_since is not None]
    return plans[-1] if plans and not fits(file, plans[-1], level) else None


def current_plan(file: CaseFile) -> Row | None:
    """The newest plan, when it was drafted since planning began."""
    plan = file.latest(Section.PLANS)
    return plan if plan is not None and plan.seq >= file.case.entered_seq else None


def plan_asked_for(file: CaseFile, level: Level | None = None) -> PlanKind | None:
    """The kind of plan that a level asks for, or the one in force where none is given; None: no plan."""
    level = level or file.level
    return None if level is None else file.pack.levels[level].plan


def fits(file: CaseFile, plan: Row, level: Level | None = None) -> bool:
    """Whether a plan is of the kind that a level asks for (None: the level in force).

    An Active Monitoring Plan may follow up a Threat Management Plan that was in action since the level last
    rose, also while it is still Extreme or Severe (W-09).
    """
    kind = plan_asked_for(file, level)
    if kind is None or plan.kind == kind:
        return True
    stands = standing(file)
    rose = 0 if stands is None else stands.rose
    return kind is PlanKind.THREAT_MANAGEMENT and any(
        one.kind == kind and one.in_force_since is not None and rose < one.seq < plan.seq
        for one in file.all(Section.PLANS)
    )
