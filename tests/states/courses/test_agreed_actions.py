"""Actions that meetings agree on: in force like a plan's, whatever plan there is or comes (U-04, W-08)."""

from datetime import timedelta

import pytest

from states.access import Actor
from states.casebook.landing import actions, invitations, sitting
from states.casebook.persons import joining
from states.casebook.plan import doing, meetings
from states.casebook.rearranging import corrections, merging
from states.casebook.rounds import results
from states.casebook.team import members
from states.casebook.team.ending import end
from states.contents.payloads import ASSIGN_ACTIONS
from states.contents.plans import AgreedContent, MeetingContent, MinutesContent, NotedAction
from states.errors import BadInput, Refused
from states.tables import Effect, table_of
from states.vocabulary.cases import Level
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.plans import MeetingKind
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.courses.taking_up import take_up
from tests.states.looking import case, deadlines, everything, owed, rows, running, verified

pytestmark = pytest.mark.clause("U-04", "W-08")

#: enough to decide
THERE = ("chair", "officer", "nurse")


def agreed(walk: Walk, number: str, owner: str = "nurse", *, initial: bool = False) -> str:
    """Hold a meeting about a case now that agrees on one action, due in two days; returns the action's id."""
    now = walk.book.clock()
    meeting = meetings.schedule(walk.book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=now)
    action = AgreedContent(what="invented-deed", owner=owner, due_at=now + timedelta(days=2), initial=initial)
    minutes = MinutesContent(present=THERE, minutes="invented-minutes", actions=(action,))
    meetings.hold(walk.book, number, meeting, minutes, by=walk.chair)
    (made,) = (row for row in walk.records(number, "plan_actions") if row["meeting_id"] == meeting)
    return str(made["id"])


def member(walk: Walk, who: str) -> Actor:
    """A member, as they act."""
    return members.actor(walk.book, who)


def clocks(walk: Walk, action: str) -> list[str]:
    """Whose clocks of an action run."""
    found = deadlines(walk.book, Clock.PLAN_ACTION)
    return [row.owner for row in found if row.about == action and row.satisfied_at is None]


def test_an_action_of_a_meeting_needs_no_plan_and_is_its_owners(walk: Walk) -> None:
    """Its clock runs, its owner is told and finds it, the minutes keep no copy; done, it is over."""
    book, number = walk.book, walk.in_inquiry()
    nurse = member(walk, "nurse")
    action = agreed(walk, number)
    assert (walk.records(number, "plans"), clocks(walk, action)) == ([], ["nurse"])
    (own,) = doing.own_actions(book, number, by=nurse)
    assert (own.action_id, own.what, own.done_at) == (action, "invented-deed", None)
    assert actions.own(book, action, by=nurse) == (number, own)
    assert not any(row["content"].get("actions") for row in walk.records(number, "meetings"))
    work = take_up(book, number, EffectKind.ASSIGN_ACTIONS)
    ((told, sequence),) = results.open_actions(book, work)
    assert (told.id, told.owner, sequence) == (action, "nurse", 0)
    doing.complete_action(book, number, action, by=nurse, report="invented")
    assert clocks(walk, action) == []
    verified(book)


def test_no_plan_that_comes_after_drops_an_action_of_a_meeting(walk: Walk) -> None:
    """Drafted, revised: it stays open, and its clock goes on until the case is closed."""
    number = walk.assessed()
    action = agreed(walk, number)
    walk.act(number, "develop_plan")
    assert clocks(walk, action) == ["nurse"]
    other = walk.monitored(Level.MILD)
    late = agreed(walk, other)
    walk.act(other, "revise_plan", {"reason": "invented"})
    assert clocks(walk, late) == ["nurse"]
    assert late in {own.action_id for own in doing.own_actions(walk.book, other, by=member(walk, "nurse"))}
    walk.dispose(other)
    walk.act(other, "close", {"reason": "x", "without_reintegration": "x"})
    assert clocks(walk, late) == []
    verified(walk.book)


def test_whoever_takes_over_from_a_member_has_their_actions_of_meetings(walk: Walk) -> None:
    """They are told of each, and its clock is theirs."""
    book, number = walk.book, walk.in_inquiry()
    action = agreed(walk, number)
    before = owed(book, number).count(EffectKind.ASSIGN_ACTIONS)
    end(book, "nurse", by=walk.chair, on=book.clock(), hand_over_to="officer")
    assert clocks(walk, action) == ["officer"]
    assert owed(book, number).count(EffectKind.ASSIGN_ACTIONS) == before + 1
    verified(book)


def test_an_action_of_a_meeting_is_corrected_like_a_plans(walk: Walk, watch: Watch) -> None:
    """Its clock and its calendar follow; it never loses its owner."""
    book, number = walk.book, walk.in_inquiry()
    action = agreed(walk, number)
    watch.forward(minutes=1)
    before = owed(book, number).count(EffectKind.ASSIGN_ACTIONS)
    corrections.put_right(book, number, action, {"owner": "officer"}, by=walk.chair, because="x")
    assert clocks(walk, action) == ["officer"]
    assert owed(book, number).count(EffectKind.ASSIGN_ACTIONS) == before + 1
    with pytest.raises(Refused, match="has an owner"):
        corrections.put_right(book, number, action, {"owner": ""}, by=walk.chair, because="x")
    verified(book)


