"""Whose turn it is: the owner of an action is told once nothing that it comes after is open (W-07, W-08)."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from states.access import Actor
from states.casebook.plan import doing, planning
from states.casebook.team import members
from states.contents.plans import ActionContent, PlanContent
from states.vocabulary.effects import EffectKind
from states.vocabulary.plans import PlanKind
from tests.cases.planning import in_force, put_in_force
from tests.cases.walking import Walk
from tests.states.courses.taking_up import turns
from tests.states.looking import owed, verified

pytestmark = pytest.mark.clause("W-07", "W-08")


def in_order(ids: Mapping[str, str]) -> list[str]:
    """The ids of a plan's actions, by their numbers."""
    return [ids[f"invented-{place}"] for place in range(1, len(ids) + 1)]


def done(walk: Walk, number: str, action: str, by: Actor | None = None) -> int:
    """Say that an action is done; how many effects that tell owners are owed for it."""
    before = owed(walk.book, number).count(EffectKind.ASSIGN_ACTIONS)
    doing.complete_action(walk.book, number, action, by=by or walk.officer)
    return owed(walk.book, number).count(EffectKind.ASSIGN_ACTIONS) - before


def test_an_owner_is_told_when_the_last_that_their_action_comes_after_is_done(walk: Walk) -> None:
    """Not with the first of two, and not again by what does not concern it."""
    number, ids = in_force(walk, [[], [1, 3], [], []])
    first, mine, third, apart = in_order(ids)
    assert [done(walk, number, each) for each in (apart, first)] == [0, 0]
    assert done(walk, number, third) == 1
    assert turns(walk.book, number) == [(mine, "nurse")]
    assert done(walk, number, mine) == 0
    verified(walk.book)


def test_what_one_action_frees_is_told_together(walk: Walk) -> None:
    """Each owner of their own; whoever did it themselves knows, and hears nothing."""
    number, ids = in_force(walk, [[], [1], [1], [1]])
    first, second, _, fourth = in_order(ids)
    doing.complete_action(walk.book, number, fourth, by=walk.officer)
    assert done(walk, number, first, members.actor(walk.book, "dean")) == 1
    assert turns(walk.book, number) == [(second, "nurse")]
    number, ids = in_force(walk, [[], [1], [1]])
    first, second, third = in_order(ids)
    assert done(walk, number, first) == 1
    assert sorted(turns(walk.book, number)) == sorted([(second, "nurse"), (third, "dean")])


def test_nobody_is_told_of_what_is_done_meanwhile(walk: Walk) -> None:
    """Before the message left."""
    number, ids = in_force(walk, [[], [1]])
    first, mine = in_order(ids)
    assert done(walk, number, first) == 1
    assert done(walk, number, mine) == 0
    assert turns(walk.book, number) == []


def test_an_action_that_stays_open_beside_a_new_plan_waits_for_what_goes_on_there(walk: Walk) -> None:
    """It is the turn of its owner once that is done; a draft that waits for the same is nobody's turn."""
    number, ids = in_force(walk, [[], [1]])
    first, mine = in_order(ids)
    walk.act(number, "revise_plan", {"reason": "invented"})
    due_at = walk.book.clock() + timedelta(days=2)
    action = ActionContent(what="invented-now", owner="dean", due_at=due_at, continues=first)
    content = PlanContent(kind=PlanKind.ACTIVE_MONITORING, actions=(action,), stay_open=(mine,))
    planning.draft_plan(walk.book, number, content, by=walk.officer)
    put_in_force(walk, number)
    walk.act(number, "revise_plan", {"reason": "invented"})
    (now,) = [row["id"] for row in walk.records(number, "plan_actions") if row["id"] not in ids.values()]
    after = action.model_copy(update={"what": "invented-after", "continues": "", "after": ("1",)})
    again = action.model_copy(update={"continues": now})
    planning.draft_plan(
        walk.book, number, content.model_copy(update={"actions": (again, after)}), by=walk.officer
    )
    assert done(walk, number, now) == 1
    assert turns(walk.book, number) == [(mine, "nurse")]


def test_in_a_closed_case_it_is_nobodys_turn(walk: Walk) -> None:
    """No clock runs there, and nobody is reminded."""
    number, ids = in_force(walk, [[], [1]])
    walk.dispose(number)
    walk.act(number, "close", {"reason": "invented", "without_reintegration": "invented"})
    assert done(walk, number, ids["invented-1"]) == 0
