"""Planning: plans with actions and referrals, their approval, and the plan for coming back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.casebook.plan.going_on import continued
from states.casebook.plan.order import Awaited, awaited, by_number, waits_for
from states.casebook.protecting.targets import referred_to
from states.casebook.referrals import referring
from states.casebook.standing.taking_part import require_fit, require_second
from states.contents.inquiry import RemarkContent, reason
from states.contents.kept import CHECK_INS, PLAN_ACTIONS
from states.contents.payloads import ASSIGN_ACTIONS, ActionsOfPlan
from states.contents.plans import AgreedContent, DeedContent, PlanContent, ReintegrationContent
from states.contents.reports import aware
from states.errors import BadInput, Refused
from states.tables import CheckIn, Deadline, Plan, PlanAction, ReintegrationPlan, Remark, table_of
from states.tables.columns import new_id
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock
from states.vocabulary.plans import PlanTopic

_CLOCKS = table_of(Deadline)


@dataclass(frozen=True, slots=True)
class OwnAction:
    """One action of somebody's own, opened.

    Args:
        action_id: its id.
        what: what is to be done.
        due_at: by when.
        done_at: when it was done; None while it is open.
        waits_for: what it comes after and is not done. Its own day stays where it is, and it may be done
            nevertheless.
    """

    action_id: str
    what: str
    due_at: datetime
    done_at: datetime | None
    waits_for: tuple[Awaited, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnCheckIn:
    """One check-in of somebody's own, opened.

    Args:
        check_in_id: its id.
        what: what was agreed.
        due_at: when it is to be held.
        done_at: when it was said to have taken place; None: it was not.
        waived: whether the team does without it.
    """

    check_in_id: str
    what: str
    due_at: datetime
    done_at: datetime | None
    waived: bool


def draft_plan(
    book: Casebook, number: str, content: PlanContent, *, by: Actor, expected: int | None = None
) -> str:
    """Draft a plan with its actions and referrals (W-07 to W-10, W-22 to W-25); returns its id.

    A new draft takes the place of the one before it, which stays on record.

    Raises:
        Refused: the case is not in planning.
        BadInput: an action's owner is no active member, its due date has passed, it comes after none that
            there is, or after itself, or it goes on from none that is in force.
    """
    with book.page(number, by, Act.RECORD, expected=expected) as page:
        if page.case.state != CaseState.PLAN:
            raise Refused(
                f"{number} is in {page.case.state}: a plan is drafted in Plan. Nothing was written."
            )
        covers = [topic.value for topic in PlanTopic if content.topics.get(topic)]
        plan = Plan(
            case_id=page.case.id,
            at=page.now,
            by=by.id,
            kind=content.kind,
            covers=covers,
            targets=referred_to(page, content.targets),
        )
        page.add(plan, content)
        order, earlier = by_number(content.actions), continued(page, content.actions)
        ids = [new_id() for _ in content.actions]
        for action_id, action, places, from_ in zip(ids, content.actions, order, earlier, strict=True):
            after = tuple(ids[place] for place in places)
            kept = action.model_copy(update={"after": after, "continues": from_})
            _add_action(page, kept, action_id, plan_id=plan.id)
        for referral in content.referrals:
            referring.add(page, referral, plan.id)
        page.log("plan_drafted", plan=plan.id, kind=content.kind, actions=len(content.actions))
        return plan.id


def _add_action(
    page: Page,
    action: DeedContent,
    action_id: str,
    *,
    plan_id: str | None = None,
    meeting_id: str | None = None,
) -> PlanAction:
    if action.owner:
        require_fit(page, action.owner)
    row = PlanAction(
        id=action_id,
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        plan_id=plan_id,
        meeting_id=meeting_id,
        owner=action.owner or None,
        due_at=_ahead(action.due_at, page.now),
        initial=action.initial,
    )
    return page.add(row, action)


def agree_on(page: Page, meeting_id: str, actions: Collection[AgreedContent]) -> None:
    """Put the actions that a meeting agreed on into force on an open page; their owners are told.

    No plan that is drafted, revised or put into force changes anything about them.

    Args:
        page: the case.
        meeting_id: the meeting.
        actions: what was agreed on.

    Raises:
        Refused: the case is closed, so that nobody would be reminded.
        BadInput: an owner is no active member, or a due date has passed.
    """
    if not actions:
        return
    if page.case.state == CaseState.CLOSED:
        raise Refused(
            f"{page.case.number} is closed, and nobody is reminded of an action in it. Nothing was written: "
            "make it a suggestion, or reopen the case first."
        )
    for action in actions:
        row = _add_action(page, action, new_id(), meeting_id=meeting_id)
        page.start(Clock.PLAN_ACTION, about=row.id, owner=action.owner, due_at=row.due_at)
    page.owe(ASSIGN_ACTIONS, ActionsOfPlan(meeting=meeting_id))


def approve_plan(
    book: Casebook, number: str, plan_id: str, *, by: Actor, expected: int | None = None
) -> None:
    """Approve a plan that somebody else wrote (W-20).

    Raises:
        Refused: the approver wrote it themselves.
    """
    with book.page(number, by, Act.RECORD, expected=expected) as page:
        plan = page.row(Plan, plan_id)
        if page.rows(Plan)[-1].id != plan_id:
            raise Refused("A newer draft has taken this plan's place. Nothing was written: approve that one.")
        require_second(page, plan.by, "You wrote this plan yourself; somebody else has to approve it.")
        page.set(Plan, plan_id, approved_by=by.id, approved_at=page.now)
        page.log("plan_approved", plan=plan_id)


def own_actions(book: Casebook, number: str, *, by: Actor) -> list[OwnAction]:
    """Open the actions of a case that are somebody's own; that they were read goes on record (P-08).

    Raises:
        NotPermitted: none is, and the person is not on the case.
    """
    with book.page(number, by, None) as page:
        mine = _own(page)
        if not mine:
            permit(by, Act.READ, page.case)
        page.log("read", of="own actions", actions=[row.id for row in mine])
        opened = [(row, page.open(PLAN_ACTIONS, row)) for row in mine]
        return [
            OwnAction(row.id, content.what, row.due_at, row.done_at, awaited(page, row))
            for row, content in opened
            if row.due_at is not None
        ]


def complete_action(book: Casebook, number: str, action_id: str, *, by: Actor, report: str = "") -> list[str]:
    """Say that an action is done, and what came of it.

    One that comes after others that are not done may be done before them, which stands in the ledger; returns
    their ids.

    Args:
        book: the casebook.
        number: the case's number.
        action_id: the action.
        by: its owner, or a member on the case.
        report: what came of it; empty: nothing is said.

    Raises:
        NotPermitted: the action is not their own, and they are not on the case.
        UnknownRecord: the case has no such action.
        Refused: it is done already, or goes on as an action of a newer plan.
    """
    said = RemarkContent.read({"text": report})
    with book.page(number, by, None) as page:
        _require_own(page, action_id)
        action = page.row(PlanAction, action_id)
        _not_carried_on(action)
        if action.done_at is not None:
            raise Refused("This action is done already. Nothing was written: report what is new on it.")
        before = [row.id for row in waits_for(page, action)]
        page.set(PlanAction, action_id, done_at=page.now)
        page.stop(Clock.PLAN_ACTION, about=action_id)
        _remark(page, action_id, said)
        page.log("action_completed", action=action_id, **({"before": before} if before else {}))
        return before


def report_on_action(book: Casebook, number: str, action_id: str, text: str, *, by: Actor) -> None:
    """Report how an action goes, without saying that it is done; its clock goes on.

    Raises:
        NotPermitted: the action is not their own, and they are not on the case.
        BadInput: nothing is said. UnknownRecord: the case has no such action.
        Refused: it goes on as an action of a newer plan.
    """
    said = RemarkContent.read({"text": text})
    if not said.text:
        raise BadInput("The report on the action is empty. Nothing was written: say how it goes.")
    with book.page(number, by, None) as page:
        _require_own(page, action_id)
        _not_carried_on(page.row(PlanAction, action_id))
        _remark(page, action_id, said)
        page.log("action_reported_on", action=action_id)


def _own(page: Page) -> list[PlanAction]:
    """The actions that are in force, as far as whoever opened the page owns them.

    Of one that goes on in a newer plan, what it goes on as is there instead.
    """
    return [row for row in in_force(page) if row.owner == page.by.id and row.continued_by is None]


def in_force(page: Page) -> list[PlanAction]:
    """The actions of plans that were put into force, and those that meetings agreed on."""
    plans = {plan.id for plan in page.rows(Plan) if plan.in_force_since is not None}
    return [row for row in page.rows(PlanAction) if row.plan_id is None or row.plan_id in plans]


def _not_carried_on(action: PlanAction) -> None:
    if action.continued_by is not None:
        raise Refused(
            "This action goes on as one of the plan that is in action now. Nothing was written: report on "
            f"that one ({action.continued_by[:8]})."
        )


def _require_own(page: Page, action_id: str) -> None:
    if action_id not in {row.id for row in _own(page)}:
        permit(page.by, Act.RECORD, page.case)
    page.row(PlanAction, action_id)


def _remark(page: Page, action_id: str, said: RemarkContent) -> None:
    if said.text:
        page.add(Remark(case_id=page.case.id, at=page.now, by=page.by.id, about=action_id), said)


def draft_reintegration(book: Casebook, number: str, content: ReintegrationContent, *, by: Actor) -> str:
    """Draft the plan for coming back: conditions and check-ins (W-45); returns its id.

    Raises:
        Refused: the case is not being monitored.
        BadInput: a check-in's owner is no active member, or its date has passed.
    """
    with book.page(number, by, Act.RECORD) as page:
        if page.case.state != CaseState.MONITORING:
            raise Refused(
                f"{number} is in {page.case.state}: reintegration is planned in Monitoring. "
                "Nothing was written."
            )
        plan = page.add(ReintegrationPlan(case_id=page.case.id, at=page.now, by=by.id), content)
        for agreed in content.check_ins:
            require_fit(page, agreed.owner)
            due_at = _ahead(agreed.due_at, page.now) or page.now
            row = CheckIn(
                case_id=page.case.id,
                at=page.now,
                by=by.id,
                plan_id=plan.id,
                owner=agreed.owner,
                due_at=due_at,
            )
            page.add(row, agreed)
        page.log("reintegration_drafted", plan=plan.id, check_ins=len(content.check_ins))
        return plan.id


def own_check_ins(book: Casebook, number: str, *, by: Actor) -> list[OwnCheckIn]:
    """Open the check-ins of a case that are somebody's own; that they were read goes on record (P-08).

    Raises:
        NotPermitted: none is, and the person is not on the case.
    """
    with book.page(number, by, None) as page:
        mine = _own_check_ins(page)
        if not mine:
            permit(by, Act.READ, page.case)
        page.log("read", of="own check-ins", check_ins=[row.id for row in mine])
        return [
            OwnCheckIn(row.id, page.open(CHECK_INS, row).what, row.due_at, row.done_at, waived=row.waived)
            for row in mine
        ]


def _own_check_ins(page: Page) -> list[CheckIn]:
    """The check-ins of whoever opened the page that are agreed by a plan which began."""
    clocks = select(_CLOCKS.c.about).where(
        _CLOCKS.c.case_id == page.case.id, _CLOCKS.c.clock == Clock.CHECK_IN
    )
    began = set(page.connection.scalars(clocks))
    return [row for row in page.rows(CheckIn) if row.owner == page.by.id and row.id in began]


def settle_check_in(
    book: Casebook, number: str, check_in_id: str, *, by: Actor, waived_because: str = "", report: str = ""
) -> None:
    """Say that a check-in took place, or waive it with a reason (W-45).

    Args:
        book: the casebook.
        number: the case's number.
        check_in_id: the check-in.
        by: its owner, who need not be on the case to say that it took place; or a member on the case.
        waived_because: why it is not held; empty: it took place.
        report: how it went; empty: nothing is said.

    Raises:
        NotPermitted: it is not their own, or is to be waived, and they are not on the case.
        Refused: it is done or waived already.
    """
    said = RemarkContent.read({"text": report})
    with book.page(number, by, None) as page:
        if waived_because or check_in_id not in {row.id for row in _own_check_ins(page)}:
            permit(by, Act.RECORD, page.case)
        row = page.row(CheckIn, check_in_id)
        if row.done_at is not None or row.waived:
            message = (
                f"This check-in is {'done' if row.done_at else 'waived'} already. Nothing was written: what "
                "is on record stays; put what is new in a note (`tat case note`)."
            )
            raise Refused(message)
        if waived_because:
            remark = reason(waived_because, "a waiver")
            page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=check_in_id), remark)
            page.set(CheckIn, check_in_id, waived=True)
        else:
            page.set(CheckIn, check_in_id, done_at=page.now)
        _remark(page, check_in_id, said)
        page.stop(Clock.CHECK_IN, about=check_in_id)
        page.log("check_in_waived" if waived_because else "checked_in", check_in=check_in_id)


def _ahead(due_at: datetime | None, now: datetime) -> datetime | None:
    if due_at is None:
        return None
    if aware(due_at, "due_at") < now:
        raise BadInput("A due_at lies in the past. Nothing was written: correct it.")
    return due_at
