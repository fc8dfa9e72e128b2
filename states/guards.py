"""The guards of the process table: each a small pure function that says what is missing and who can clear it.

A guard returns None when it holds, and else the sentence that the guard explainer shows. It declares which
sections of the case file it needs, so that they are loaded beforehand: guards do no input or output.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from states.casefile import CaseFile, Row, Section
from states.errors import Missing
from states.standing import (
    GRAVE,
    LOOKED_AT,
    confirmed,
    lacking,
    met_since,
    once_grave,
    records,
    standing,
    to_put_in_force,
)
from states.vocabulary import (
    Affiliation,
    AnswerStatus,
    CaseState,
    Level,
    MeetingKind,
    PlanKind,
    PlanTopic,
    ReportChannel,
)

Check = Callable[[CaseFile], str | None]
Condition = Callable[[CaseFile], bool]

THE_TEAM = "any member on the case"
A_SECOND = "a member who did not write it"
THE_CHAIR = "the chair"
YOU = "you, with the trigger"

#: how a question to a source may end
SETTLED = (AnswerStatus.FOUND, AnswerStatus.NOT_FOUND, AnswerStatus.REFUSED, AnswerStatus.WAIVED)


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard: its check, who can clear it, its clause, and the sections it needs."""

    name: str
    check: Check
    who: str
    clause: str
    needs: frozenset[Section]

    def missing(self, file: CaseFile) -> Missing | None:
        """What is missing for this guard to hold, or None."""
        sentence = self.check(file)
        return None if sentence is None else Missing(self.name, sentence, self.who, self.clause)


GUARDS: dict[str, Guard] = {}

#: conditions of effects, with the sections each needs
CONDITIONS: dict[str, tuple[Condition, frozenset[Section]]] = {}


def _guard(who: str, clause: str, *needs: Section) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        name = check.__name__
        GUARDS[name] = Guard(name, check, who, clause, frozenset(needs))
        return check

    return register


def _condition(*needs: Section) -> Callable[[Condition], Condition]:
    def register(check: Condition) -> Condition:
        CONDITIONS[check.__name__] = (check, frozenset(needs))
        return check

    return register


def unsettled(queries: Iterable[Row]) -> list[Row]:
    """Of questions to sources, oldest first: the newest of each kind that nobody has answered or waived."""
    newest = {query.kind: query for query in queries}
    return [query for query in newest.values() if query.status not in SETTLED]


@_guard(THE_TEAM, "W-05", Section.SCREENINGS)
def screened(file: CaseFile) -> str | None:
    """A screening gives a provisional level and a rationale."""
    if file.latest(Section.SCREENINGS) is None:
        return "Nobody has screened the report: give a provisional level and say why."
    return None


@_guard(THE_CHAIR, "W-02")
def assigned(file: CaseFile) -> str | None:
    """A lead and offices are assigned."""
    if file.case.lead is None:
        return "The case has no lead: assign one."
    if not file.case.offices:
        return "No office is assigned to the case: assign those concerned."
    return None


@_guard(THE_TEAM, "W-11", Section.SCREENINGS)
def screened_none(file: CaseFile) -> str | None:
    """The newest screening found no identified risk."""
    screening = file.latest(Section.SCREENINGS)
    if screening is None:
        return "Nobody has screened the report: a dismissal needs a screening of None that says why."
    if screening.level != Level.NONE:
        return f"The report was screened {screening.level}: only one screened None may be dismissed."
    return None


@_guard(A_SECOND, "W-11", Section.SCREENINGS, Section.CONCURRENCES)
def screening_concurred(file: CaseFile) -> str | None:
    """A second member agrees with the newest screening."""
    screening = file.latest(Section.SCREENINGS)
    if screening is not None and _concurred(file, screening):
        return None
    return "A second member has not agreed with the screening yet."


@_guard(THE_TEAM, "W-05", Section.ASSESSMENTS)
def assessment_on_file(file: CaseFile) -> str | None:
    """The team has filed an assessment in this inquiry."""
    if file.latest(Section.ASSESSMENTS) is None:
        return "No assessment is on file: record level, criteria met, factors, rationale and who took part."
    return None


@_guard(THE_TEAM, "W-17", Section.QUERIES)
def sources_settled(file: CaseFile) -> str | None:
    """Every source asked has answered or refused, or was waived with a reason."""
    queries = unsettled(file.all(Section.QUERIES))
    open_ = sorted(f"{plain(query.kind)} ({plain(query.status)})" for query in queries)
    if open_:
        return f"Not every record is here: {', '.join(open_)}. Wait, ask again, or waive it with a reason."
    return None


