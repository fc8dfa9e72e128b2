"""Meetings that are on now: their order, who is in the room, and minutes as far as they go (U-04, U-05)."""

from datetime import timedelta

import pytest

from states.casebook import Casebook
from states.casebook.inquiry import triage
from states.casebook.landing import sitting
from states.casebook.plan import meetings
from states.casebook.plan.minutes import NotedMeanwhile
from states.casebook.reading.meetings import listed
from states.casebook.standing.decisions import decide
from states.contents.plans import MeetingContent
from states.errors import BadInput
from states.vocabulary.cases import Level
from states.vocabulary.plans import MeetingKind
from tests.cases.walking import Walk
from tests.states.looking import everything, verified

pytestmark = pytest.mark.clause("U-04", "U-05")

#: all of the team
ALL = ("chair", "officer", "dean", "nurse")


def test_a_sitting_goes_from_the_gravest_case_on_and_keeps_sealed_drafts(book: Casebook) -> None:
    """What is on later is not on now; who is there is said once; a draft lies sealed."""
    walk, now = Walk(book), book.clock()
    mild, grave, later = walk.in_inquiry(), walk.in_inquiry(), walk.in_inquiry()
    triage.screen(book, grave, by=walk.officer, level=Level.SEVERE, because="invented")
    kind = MeetingKind.REVIEW
    ids = {
        number: meetings.schedule(book, number, by=walk.chair, kind=kind, at=now) for number in (mild, grave)
    }
    meetings.schedule(book, later, by=walk.chair, kind=kind, at=now + timedelta(hours=2))
    decide(book, grave, "nurse", by=walk.chair, keep_out=True, because="invented")
    assert sitting.on_now(book, by=walk.chair) == [ids[grave], ids[mild]]
    sitting.enter(book, ALL, by=walk.chair)
    first, second = (sitting.seat(book, ids[number], by=walk.chair) for number in (grave, mild))
    assert (first.room.outside, first.room.is_quorum, "nurse" in first.room.present) == (
        ("nurse",),
        True,
        False,
    )
    assert (second.room.outside, second.room.present) == ((), tuple(sorted(ALL)))
    with pytest.raises(BadInput):
        sitting.enter(book, ["nobody"], by=walk.chair)
    # Too few, and without the chair's office.
    few = MeetingContent(present=("dean",), minutes="invented-draft", page="1")
    sitting.note(book, ids[mild], few, by=walk.chair, version=second.version)
    room = sitting.seat(book, ids[mild], by=walk.chair).room
    assert (room.is_quorum, room.lacking) == (False, ("student_affairs",))
    with pytest.raises(NotedMeanwhile):
        sitting.note(
            book, ids[mild], few.model_copy(update={"page": "2", "minutes": "x"}), by=walk.officer, version=""
        )
    assert b"invented-draft" not in str(everything(book)).encode()
    assert sitting.hold(book, ids[mild], few, by=walk.chair, version="") is False
    assert {line.number for line in listed(book, by=walk.chair) if line.held_at} == {mild}
    verified(book)


def test_no_open_page_takes_back_who_is_said_to_be_in_the_room(
    book: Casebook,
) -> None:
    """A page that wrote before meets it as somebody else's word; a member who is none changes nothing."""
    walk, now = Walk(book), book.clock()
    ids = [
        meetings.schedule(book, walk.in_inquiry(), by=walk.chair, kind=MeetingKind.REVIEW, at=now)
        for _ in range(2)
    ]
    mine = MeetingContent(present=("dean",), minutes="invented", page="1")
    noted = sitting.note(book, ids[0], mine, by=walk.chair, version=_seat(book, walk, ids[0]).version)
    before = everything(book)
    with pytest.raises(BadInput):
        sitting.enter(book, ["dean", "nobody"], by=walk.chair)
    assert everything(book) == before
    sitting.enter(book, ALL, by=walk.chair)
    assert {_seat(book, walk, each).room.present for each in ids} == {tuple(sorted(ALL))}
    for go in (sitting.note, sitting.hold):
        with pytest.raises(NotedMeanwhile):
            go(book, ids[0], mine, by=walk.chair, version=noted.version)
    assert _seat(book, walk, ids[0]).room.present == tuple(sorted(ALL))
    verified(book)


def _seat(book: Casebook, walk: Walk, meeting: str) -> sitting.Seat:
    return sitting.seat(book, meeting, by=walk.chair)