def test_what_is_agreed_on_is_counted_at_the_next_meeting(walk: Walk, watch: Watch) -> None:
    """Open, and late once its day is over."""
    book, number = walk.book, walk.in_inquiry()
    agreed(walk, number)
    watch.forward(days=3)
    at = book.clock() + timedelta(days=1)
    meeting = meetings.schedule(book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=at)
    since = invitations.invitation(book, meeting, by=walk.chair).since
    assert (since.actions_open, since.actions_late) == (1, 1)


@pytest.mark.clause("W-45")
def test_only_an_action_that_has_to_be_done_before_holds_up_coming_back(walk: Walk) -> None:
    """What a meeting agreed on may go on after, unless it says otherwise."""
    number = walk.monitored(Level.MILD)
    for row in walk.records(number, "plan_actions"):
        doing.complete_action(walk.book, number, row["id"], by=walk.officer)
    walk.draft_reintegration(number)
    agreed(walk, number)
    blocking = agreed(walk, number, initial=True)
    with pytest.raises(Refused, match="1 initial action"):
        walk.act(number, "begin_reintegration")
    doing.complete_action(walk.book, number, blocking, by=walk.officer)
    walk.act(number, "begin_reintegration")


def test_nothing_is_written_where_an_action_cannot_be(walk: Walk) -> None:
    """Its day has passed, its owner is nobody, or the case is closed: the minutes wait, too."""
    book, number, now = walk.book, walk.in_inquiry(), walk.book.clock()
    meeting = meetings.schedule(book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=now)
    before = everything(book)
    for owner, days in (("nobody", 1), ("nurse", -1)):
        action = AgreedContent(what="x", owner=owner, due_at=now + timedelta(days=days))
        minutes = MinutesContent(present=THERE, minutes="x", actions=(action,))
        with pytest.raises(BadInput):
            meetings.hold(book, number, meeting, minutes, by=walk.chair)
    assert everything(book) == before
    closed = walk.closed()
    with pytest.raises(Refused, match="is closed"):
        agreed(walk, closed)


@pytest.mark.clause("W-47")
def test_what_is_open_goes_on_in_the_case_that_goes_on(walk: Walk) -> None:
    """Its owner has it there, once, with its clock; what is done stays where it was."""
    book = walk.book
    ends, goes_on = walk.in_inquiry(), walk.in_inquiry()
    done, action = agreed(walk, ends), agreed(walk, ends)
    doing.complete_action(book, ends, done, by=walk.officer)
    joining.confirm_link(book, ends, goes_on, by=walk.chair, same_person=True)
    merging.merge(book, ends, goes_on, by=walk.chair, because="One person.")
    (carried,) = doing.own_actions(book, goes_on, by=member(walk, "nurse"))
    assert (carried.what, clocks(walk, carried.action_id), clocks(walk, action)) == (
        "invented-deed",
        ["nurse"],
        [],
    )
    assert [own.action_id for own in doing.own_actions(book, ends, by=member(walk, "nurse"))] == [done]
    table = table_of(Effect)
    owes = rows(book, Effect, table.c.case_id == case(book, goes_on).id, table.c.kind == ASSIGN_ACTIONS.kind)
    assert len(owes) == 1
    verified(book)


def test_whatever_is_open_goes_on_however_much_it_is(walk: Walk) -> None:
    """Two actions of the case that ends: each has its owner told, and its clock, in the one that goes on."""
    book = walk.book
    ends, goes_on = walk.in_inquiry(), walk.in_inquiry()
    agreed(walk, ends)
    agreed(walk, ends, owner="officer")
    joining.confirm_link(book, ends, goes_on, by=walk.chair, same_person=True)
    merging.merge(book, ends, goes_on, by=walk.chair, because="One person.")
    assert {row["owner"] for row in walk.records(goes_on, "plan_actions")} == {"nurse", "officer"}
    table = table_of(Effect)
    owes = rows(book, Effect, table.c.case_id == case(book, goes_on).id, table.c.kind == ASSIGN_ACTIONS.kind)
    assert len(owes) == 2
    verified(book)


def test_an_action_is_noted_while_people_talk_and_asked_for_whole_at_the_end(walk: Walk) -> None:
    """`Tomorrow` is the day that it was when it was said; what lacks somebody is told by its number."""
    book, number = walk.book, walk.in_inquiry()
    meeting = meetings.schedule(book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=book.clock())
    version = sitting.seat(book, meeting, by=walk.chair).version
    half = NotedAction(what="invented-deed", due_at="tomorrow 5 pm")
    draft = MeetingContent(present=THERE, minutes="invented", actions=(half,), page="1")
    version = sitting.note(book, meeting, draft, by=walk.chair, version=version).version
    kept = sitting.seat(book, meeting, by=walk.chair).draft
    (noted,) = kept.actions
    assert noted.due_at.endswith(" 17:00")
    with pytest.raises(BadInput, match=r"action 1: who does it"):
        sitting.hold(book, meeting, kept, by=walk.chair, version=version)
    version = sitting.seat(book, meeting, by=walk.chair).version
    whole = kept.model_copy(update={"actions": (noted.model_copy(update={"owner": "nurse"}),)})
    sitting.hold(book, meeting, whole, by=walk.chair, version=version)
    (action,) = walk.records(number, "plan_actions")
    assert (action["owner"], f"{action['due_at']:%M}", Clock.PLAN_ACTION in running(book, number)) == (
        "nurse",
        "00",
        True,
    )
    verified(book)
