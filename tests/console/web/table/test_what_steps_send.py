"""What a step sends is shown before it is owed: only what stays in the team may leave without a look."""

from collections.abc import Iterator

import pytest

from console.web.cases.looking import asked_of, fields_of
from console.web.cases.opening import open_case
from console.web.cases.steps.every import STEPS
from console.web.cases.steps.step import Given
from states.casebook.inquiry import triage
from states.errors import TatError
from states.vocabulary.effects import EffectKind
from tasks.drafts.foreseen import Owing, foresee
from tests.console.web.conftest import Served
from tests.console.web.table.people import people
from tests.console.web.table.test_steps import filled_in

#: what steps may owe that nobody has to look at first: to members of the team, and into their calendars
INSIDE = frozenset(
    {
        EffectKind.NOTIFY_TEAM,
        EffectKind.CONVENE_TEAM,
        EffectKind.CANCEL_MEETINGS,
        EffectKind.ASSIGN_ACTIONS,
        EffectKind.SCHEDULE_REASSESSMENT,
        EffectKind.SCHEDULE_CHECKINS,
    }
)

#: steps that nobody has to look at first, and that cannot be tried in these cases with what is filled in here
NOT_TRIED = frozenset(
    {
        "approve_plan",
        "call",
        "concur",
        "confirm",
        "decide_conflict",
        "draft_plan",
        "hand_over",
        "in_danger",
        "lift_privacy",
        "outcome",
        "rate",
        "relate",
        "reprisal",
        "revoke_consent",
        "same_person",
        "take_over",
        "talked",
        "target",
        "tell",
        "unlink",
        "unrelate",
        "waive_follow_up",
    }
)


def tried(served: Served, number: str, name: str, doer: str) -> Owing | None:
    """What a step would make a case owe that somebody takes with a form filled in; None: it does not go."""
    form, step, by = filled_in(served, number, name, doer), STEPS[name], served.walk.chair
    (who,) = [each for each in (served.walk.chair, served.walk.officer) if each.id == doer]
    case = open_case(served.book, number, who)
    about = next(iter(form.get("about", ())), "")
    asked = step.fields(asked_of(case, who, about)) if step.in_turn else fields_of(case, step, who)
    if any(one.needed and one.is_empty for one in asked):
        return None
    given = Given(form, asked)
    try:
        # Whoever keeps themselves out sees nothing of it afterwards: the chair looks for them.
        return foresee(
            served.book,
            served.app.state.desk.settings,
            number,
            lambda book: step.do(book, number, who, given),
            by=by,
        )
    except TatError:
        return None


def owings(served: Served, name: str, numbers: list[str]) -> Iterator[Owing]:
    """What a step would owe, wherever it goes."""
    for number in numbers:
        for doer in ("officer", "chair"):
            found = tried(served, number, name, doer)
            if found is not None:
                yield found


def test_what_leaves_the_team_is_looked_at_first(alone: Served) -> None:
    """Of each step that shows nothing by itself, all that it owes is for members of the team."""
    walk = alone.walk
    numbers = [walk.reported(), walk.in_inquiry(), walk.monitored(), walk.reintegrating()]
    triage.assign(alone.book, numbers[-1], by=walk.chair, lead="officer", offices=["university_police"])
    everybody = {*people(alone, numbers[-1]).ids.values()}
    not_tried, outside = set(), list[str]()
    for name in sorted(name for name, step in STEPS.items() if not step.looks):
        owed = list(owings(alone, name, numbers))
        if not owed:
            not_tried.add(name)
        for owing in owed:
            outside += [f"{name} owes {kind}" for kind in owing.effects if kind not in INSIDE]
            outside += [f"{name}: {m.recipient}" for m in owing.messages if m.recipient not in everybody]
    assert sorted(set(outside)) == []
    assert not_tried == NOT_TRIED, f"try these, or say here that they cannot be: {sorted(not_tried)}"


@pytest.mark.parametrize("name", ["order_paper", "invite"])
def test_what_leaves_by_a_new_hand_is_looked_at_first(name: str) -> None:
    """A court's paper goes to the police, and somebody comes onto a case: neither leaves with one press."""
    assert STEPS[name].looks


def test_assigning_shows_on_asking_who_is_told(alone: Served) -> None:
    """Whoever assigns may see each message first, to whom and in its words; nothing of it is written."""
    number, chair = alone.walk.reported(), alone.browser("chair")
    form = chair.get(f"/cases/{number}/steps/assign").text
    assert 'value="do"' in form, "it takes no more presses than before"
    assert 'value="look"' in form
    said = {"lead": "officer", "offices": ["health_services"], "go": "look"}
    look = chair.post(f"/cases/{number}/steps/assign", data=said).text
    assert "You were put on this case." in look
    assert "invented-nurse-name" in look
    assert "assigned" not in alone.walk.events(number)