@_guard(THE_CHAIR, "W-19", Section.ASSESSMENTS, Section.CONFIRMATIONS, Section.CONCURRENCES, Section.MEETINGS)
def quorum(file: CaseFile) -> str | None:
    """Enough offices took part in the assessment, each by somebody who has said so."""
    missing = _too_few(file)
    return missing and f"{missing}{_of_the_last_meeting(file)}"


def _too_few(file: CaseFile) -> str | None:
    assessment = file.latest(Section.ASSESSMENTS)
    there = set() if assessment is None else confirmed(file, assessment)
    speaking = {} if assessment is None else assessment.participants
    offices = {office for member in there for office in speaking[member]}
    needed, waited_for = file.pack.quorum, _waited_for(file, assessment, there)
    if len(offices) < needed.offices:
        return (
            f"{len(offices)} of at least {needed.offices} offices are confirmed to have assessed the case: "
            f"{waited_for}."
        )
    absent = sorted(set(needed.required) - offices)
    if absent:
        names = ", ".join(file.pack.office(code).name for code in absent)
        return f"The assessment lacks {names}: {waited_for}."
    return None


def _waited_for(file: CaseFile, assessment: Row | None, there: set[str]) -> str:
    """What makes up for the offices that an assessment lacks."""
    open_ = sorted(set(() if assessment is None else assessment.participants) - there - file.kept_out)
    if open_:
        return (
            f"{', '.join(open_)} have not said that they took part (`tat case confirm`, or a meeting with "
            "a quorum)"
        )
    return "convene the team, and file what it finds"


def _of_the_last_meeting(file: CaseFile) -> str:
    """What to say of a meeting that this stage of the case saw, when it had no quorum (U-04)."""
    held = [m for m in file.sections[Section.MEETINGS] if m.held_seq > file.case.entered_seq]
    if not held or any(meeting.quorate for meeting in held):
        return ""
    return " The meeting that was held had no quorum: it does not count, and the clock goes on."


@_guard("whoever took the report", "W-12", Section.REPORTS)
def verbal_reports_followed_up(file: CaseFile) -> str | None:
    """Every verbal report has its written follow-up, or a waiver."""
    # Reports from before a reopening too: one of them may be why the case was reopened.
    reports = file.sections[Section.REPORTS]
    verbal = [r for r in reports if r.channel == ReportChannel.VERBAL and r.follow_up is None]
    if verbal:
        return (
            f"{len(verbal)} verbal report(s) lack the written follow-up: take it down with follows_up naming "
            "the verbal one, or waive it (`tat case waive-follow-up`)."
        )
    return None


@_guard("the team, by a new assessment", "W-20")
def level_above_none(file: CaseFile) -> str | None:
    """The level in force asks for a plan."""
    if file.level in (None, Level.NONE):
        return "The level is None, which asks for no plan: close the case instead."
    return None


@_guard(THE_TEAM, "W-07", Section.PLANS, *LOOKED_AT)
def plan_fits_level(file: CaseFile) -> str | None:
    """The newest plan, drafted since planning began, is of the kind the level asks for."""
    plan = _current_plan(file)
    kind = plan_asked_for(file)
    if kind is None:
        return None
    if plan is None:
        return f"There is no plan yet: draft the {plain(kind)} plan that {file.level} asks for."
    if not _fits(file, plan):
        return f"The plan is for {plain(plan.kind)}, but {file.level} asks for {plain(kind)}: draft that one."
    return None


@_guard("whoever writes the plan", "W-10", Section.PLANS)
def plan_covers_topics(file: CaseFile) -> str | None:
    """A Threat Management Plan covers the four topics."""
    plan = _current_plan(file)
    if plan is None or plan.kind != PlanKind.THREAT_MANAGEMENT:
        return None
    absent = [plain(topic) for topic in PlanTopic if topic not in plan.covers]
    return f"The Threat Management Plan says nothing on {', '.join(absent)}." if absent else None


@_guard("whoever writes the plan", "W-10", Section.PLANS, Section.TARGETS)
def plan_covers_targets(file: CaseFile) -> str | None:
    """A Threat Management Plan refers to each person on record who may be in danger."""
    plan = _current_plan(file)
    if plan is None or plan.kind != PlanKind.THREAT_MANAGEMENT:
        return None
    absent = [row.id[:8] for row in file.sections[Section.TARGETS] if row.id not in plan.targets]
    if not absent:
        return None
    return (
        f"The Threat Management Plan leaves out {len(absent)} person(s) who may be in danger: draft it with "
        f"their ids in `targets` ({', '.join(absent)}; `tat target list`)."
    )


