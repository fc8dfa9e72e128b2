"""The semester's meeting: called, answered, moved, called off, held into its record (W-33, U-04)."""

from datetime import timedelta

import pytest

from states.access import SYSTEM
from states.casebook.landing import semester_calls, semester_meetings
from states.casebook.plan import meetings
from states.casebook.rounds import team_clocks
from states.casebook.team import members
from states.contents.inquiry import RemarkContent
from states.contents.plans import TeamMinutesContent
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.vocabulary.effects import Clock
from states.vocabulary.plans import MeetingKind
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import deadlines, everything, verified

pytestmark = pytest.mark.clause("W-33", "U-04")


def says(walk: Walk, meeting: str, member: str, *, comes: bool, text: str = "") -> None:
    """Let a member say whether they come."""
    who = members.actor(walk.book, member)
    semester_calls.answer(walk.book, meeting, RemarkContent(text=text), comes=comes, by=who)


def test_who_comes_is_counted_as_offices_and_the_minutes_go_into_the_one_record(
    walk: Walk, watch: Watch
) -> None:
    """The newest word counts, sealed; held, the semester's clock stops, and nobody is asked any more."""
    book, at = walk.book, watch.now + timedelta(days=2)
    team_clocks.set_team_clocks(book, by=SYSTEM)
    meeting = semester_calls.call(book, by=walk.chair, at=at)
    assert not semester_calls.invitation(book, meeting, by=walk.officer).is_quorum
    for member in ("chair", "officer", "nurse"):
        says(walk, meeting, member, comes=True)
    says(walk, meeting, "dean", comes=False, text="invented-deputy")
    found = semester_calls.invitation(book, meeting, by=walk.officer)
    assert (found.is_quorum, found.lacking, found.is_asked) == (True, (), True)
    assert "student_affairs" in found.offices
    says(walk, meeting, "chair", comes=False)
    found = semester_calls.invitation(book, meeting, by=walk.officer)
    assert (found.is_quorum, found.lacking) == (False, ("student_affairs",))
    assert {each.member: each.text for each in found.said}["dean"] == "invented-deputy"
    assert b"invented-deputy" not in str(everything(book)).encode()
    minutes = TeamMinutesContent(present=("chair", "officer", "nurse"), minutes="invented")
    with pytest.raises(Refused, match="has not begun"):
        semester_meetings.hold(book, minutes, by=walk.chair)
    with pytest.raises(UnknownRecord):
        semester_meetings.read(book, meeting, by=walk.chair)
    watch.now = at
    assert semester_meetings.hold(book, minutes, by=walk.chair) == meeting
    assert semester_meetings.read(book, meeting, by=walk.officer).said.minutes == "invented"
    assert all(row.satisfied_at for row in deadlines(book, Clock.SEMESTER_MEETING))
    with pytest.raises(Refused, match="held or called off"):
        says(walk, meeting, "dean", comes=True)
    with pytest.raises(Refused, match="held or called off"):
        semester_calls.move(book, meeting, by=walk.chair, at=at, because="invented-why")
    with pytest.raises(Refused, match="held or called off"):
        semester_calls.cancel(book, meeting, by=walk.chair)
    verified(book)


def test_one_is_called_at_a_time_by_whoever_runs_the_team(walk: Walk, watch: Watch) -> None:
    """Ahead, by nobody else, and never a case's; once it is off, another may be called."""
    book, at = walk.book, watch.now + timedelta(days=2)
    meeting = semester_calls.call(book, by=walk.chair, at=at)
    of_case = meetings.schedule(book, walk.in_inquiry(), by=walk.chair, kind=MeetingKind.REVIEW, at=at)
    before = everything(book)
    with pytest.raises(Refused, match="called already"):
        semester_calls.call(book, by=walk.chair, at=at)
    with pytest.raises(BadInput):
        semester_calls.call(book, by=walk.chair, at=watch.now - timedelta(days=1))
    with pytest.raises(BadInput, match="a moved meeting needs a reason"):
        semester_calls.move(book, meeting, by=walk.chair, at=at, because=" ")
    with pytest.raises(NotPermitted):
        semester_calls.call(book, by=walk.officer, at=at)
    for refused in (semester_calls.cancel, semester_calls.invitation):
        with pytest.raises(UnknownRecord):
            refused(book, of_case, by=walk.chair)
    with pytest.raises(BadInput, match="before it was called"):
        semester_calls.move(
            book, meeting, by=walk.chair, at=watch.now - timedelta(days=1), because="invented-why"
        )
    assert everything(book) == before
    semester_calls.cancel(book, meeting, by=walk.chair)
    assert semester_calls.open_calls(book, by=walk.officer) == []
    semester_calls.call(book, by=walk.chair, at=at)
    verified(book)


def test_a_meeting_that_passed_without_minutes_takes_nobodys_place(walk: Walk, watch: Watch) -> None:
    """Another may be called; the minutes are those of the newest that has begun."""
    book = walk.book
    semester_calls.call(book, by=walk.chair, at=watch.now + timedelta(hours=1))
    watch.forward(days=1)
    newer = semester_calls.call(book, by=walk.chair, at=watch.now + timedelta(hours=1))
    watch.forward(hours=2)
    minutes = TeamMinutesContent(present=("chair",), minutes="invented")
    assert semester_meetings.hold(book, minutes, by=walk.chair) == newer
    verified(book)
