"""Which actions of a plan come after which others, and what of that is still to be done (W-07, W-08)."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from states.access import MAY, Act, why_not
from states.casebook.page import Page
from states.casebook.plan.going_on import newest
from states.contents.kept import PLAN_ACTIONS
from states.contents.plans import ActionContent
from states.errors import BadContent
from states.guards.open_actions import is_open
from states.tables import Plan, PlanAction, table_of

_ACTIONS = table_of(PlanAction)

KeyT = TypeVar("KeyT", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Awaited:
    """An action that another one waits for.

    Args:
        what: what is to be done; empty: that is not for whoever asks, who is not on the case.
        owner: who does it; empty: nobody yet.
        due_at: by when.
    """

    what: str
    owner: str
    due_at: datetime | None


def by_number(actions: Sequence[ActionContent]) -> list[tuple[int, ...]]:
    """Of each action of a plan that is drafted, the places of those that it comes after.

    Args:
        actions: the plan's actions; each names others by their numbers, the first being 1.

    Raises:
        BadContent: one names itself or none that there is, or some come after each other in a circle.
    """
    found: dict[int, tuple[int, ...]] = {}
    for place, action in enumerate(actions):
        named = tuple(dict.fromkeys(_place(each, place, len(actions)) for each in action.after))
        found[place] = named
    circle = _circle(found)
    if circle:
        raise _wrong(_in_a_circle([f"action {place + 1}" for place in circle]), circle[0])
    return list(found.values())


def _place(number: str, place: int, count: int) -> int:
    if not (number.isdecimal() and number.isascii() and 0 < int(number[:6]) <= count):
        raise _wrong(f"Action {place + 1} comes after “{number}”, which is no action's number here.", place)
    if int(number) == place + 1:
        raise _wrong(f"Action {place + 1} comes after itself.", place)
    return int(number) - 1


def _wrong(problem: str, place: int) -> BadContent:
    message = f"{problem} Nothing was written: give the numbers of other actions of this plan, from 1."
    return BadContent(message, {f"actions.{place}.after": message})


def check(page: Page, row: PlanAction, after: Collection[str]) -> None:
    """Refuse what an action on record cannot come after.

    Args:
        page: the case.
        row: the action.
        after: ids of the others.

    Raises:
        BadContent: one is none of its plan or the action itself, or some would wait for each other.
    """
    rows = _of_plan(page, row)
    said = {each.id: page.open(PLAN_ACTIONS, each) for each in rows}
    if row.id in after or not set(after) <= set(said):
        what = "itself" if row.id in after else "what is no action of its plan"
        raise _kept_wrong(
            f"This action would come after {what}. Nothing was written: give the ids of other actions of "
            f"its plan, whole (`tat plan show {page.case.number} --json`)."
        )
    others = {each: content.after for each, content in said.items() if each != row.id}
    circle = _circle({row.id: tuple(after)} | others)
    if circle:
        called = [f"“{said[each].what}”" for each in circle]
        raise _kept_wrong(f"{_in_a_circle(called)} Nothing was written.")


def _kept_wrong(message: str) -> BadContent:
    return BadContent(message, {"after": message})


def _of_plan(page: Page, row: PlanAction) -> list[PlanAction]:
    return [] if row.plan_id is None else page.rows(PlanAction, _ACTIONS.c.plan_id == row.plan_id)


def _in_a_circle(called: Sequence[str]) -> str:
    first, *others = (*called, called[0])
    chain = ", which comes after ".join(others)
    return f"{first[:1].upper()}{first[1:]} comes after {chain}: none of them could begin. Leave one out."


def _circle(after: Mapping[KeyT, Collection[KeyT]]) -> list[KeyT]:
    """Some that come after each other, in order; none: there is an order in which all can be done."""
    clear: set[KeyT] = set()
    for start in after:
        path: list[KeyT] = []
        ways = [iter((start,))]
        while ways:
            step = next(ways[-1], None)
            if step is None:
                ways.pop()
                if path:
                    clear.add(path.pop())
            elif step in path:
                return path[path.index(step) :]
            elif step not in clear:
                path.append(step)
                ways.append(iter(tuple(after.get(step, ()))))
    return []


def waits_for(page: Page, row: PlanAction, after: Collection[str] | None = None) -> list[PlanAction]:
    """The actions that one comes after and that are not done, each as it goes on now.

    Args:
        page: the case.
        row: the action.
        after: ids of those that it comes after; None: as it is on record.
    """
    after = page.open(PLAN_ACTIONS, row).after if after is None else after
    rows = {each.id: each for each in page.rows(PlanAction)} if after and row.plan_id else {}
    found = [newest(each, rows) for each in rows.values() if each.id in after]
    return [each for each in found if is_open(each)]


def freed(page: Page, row: PlanAction) -> list[PlanAction]:
    """The open actions in force that waited for one that is done now, and wait for nothing any more."""
    rows = {each.id: each for each in page.rows(PlanAction)}
    plans = {plan.id for plan in page.rows(Plan) if plan.in_force_since is not None}
    waited = [
        each
        for each in rows.values()
        if each.plan_id in plans
        and is_open(each)
        and any(newest(rows[first], rows).id == row.id for first in page.open(PLAN_ACTIONS, each).after)
    ]
    return [each for each in waited if not waits_for(page, each)]


def awaited(page: Page, row: PlanAction) -> tuple[Awaited, ...]:
    """What an action waits for, as its owner is told of it.

    What others do is told in words to those who may read the case; an owner who may not learns who does it,
    and by when.
    """
    reads = why_not(page.by, MAY[Act.READ], page.case) is None
    return tuple(
        Awaited(
            what=page.open(PLAN_ACTIONS, each).what if reads or each.owner == page.by.id else "",
            owner=each.owner or "",
            due_at=each.due_at,
        )
        for each in waits_for(page, row)
    )