@_guard("whoever follows up with them", "W-53", Section.TARGETS)
def endangered_followed_up(file: CaseFile) -> str | None:
    """The follow-up with everybody who may be in danger is done, or waived with a reason."""
    # Those from before a reopening too: the danger does not end with the course of a case.
    open_ = [row for row in file.sections[Section.TARGETS] if row.settled_at is None]
    if not open_:
        return None
    whom = ", ".join(f"{row.id[:8]} by {row.owner}" for row in open_)
    return (
        f"The follow-up with {len(open_)} person(s) who may be in danger goes on ({whom}): `tat target "
        "follow-up` says that it is done, `tat target waive` why there is none."
    )


@_guard("whoever writes the plan", "W-08", Section.PLANS, Section.ACTIONS)
def actions_owned(file: CaseFile) -> str | None:
    """The plan has actions, each with an owner and a due date."""
    plan = _current_plan(file)
    if plan is None:
        return "There is no plan yet, so nobody has anything to do."
    actions = [a for a in file.sections[Section.ACTIONS] if a.plan_id == plan.id]
    if not actions:
        return "The plan has no action: add at least one."
    loose = sum(1 for action in actions if action.owner is None or action.due_at is None)
    return f"{loose} action(s) of the plan lack an owner or a due_at." if loose else None


@_guard(A_SECOND, "W-20", Section.PLANS)
def plan_approved(file: CaseFile) -> str | None:
    """Somebody who did not write the plan approved it."""
    plan = _current_plan(file)
    approved = plan is not None and plan.approved_by not in (None, plan.by, *file.case.kept_out)
    if not approved:
        return "The plan is not approved by somebody who did not write it."
    return None


@_guard(THE_TEAM, "W-08", Section.ASSESSMENTS)
def reassessed(file: CaseFile) -> str | None:
    """There is an assessment newer than the one in force."""
    assessment = file.latest(Section.ASSESSMENTS)
    if assessment is None or assessment.id == file.case.assessment_id:
        return "There is no new assessment since the one in force: file it first."
    return None


@_guard(A_SECOND, "W-19", *LOOKED_AT)
def lowering_agreed(file: CaseFile) -> str | None:
    """No level that stands is lowered without the team's agreement."""
    record, stands = to_put_in_force(file), standing(file)
    if record is None or stands is None:
        return None
    lacks = lacking(file, record)
    if not lacks:
        return None
    return (
        f"{stands.level} stands since {stands.record.by} put it on record; to go down to {record.level} "
        f"needs {_listed(lacks)}."
    )


@_guard(THE_TEAM, "W-17", Section.SCREENINGS, Section.ASSESSMENTS, Section.QUERIES)
def sources_decided_if_grave(file: CaseFile) -> str | None:
    """Where Extreme or Severe was on record, each source is decided on before the level falls."""
    record = to_put_in_force(file)
    if not once_grave(records(file)) or record is None or record.level in GRAVE:
        return None
    queries = file.all(Section.QUERIES)
    affiliations = set(file.case.affiliations)
    asked_of_all = [entry for entry in file.pack.sources if entry.ask == "every_inquiry"]
    due = {entry.kind.value for entry in asked_of_all if affiliations.intersection(entry.affiliations)}
    silent = sorted(due - {query.kind for query in queries})
    open_ = [f"{plain(kind)} (never asked)" for kind in silent] + sorted(
        f"{plain(query.kind)} ({plain(query.status)})" for query in unsettled(queries)
    )
    if not open_:
        return None
    return (
        f"Extreme or Severe was on record, and not every source is decided on: {', '.join(open_)}. Ask it, "
        "wait for it, or waive it with a reason."
    )


@_guard(YOU, "W-20", Section.PLANS, *LOOKED_AT)
def plan_no_longer_fits(file: CaseFile) -> str | None:
    """The level asks for another kind of plan, or the team says why it plans anew."""
    if file.given.get("reason") or misfit(file, file.level):
        return None
    return "The plan still fits the level: say why it is revised (--reason)."


@_guard("the team, by a new assessment", "W-45")
def level_permits_reintegration(file: CaseFile) -> str | None:
    """The level is at or below the pack's ceiling for reintegration."""
    ceiling = file.pack.reintegration.ceiling
    if file.level is None or file.level.gravity > ceiling.gravity:
        return f"The level is {file.level}; reintegration begins at {ceiling} or below."
    return None


