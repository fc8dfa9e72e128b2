"""A plan that is revised: its open actions go on, none is lost and none is done twice (W-08, W-45)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from states.access import Actor
from states.casebook.landing import actions
from states.casebook.plan import calendars, doing, meetings, planning
from states.casebook.standing.handing_over import cases_of
from states.casebook.team import members, passing_on
from states.contents.plans import AgreedContent, MinutesContent, PlanContent
from states.errors import BadContent, LeftUnsaid, Refused, TransitionRefused
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.plans import MeetingKind, PlanKind
from tests.cases.planning import put_in_force
from tests.cases.walking import Walk
from tests.states.looking import case, deadlines, owed, verified

pytestmark = pytest.mark.clause("W-08", "W-45")


def draft(
    walk: Walk, number: str, rows: Sequence[dict[str, Any]], stay_open: Sequence[str] = ()
) -> dict[str, str]:
    """Draft a plan of these actions, beside which some stay open; the id of each, by what it is."""
    due = (walk.book.clock() + timedelta(days=2)).isoformat()
    full = [{"owner": "nurse", "due_at": due, **row} for row in rows]
    content = PlanContent.read({"kind": PlanKind.ACTIVE_MONITORING, "actions": full, "stay_open": stay_open})
    plan = planning.draft_plan(walk.book, number, content, by=walk.officer)
    found = [row for row in walk.records(number, "plan_actions") if row["plan_id"] == plan]
    return {row["content"]["what"]: row["id"] for row in found}


def monitored(walk: Walk, *rows: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """A case whose plan has these actions, planned anew; its number, and the ids of the actions."""
    number = walk.assessed(Level.MILD)
    walk.act(number, "develop_plan")
    ids = draft(walk, number, rows)
    put_in_force(walk, number)
    walk.act(number, "revise_plan", {"reason": "invented-revision"})
    return number, ids


def clocks(walk: Walk) -> set[str]:
    """The actions of which a clock runs."""
    return {row.about for row in deadlines(walk.book, Clock.PLAN_ACTION) if row.satisfied_at is None}


def nurse(walk: Walk) -> Actor:
    """Whoever owns the actions, who is not on the case."""
    return members.actor(walk.book, "nurse")


def test_an_action_that_goes_on_is_done_once(walk: Walk) -> None:
    """Its clock runs once, its owner finds it once, and reintegration waits for the new one alone."""
    number, old = monitored(walk, {"what": "invented-talk"}, {"what": "invented-call"})
    doing.report_on_action(walk.book, number, old["invented-talk"], "invented-report", by=nurse(walk))
    more = {"what": "invented-talk-more", "continues": old["invented-talk"]}
    new = draft(walk, number, [more], [old["invented-call"]])
    # A draft changes nothing about what is in force.
    assert clocks(walk) == set(old.values())
    put_in_force(walk, number)
    assert clocks(walk) == {new["invented-talk-more"], old["invented-call"]}
    mine = doing.own_actions(walk.book, number, by=nurse(walk))
    assert [each.what for each in mine] == ["invented-call", "invented-talk-more"]
    assert "actions_carried_on" in walk.events(number)
    # What was reported on it stays, and its letter leads on to what it goes on as.
    assert "invented-report" in [each["content"]["text"] for each in walk.records(number, "remarks")]
    found = actions.own(walk.book, old["invented-talk"], by=nurse(walk))
    assert found[1].action_id == new["invented-talk-more"]
    with pytest.raises(Refused, match="goes on as one of the plan"):
        doing.complete_action(walk.book, number, old["invented-talk"], by=nurse(walk))
    with pytest.raises(Refused, match="goes on as one of the plan"):
        doing.report_on_action(walk.book, number, old["invented-talk"], "invented", by=nurse(walk))
    walk.draft_reintegration(number)
    for action in (new["invented-talk-more"], old["invented-call"]):
        with pytest.raises(TransitionRefused, match="initial action"):
            walk.act(number, "begin_reintegration")
        doing.complete_action(walk.book, number, action, by=nurse(walk))
    walk.act(number, "begin_reintegration")
    assert case(walk.book, number).state == CaseState.REINTEGRATION
    verified(walk.book)


def test_what_was_carried_leaves_calendars_and_hands(walk: Walk) -> None:
    """Whoever had the old action has nothing of it any more, where somebody else has the new one."""
    number, old = monitored(walk, {"what": "invented-talk"})
    assert case(walk.book, number).id in with_work(walk)
    draft(walk, number, [{"what": "invented-talk", "owner": "dean", "continues": old["invented-talk"]}])
    put_in_force(walk, number)
    assert case(walk.book, number).id not in with_work(walk)
    with walk.book.page(number, walk.chair, None) as page:
        # An invitation to it would have been sent; there is nothing ahead that it names.
        assert old["invented-talk"] not in calendars.entries_ahead(page, "nurse")
        assert old["invented-talk"] not in passing_on.actions_of(page, "nurse")
    assert EffectKind.CANCEL_MEETINGS in owed(walk.book, number)


def with_work(walk: Walk) -> list[str]:
    """The cases in which the nurse has something to do."""
    with walk.book.store.read() as connection:
        return cases_of(connection, "nurse")


@pytest.mark.parametrize(("says", "is_done"), [("invented-talk", True), ("invented-talk again", False)])
def test_what_is_done_while_the_plan_is_revised_is_not_done_again(
    walk: Walk, says: str, *, is_done: bool
) -> None:
    """It is done in the new plan, too, unless that asks for something else."""
    number, old = monitored(walk, {"what": "invented-talk"})
    new = draft(walk, number, [{"what": says, "continues": old["invented-talk"]}])
    doing.complete_action(walk.book, number, old["invented-talk"], by=nurse(walk))
    put_in_force(walk, number)
    (row,) = [each for each in walk.records(number, "plan_actions") if each["id"] == new[says]]
    assert (row["done_at"] is not None) is is_done
    assert clocks(walk) == (set() if is_done else {new[says]})


def test_what_comes_after_an_action_waits_for_what_that_goes_on_as(walk: Walk) -> None:
    """And no longer than that: an action of the old plan is not held up by one that nobody does any more."""
    number, old = monitored(walk, {"what": "invented-first"}, {"what": "invented-then", "after": [1]})
    now = {"what": "invented-now", "continues": old["invented-first"]}
    new = draft(walk, number, [now], [old["invented-then"]])
    put_in_force(walk, number)
    then = next(
        each
        for each in doing.own_actions(walk.book, number, by=nurse(walk))
        if each.action_id == old["invented-then"]
    )
    assert [each.what for each in then.waits_for] == ["invented-now"]
    doing.complete_action(walk.book, number, new["invented-now"], by=nurse(walk))
    assert doing.complete_action(walk.book, number, old["invented-then"], by=nurse(walk)) == []


def test_a_draft_goes_on_from_actions_in_force_and_from_each_once(walk: Walk) -> None:
    """What names another one is refused at its row; nothing is written."""
    number, old = monitored(walk, {"what": "invented-talk"})
    drafted = draft(walk, number, [{"what": "invented-draft"}], [old["invented-talk"]])
    for from_ in (drafted["invented-draft"], "0" * 32):
        with pytest.raises(BadContent) as refused:
            draft(walk, number, [{"what": "invented", "continues": from_}])
        assert set(refused.value.at) == {"actions.0.continues"}
    twice = {"what": "invented", "continues": old["invented-talk"]}
    with pytest.raises(BadContent) as refused:
        draft(walk, number, [twice, twice])
    assert set(refused.value.at) == {"actions.1.continues"}
    assert len(walk.records(number, "plans")) == 2


def test_what_a_third_plan_carries_goes_on_from_the_second(walk: Walk) -> None:
    """Also where whoever drafts it still names the action of the first."""
    number, old = monitored(walk, {"what": "invented-talk"})
    second = draft(walk, number, [{"what": "invented-second", "continues": old["invented-talk"]}])
    put_in_force(walk, number)
    walk.act(number, "revise_plan", {"reason": "invented-revision"})
    third = draft(walk, number, [{"what": "invented-third", "continues": old["invented-talk"]}])
    put_in_force(walk, number)
    into = {row["id"]: row["continued_by"] for row in walk.records(number, "plan_actions")}
    assert into[second["invented-second"]] == third["invented-third"]
    assert clocks(walk) == set(third.values())
    assert actions.own(walk.book, old["invented-talk"], by=nurse(walk))[1].what == "invented-third"


def test_a_draft_says_of_each_open_action_what_becomes_of_it(walk: Walk) -> None:
    """The same action drafted anew would be done twice: what is left unsaid is refused, and told by name."""
    number, old = monitored(
        walk, {"what": "invented-talk"}, {"what": "invented-call"}, {"what": "invented-x"}
    )
    doing.complete_action(walk.book, number, old["invented-x"], by=nurse(walk))
    rows = [{"what": "invented-talk"}, {"what": "invented-call", "continues": old["invented-call"]}]
    with pytest.raises(LeftUnsaid, match="Nothing was written: of each, say") as refused:
        draft(walk, number, rows)
    (left,) = refused.value.still_open
    assert (left.id, left.what, left.owner) == (old["invented-talk"], "invented-talk", "nurse")
    # What reaches logs says nothing of anybody.
    assert "invented" not in str(refused.value)
    assert len(walk.records(number, "plans")) == 1
    draft(walk, number, rows, [old["invented-talk"]])
    (_, plan) = walk.records(number, "plans")
    assert plan["content"]["stay_open"] == [old["invented-talk"]]
    put_in_force(walk, number)
    assert old["invented-talk"] in clocks(walk)
    assert old["invented-call"] not in clocks(walk)


def test_an_action_is_meant_by_how_its_id_begins(walk: Walk) -> None:
    """As a terminal shows it; on record is the whole id."""
    number, old = monitored(walk, {"what": "invented-talk"}, {"what": "invented-call"})
    more = {"what": "invented-more", "continues": old["invented-talk"][:8]}
    draft(walk, number, [more], [old["invented-call"][:8]])
    *_, plan = walk.records(number, "plans")
    (action,) = [row for row in walk.records(number, "plan_actions") if row["plan_id"] == plan["id"]]
    assert action["content"]["continues"] == old["invented-talk"]
    assert plan["content"]["stay_open"] == [old["invented-call"]]


def test_what_stays_open_is_in_force_and_goes_on_as_nothing_else(walk: Walk) -> None:
    """What names another one is refused at its field; nothing is written."""
    number, old = monitored(walk, {"what": "invented-talk"})
    drafted = draft(walk, number, [{"what": "invented-draft"}], [old["invented-talk"]])
    both = {"what": "invented", "continues": old["invented-talk"]}
    for rows, stay in (
        ([{"what": "invented"}], drafted["invented-draft"]),
        ([{"what": "invented"}], old["invented-talk"][:2]),
        ([both], old["invented-talk"]),
    ):
        with pytest.raises(BadContent, match="would stay open") as refused:
            draft(walk, number, rows, [stay])
        assert set(refused.value.at) == {"stay_open"}
    assert len(walk.records(number, "plans")) == 2


def test_what_a_meeting_agreed_on_is_no_matter_of_a_plan(walk: Walk) -> None:
    """A first plan is drafted as ever, and one that is revised says nothing of it."""
    number = walk.assessed(Level.MILD)
    soon = walk.book.clock() + timedelta(hours=1)
    meeting = meetings.schedule(walk.book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=soon)
    now = walk.book.clock()
    meetings.move(walk.book, number, meeting, by=walk.chair, at=now, because="invented")
    agreed = AgreedContent(what="invented-agreed", owner="nurse", due_at=now + timedelta(days=2))
    minutes = MinutesContent(present=("chair", "nurse"), minutes="invented", actions=(agreed,))
    meetings.hold(walk.book, number, meeting, minutes, by=walk.chair)
    walk.act(number, "develop_plan")
    old = draft(walk, number, [{"what": "invented-talk"}])
    put_in_force(walk, number)
    walk.act(number, "revise_plan", {"reason": "invented-revision"})
    draft(walk, number, [{"what": "invented-talk", "continues": old["invented-talk"]}])
    assert len(walk.records(number, "plans")) == 2
