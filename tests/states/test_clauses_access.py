"""The clauses on who sees and does what: need to know, and a record of it."""

import pytest

from states.casebook import inquiry, planning, reading, team
from states.errors import BadInput, NotPermitted, UnknownRecord
from states.records import NoteContent
from states.vocabulary import Clock
from tests.states.looking import everything, running
from tests.walking import Walk


def owned_from_outside(walk: Walk) -> tuple[str, str, str]:
    """A monitored case whose nurse owns an action and is not on it; her action's id, and another's."""
    number = walk.monitored()
    inquiry.assign(walk.book, number, by=walk.chair, lead="chair", offices=["student_affairs"])
    by_owner = {row["owner"]: row["id"] for row in walk.records(number, "plan_actions")}
    return number, by_owner["nurse"], by_owner["officer"]


@pytest.mark.clause("W-39", "W-10")
def test_the_owner_of_an_action_completes_it_from_outside_the_case(walk: Walk) -> None:
    """She reads, reports on and completes that one action; her report is on the case's record."""
    number, hers, _ = owned_from_outside(walk)
    nurse = team.actor(walk.book, "nurse")
    (mine,) = planning.own_actions(walk.book, number, by=nurse)
    assert (mine.action_id, mine.what, mine.done_at) == (hers, "invented-action-nurse", None)
    planning.report_on_action(walk.book, number, hers, "He did not come.", by=nurse)
    assert Clock.PLAN_ACTION in running(walk.book, number)
    planning.complete_action(walk.book, number, hers, by=nurse, report="He came.")
    (done,) = [row for row in walk.records(number, "plan_actions") if row["done_at"]]
    assert done["id"] == hers
    said = [row["content"]["text"] for row in walk.records(number, "remarks") if row["about"] == hers]
    assert said == ["He did not come.", "He came."]
    read = [event for event in reading.timeline(walk.book, number, by=walk.chair) if event.actor == "nurse"]
    assert [event.what for event in read] == ["read", "action_reported_on", "action_completed"]


@pytest.mark.clause("W-39")
def test_the_owner_of_an_action_does_nothing_else_of_the_case(walk: Walk) -> None:
    """Neither another one's action, nor a draft's, nor a note; and she sees nothing of the rest."""
    number, hers, another = owned_from_outside(walk)
    nurse = team.actor(walk.book, "nurse")
    before = everything(walk.book)
    for refused in (
        lambda: planning.complete_action(walk.book, number, another, by=nurse),
        lambda: planning.report_on_action(walk.book, number, another, "x", by=nurse),
        lambda: planning.complete_action(walk.book, number, "none", by=nurse),
        lambda: inquiry.note(walk.book, number, NoteContent(text="x"), by=nurse),
        lambda: reading.dossier(walk.book, number, by=nurse),
    ):
        with pytest.raises(NotPermitted, match="not on this case"):
            refused()
    with pytest.raises(NotPermitted):
        planning.own_actions(walk.book, number, by=team.actor(walk.book, "dean"))
    with pytest.raises(BadInput, match="empty"):
        planning.report_on_action(walk.book, number, hers, "  ", by=nurse)
    with pytest.raises(UnknownRecord):
        planning.complete_action(walk.book, number, "none", by=walk.chair)
    assert everything(walk.book) == before


@pytest.mark.clause("W-39")
def test_an_action_of_a_draft_is_nobodys_yet(walk: Walk) -> None:
    """Only a plan in force gives its owners anything to do."""
    number = walk.planned()
    inquiry.assign(walk.book, number, by=walk.chair, lead="chair", offices=["student_affairs"])
    (hers,) = [row["id"] for row in walk.records(number, "plan_actions") if row["owner"] == "nurse"]
    with pytest.raises(NotPermitted):
        planning.complete_action(walk.book, number, hers, by=team.actor(walk.book, "nurse"))
