"""The process as a table: what may happen to a case, who may do it, what it asks, owes and starts.

This is the first file to read. :mod:`states.machine` interprets it; nothing else decides where a case goes.
Changing the process is changing a row. Guards and conditions are named here and written in
:mod:`states.guards`; how long a clock runs, and which level asks for which plan, is in the policy pack
(:mod:`states.policy`).
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.people import Role

S = CaseState
E = EffectKind
C = Clock

#: every state but Closed
OPEN = tuple(state for state in CaseState if state is not CaseState.CLOSED)


WhatT = TypeVar("WhatT", EffectKind, Clock)


@dataclass(frozen=True)
class When(Generic[WhatT]):
    """An effect that is owed, or a clock that starts or stops, only under a condition.

    Args:
        condition: name of a condition in :mod:`states.guards`.
        what: what is then owed, started or stopped.
    """

    condition: str
    what: WhatT


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the process table.

    Args:
        trigger: the imperative that people use.
        says: what it does, for buttons and help.
        sources: states it goes from.
        target: the state it goes to; None: the case stays where it is.
        clauses: ids of the clauses it comes from.
        by: roles that may do it.
        guards: names of the guards that must hold.
        effects: what the case then owes the world.
        starts: clocks that start to run.
        hastens: clocks that start to run unless they do already and are due sooner.
        stops: clocks that stop.
        urged: name of the urge in :mod:`states.guards.urges` that says what presses, and why.
        comes_with: the command whose record it comes with, and without which nobody fires it; empty: people
            fire it by itself.
    """

    trigger: str
    says: str
    sources: tuple[CaseState, ...]
    target: CaseState | None
    clauses: tuple[str, ...]
    by: tuple[Role, ...] = (Role.CHAIR, Role.MEMBER)
    guards: tuple[str, ...] = ()
    effects: tuple[EffectKind | When[EffectKind], ...] = ()
    starts: tuple[Clock | When[Clock], ...] = ()
    hastens: tuple[Clock | When[Clock], ...] = ()
    stops: tuple[Clock | When[Clock], ...] = ()
    urged: str = ""
    comes_with: str = ""


