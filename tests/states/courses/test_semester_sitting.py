"""The semester's meeting while people talk: its draft, who is in the room, its minutes (W-33, W-55, U-04)."""

from datetime import timedelta

import pytest

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.landing import semester_calls, semester_meetings, semester_sitting, sitting
from states.casebook.plan import meetings
from states.casebook.plan.minutes import NotedMeanwhile
from states.casebook.rounds import team_clocks
from states.casebook.team import ending, members
from states.contents.plans import MeetingContent
from states.contents.team import MemberContent
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.policy.pack import Pack
from states.tables import Effect, table_of
from states.vocabulary.effects import EffectKind
from states.vocabulary.people import Role
from states.vocabulary.plans import MeetingKind
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import everything, rows, verified

pytestmark = pytest.mark.clause("W-33", "U-04")

ALL = ("chair", "officer", "dean", "nurse")


def version(walk: Walk, meeting: str) -> str:
    """The draft that somebody who opens the meeting now has before them."""
    return semester_sitting.seat(walk.book, meeting, by=walk.chair).version


@pytest.mark.clause("W-55", "U-05")
def test_minutes_are_kept_by_topic_while_people_talk_and_read_as_one_text(walk: Walk, watch: Watch) -> None:
    """Sealed, by anybody on the team; on record by whoever runs it, in the plan's order, with its quorum."""
    book = walk.book
    team_clocks.set_team_clocks(book, by=SYSTEM)
    meeting = semester_sitting.begin(book, by=walk.chair)
    assert semester_sitting.begin(book, by=walk.chair) == meeting, "it is on already"
    assert not rows(book, Effect, table_of(Effect).c.kind == EffectKind.CONVENE_TEAM), (
        "nobody is invited to what has begun"
    )
    topics = {"else": "invented-else", "law": "invented-law", "statistics": "invented-fewer"}
    draft = MeetingContent(present=ALL, topics=topics, suggestions=("invented-idea",), page="1")
    seen = version(walk, meeting)
    noted = semester_sitting.note(book, meeting, draft, by=walk.officer, version=seen)
    assert (noted.room.is_quorum, noted.room.present) == (True, tuple(sorted(ALL)))
    assert semester_sitting.seat(book, meeting, by=walk.officer).draft.topics == topics
    assert b"invented-law" not in str(everything(book)).encode()
    with pytest.raises(NotPermitted):
        semester_sitting.hold(book, meeting, draft, by=walk.officer, version=noted.version)
    watch.forward(minutes=40)
    assert semester_sitting.hold(book, meeting, draft, by=walk.chair, version=noted.version) is True
    read = semester_meetings.read(book, meeting, by=walk.officer)
    assert read.said.minutes == (
        "Behavioral statistics\ninvented-fewer\n\nState and federal law and regulations\ninvented-law\n\n"
        "Anything else\ninvented-else"
    )
    assert (read.is_quorate, read.said.suggestions, read.by) == (True, ("invented-idea",), "chair")
    assert "student_affairs" in read.offices
    assert semester_meetings.last(book, by=walk.officer) == (meeting, book.clock())
    assert semester_meetings.due(book, by=walk.chair) is None
    assert semester_sitting.on_now(book, by=walk.chair) is None
    for late in (semester_sitting.note, semester_sitting.hold):
        with pytest.raises(Refused, match="held or called off"):
            late(book, meeting, draft, by=walk.chair, version=noted.version)
    verified(book)


def test_two_who_write_at_once_lose_nothing(walk: Walk) -> None:
    """Whoever is second is told, and neither is written over; a move keeps the draft, and a draft its why."""
    book = walk.book
    meeting = semester_calls.call(book, by=walk.chair, at=book.clock() + timedelta(minutes=30))
    assert semester_sitting.begin(book, by=walk.chair) == meeting, "it begins within the hour"
    seen = version(walk, meeting)
    hers = MeetingContent(present=("chair",), topics={"law": "invented-hers"}, page="1")
    his = MeetingContent(present=("chair",), topics={"law": "invented-his"}, page="2")
    noted = semester_sitting.note(book, meeting, hers, by=walk.chair, version=seen)
    for go in (semester_sitting.note, semester_sitting.hold):
        with pytest.raises(NotedMeanwhile):
            go(book, meeting, his, by=walk.chair, version=seen)
    sitting.enter(book, ALL, by=walk.officer)
    with pytest.raises(NotedMeanwhile):
        semester_sitting.note(book, meeting, hers, by=walk.chair, version=noted.version)
    at = book.clock() + timedelta(minutes=20)
    semester_calls.move(book, meeting, by=walk.chair, at=at, because="invented-why")
    kept = semester_sitting.seat(book, meeting, by=walk.officer)
    assert (kept.draft.topics, kept.room.present) == ({"law": "invented-hers"}, tuple(sorted(ALL)))
    both = his.model_copy(update={"topics": {"law": "invented-both"}})
    semester_sitting.note(book, meeting, both, by=walk.officer, version=kept.version)
    assert semester_calls.invitation(book, meeting, by=walk.officer).moved_because == "invented-why"
    with pytest.raises(Refused, match="has not begun"):
        semester_sitting.hold(book, meeting, both, by=walk.chair, version=version(walk, meeting))
    assert not semester_sitting.seat(book, meeting, by=walk.chair).may_hold
    verified(book)


