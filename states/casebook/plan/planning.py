"""Planning: plans with actions and referrals, their approval, and what meetings agree on besides."""

from collections.abc import Collection
from datetime import datetime

from states.access import Act, Actor
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.casebook.plan.going_on import going_on
from states.casebook.plan.order import by_number
from states.casebook.protecting.targets import referred_to
from states.casebook.referrals import referring
from states.casebook.standing.taking_part import require_fit, require_second
from states.contents.payloads import ASSIGN_ACTIONS, ActionsOfPlan
from states.contents.plans import AgreedContent, DeedContent, PlanContent
from states.contents.reports import aware
from states.errors import BadInput, Refused
from states.tables import Plan, PlanAction
from states.tables.columns import new_id
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock
from states.vocabulary.plans import PlanTopic


def draft_plan(
    book: Casebook, number: str, content: PlanContent, *, by: Actor, expected: int | None = None
) -> str:
    """Draft a plan with its actions and referrals (W-07 to W-10, W-22 to W-25); returns its id.

    A new draft takes the place of the one before it, which stays on record.

    Raises:
        Refused: the case is not in planning.
        BadInput: an action's owner is no active member, its due date has passed, it comes after none that
            there is, or after itself, or it goes on from none that is in force.
        LeftUnsaid: an action in force is open, and the plan says nothing of it.
    """
    with book.page(number, by, Act.RECORD, expected=expected) as page:
        if page.case.state != CaseState.PLAN:
            raise Refused(
                f"{number} is in {page.case.state}: a plan is drafted in Plan. Nothing was written."
            )
        order = by_number(content.actions)
        content = going_on(page, content)
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
        ids = _ids_in_order(len(content.actions))
        for action_id, action, places in zip(ids, content.actions, order, strict=True):
            after = tuple(ids[place] for place in places)
            _add_action(page, action.model_copy(update={"after": after}), action_id, plan_id=plan.id)
        for referral in content.referrals:
            referring.add(page, referral, plan.id)
        page.log("plan_drafted", plan=plan.id, kind=content.kind, actions=len(content.actions))
        return plan.id


def _ids_in_order(number: int) -> list[str]:
    """Ids of records that one event writes, rising: they are listed in the order of writing."""
    return sorted(new_id() for _ in range(number))


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
        due_at=still_ahead(action.due_at, page.now),
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
    for action_id, action in zip(_ids_in_order(len(actions)), actions, strict=True):
        row = _add_action(page, action, action_id, meeting_id=meeting_id)
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


def still_ahead(due_at: datetime | None, now: datetime) -> datetime | None:
    """A time that is agreed on; None for none.

    Raises:
        BadInput: it has passed.
    """
    if due_at is None:
        return None
    if aware(due_at, "due_at") < now:
        raise BadInput("A due_at lies in the past. Nothing was written: correct it.")
    return due_at
