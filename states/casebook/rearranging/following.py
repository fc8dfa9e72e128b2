"""What may be corrected, and what follows: for each kind of entry, its fields and what hangs on them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import SQLModel

from states.casebook.book import Casebook
from states.casebook.closing.calls import outcome_corrected
from states.casebook.closing.endings import hand_over_corrected
from states.casebook.disclosing import consents
from states.casebook.inquiry.assessing import check_criteria
from states.casebook.page import Page
from states.casebook.plan import order
from states.casebook.plan.meetings import attendance_corrected
from states.casebook.protecting import orders
from states.casebook.protecting.targets import ahead, referred_to
from states.casebook.referrals.sending import put
from states.casebook.standing import reprisal
from states.casebook.standing.taking_part import require_fit
from states.casebook.team.break_glass import review_corrected
from states.casebook.triggers.acting import fire
from states.contents import closing, content, inquiry, leaving, plans, reports
from states.contents.payloads import ASSIGN_ACTIONS, SCHEDULE_CHECKINS, ActionsOfPlan, CheckInsOfPlan
from states.errors import Refused
from states.guards.open_actions import is_open
from states.tables import (
    Alarm,
    AlarmAnswer,
    Assessment,
    Call,
    CheckIn,
    Concurrence,
    Consent,
    Determination,
    Disposition,
    HandOver,
    Meeting,
    Note,
    Plan,
    PlanAction,
    PrivacyTalk,
    ProtectiveOrder,
    Referral,
    ReintegrationPlan,
    Remark,
    Report,
    Reprisal,
    Screening,
    SourceQuery,
    Stay,
    Target,
    TargetStep,
    table_of,
)
from states.vocabulary.cases import CaseState, ReportChannel, ReprisalWord
from states.vocabulary.danger import AlarmCause
from states.vocabulary.effects import Clock
from states.vocabulary.leaving import CallOutcome, ReferralKind, ReferralStatus

Said = Mapping[str, Any]

#: sets right what hangs on an entry, and returns the columns to be set beside its content
Follow = Callable[[Casebook, Page, Any, Said, Said], dict[str, object]]


def _nothing(_book: Casebook, _page: Page, _row: Any, _before: Said, _after: Said) -> dict[str, object]:
    return {}


@dataclass(frozen=True, slots=True)
class Entry:
    """A kind of entry that may be corrected.

    Args:
        model: its rows.
        content: the fields that may be given.
        hangs_on: sets right what hangs on it.
        elsewhere: fields that are not corrected, with the sentence that says what to do instead.
        columns: fields that lie in a column and not in the content.
        author: the column that says who said it.
        names_people: whether a member may be named in it, who is then kept out (W-39).
    """

    model: type[SQLModel]
    content: type[content.Content]
    hangs_on: Follow = _nothing
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    author: str = "by"
    names_people: bool = False

    @property
    def table(self) -> str:
        """Name of the table."""
        return str(table_of(self.model).name)

    def opened(self, page: Page, row: Any) -> dict[str, Any]:
        """The fields of an entry as they are on record."""
        content = page.key.open(self.table, row.id, row.content)
        inside = {name: content[name] for name in self.content.model_fields if name in content}
        held = {name: getattr(row, column) for name, column in self.columns.items()}
        return inside | {name: None if value == "" else value for name, value in held.items()}

    def follow(self, book: Casebook, page: Page, row: Any, before: Said, after: Said) -> None:
        """Put the corrected fields in the place of the former ones, and set right what hangs on them."""
        columns = self.hangs_on(book, page, row, before, after)
        kept = page.key.open(self.table, row.id, row.content)
        inside = {name: value for name, value in after.items() if name not in self.columns}
        sealed = page.seal(self.table, row.id, kept | inside)
        page.set(self.model, row.id, content=sealed, **columns)


def _report(book: Casebook, page: Page, row: Any, before: Said, after: Said) -> dict[str, object]:
    del book
    verbal = ReportChannel.VERBAL
    if before["channel"] == verbal != after["channel"]:
        page.stop(Clock.VERBAL_FOLLOW_UP, about=row.id)
    if before["channel"] != verbal == after["channel"] and row.follow_up is None:
        page.start(Clock.VERBAL_FOLLOW_UP, about=row.id, since=row.received_at)
    if after["imminent"] and not before["imminent"]:
        given = {"reason": "A report was corrected: the danger is imminent."}
        site = after["subject"]["site"]
        fire(page, "raise_alarm", given, site=site, cause=AlarmCause.IMMINENT_REPORT)
    columns: dict[str, object] = {name: after[name] for name in ("channel", "imminent")}
    if before["private"] and not after["private"]:
        raise Refused(
            "A reporter's privacy is given up after somebody has talked with them (W-58): `tat case "
            "talked-with-reporter`, then `tat case lift-privacy`. Nothing was written."
        )
    return columns | ({"private": True} if after["private"] and not before["private"] else {})


def _note(_book: Casebook, _page: Page, _row: Any, _before: Said, after: Said) -> dict[str, object]:
    return {"kind": after["kind"]}


def _not_agreed_with(page: Page, row: Any) -> None:
    """Refuse to change the words that a second member has agreed with and that are still to be acted on."""
    if row.id == page.case.assessment_id:
        return
    if any(each.about == row.id and each.by != row.by for each in page.rows(Concurrence)):
        raise Refused(
            "A second member has agreed with these words: record it anew, so that they can agree with the "
            "new ones. Nothing was written."
        )


def _screening(_book: Casebook, page: Page, row: Any, _before: Said, _after: Said) -> dict[str, object]:
    _not_agreed_with(page, row)
    return {}


def _assessment(book: Casebook, page: Page, row: Any, _before: Said, after: Said) -> dict[str, object]:
    _not_agreed_with(page, row)
    check_criteria(book, inquiry.AssessmentContent.model_validate(after))
    return {"criteria": after["criteria"], "conditions": after["conditions"]}


def _plan(_book: Casebook, page: Page, row: Any, _before: Said, after: Said) -> dict[str, object]:
    covers = [topic for topic, text in after["topics"].items() if text]
    columns: dict[str, object] = {"covers": covers, "targets": referred_to(page, tuple(after["targets"]))}
    if row.in_force_since is None:
        # Whoever approved it approved other words.
        columns |= {"approved_by": None, "approved_at": None}
    return columns


def _owner_and_clock(
    page: Page, row: Any, after: Said, clock: Clock, *, runs: bool
) -> tuple[str, datetime | None]:
    """Check owner and due time of what is agreed on, and set its clock right if it runs."""
    owner = after["owner"] or ""
    if owner:
        require_fit(page, owner)
    due_at = datetime.fromisoformat(after["due_at"]) if after["due_at"] else None
    if due_at is not None and due_at != row.due_at:
        ahead(page, due_at)
    if runs and (owner != (row.owner or "") or due_at != row.due_at):
        page.stop(clock, about=row.id)
        page.start(clock, about=row.id, owner=owner, due_at=due_at)
    return owner, due_at


def _action(_book: Casebook, page: Page, row: Any, before: Said, after: Said) -> dict[str, object]:
    in_force = row.plan_id is None or page.row(Plan, row.plan_id).in_force_since is not None
    if in_force and not (after["owner"] and after["due_at"]):
        raise Refused("An action in force has an owner and a due_at. Nothing was written.")
    runs = in_force and is_open(row) and page.case.state != CaseState.CLOSED
    owner, due_at = _owner_and_clock(page, row, after, Clock.PLAN_ACTION, runs=runs)
    if after["after"] != before["after"]:
        order.check(page, row, after["after"])
    if runs and (owner, due_at) != (row.owner, row.due_at):
        # The entry that was sent moves, or goes into another calendar.
        page.owe(ASSIGN_ACTIONS, ActionsOfPlan(plan=row.plan_id, meeting=row.meeting_id, action=row.id))
    elif (
        runs
        and owner != page.by.id
        and order.waits_for(page, row)
        and not order.waits_for(page, row, after["after"])
    ):
        # It comes after nothing any more that is still to be done: its owner hears that it is their turn.
        page.owe(ASSIGN_ACTIONS, ActionsOfPlan(turn=(row.id,)))
    return {"owner": owner or None, "due_at": due_at, "initial": after["initial"]}


def _check_in(_book: Casebook, page: Page, row: Any, _before: Said, after: Said) -> dict[str, object]:
    open_ = row.done_at is None and not row.waived
    runs = open_ and page.case.state == CaseState.REINTEGRATION
    owner, due_at = _owner_and_clock(page, row, after, Clock.CHECK_IN, runs=runs)
    if runs and (owner, due_at) != (row.owner, row.due_at):
        # The entry that was sent moves, or goes into another calendar.
        page.owe(SCHEDULE_CHECKINS, CheckInsOfPlan(plan=row.plan_id, check_ins=(row.id,)))
    return {"owner": owner, "due_at": due_at}


def _minutes(_book: Casebook, page: Page, row: Any, before: Said, after: Said) -> dict[str, object]:
    # Who was there is not asked of whoever corrects other words: somebody of them may have left by now.
    there = set(after["present"])
    return attendance_corrected(page, row, there) if there != set(before["present"]) else {}


def _referral(_book: Casebook, page: Page, row: Any, before: Said, after: Said) -> dict[str, object]:
    if after["recommendation"] != before["recommendation"] and row.sent_at is not None:
        raise Refused("The office has this recommendation: send a new referral. Nothing was written.")
    told = (before["status"], before.get("attendance")) != (after["status"], after["attendance"])
    if not told:
        return {}
    status = ReferralStatus(after["status"])
    answered = (ReferralStatus.ACKNOWLEDGED, ReferralStatus.ACCEPTED, ReferralStatus.DECLINED)
    if status != before["status"] and status not in (*answered, ReferralStatus.COMPLETED):
        raise Refused("What an office said is corrected to what it said. Nothing was written.")
    if after["attendance"] and (row.kind != ReferralKind.COUNSELLING or status != ReferralStatus.COMPLETED):
        raise Refused("Attendance is told of counseling that is completed, alone. Nothing was written.")
    put(page, row, status)
    return {"outcome": after["attendance"] or ""}


def _target(_book: Casebook, page: Page, row: Any, _before: Said, after: Said) -> dict[str, object]:
    if after["site"]:
        page.pack.site(after["site"])
    owner = after["owner"] or row.owner
    require_fit(page, owner)
    if owner != row.owner and row.settled_at is None:
        due_at = page.running(Clock.TARGET_FOLLOW_UP, about=row.id)
        page.stop(Clock.TARGET_FOLLOW_UP, about=row.id)
        page.start(Clock.TARGET_FOLLOW_UP, about=row.id, owner=owner, due_at=due_at)
    return {"owner": owner, "role": after["role"]}


def _order(_book: Casebook, page: Page, row: Any, _before: Said, after: Said) -> dict[str, object]:
    content = plans.ProtectiveOrderContent.model_validate(after)
    sites = orders.sites_of(page, content)
    if row.ended_at is None:
        if content.valid_until != row.valid_until:
            orders.watch_the_end(page, row.id, content.valid_until)
        # What the police have is not right any more.
        orders.send_copies(page, content, sites, order_id=row.id)
    return {"valid_until": content.valid_until, "sites": sites}


def _disposition(_book: Casebook, page: Page, _row: Any, before: Said, after: Said) -> dict[str, object]:
    if page.case.state == CaseState.CLOSED and before["tell_reporter"] != after["tell_reporter"]:
        raise Refused("The case is closed, and who is told of it has been told. Nothing was written.")
    return {"tell_reporter": after["tell_reporter"]}


def _hand_over(_book: Casebook, page: Page, row: Any, before: Said, after: Said) -> dict[str, object]:
    was, right = (closing.FollowUpContent.model_validate(each) for each in (before, after))
    hand_over_corrected(page, row, was, right)
    return {}


def _call(_book: Casebook, page: Page, row: Any, _before: Said, after: Said) -> dict[str, object]:
    outcome = CallOutcome(after["outcome"]) if after["outcome"] else None
    outcome_corrected(page, row, outcome)
    return {"outcome": outcome}


def _reprisal(_book: Casebook, page: Page, row: Any, _before: Said, after: Said) -> dict[str, object]:
    word = ReprisalWord(after["word"])
    reprisal.corrected(page, row, word)
    return {"word": word}


def _glass(_book: Casebook, page: Page, row: Any, _before: Said, after: Said) -> dict[str, object]:
    return {"justified": review_corrected(page, row, inquiry.GlassReview.model_validate(after))}


def _consent(_book: Casebook, page: Page, row: Any, _before: Said, after: Said) -> dict[str, object]:
    return consents.corrected(page, row, leaving.ConsentContent.model_validate(after))


#: every kind of entry that may be corrected
ENTRIES: tuple[Entry, ...] = (
    Entry(
        Report,
        reports.ReportContent,
        _report,
        {
            "subject": "what is known of the person is an entry of its own (`tat case subject`).",
            "follows_up": "waive the follow-up, or take the written report again.",
        },
        names_people=True,
    ),
    Entry(Note, inquiry.NoteContent, _note),
    Entry(Screening, inquiry.RemarkContent, _screening),
    Entry(
        Assessment,
        inquiry.AssessmentContent,
        _assessment,
        {
            "level": "the team files a new assessment (`tat assess`).",
            "participants": "the team files a new assessment (`tat assess`).",
            "instruments": "the team files a new assessment (`tat assess`).",
        },
    ),
    Entry(Concurrence, inquiry.RemarkContent),
    Entry(
        Plan,
        plans.PlanContent,
        _plan,
        {
            "kind": "draft another plan (`tat plan draft`).",
            "actions": "each action is an entry of its own: correct that one.",
            "stay_open": "draft another plan (`tat plan draft`).",
            "referrals": "each referral is an entry of its own: correct that one.",
        },
    ),
    Entry(
        PlanAction,
        plans.ActionContent,
        _action,
        {"continues": "draft another plan (`tat plan draft`)."},
    ),
    Entry(
        ReintegrationPlan,
        plans.ReintegrationContent,
        elsewhere={"check_ins": "each check-in is an entry of its own: correct that one."},
    ),
    Entry(CheckIn, plans.CheckInContent, _check_in),
    Entry(Meeting, plans.TeamMinutesContent, _minutes),
    Entry(
        Referral,
        leaving.ReferralEntry,
        _referral,
        {"kind": "send another referral."},
        {"status": "status", "attendance": "outcome"},
    ),
    Entry(SourceQuery, inquiry.AnswerEntry),
    Entry(
        Target,
        plans.TargetContent,
        _target,
        {
            "done": "what was done is an entry of its own: correct that one, or add one (`tat target done`).",
            "follow_up_at": "that is said with the follow-up (`tat target follow-up --next`).",
        },
        names_people=True,
    ),
    Entry(TargetStep, inquiry.RemarkContent),
    Entry(ProtectiveOrder, plans.ProtectiveOrderContent, _order, names_people=True),
    Entry(
        Disposition,
        closing.DispositionContent,
        _disposition,
        {"follow_up": "write how the matter ended anew: whoever takes over is asked by it."},
    ),
    Entry(Determination, leaving.DeterminationContent),
    Entry(Remark, inquiry.RemarkContent),
    Entry(Alarm, inquiry.RemarkContent),
    Entry(AlarmAnswer, closing.TakeOverContent),
    Entry(
        PrivacyTalk,
        reports.PrivacyTalkContent,
        elsewhere={"talked_at": "put the talk on record anew (`tat case talked-with-reporter`)."},
    ),
    Entry(
        Stay,
        inquiry.GlassReview,
        _glass,
        columns={"justified": "justified"},
        author="reviewed_by",
    ),
    Entry(Reprisal, reports.ReprisalContent, _reprisal),
    Entry(Consent, leaving.ConsentContent, _consent),
    Entry(
        HandOver,
        closing.FollowUpContent,
        _hand_over,
        {"office": "write how the matter ended anew: whoever takes over there is asked by it."},
    ),
    Entry(Call, closing.CallEntry, _call, columns={"outcome": "outcome"}, author="called_by"),
)
