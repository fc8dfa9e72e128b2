"""Doing what a plan or a meeting asks: an owner's actions, how each goes, that it is done (W-08, W-45)."""

from dataclasses import dataclass
from datetime import datetime

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.casebook.plan.order import Awaited, awaited, freed, waits_for
from states.contents.inquiry import RemarkContent
from states.contents.kept import PLAN_ACTIONS
from states.contents.payloads import ASSIGN_ACTIONS, ActionsOfPlan
from states.errors import BadInput, Refused
from states.tables import Plan, PlanAction, Remark
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock


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
    their ids. Whoever owns one that waited for this alone is told that it is their turn.

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
        remark_on(page, action_id, said)
        _tell_turns(page, action)
        page.log("action_completed", action=action_id, **({"before": before} if before else {}))
        return before


def _tell_turns(page: Page, done: PlanAction) -> None:
    """Owe the owners of what waited for an action, and for no other open one, that it is their turn."""
    if page.case.state == CaseState.CLOSED:
        return
    # Who did it themselves knows.
    turn = tuple(row.id for row in freed(page, done) if row.owner not in (None, page.by.id))
    if turn:
        page.owe(ASSIGN_ACTIONS, ActionsOfPlan(turn=turn))


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
        remark_on(page, action_id, said)
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


def remark_on(page: Page, about: str, said: RemarkContent) -> None:
    """Put on record what was said of an action or a check-in; nothing, where nothing was."""
    if said.text:
        page.add(Remark(case_id=page.case.id, at=page.now, by=page.by.id, about=about), said)