@_guard("the team, by putting it in force or by agreeing to less", "W-26", *LOOKED_AT)
def no_graver_level_stands(file: CaseFile) -> str | None:
    """No level on record is graver than the one in force, unless the team has agreed to less."""
    stands = standing(file)
    if stands is None or file.level is None or stands.level.gravity <= file.level.gravity:
        return None
    newest = file.latest(Section.ASSESSMENTS)
    lacks = [] if newest is None else lacking(file, newest)
    if not lacks or newest is None:
        return f"{stands.level} is on record, graver than {file.level}: put it in force (`reassess`) first."
    return (
        f"{stands.level} stands since {stands.record.by} put it on record, graver than {file.level}; "
        f"to go down to {newest.level} needs {_listed(lacks)}."
    )


@_guard("the owners of the actions", "W-45", Section.PLANS, Section.ACTIONS)
def initial_actions_complete(file: CaseFile) -> str | None:
    """The initial actions of every plan that was put into action are complete."""
    plans = {plan.id for plan in file.all(Section.PLANS) if plan.in_force_since is not None}
    actions = [action for action in file.all(Section.ACTIONS) if action.plan_id in plans]
    open_ = sum(1 for action in actions if action.initial and action.done_at is None)
    return f"{open_} initial action(s) are not complete." if open_ else None


@_guard(THE_TEAM, "W-45", Section.REINTEGRATION)
def reintegration_drafted(file: CaseFile) -> str | None:
    """A reintegration plan with conditions and check-ins was drafted since monitoring began."""
    plan = file.latest(Section.REINTEGRATION)
    if plan is None or plan.seq < file.case.entered_seq:
        return "There is no reintegration plan yet: draft its conditions and check-ins."
    return None


@_guard(YOU, "W-08")
def reason_given(file: CaseFile) -> str | None:
    """The actor says why."""
    return None if file.given.get("reason") else "Say why: this step needs a reason (--reason)."


@_guard("the team, by a new assessment or a reason", "W-26", Section.ASSESSMENTS)
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
        else f"The level is {file.level}: say why the case may close all the same (--reason)."
    )


@_guard(THE_TEAM, "W-27", Section.DISPOSITIONS)
def disposition_written(file: CaseFile) -> str | None:
    """The disposition is written."""
    return None if file.latest(Section.DISPOSITIONS) else "The disposition is not written yet."


@_guard(THE_TEAM, "W-28", Section.DISPOSITIONS)
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
        f"Nobody is named who follows up at {offices}: write the disposition with follow_up (who, and what), "
        "or with no_follow_up_because."
    )


@_guard(THE_TEAM, "W-22")
def unit_known(file: CaseFile) -> str | None:
    """The person's unit is known, when a recommendation waits for its vice president."""
    if file.case.unit_wanted_at is None:
        return None
    return (
        "A recommendation waits for the vice president of the person's unit, and nobody has said which unit "
        "that is: name it."
    )


@_guard("the owners of the check-ins", "W-45", Section.REINTEGRATION, Section.CHECK_INS)
def check_ins_settled(file: CaseFile) -> str | None:
    """In Reintegration, the check-ins agreed on are done or waived."""
    plan = file.latest(Section.REINTEGRATION)
    if file.state is not CaseState.REINTEGRATION or plan is None:
        return None
    agreed = [check_in for check_in in file.all(Section.CHECK_INS) if check_in.plan_id == plan.id]
    open_ = sum(1 for check_in in agreed if check_in.done_at is None and not check_in.waived)
    return f"{open_} check-in(s) are neither done nor waived." if open_ else None


@_guard(YOU, "W-45")
def reintegration_done_or_unneeded(file: CaseFile) -> str | None:
    """A case that closes from Monitoring says why reintegration is not needed."""
    if file.state is not CaseState.MONITORING or file.given.get("without_reintegration"):
        return None
    return "The case would close without reintegration: say why none is needed (--without-reintegration)."


@_guard("any member on both cases", "W-47")
def merged_elsewhere(file: CaseFile) -> str | None:
    """The case goes on in another one."""
    if file.case.merged_into:
        return None
    return "No other case is named that it goes on in: `tat case merge` names it, and moves the reports."


@_guard("any member on both cases", "W-47")
def not_merged(file: CaseFile) -> str | None:
    """The case does not go on in another one."""
    into = file.case.merged_into
    if not into:
        return None
    return f"The case goes on in {into}: work there, or take the merge back with `tat case unmerge`."


