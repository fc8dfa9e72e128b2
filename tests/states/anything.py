"""Everything that people and flows may tell the casebook about a case, each as one call."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import SQLModel

from states.access import SYSTEM, Actor
from states.casebook import Casebook
from states.casebook.closing import disposition
from states.casebook.effects import attempts, claiming
from states.casebook.inquiry import assessing, correcting, triage
from states.casebook.intake import reports
from states.casebook.lookups import asking, questions
from states.casebook.lookups.questions import Answer
from states.casebook.plan import coming_back, doing, meetings, planning
from states.casebook.protecting import orders
from states.casebook.referrals import answers
from states.contents.closing import DispositionContent
from states.contents.inquiry import AssessmentContent, NoteContent
from states.contents.leaving import OutcomeContent
from states.contents.plans import (
    ActionContent,
    CheckInContent,
    MinutesContent,
    PlanContent,
    ProtectiveOrderContent,
    ReintegrationContent,
)
from states.contents.reports import SubjectContent
from states.guards.open_actions import STILL_OPEN
from states.tables import (
    Assessment,
    CheckIn,
    Meeting,
    Plan,
    PlanAction,
    Referral,
    Report,
    Screening,
    SourceQuery,
    table_of,
)
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectKind
from states.vocabulary.leaving import ReferralStatus
from states.vocabulary.plans import MeetingKind, PlanKind, PlanTopic
from states.vocabulary.sources import AnswerStatus, SourceKind
from tests.states.looking import case, rows

REASONS = {"reason": "Because.", "without_reintegration": "He has left."}


@dataclass(frozen=True)
class Telling:
    """Somebody tells the casebook something about a case.

    Args:
        book: the casebook.
        who: who tells.
        number: the case's number.
        level: a level, for what has one.
        odd: whether to leave something out, or to take the less usual way.
    """

    book: Casebook
    who: Actor
    number: str
    level: Level
    odd: bool

    def last(self, model: type[SQLModel]) -> str:
        """Id of the case's newest record of a kind; a word when it has none."""
        table = table_of(model)
        mine = rows(self.book, model, table.c.case_id == case(self.book, self.number).id)
        order = "seq" if "seq" in table.c else "at"
        return max(mine, key=lambda row: getattr(row, order)).id if mine else "none"


def assess(t: Telling) -> None:
    """File an assessment."""
    criteria = t.book.pack.levels[t.level].criteria
    content = AssessmentContent(
        level=t.level,
        criteria=(criteria[0].id,),
        factors=(),
        rationale="Found.",
        threat_of_violence=t.level not in (Level.MILD, Level.NONE),
        significant_disruption=False,
        participants=("chair", "officer") if t.odd else ("chair", "officer", "nurse"),
        reason_for_lowering="Settled.",
    )
    assessing.file_assessment(t.book, t.number, content, by=t.who)


def confirm(t: Telling) -> None:
    """Say that one took part in the newest assessment."""
    assessing.confirm(t.book, t.number, t.last(Assessment), by=t.who)


def plan(t: Telling) -> None:
    """Draft a plan; what is open in force stays so, or goes on as its first action."""
    kind = t.book.pack.levels[t.level].plan or PlanKind.ACTIVE_MONITORING
    due_at = None if t.odd else t.book.clock() + timedelta(days=2)
    action = ActionContent(what="Call.", owner="nurse", due_at=due_at)
    topics = dict.fromkeys(PlanTopic, "Said.")
    of, plans = table_of(PlanAction).c, table_of(Plan).c
    case_id = case(t.book, t.number).id
    in_force = rows(t.book, Plan, plans.case_id == case_id, plans.in_force_since.is_not(None))
    mine = of.plan_id.in_([row.id for row in in_force])
    open_ = [row.id for row in rows(t.book, PlanAction, mine, *STILL_OPEN)]
    carried, stay = ("".join(open_[:1]), open_[1:]) if t.odd else ("", open_)
    first = action.model_copy(update={"continues": carried})
    content = PlanContent(kind=kind, topics=topics, actions=(first, action), stay_open=tuple(stay))
    planning.draft_plan(t.book, t.number, content, by=t.who)


def reintegration(t: Telling) -> None:
    """Draft a plan for coming back."""
    check_in = CheckInContent(owner="nurse", due_at=t.book.clock() + timedelta(days=9), what="Talk.")
    content = ReintegrationContent(conditions=("One.",), check_ins=(check_in,))
    coming_back.draft_reintegration(t.book, t.number, content, by=t.who)


