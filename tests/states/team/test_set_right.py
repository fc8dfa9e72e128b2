"""The team's own records are set right with a reason, and what stood there before stays in them."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from states.access import SYSTEM, Actor
from states.casebook.landing import semester_meetings
from states.casebook.rearranging import of_team
from states.casebook.rounds import sweeping, team_clocks
from states.casebook.team import reviews
from states.casebook.team.upkeep import agreements
from states.contents.plans import TeamMinutesContent
from states.contents.team import AgreementContent, ReviewContent
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.vocabulary.people import Role
from tests.cases.walking import Walk
from tests.states.conftest import MONDAY, Watch
from tests.states.looking import verified


def put_right(walk: Walk, record: str, **given: Any) -> str:
    """Correct a record as the chair."""
    return of_team.put_right(walk.book, record, given, by=walk.chair, because="invented-reason")


@pytest.mark.clause("P-10")
def test_an_agreement_is_set_right_by_whoever_entered_it_or_the_chair(walk: Walk) -> None:
    """With whom, and what for. The ledger verifies, and tells of it."""
    book = walk.book
    kinds = sorted(agreements.partners(book.pack))[:1]
    said = AgreementContent(partner="invented-wrnog", purpose="invented-purpose")
    record = agreements.enter(book, said, by=walk.chair, kinds=kinds, signed_at=MONDAY)
    assert put_right(walk, record[:8], partner="invented-right") == record
    (line,) = agreements.listed(book, by=walk.officer)
    assert (line.partner, line.purpose) == ("invented-right", "invented-purpose")
    (kept,) = line.corrections
    assert (kept.by, kept.reason, kept.former) == ("chair", "invented-reason", {"partner": "invented-wrnog"})
    with pytest.raises(BadInput, match="already"):
        put_right(walk, record, partner="invented-right")
    with pytest.raises(BadInput, match="one or more of these fields: partner, purpose"):
        put_right(walk, record, ended_at=MONDAY.isoformat())
    with pytest.raises(BadInput, match="reason"):
        of_team.put_right(book, record, {"purpose": "x"}, by=walk.chair, because=" ")
    with pytest.raises(UnknownRecord):
        put_right(walk, "f" * 32, purpose="x")
    custodian = Actor("invented-custodian", frozenset({Role.CUSTODIAN}), frozenset({"student_affairs"}))
    with pytest.raises(NotPermitted, match="chair's"):
        of_team.put_right(book, record, {"purpose": "x"}, by=custodian, because="x")
    with pytest.raises(NotPermitted):
        of_team.put_right(book, record, {"purpose": "x"}, by=walk.officer, because="x")
    assert verified(book).events


@pytest.mark.clause("P-10")
def test_what_rests_on_an_agreement_and_its_days_are_set_right_as_they_are_checked_at_first(
    walk: Walk,
) -> None:
    """The clock of its end goes with it; the same moment by another clock is no correction."""
    book = walk.book
    first, second = sorted(agreements.partners(book.pack))[:2]
    said, ends = AgreementContent(partner="invented-partner"), MONDAY + timedelta(days=90)
    record = agreements.enter(book, said, by=walk.chair, kinds=[first], signed_at=MONDAY, ends_at=ends)
    signed, later = MONDAY - timedelta(days=30), MONDAY + timedelta(days=120)
    right = {"kinds": [second], "signed_at": signed.isoformat(), "ends_at": later.isoformat()}
    put_right(walk, record, **right, reviewed_at=MONDAY.isoformat())
    (line,) = agreements.listed(book, by=walk.officer)
    assert (line.kinds, line.signed_at, line.ends_at, line.reviewed_at) == ([second], signed, later, MONDAY)
    former = line.corrections[0].former
    assert (former["kinds"], former["reviewed_at"]) == ([first], None)
    assert datetime.fromisoformat(former["ends_at"]) == ends
    assert [each.due_at for each in sweeping.of_team(book, by=walk.chair) if each.about == record] == [later]
    with pytest.raises(BadInput, match="already"):
        put_right(walk, record, ends_at=later.astimezone(ZoneInfo("Asia/Tokyo")).isoformat())
    for wrong in (
        {"signed_at": later.isoformat()},
        {"kinds": ["registrar"]},
        {"ends_at": signed.isoformat()},
    ):
        with pytest.raises(BadInput):
            put_right(walk, record, **wrong)
    put_right(walk, record, ends_at=None)
    assert agreements.listed(book, by=walk.officer)[0].ends_at is None
    assert [each for each in sweeping.of_team(book, by=walk.chair) if each.about == record] == []
    assert verified(book).events


@pytest.mark.clause("W-46")
def test_from_when_a_review_holds_is_set_right_also_once_it_is_approved(walk: Walk) -> None:
    """A day alone is its first moment, by the clock of the institution."""
    book = walk.book
    said = ReviewContent(sections_revised="invented-sections")
    record = reviews.record_review(
        book, said, by=walk.chair, effective_at=MONDAY, approved_by="Invented Provost"
    )
    put_right(walk, record, effective_at="2 Jan 2026")
    (line,) = reviews.listed(book, by=walk.officer)
    assert line.effective_at == datetime(2026, 1, 2, tzinfo=ZoneInfo(book.pack.home.timezone))
    assert datetime.fromisoformat(line.corrections[0].former["effective_at"]) == MONDAY
    assert verified(book).events


@pytest.mark.clause("W-46")
def test_a_review_is_set_right_until_somebody_approved_it_in_these_words(walk: Walk) -> None:
    """Then a misspelt name of whoever approved it, and no more; never to the name of whoever entered it."""
    book = walk.book
    said = ReviewContent(sections_revised="invented-wrnog")
    record = reviews.record_review(book, said, by=walk.chair, effective_at=MONDAY)
    put_right(walk, record, sections_revised="invented-right")
    with pytest.raises(Refused, match="with the approval"):
        put_right(walk, record, approved_by="Invented Provost")
    reviews.approve(book, record, by=walk.chair, approved_by="Invented Porvost")
    put_right(walk, record, approved_by="Invented Provost")
    with pytest.raises(Refused, match="approved these words"):
        put_right(walk, record, sections_revised="x")
    with pytest.raises(Refused, match="another body approves"):
        put_right(walk, record, approved_by="invented-chair-name")
    (line,) = reviews.listed(book, by=walk.officer)
    assert (line.sections_revised, line.approved_by) == ("invented-right", "Invented Provost")
    former = [each.former for each in line.corrections]
    assert former == [{"sections_revised": "invented-wrnog"}, {"approved_by": "Invented Porvost"}]
    assert verified(book).events


@pytest.mark.clause("W-33", "W-02")
def test_who_was_at_a_semesters_meeting_decides_its_quorum_also_afterwards(walk: Walk, watch: Watch) -> None:
    """One that loses its quorum does not count: the clock that it stopped runs again, to the same day."""
    book = walk.book
    team_clocks.set_team_clocks(book, by=SYSTEM)
    due = semester_meetings.due(book, by=walk.chair)
    assert due is not None
    said = TeamMinutesContent(present=("chair", "officer", "nurse"), minutes="invented-wrnog")
    record = semester_meetings.hold(book, said, by=walk.chair)
    assert semester_meetings.due(book, by=walk.chair) is None
    watch.forward(days=1)
    put_right(walk, record, minutes="invented-right", suggestions=["invented-more"])
    assert semester_meetings.read(book, record, by=walk.officer).is_quorate
    put_right(walk, record, present=["chair", "officer"])
    assert not semester_meetings.read(book, record, by=walk.officer).is_quorate
    assert semester_meetings.due(book, by=walk.chair) == due
    watch.forward(days=1)
    put_right(walk, record, present=["chair", "officer", "dean"])
    read = semester_meetings.read(book, record, by=walk.officer)
    assert (read.is_quorate, read.said.minutes) == (True, "invented-right")
    assert semester_meetings.due(book, by=walk.chair) is None
    assert [sorted(each.former) for each in read.corrections] == [
        ["minutes", "suggestions"],
        ["present"],
        ["present"],
    ]
    assert read.corrections[0].at - MONDAY >= timedelta(days=1)
    assert verified(book).events