def test_who_is_in_the_room_is_said_once_for_the_cases_and_the_semester(walk: Walk) -> None:
    """All of it, or nothing; whoever has left the team since is not there."""
    book = walk.book
    number = walk.in_inquiry()
    of_case = meetings.schedule(book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=book.clock())
    meeting = semester_sitting.begin(book, by=walk.chair)
    before = everything(book)
    with pytest.raises(BadInput):
        sitting.enter(book, ("chair", "nobody"), by=walk.chair)
    assert everything(book) == before
    sitting.enter(book, ALL, by=walk.officer)
    assert sitting.seat(book, of_case, by=walk.chair).room.is_quorum
    there = semester_sitting.on_now(book, by=walk.officer)
    assert there is not None
    assert (there.room.present, there.room.is_quorum) == (tuple(sorted(ALL)), True)
    ending.end(book, "nurse", by=walk.chair, on=book.clock(), hand_over_to="dean")
    now = semester_sitting.seat(book, meeting, by=walk.officer).room
    assert now.present == ("chair", "dean", "officer")
    verified(book)


def test_without_a_quorum_it_does_not_count(walk: Walk) -> None:
    """Its minutes are on record, and the semester's clock goes on, as a case's does."""
    book = walk.book
    team_clocks.set_team_clocks(book, by=SYSTEM)
    ends = semester_meetings.due(book, by=walk.chair)
    meeting = semester_sitting.begin(book, by=walk.chair)
    for empty in (MeetingContent(present=("chair",)), MeetingContent(topics={"law": "invented"})):
        with pytest.raises(Refused, match="who was there"):
            semester_sitting.hold(book, meeting, empty, by=walk.chair, version=version(walk, meeting))
    alone = MeetingContent(present=("chair",), topics={"law": "invented"})
    seen = version(walk, meeting)
    assert semester_sitting.hold(book, meeting, alone, by=walk.chair, version=seen) is False
    assert not semester_meetings.read(book, meeting, by=walk.chair).is_quorate
    assert semester_meetings.due(book, by=walk.chair) == ends is not None
    verified(book)


def test_one_that_is_called_for_later_is_not_begun_beside_it(walk: Walk) -> None:
    """Nor by whoever does not run the team; nobody outside the team finds it, nor a case's in its place."""
    book = walk.book
    meeting = semester_calls.call(book, by=walk.chair, at=book.clock() + timedelta(days=2))
    with pytest.raises(Refused, match="has not begun"):
        semester_sitting.begin(book, by=walk.chair)
    with pytest.raises(NotPermitted):
        semester_sitting.begin(book, by=walk.officer)
    assert semester_sitting.on_now(book, by=walk.officer) is None
    of_case = walk.met(walk.in_inquiry())
    with pytest.raises(UnknownRecord):
        semester_sitting.seat(book, of_case, by=walk.chair)
    content = MemberContent(name="invented-desk-name", address="desk@wnmu.example")
    members.enrol(book, "desk", content, by=walk.chair, roles=[Role.INTAKE])
    desk = members.actor(book, "desk")
    draft = MeetingContent(topics={"law": "invented"})
    for go in (
        lambda: semester_sitting.seat(book, meeting, by=desk),
        lambda: semester_sitting.note(book, meeting, draft, by=desk, version=""),
        lambda: semester_sitting.on_now(book, by=desk),
    ):
        with pytest.raises(NotPermitted):
            go()


@pytest.mark.clause("W-55")
def test_what_was_said_of_a_topic_that_the_policy_dropped_stays_in_the_minutes(book: Casebook) -> None:
    """By its code, after those that it has."""
    pack: Pack = book.pack
    said = semester_sitting.in_one(pack, {"gone": "invented-gone", "law": "invented-law"})
    assert said == "State and federal law and regulations\ninvented-law\n\ngone\ninvented-gone"