#: clocks that have nothing left to ask once a case is closed
ENDED_BY_CLOSING = (
    C.SCREENING,
    C.VERBAL_FOLLOW_UP,
    C.FIRST_MEETING,
    C.NEXT_MEETING,
    C.SOURCE_ANSWER,
    C.ASSESSMENT,
    C.PLAN,
    C.PLAN_ACTION,
    C.REASSESSMENT,
    C.CHECK_IN,
    C.TARGET_FOLLOW_UP,
)

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "open_inquiry",
        "Open an inquiry: gather records and convene the team",
        sources=(S.REPORTED,),
        target=S.INQUIRY,
        clauses=("W-17", "W-18", "W-31"),
        guards=("screened", "assigned"),
        effects=(E.COLLECT_RECORDS, E.CONVENE_TEAM, E.NOTIFY_TEAM),
        starts=(C.SOURCE_ANSWER, C.ASSESSMENT),
        stops=(C.SCREENING,),
        urged="name_the_unit",
    ),
    Transition(
        "dismiss",
        "Dismiss the report: no identified risk, and a second member agrees",
        sources=(S.REPORTED,),
        target=S.CLOSED,
        clauses=("W-11", "W-27"),
        guards=(
            "screened_none",
            "screening_concurred",
            "lowering_agreed",
            "sources_decided_if_grave",
            "disposition_written",
            "endangered_followed_up",
            "unit_known",
        ),
        effects=(E.CLOSE_OUT, When("meeting_ahead", E.CANCEL_MEETINGS)),
        starts=(C.RETENTION,),
        stops=ENDED_BY_CLOSING,
    ),
    Transition(
        "assess",
        "Put the team's assessment in force",
        sources=(S.INQUIRY,),
        target=S.ASSESSED,
        clauses=("W-05", "W-13", "W-19", "W-30"),
        guards=(
            "assessment_on_file",
            "sources_settled",
            "sources_decided_if_grave",
            "quorum",
            "lowering_agreed",
            "verbal_reports_followed_up",
        ),
        effects=(
            When("grave_and_not_alerted", E.ALERT_POLICE),
            When("grave_and_not_met", E.CONVENE_TEAM),
            E.NOTIFY_TEAM,
        ),
        starts=(C.PLAN,),
        hastens=(C.NEXT_MEETING,),
        stops=(C.ASSESSMENT, C.SOURCE_ANSWER),
        urged="name_the_unit",
    ),
    Transition(
        "develop_plan",
        "Start to develop the plan that the level asks for",
        sources=(S.ASSESSED,),
        target=S.PLAN,
        clauses=("W-20", "W-21"),
        guards=("level_above_none",),
        effects=(E.NOTIFY_TEAM,),
        urged="name_the_unit",
    ),
    Transition(
        "activate_plan",
        "Put the approved plan into action and begin to monitor",
        sources=(S.PLAN,),
        target=S.MONITORING,
        clauses=("W-07", "W-08", "W-09", "W-10"),
        guards=(
            "level_above_none",
            "plan_fits_level",
            "plan_covers_topics",
            "plan_covers_targets",
            "actions_owned",
            "plan_approved",
        ),
        effects=(E.ROUTE_REFERRALS, E.ASSIGN_ACTIONS, E.SCHEDULE_REASSESSMENT),
        hastens=(C.REASSESSMENT,),
        stops=(C.PLAN,),
        urged="name_the_unit",
    ),
    Transition(
        "reassess",
        "Put a new assessment in force; the case stays where it is",
        sources=(S.ASSESSED, S.PLAN, S.MONITORING, S.REINTEGRATION),
        target=None,
        clauses=("W-05", "W-08", "W-13", "W-30", "W-33", "A-03"),
        guards=("reassessed", "quorum", "lowering_agreed", "sources_decided_if_grave"),
        effects=(
            E.REFRESH_RECORDS,
            E.SCHEDULE_REASSESSMENT,
            When("grave_and_not_alerted", E.ALERT_POLICE),
            When("grave_and_not_met", E.CONVENE_TEAM),
        ),
        starts=(C.REASSESSMENT,),
        hastens=(C.NEXT_MEETING, When("plan_will_not_fit", C.PLAN)),
        stops=(C.REASSESSMENT, When("plan_will_fit", C.PLAN)),
        urged="put_the_graver_level_in_force",
    ),
    Transition(
        "revise_plan",
        "Go back to planning",
        sources=(S.MONITORING,),
        target=S.PLAN,
        clauses=("W-09", "W-20"),
        guards=("plan_no_longer_fits",),
        effects=(E.NOTIFY_TEAM,),
        hastens=(C.PLAN,),
        urged="plan_again",
    ),
    Transition(
        "begin_reintegration",
        "Begin to help the person back in",
        sources=(S.MONITORING,),
        target=S.REINTEGRATION,
        clauses=("W-45",),
        guards=(
            "level_permits_reintegration",
            "no_graver_level_stands",
            "initial_actions_complete",
            "reintegration_drafted",
        ),
        effects=(E.SCHEDULE_CHECKINS, E.NOTIFY_TEAM),
        stops=(C.REASSESSMENT,),
        urged="name_the_unit",
    ),
    Transition(
        "resume_monitoring",
        "Go back to monitoring",
        sources=(S.REINTEGRATION,),
        target=S.MONITORING,
        clauses=("W-08",),
        guards=("reason_given",),
        effects=(E.SCHEDULE_REASSESSMENT, E.NOTIFY_TEAM),
        hastens=(C.REASSESSMENT,),
        stops=(C.CHECK_IN,),
        urged="plan_again",
    ),
    Transition(
        "close",
        "Close the case: the person does not, or no longer does, pose a threat or a risk of significant "
        "disruption",
        sources=(S.ASSESSED, S.PLAN, S.MONITORING, S.REINTEGRATION),
        target=S.CLOSED,
        clauses=("W-11", "W-26", "W-29"),
        guards=(
            "no_longer_a_threat",
            "no_graver_level_stands",
            "sources_decided_if_grave",
            "disposition_written",
            "follow_up_named",
            "endangered_followed_up",
            "unit_known",
            "check_ins_settled",
            "reintegration_done_or_unneeded",
        ),
        effects=(E.CLOSE_OUT, When("meeting_ahead", E.CANCEL_MEETINGS)),
        starts=(C.DEBRIEF, C.RETENTION),
        stops=ENDED_BY_CLOSING,
    ),
    Transition(
        "reopen",
        "Reopen the case",
        sources=(S.CLOSED,),
        target=S.INQUIRY,
        clauses=("W-18", "W-47"),
        guards=("not_merged", "new_report_or_reason"),
        effects=(E.COLLECT_RECORDS, E.CONVENE_TEAM, E.NOTIFY_TEAM),
        starts=(C.SOURCE_ANSWER, C.ASSESSMENT),
        stops=(C.REOPENING, C.RETENTION, C.DEBRIEF, C.HAND_OVER),
    ),
    Transition(
        "merge",
        "Let the case go on in another one about the same person",
        sources=(S.REPORTED, S.INQUIRY, S.ASSESSED),
        target=S.CLOSED,
        clauses=("W-47",),
        guards=("merged_elsewhere",),
        effects=(When("meeting_ahead", E.CANCEL_MEETINGS),),
        starts=(C.RETENTION,),
        stops=ENDED_BY_CLOSING,
        comes_with="tat case merge",
    ),
    Transition(
        "receive_report",
        "Take another report about the same person",
        sources=OPEN,
        target=None,
        clauses=("W-12", "W-47"),
        by=tuple(Role),
        effects=(E.NOTIFY_TEAM,),
        comes_with="tat report",
    ),
    Transition(
        "raise_alarm",
        "Raise the alarm: alert the police and call an emergency meeting at once",
        sources=tuple(CaseState),
        target=None,
        clauses=("W-13", "W-30"),
        by=tuple(Role),
        effects=(E.ALERT_POLICE, E.CONVENE_TEAM),
        starts=(C.ALARM_REVIEW,),
    ),
)