def meet(t: Telling) -> None:
    """Call a meeting, or hold the one that was called last."""
    if t.odd:
        kind = MeetingKind.EMERGENCY
        meetings.schedule(t.book, t.number, by=t.who, kind=kind, at=t.book.clock())
    else:
        minutes = MinutesContent(present=("chair", "officer"), minutes="Said.")
        meetings.hold(t.book, t.number, t.last(Meeting), minutes, by=t.who)


def settle(t: Telling) -> None:
    """Say that the last check-in took place, or waive it."""
    because = "Away." if t.odd else ""
    coming_back.settle_check_in(t.book, t.number, t.last(CheckIn), by=t.who, waived_because=because)


def answer(t: Telling) -> None:
    """Let the sources answer, as the flow that asks them does."""
    work = None
    for claim in claiming.claim_due(t.book, limit=1, kinds=[EffectKind.COLLECT_RECORDS], by=SYSTEM):
        claiming.assign(t.book, claim.lease, "run")
        work = attempts.begin(t.book, claim.effect_id, "run", by=SYSTEM)
    if work is None:
        return
    for question in questions.questions(t.book, work):
        status = AnswerStatus.UNAVAILABLE if t.odd else AnswerStatus.FOUND
        questions.record_answer(t.book, work, question.id, Answer(status, "source"))
    attempts.finish(t.book, work)


def subject(t: Telling) -> None:
    """Put something new about the person on record."""
    content = SubjectContent(name="Sam Sample" if t.odd else "Pat Sample", site="deming")
    correcting.correct_subject(t.book, t.number, content, by=t.who)


def order(t: Telling) -> None:
    """File a protective order."""
    content = ProtectiveOrderContent(protects="Pat Sample", against="Sam Sample")
    orders.file(t.book, t.number, content, by=t.who)


def assign(t: Telling) -> None:
    """Assign a lead and offices."""
    offices = ["student_affairs"] if t.odd else ["student_affairs", "university_police"]
    triage.assign(t.book, t.number, by=t.who, lead="chair", offices=offices)


def waive(t: Telling) -> None:
    """Waive the source that was asked last."""
    kinds = [row.kind for row in rows(t.book, SourceQuery) if row.id == t.last(SourceQuery)]
    kind = SourceKind(kinds[0]) if kinds else SourceKind.DIRECTORY
    asking.waive_source(t.book, t.number, kind, by=t.who, because="Not needed.")


def outcome(t: Telling) -> None:
    """Tell what became of the last referral."""
    status = ReferralStatus.DRAFTED if t.odd else ReferralStatus.COMPLETED
    answers.record_outcome(t.book, t.number, t.last(Referral), status, OutcomeContent(), by=t.who)


#: what is told, by name
CALLS: dict[str, Callable[[Telling], Any]] = {
    "screen": lambda t: triage.screen(t.book, t.number, by=t.who, level=t.level, because="x"),
    "assign": assign,
    "note": lambda t: triage.note(t.book, t.number, NoteContent(text="x"), by=t.who),
    "assess": assess,
    "confirm": confirm,
    "agree": lambda t: assessing.concur(
        t.book, t.number, by=t.who, about=t.last(Screening if t.odd else Assessment)
    ),
    "plan": plan,
    "approve": lambda t: planning.approve_plan(t.book, t.number, t.last(Plan), by=t.who),
    "complete": lambda t: doing.complete_action(t.book, t.number, t.last(PlanAction), by=t.who),
    "reintegration": reintegration,
    "settle": settle,
    "disposition": lambda t: disposition.write_disposition(
        t.book, t.number, DispositionContent(text="x", no_follow_up_because="x"), by=t.who
    ),
    "meet": meet,
    "waive": waive,
    "ask again": lambda t: asking.ask_again(t.book, t.number, by=t.who),
    "waive follow-up": lambda t: reports.waive_follow_up(
        t.book, t.number, t.last(Report), by=t.who, because="x"
    ),
    "answer": answer,
    "outcome": outcome,
    "subject": subject,
    "order": order,
}

#: what a diligent team does at each stage, and the trigger that this leads to
DILIGENTLY: dict[str, tuple[tuple[str, ...], str]] = {
    "Reported": (("screen", "assign"), "open_inquiry"),
    "Inquiry": (("answer", "waive follow-up", "assess", "confirm"), "assess"),
    "Assessed": ((), "develop_plan"),
    "Plan": (("plan",), "activate_plan"),
    "Monitoring": (("complete", "reintegration"), "begin_reintegration"),
    "Reintegration": (("settle", "disposition"), "close"),
    "Closed": ((), "reopen"),
}
