"""Guards of the end: no threat any more, the disposition written, somebody who follows up."""

from states.casefile import CaseFile, Section
from states.guards.guard import THE_TEAM, YOU, SayWhy, guard
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.counts import counted
from states.vocabulary.people import Affiliation


@guard("the team, by a new assessment or a reason", "W-26", Section.ASSESSMENTS)
def no_longer_a_threat(file: CaseFile) -> str | None:
    """The level is None, or low enough with a reason; neither violence nor significant disruption is seen."""
    return _level_too_high(file) or _still_a_risk(file)


def _still_a_risk(file: CaseFile) -> str | None:
    in_force = [row for row in file.all(Section.ASSESSMENTS) if row.id == file.case.assessment_id]
    if not in_force or None in (in_force[0].sees_violence, in_force[0].sees_disruption):
        return (
            "The assessment in force does not say whether there is a threat of violence, and whether there "
            "is a risk of significant disruption: assess both anew."
        )
    risks = [
        name
        for name, seen in (
            ("a threat of violence", in_force[0].sees_violence),
            ("a risk of significant disruption", in_force[0].sees_disruption),
        )
        if seen
    ]
    if risks:
        return f"The assessment in force sees {' and '.join(risks)}: assess anew when that is over."
    return None


def _level_too_high(file: CaseFile) -> str | None:
    ceiling = file.pack.closing.ceiling_with_reason
    if file.level is Level.NONE:
        return None
    if file.level is None or file.level.gravity > ceiling.gravity:
        return f"The level is {file.level}; a case closes at None, or at {ceiling} with a reason."
    return (
        None
        if file.given.get("reason")
        else SayWhy(f"The level is {file.level}: say why the case may close all the same (--reason).")
    )


@guard(THE_TEAM, "W-27", Section.DISPOSITIONS)
def disposition_written(file: CaseFile) -> str | None:
    """The disposition is written."""
    return None if file.latest(Section.DISPOSITIONS) else "The disposition is not written yet."


@guard(THE_TEAM, "W-28", Section.DISPOSITIONS)
def follow_up_named(file: CaseFile) -> str | None:
    """At each office that goes on, somebody is named who follows up; or it is said why nobody has to."""
    disposition = file.latest(Section.DISPOSITIONS)
    if disposition is None or disposition.without_follow_up:
        return None
    affiliations = file.case.affiliations or [Affiliation.UNKNOWN]
    asked = [code for each in affiliations for code in file.pack.handover[Affiliation(each)].offices]
    lacking = [code for code in dict.fromkeys(asked) if code not in disposition.followed_up_at]
    if not lacking:
        return None
    offices = ", ".join(file.pack.office(code).name for code in lacking)
    return (
        f"Nobody is named who follows up at {offices}: write into the disposition who does (`follow_up`), or "
        "why nobody has to (`no_follow_up_because`)."
    )


@guard(THE_TEAM, "W-22")
def unit_known(file: CaseFile) -> str | None:
    """The person's unit is known, when a recommendation waits for its vice president."""
    if file.case.unit_wanted_at is None:
        return None
    return (
        "A recommendation waits for the vice president of the person's unit, and nobody has said which unit "
        "that is: name it."
    )


@guard("the owners of the check-ins", "W-45", Section.REINTEGRATION, Section.CHECK_INS)
def check_ins_settled(file: CaseFile) -> str | None:
    """In Reintegration, the check-ins agreed on are done or waived."""
    plan = file.latest(Section.REINTEGRATION)
    if file.state is not CaseState.REINTEGRATION or plan is None:
        return None
    agreed = [check_in for check_in in file.all(Section.CHECK_INS) if check_in.plan_id == plan.id]
    open_ = sum(1 for check_in in agreed if check_in.done_at is None and not check_in.waived)
    return f"{counted(open_, 'check-in is', 'check-ins are')} neither done nor waived." if open_ else None


@guard(YOU, "W-45")
def reintegration_done_or_unneeded(file: CaseFile) -> str | None:
    """A case that closes from Monitoring says why reintegration is not needed."""
    if file.state is not CaseState.MONITORING or file.given.get("without_reintegration"):
        return None
    return SayWhy(
        "The case would close without reintegration: say why none is needed (--without-reintegration).",
        "without_reintegration",
    )
