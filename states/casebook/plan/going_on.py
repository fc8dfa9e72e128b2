"""Actions that go on from one plan to the next: revising loses nothing, and nothing is done twice (W-08)."""

from collections.abc import Mapping, Sequence

from states.casebook.page import Page
from states.contents.kept import PLAN_ACTIONS
from states.contents.plans import ActionContent
from states.errors import BadContent
from states.guards.open_actions import is_open
from states.tables import Plan, PlanAction
from states.vocabulary.effects import Clock


def newest(row: PlanAction, rows: Mapping[str, PlanAction]) -> PlanAction:
    """An action, or what it goes on as in the newest plan that carries it.

    Args:
        row: the action.
        rows: those of its case, by id.
    """
    while row.continued_by is not None:
        row = rows[row.continued_by]
    return row


def continued(page: Page, actions: Sequence[ActionContent]) -> list[str]:
    """Of each action of a plan that is drafted, the id of the one in force that it goes on from; empty: none.

    Raises:
        BadContent: one names no action of a plan that was put into force, or two name the same.
    """
    plans = {plan.id for plan in page.rows(Plan) if plan.in_force_since is not None}
    rows = {each.id: each for each in page.rows(PlanAction) if each.plan_id in plans}
    found: list[str] = []
    for place, action in enumerate(actions):
        if action.continues and action.continues not in rows:
            raise _no_going_on(place, "from no action of an earlier plan that was put into action")
        # What was carried into another plan since it was looked at goes on from there.
        from_ = newest(rows[action.continues], rows).id if action.continues else ""
        if from_ and from_ in found:
            raise _no_going_on(place, f"from the same as action {found.index(from_) + 1}")
        found.append(from_)
    return found


def _no_going_on(place: int, problem: str) -> BadContent:
    message = (
        f"Action {place + 1} would go on {problem}. Nothing was written: an action goes on as one, and what "
        "is new goes on from none."
    )
    return BadContent(message, {f"actions.{place}.continues": message})


def carry_on(page: Page, plan_id: str) -> set[str]:
    """Let the actions that a plan put into force goes on from end, each in favor of its own.

    Their clocks stop and leave calendars; what was reported on them stays with them. One that was done since
    the plan was drafted is done in the new plan, too, if that asks for nothing else.

    Returns:
        Ids of the plan's actions that are done already.
    """
    rows = {row.id: row for row in page.rows(PlanAction)}
    carried: dict[str, str] = {}
    done: set[str] = set()
    for row in [each for each in rows.values() if each.plan_id == plan_id]:
        said = page.open(PLAN_ACTIONS, row)
        if said.continues not in rows:
            continue
        from_ = newest(rows[said.continues], rows)
        if is_open(from_):
            page.set(PlanAction, from_.id, continued_by=row.id)
            page.stop(Clock.PLAN_ACTION, about=from_.id)
            carried[from_.id] = row.id
        elif page.open(PLAN_ACTIONS, from_).what == said.what:
            page.set(PlanAction, row.id, done_at=from_.done_at)
            done.add(row.id)
    if carried or done:
        ids = {"carried": list(carried), "into": list(carried.values()), "done": sorted(done)}
        page.log("actions_carried_on", plan=plan_id, actions=len(carried) + len(done), **ids)
    return done
