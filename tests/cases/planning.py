"""Plans of invented actions: drafted, put into force, and what of them is still open."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from states.casebook.plan import planning
from states.contents.plans import PlanContent
from states.vocabulary.cases import Level
from states.vocabulary.plans import PlanKind
from tests.cases.walking import Walk


def in_turn(walk: Walk, after: Sequence[Sequence[object]], owner: str = "nurse") -> PlanContent:
    """A plan of as many actions, each of which comes after those numbers; the second one is somebody's."""
    due = (walk.book.clock() + timedelta(days=2)).isoformat()
    rows = [
        {"what": f"invented-{place}", "owner": owner if place == 2 else "dean", "due_at": due, "after": each}
        for place, each in enumerate(after, 1)
    ]
    return PlanContent.read({"kind": PlanKind.ACTIVE_MONITORING, "actions": rows})


def drafted(
    walk: Walk, after: Sequence[Sequence[object]], owner: str = "nurse"
) -> tuple[str, Mapping[str, str]]:
    """A case in planning with a draft; its number, and the ids of the actions by what they are."""
    number = walk.assessed(Level.MILD)
    walk.act(number, "develop_plan")
    planning.draft_plan(walk.book, number, in_turn(walk, after, owner), by=walk.officer)
    return number, {row["content"]["what"]: row["id"] for row in walk.records(number, "plan_actions")}


def in_force(
    walk: Walk, after: Sequence[Sequence[object]], owner: str = "nurse"
) -> tuple[str, Mapping[str, str]]:
    """The same, with the plan in force."""
    number, ids = drafted(walk, after, owner)
    put_in_force(walk, number)
    return number, ids


def put_in_force(walk: Walk, number: str) -> None:
    """Approve the newest plan, and put it into action."""
    planning.approve_plan(walk.book, number, walk.records(number, "plans")[-1]["id"], by=walk.chair)
    walk.act(number, "activate_plan")


def still_open(walk: Walk, number: str) -> tuple[str, ...]:
    """The ids of the actions of plans in force that are neither done nor carried into a newer plan."""
    plans = {row["id"] for row in walk.records(number, "plans") if row["in_force_since"]}
    return tuple(
        row["id"]
        for row in walk.records(number, "plan_actions")
        if row["plan_id"] in plans and row["done_at"] is None and row["continued_by"] is None
    )
