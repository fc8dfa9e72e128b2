"""Planning: plans with actions and referrals, their approval, and the plan for coming back."""

from datetime import datetime

from states.access import Act, Actor
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.casebook.team import require_member
from states.errors import BadInput, Refused
from states.records import (
    ActionContent,
    PlanContent,
    ReferralContent,
    ReintegrationContent,
    aware,
    reason,
)
from states.tables import CheckIn, Plan, PlanAction, Referral, ReintegrationPlan, Remark
from states.vocabulary import Affiliation, CaseState, Clock, PlanTopic, ReferralStatus


def draft_plan(
    book: Casebook, number: str, content: PlanContent, *, by: Actor, expected: int | None = None
) -> str:
    """Draft a plan with its actions and referrals (W-07 to W-10, W-22 to W-25); returns its id.

    A new draft takes the place of the one before it, which stays on record.

    Raises:
        Refused: the case is not in planning.
        BadInput: an action's owner is no active member, or its due date has passed.
    """
    with book.page(number, by, Act.RECORD, expected=expected) as page:
        if page.case.state != CaseState.PLAN:
            raise Refused(
                f"{number} is in {page.case.state}: a plan is drafted in Plan. Nothing was written."
            )
        covers = [topic.value for topic in PlanTopic if content.topics.get(topic)]
        plan = Plan(case_id=page.case.id, at=page.now, by=by.id, kind=content.kind, covers=covers)
        page.add(plan, content)
        for action in content.actions:
            _add_action(page, plan.id, action)
        for referral in content.referrals:
            _add_referral(page, plan.id, referral)
        page.log("plan_drafted", plan=plan.id, kind=content.kind, actions=len(content.actions))
        return plan.id


def _add_action(page: Page, plan_id: str, action: ActionContent) -> None:
    if action.owner:
        require_member(page.connection, action.owner)
    row = PlanAction(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        plan_id=plan_id,
        owner=action.owner or None,
        due_at=_ahead(action.due_at, page.now),
        initial=action.initial,
    )
    page.add(row, action)


def _add_referral(page: Page, plan_id: str, referral: ReferralContent) -> None:
    affiliations = [Affiliation(affiliation) for affiliation in page.case.affiliations]
    route = page.pack.route(referral.kind, affiliations)
    row = Referral(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        kind=referral.kind,
        plan_id=plan_id,
        office=route.office,
        handbook=route.handbook or "",
        convey_to=route.convey_to or "",
        status=ReferralStatus.DRAFTED,
    )
    page.add(row, referral)


def approve_plan(
    book: Casebook, number: str, plan_id: str, *, by: Actor, expected: int | None = None
) -> None:
    """Approve a plan that somebody else wrote (W-20).

    Raises:
        Refused: the approver wrote it themselves.
    """
    with book.page(number, by, Act.RECORD, expected=expected) as page:
        plan = page.row(Plan, plan_id)
        if plan.by == by.id:
            raise Refused(
                "You wrote this plan yourself; somebody else has to approve it. Nothing was written."
            )
        page.set(Plan, plan_id, approved_by=by.id, approved_at=page.now)
        page.log("plan_approved", plan=plan_id)


def complete_action(book: Casebook, number: str, action_id: str, *, by: Actor) -> None:
    """Say that an action of the plan is done."""
    with book.page(number, by, Act.RECORD) as page:
        page.row(PlanAction, action_id)
        page.set(PlanAction, action_id, done_at=page.now)
        page.stop(Clock.PLAN_ACTION, about=action_id)
        page.log("action_completed", action=action_id)


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
            require_member(page.connection, agreed.owner)
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


def settle_check_in(
    book: Casebook, number: str, check_in_id: str, *, by: Actor, waived_because: str = ""
) -> None:
    """Say that a check-in took place, or waive it with a reason (W-45)."""
    with book.page(number, by, Act.RECORD) as page:
        page.row(CheckIn, check_in_id)
        if waived_because:
            remark = reason(waived_because, "a waiver")
            page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=check_in_id), remark)
            page.set(CheckIn, check_in_id, waived=True)
        else:
            page.set(CheckIn, check_in_id, done_at=page.now)
        page.stop(Clock.CHECK_IN, about=check_in_id)
        page.log("check_in_waived" if waived_because else "checked_in", check_in=check_in_id)


def _ahead(due_at: datetime | None, now: datetime) -> datetime | None:
    if due_at is None:
        return None
    if aware(due_at, "a due date") < now:
        raise BadInput("A due date lies in the past. Nothing was written: correct it.")
    return due_at