@_guard(YOU, "W-47", Section.REPORTS)
def new_report_or_reason(file: CaseFile) -> str | None:
    """A report came in since the case was closed, or the actor says why."""
    reports = file.sections[Section.REPORTS]
    if file.given.get("reason") or (reports and reports[-1].seq > file.case.entered_seq):
        return None
    return "No report has come in since the case was closed: say why it is reopened (--reason)."


@_condition(Section.SCREENINGS, Section.ASSESSMENTS, Section.ALARMS)
def grave_and_not_alerted(file: CaseFile) -> bool:
    """Extreme or Severe is on record, and the police were not alerted at this gravity since it was not."""
    levels = sorted((*file.all(Section.SCREENINGS), *file.all(Section.ASSESSMENTS)), key=lambda row: row.seq)
    if not levels or Level(levels[-1].level) not in GRAVE:
        return False
    calmer = [row.seq for row in levels if Level(row.level) not in GRAVE]
    since = [alarm for alarm in file.all(Section.ALARMS) if alarm.seq > max(calmer, default=0)]
    return all(alarm_gravity(alarm.level) < Level(levels[-1].level).gravity for alarm in since)


def alarm_gravity(level: str | None) -> int:
    """How grave an alarm is: nothing is graver than an imminent danger, which is alarmed without a level."""
    return Level.EXTREME.gravity if level is None else Level(level).gravity


@_condition(*LOOKED_AT)
def grave_and_not_met(file: CaseFile) -> bool:
    """Extreme or Severe stands, and the team neither met since it came on record nor is called to at once."""
    stands = standing(file)
    if stands is None or stands.level not in GRAVE or met_since(file, stands.rose):
        return False
    return not any(m.kind == MeetingKind.EMERGENCY for m in meetings_ahead(file))


@_condition(Section.PLANS, *LOOKED_AT)
def plan_will_not_fit(file: CaseFile) -> bool:
    """A plan is in action, and the level of the newest assessment asks for another kind."""
    assessment = file.latest(Section.ASSESSMENTS)
    return assessment is not None and misfit(file, Level(assessment.level)) is not None


@_condition(Section.PLANS, *LOOKED_AT)
def plan_will_fit(file: CaseFile) -> bool:
    """A plan is in action, and is of the kind that the level of the newest assessment asks for."""
    return file.state in (CaseState.MONITORING, CaseState.REINTEGRATION) and not plan_will_not_fit(file)


def misfit(file: CaseFile, level: Level | None) -> Row | None:
    """The plan in action, when a level asks for another kind; None when it fits, or there is none."""
    plans = [plan for plan in file.all(Section.PLANS) if plan.in_force_since is not None]
    return plans[-1] if plans and not _fits(file, plans[-1], level) else None


@_condition(Section.MEETINGS)
def meeting_ahead(file: CaseFile) -> bool:
    """A meeting about the case was called and is still to come."""
    return bool(meetings_ahead(file))


def meetings_ahead(file: CaseFile) -> list[Row]:
    """The meetings about a case that were called and are still to come; a look back at it is none."""
    return [m for m in file.sections[Section.MEETINGS] if is_ahead(m, file.now)]


def is_ahead(meeting: Row, now: datetime) -> bool:
    """Whether a meeting about a case is still to come; a look back at it is none."""
    open_ = meeting.held_at is None and meeting.cancelled_at is None
    return open_ and meeting.kind != MeetingKind.DEBRIEF and meeting.scheduled_at >= now


def _concurred(file: CaseFile, record: Row) -> bool:
    mine = {record.by} | file.kept_out
    return any(c.about == record.id and c.by not in mine for c in file.all(Section.CONCURRENCES))


def _current_plan(file: CaseFile) -> Row | None:
    plan = file.latest(Section.PLANS)
    return plan if plan is not None and plan.seq >= file.case.entered_seq else None


def plan_asked_for(file: CaseFile, level: Level | None = None) -> PlanKind | None:
    """The kind of plan that a level asks for, or the one in force where none is given; None: no plan."""
    level = level or file.level
    return None if level is None else file.pack.levels[level].plan


def _fits(file: CaseFile, plan: Row, level: Level | None = None) -> bool:
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


def _listed(parts: list[str]) -> str:
    """Parts of a sentence as a list: a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def plain(code: str) -> str:
    """A code as words."""
    return code.replace("_", " ")
