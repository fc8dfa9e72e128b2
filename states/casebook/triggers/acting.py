"""Triggers: what people do to move a case through the process, and what stands in the way."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from states.access import Act, Actor, require
from states.casebook.alarms import raising
from states.casebook.book import Casebook
from states.casebook.clocks import hasten
from states.casebook.closing.taking_over import start_hand_overs
from states.casebook.levels import initial_receipt
from states.casebook.loading import load
from states.casebook.lookups.asking import ask_sources
from states.casebook.page import Page
from states.casebook.persons.units import convey
from states.casebook.plan.going_on import carry_on
from states.casebook.plan.meetings import call_off, debriefs_ahead
from states.casebook.standing.reprisal import watch
from states.casebook.team.upkeep.agreements import ran_out
from states.casefile import Row, Section
from states.contents.inquiry import RemarkContent
from states.errors import BadInput
from states.guards.levels import meetings_ahead
from states.machine import Available, Decision, available, row_of
from states.standing_level import LOOKED_AT, standing
from states.tables import CheckIn, Plan, Remark, SourceQuery
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.danger import AlarmCause, Danger
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.sources import SourceKind
from states.vocabulary.times import in_full

OpenT = TypeVar("OpenT", Row, CheckIn)

#: what people may give along with a trigger
REASONS = ("reason", "without_reintegration")


def act(
    book: Casebook,
    number: str,
    trigger: str,
    *,
    by: Actor,
    expected: int | None = None,
    given: Mapping[str, str] | None = None,
    dangers: Collection[Danger] = (),
    threatened_for: date | None = None,
) -> Decision:
    """Fire a trigger: state, ledger event, effects and deadlines are written together, or nothing is.

    Args:
        book: the casebook.
        number: the case's number.
        trigger: a trigger of the process table.
        by: who acts.
        expected: the version of the case they saw.
        given: what the trigger asks of the actor: ``reason``, ``without_reintegration``.
        dangers: what makes an alarm one.
        threatened_for: the day that a threat is for.

    Raises:
        TransitionRefused: guards do not hold; carries every one.
        NotPermitted: this person may not.
        CaseChanged: somebody else acted since version ``expected``.
        BadInput: there is no such trigger, or it comes only with a record.
    """
    row = row_of(trigger)
    if row.comes_with:
        message = f"{trigger} comes with a record, never alone: use `{row.comes_with}`. Nothing was written."
        raise BadInput(message)
    alarm = trigger == "raise_alarm"
    # Whoever raises the alarm gets through, whatever happened since they looked.
    with book.page(number, by, None, expected=None if alarm else expected) as page:
        require(by, row.by, page.case)
        return fire(page, trigger, given or {}, dangers=dangers, threatened_for=threatened_for)


def can(book: Casebook, number: str, *, by: Actor, on_record: bool = False) -> Sequence[Available]:
    """The guard explainer: each trigger from the case's state, what blocks it, and who can clear it.

    Leaves a ``read`` event (P-08).

    Args:
        book: the casebook.
        number: the case's number.
        by: who asks.
        on_record: whether this reading is on record already, as part of a larger one.
    """
    with book.page(number, by, Act.READ) as page:
        if not on_record:
            page.log("read", of="what is possible")
        file = load(page.connection, page.case, book.pack, list(Section), now=page.now)
        doubts = _resting_on_nothing(page)
        return [
            replace(each, doubts=doubts) if _goes_by_sources(each) else each for each in available(file, by)
        ]


def _goes_by_sources(each: Available) -> bool:
    """Whether a trigger asks sources, or rests on what they answered."""
    return EffectKind.COLLECT_RECORDS in each.row.effects or "sources_settled" in each.row.guards


def _resting_on_nothing(page: Page) -> tuple[str, ...]:
    """Which look-ups of a case rest on an agreement with another agency that ran out (P-10)."""
    over = ran_out(page.connection, page.pack, page.now)
    if not over:
        return ()
    asked = {SourceKind(row.kind) for row in page.rows(SourceQuery)}
    kinds = asked or {entry.kind for entry in page.pack.sources if entry.ask == "every_inquiry"}
    zone = ZoneInfo(page.pack.home.timezone)
    days = {kind: at.astimezone(zone) for kind, at in sorted(over.items()) if kind in kinds}
    return tuple(
        f"{page.pack.called(kind).capitalize()}: the agreement that asking rests on ran out on "
        f"{in_full(day, weekday=False)} (P-10)."
        for kind, day in days.items()
    )


def fire(
    page: Page,
    trigger: str,
    given: Mapping[str, str],
    *,
    site: str = "",
    cause: AlarmCause | None = None,
    dangers: Collection[Danger] = (),
    threatened_for: date | None = None,
    **data: object,
) -> Decision:
    """Fire a trigger on an open page.

    Args:
        page: the case.
        trigger: a trigger of the process table.
        given: reasons; each is kept, sealed.
        site: code of the site where an alarm is raised; empty: the case's.
        cause: what sounds an alarm, where it is not somebody who raises it, or an assessment.
        dangers: what makes an alarm one.
        threatened_for: the day that a threat is for.
        data: further codes for the ledger event.

    Raises:
        TransitionRefused: guards do not hold.
        BadInput: something else than a reason is given.
    """
    remarks = _remarks(given)
    texts = {what: remark.text for what, remark in remarks.items()}
    decision = page.decide(trigger, texts, also=_LOOKED_AT.get(trigger, ()))
    case = page.case
    # Before anything is written: reading sends what waits to be written.
    seen = raising.look(page) if EffectKind.ALERT_POLICE in decision.effects else None
    for what, remark in remarks.items():
        page.add(Remark(case_id=case.id, at=page.now, by=page.by.id, about=f"{trigger}.{what}"), remark)
    if decision.target != case.state:
        case.state = decision.target
        case.entered_seq, case.entered_at = case.seq + 1, page.now
    _WRITES.get(trigger, _nothing_more)(page, decision)
    page.stop(*decision.stops)
    for clock in decision.starts:
        page.start(clock)
    for clock in decision.hastens:
        hasten(page, clock)
    owed = [kind for kind in decision.effects if kind is not EffectKind.ALERT_POLICE]
    page.owe_each(owed, {"trigger": trigger} | _asked_for(page, decision, site))
    policy = page.pack.digest[:16]
    page.log(trigger, state_before=decision.source, state=decision.target, policy=policy, **data)
    if seen is not None:
        told = {"site": site, "dangers": dangers, "threatened_for": threatened_for, "seen": seen}
        _sound(page, decision, cause, told)
    if trigger == "activate_plan":
        convey(page)
    elif decision.target is CaseState.CLOSED and decision.source is not CaseState.CLOSED:
        start_hand_overs(page)
        watch(page, anew=True)
    return decision


def _sound(page: Page, decision: Decision, cause: AlarmCause | None, told: Mapping[str, Any]) -> None:
    """Alert the police; an assessment does so at its level, and whoever raises the alarm at none."""
    if decision.trigger == "raise_alarm":
        level = page.case.provisional_level if cause is AlarmCause.SCREENED else None
        cause = cause or AlarmCause.RAISED
    else:
        cause, level = AlarmCause.ASSESSED, page.case.level
    reviewed = Clock.ALARM_REVIEW in decision.starts
    raising.sound(page, cause, level=None if level is None else Level(level), reviewed=reviewed, **told)


def _asked_for(page: Page, decision: Decision, site: str) -> dict[str, object]:
    """What an effect has to know of the decision, since the case may have moved on when it is done."""
    match decision.trigger:
        case "raise_alarm":
            return {"emergency": True, "site": site or page.case.site}
        case "assess" | "reassess" if EffectKind.CONVENE_TEAM in decision.effects:
            return {"emergency": True}
        case "activate_plan":
            return {"plan": decision.file.sections[Section.PLANS][-1].id}
        case "dismiss" | "close" | "merge":
            return {"meetings": [meeting.id for meeting in meetings_ahead(decision.file)]}
        case "begin_reintegration":
            return {"plan": decision.file.sections[Section.REINTEGRATION][-1].id}
    return {}


def _remarks(given: Mapping[str, str]) -> dict[str, RemarkContent]:
    if not set(given) <= set(REASONS):
        message = f"A trigger takes only these reasons: {', '.join(REASONS)}. Nothing was written."
        raise BadInput(message)
    read = {what: RemarkContent.read({"text": text}) for what, text in given.items()}
    # A reason of blanks is none.
    return {what: remark for what, remark in read.items() if remark.text}


def _nothing_more(page: Page, decision: Decision) -> None:
    """Most triggers write nothing but state, event, effects and clocks."""


def _ask_sources(page: Page, _decision: Decision) -> None:
    ask_sources(page)


def _reopen(page: Page, decision: Decision) -> None:
    case = page.case
    case.began_seq = case.seq + 1
    # What came on record since the closing is of this course; else it begins with how the last one ended.
    stands = standing(decision.file)
    screened = Level((stands and stands.level) or case.current_level or Level.NONE)
    case.provisional_level = screened
    case.level = case.assessment_id = case.closed_at = None
    looking_back = debriefs_ahead(page)
    call_off(page, looking_back)
    page.take_out(*(meeting.id for meeting in looking_back))
    # The team meets about it again, whatever that level is (W-31 to W-33).
    level = Level.MILD if screened is Level.NONE else screened
    page.start(Clock.FIRST_MEETING, since=initial_receipt(page), level=level)
    _ask_sources(page, decision)


def _put_in_force(page: Page, decision: Decision) -> None:
    assessment = decision.file.sections[Section.ASSESSMENTS][-1]
    page.case.level, page.case.assessment_id = assessment.level, assessment.id
    if EffectKind.CONVENE_TEAM in decision.effects:
        # The clock of an emergency meeting runs until the team has met about what it is now (W-30).
        hasten(page, Clock.FIRST_MEETING)
    if decision.trigger == "reassess":
        _ask_sources(page, decision)


def _start_actions(page: Page, decision: Decision) -> None:
    plan = decision.file.sections[Section.PLANS][-1]
    page.set(Plan, plan.id, in_force_since=page.now)
    done = carry_on(page, plan.id)
    for action in decision.file.sections[Section.ACTIONS]:
        if action.plan_id == plan.id and action.done_at is None and action.id not in done:
            page.start(Clock.PLAN_ACTION, about=action.id, owner=action.owner or "", due_at=action.due_at)


def _start_check_ins(page: Page, decision: Decision) -> None:
    plan = decision.file.sections[Section.REINTEGRATION][-1]
    for check_in in _open(decision.file.sections[Section.CHECK_INS], plan.id):
        page.start(Clock.CHECK_IN, about=check_in.id, owner=check_in.owner, due_at=check_in.due_at)


def open_check_ins(page: Page, plan_id: str) -> list[CheckIn]:
    """The check-ins of a reintegration plan that are neither done nor waived."""
    return _open(page.rows(CheckIn), plan_id)


def _open(check_ins: Sequence[OpenT], plan_id: str) -> list[OpenT]:
    of_plan = [row for row in check_ins if row.plan_id == plan_id]
    return [row for row in of_plan if row.done_at is None and not row.waived]


def _give_up_check_ins(page: Page, decision: Decision) -> None:
    for row in decision.file.sections[Section.CHECK_INS]:
        if row.done_at is None and not row.waived:
            page.set(CheckIn, row.id, waived=True)


def _end(page: Page, decision: Decision) -> None:
    page.case.closed_at = page.now
    # A merge ends no course: should it be taken back, a level that was on record still needs a second member.
    if decision.trigger != "merge":
        page.case.levels_since = page.case.seq + 1
    call_off(page, meetings_ahead(decision.file))


#: what a trigger writes besides state, event, effects and clocks
_WRITES: dict[str, Callable[[Page, Decision], None]] = {
    "open_inquiry": _ask_sources,
    "reopen": _reopen,
    "assess": _put_in_force,
    "reassess": _put_in_force,
    "activate_plan": _start_actions,
    "begin_reintegration": _start_check_ins,
    "resume_monitoring": _give_up_check_ins,
    "dismiss": _end,
    "close": _end,
    "merge": _end,
}

#: sections of the case file that those look at, besides what the trigger's guards need
_LOOKED_AT = {
    "begin_reintegration": (Section.CHECK_INS,),
    "resume_monitoring": (Section.CHECK_INS,),
    "reopen": LOOKED_AT,
}
