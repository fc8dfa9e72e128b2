"""Shifts that go over to another by their own word, and times off (U-12)."""

from datetime import timedelta

import pytest

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.alarms import duty, swaps
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.vocabulary.effects import Clock, DeadlineStage
from tests.cases.walking import Walk
from tests.states.conftest import MONDAY, Watch
from tests.states.looking import deadlines, verified

DAY = timedelta(days=1)


def on_call(book: Casebook, watch: Watch) -> list[str]:
    """Who is called now."""
    with book.store.read() as connection:
        return duty.on_call(connection, watch.now)


def shift_of(walk: Walk, member: str, days: int = 1, lasts: timedelta = DAY) -> str:
    """Put somebody on call, so many days from the team's Monday."""
    start = MONDAY + days * DAY
    return duty.put_on_call(walk.book, member, by=walk.chair, starts_at=start, ends_at=start + lasts)


@pytest.mark.clause("U-12")
def test_a_shift_stays_with_whoever_has_it_until_the_other_one_takes_it(book: Casebook, watch: Watch) -> None:
    """Who is asked hears at once; the chair does when it has begun and nobody said a word."""
    walk = Walk(book)
    nurse, dean = (members.actor(book, each) for each in ("nurse", "dean"))
    shift = shift_of(walk, "nurse")
    swaps.offer(book, shift, by=nurse, to="dean")
    assert [one.owner for one in deadlines(book, Clock.SHIFT_OFFER)] == ["dean"]
    assert sweeping.sweep(book, by=SYSTEM)[DeadlineStage.REMINDED] > 0
    watch.now = MONDAY + DAY + timedelta(minutes=5)
    assert on_call(book, watch) == ["nurse"]
    sweeping.sweep(book, by=SYSTEM)
    assert deadlines(book, Clock.SHIFT_OFFER)[0].stage == DeadlineStage.ESCALATED
    swaps.answer(book, shift, by=dean, takes=True)
    assert on_call(book, watch) == ["dean"]
    assert deadlines(book, Clock.SHIFT_OFFER)[0].satisfied_at == watch.now
    with pytest.raises(UnknownRecord):
        swaps.answer(book, shift, by=nurse, takes=True)
    with pytest.raises(Refused):
        swaps.answer(book, shift, by=dean, takes=False)
    verified(book)


@pytest.mark.clause("U-12")
def test_nobody_is_given_a_shift_by_another_members_word(walk: Walk) -> None:
    """Another's shift is not theirs to offer, nor is an offer to somebody else theirs to take."""
    book = walk.book
    nurse, dean = (members.actor(book, each) for each in ("nurse", "dean"))
    shift = shift_of(walk, "officer")
    with pytest.raises(NotPermitted):
        swaps.offer(book, shift, by=nurse, to="dean")
    swaps.offer(book, shift, by=walk.chair, to="dean")
    with pytest.raises(UnknownRecord):
        swaps.answer(book, shift, by=nurse, takes=True)
    with pytest.raises(UnknownRecord):
        swaps.answer(book, shift, by=nurse, takes=False)
    swaps.answer(book, shift, by=dean, takes=False)
    swaps.offer(book, shift, by=walk.officer, to="dean")
    swaps.answer(book, shift, by=walk.officer, takes=False)
    (line,) = duty.roster(book, by=walk.chair).shifts
    assert (line.member_id, line.offered_to) == ("officer", "")
    with pytest.raises(BadInput):
        swaps.offer(book, shift, by=walk.chair, to="officer")
    with pytest.raises(BadInput):
        swaps.offer(book, shift, by=walk.chair, to="no-such-member")


@pytest.mark.clause("U-12")
def test_a_shift_in_somebodys_time_off_lacks_somebody_and_another_one_on_call_is_called_alone(
    book: Casebook, watch: Watch
) -> None:
    """Nobody left is worse than somebody off: then they are called all the same."""
    walk = Walk(book)
    nurse = members.actor(book, "nurse")
    shift_of(walk, "nurse", days=0, lasts=20 * DAY)
    assert duty.roster(book, by=walk.chair).gaps == []
    begins, ends = MONDAY + 2 * DAY, MONDAY + 3 * DAY
    off = swaps.take_off(book, "nurse", by=nurse, starts_at=begins, ends_at=ends)
    assert duty.roster(book, by=walk.chair).gaps == [(begins, ends)]
    with pytest.raises(BadInput):
        shift_of(walk, "nurse", days=2)
    shift = shift_of(walk, "dean", days=4)
    swaps.take_off(book, "officer", by=walk.officer, starts_at=begins, ends_at=begins + 9 * DAY)
    with pytest.raises(BadInput):
        swaps.offer(book, shift, by=walk.chair, to="officer")
    watch.now = begins + timedelta(hours=1)
    assert on_call(book, watch) == ["nurse"]
    shift_of(walk, "dean", days=2)
    assert on_call(book, watch) == ["dean"]
    assert duty.roster(book, by=walk.chair).gaps == []
    swaps.be_back(book, off, by=nurse)
    assert on_call(book, watch) == ["nurse", "dean"]
    with pytest.raises(UnknownRecord):
        swaps.be_back(book, off, by=nurse)
    verified(book)


def test_time_off_is_ones_own_or_the_chairs_to_enter(walk: Walk) -> None:
    """Nobody sends another home; what is over is not entered."""
    book, nurse = walk.book, members.actor(walk.book, "nurse")
    with pytest.raises(NotPermitted):
        swaps.take_off(book, "dean", by=nurse, starts_at=MONDAY, ends_at=MONDAY + DAY)
    with pytest.raises(BadInput):
        swaps.take_off(book, "nurse", by=nurse, starts_at=MONDAY - 2 * DAY, ends_at=MONDAY - DAY)
    off = swaps.take_off(book, "dean", by=walk.chair, starts_at=MONDAY, ends_at=MONDAY + DAY)
    with pytest.raises(UnknownRecord):
        swaps.be_back(book, off, by=nurse)
