"""Actions that go on from one plan to the next: revising loses nothing, and nothing is done twice (W-08)."""

from collections.abc import Mapping, Sequence

from states.casebook.page import Page
from states.casebook.protecting.targets import SHORTEST
from states.contents.kept import PLAN_ACTIONS
from states.contents.plans import ActionContent, PlanContent
from states.errors import BadContent, LeftUnsaid, StillOpen
from states.guards.open_actions import is_open
from states.tables import Plan, PlanAction
from states.vocabulary.effects import Clock

Rows = Mapping[str, PlanAction]


def newest(row: PlanAction, rows: Rows) -> PlanAction:
    """An action, or what it goes on as in the newest plan that carries it.

    Args:
        row: the action.
        rows: those of its case, by id.
    """
    while row.continued_by is not None:
        row = rows[row.continued_by]
    return row


def going_on(page: Page, content: PlanContent) -> PlanContent:
    """A plan that is drafted, with the whole ids of the actions in force that it goes on from or leaves open.

    Of each that is open it has to say one or the other: what is left unsaid would be done beside the same
    action of the new plan.

    Raises:
        BadContent: an id names no action of a plan that was put into force, or two name the same.
        LeftUnsaid: an action is open, and nothing is said of it.
    """
    plans = {plan.id for plan in page.rows(Plan) if plan.in_force_since is not None}
    rows = {each.id: each for each in page.rows(PlanAction) if each.plan_id in plans}
    carried = _continued(content.actions, rows)
    stay = _staying(content.stay_open, rows, carried)
    unsaid = [row for row in rows.values() if is_open(row) and row.id not in {*carried, *stay}]
    if unsaid:
        raise LeftUnsaid(
            [StillOpen(row.id, page.open(PLAN_ACTIONS, row).what, row.owner or "") for row in unsaid]
        )
    actions = tuple(
        action.model_copy(update={"continues": from_})
        for action, from_ in zip(content.actions, carried, strict=True)
    )
    return content.model_copy(update={"actions": actions, "stay_open": stay})


def _meant(start: str, rows: Rows) -> str:
    """The id of the action that is meant by its first characters at least; empty: none is, or several are.

    What was carried into another plan since it was looked at goes on from there.
    """
    found = [each for each in rows if len(start) >= SHORTEST and each.startswith(start)]
    return newest(rows[found[0]], rows).id if len(found) == 1 else ""


def _continued(actions: Sequence[ActionContent], rows: Rows) -> list[str]:
    """Of each action, the id of the one in force that it goes on from; empty: none."""
    found: list[str] = []
    for place, action in enumerate(actions):
        from_ = _meant(action.continues, rows) if action.continues else ""
        if action.continues and not from_:
            raise _no_going_on(place, "from no action of an earlier plan that was put into action")
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


def _staying(given: Sequence[str], rows: Rows, carried: Sequence[str]) -> tuple[str, ...]:
    """The ids of the actions in force that stay as they are, beside the plan."""
    found = tuple(dict.fromkeys(_meant(each, rows) for each in given))
    if "" in found:
        raise _not_staying("What is no action of an earlier plan that was put into action would stay open.")
    if both := [each for each in found if each in carried]:
        raise _not_staying(f"Action {carried.index(both[0]) + 1} goes on from one that would stay open, too.")
    return found


def _not_staying(problem: str) -> BadContent:
    message = (
        f"{problem} Nothing was written: name open actions that no action of this plan goes on from "
        "(`stay_open`)."
    )
    return BadContent(message, {"stay_open": message})


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
