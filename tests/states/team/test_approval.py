"""The final approval of a version of the policy: said until it is on record; nothing waits for it (W-46)."""

from datetime import timedelta

import pytest

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.reading.needs import needs
from states.casebook.rounds import sweeping
from states.casebook.team import approval, reviews
from states.casebook.team.approval import Standing
from states.contents.team import ReviewContent
from states.errors import NotPermitted, Refused
from states.policy.pack import PACKS
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock, DeadlineStage
from tests.cases.walking import Walk
from tests.states.conftest import MONDAY, Watch
from tests.states.looking import case, deadlines, verified

pytestmark = pytest.mark.clause("W-46")

SAID = ReviewContent(sections_revised="invented-section")


def waits(book: Casebook, walk: Walk) -> bool:
    """Whether the approval stands in the chair's work, and in nobody else's."""
    sweeping.sweep(book, by=SYSTEM)
    whose = {
        who.id
        for who in (walk.chair, walk.officer)
        if any(need.clock is Clock.POLICY_APPROVAL for need in needs(book, by=who))
    }
    assert whose <= {walk.chair.id}
    return bool(whose)


def test_a_version_that_nobody_approved_is_said_in_the_chairs_work_until_its_approval_is_on_record(
    book: Casebook, watch: Watch
) -> None:
    """Reminded of and late like any clock; who approved, who entered that, when and of which version stay."""
    walk = Walk(book)
    assert approval.standing(book, by=walk.officer).standing is Standing.UNREVIEWED
    assert waits(book, walk)
    watch.now = MONDAY + timedelta(days=30)
    assert waits(book, walk)
    (clock,) = deadlines(book, Clock.POLICY_APPROVAL)
    assert clock.stage is not DeadlineStage.OPEN
    made = reviews.record_review(book, SAID, by=walk.chair, effective_at=MONDAY, pack=book.pack)
    assert approval.standing(book, by=walk.officer).standing is Standing.WAITING
    assert waits(book, walk)
    with pytest.raises(NotPermitted):
        reviews.approve(book, made, by=walk.officer, approved_by="invented-body")
    reviews.approve(book, made, by=walk.chair, approved_by="invented-body")
    assert not waits(book, walk)
    found = approval.standing(book, by=walk.officer)
    assert (found.standing, found.approved_by) == (Standing.APPROVED, "invented-body")
    (line,) = reviews.listed(book, by=walk.officer)
    assert (line.version, line.entered_by, line.entered_at) == (found.version, "chair", watch.now)
    verified(book)


def test_another_version_needs_an_approval_of_its_own_and_no_case_waits_for_it(book: Casebook) -> None:
    """One approved review of no version is of none; under what nobody approved, a case goes its whole way."""
    walk = Walk(book)
    reviews.record_review(book, SAID, by=walk.chair, effective_at=MONDAY, approved_by="invented-body")
    assert approval.standing(book, by=walk.chair).standing is Standing.UNREVIEWED
    reviews.record_review(
        book, SAID, by=walk.chair, effective_at=MONDAY, approved_by="invented-body", pack=book.pack
    )
    assert not waits(book, walk)
    changed = book.pack.model_copy().read_from(PACKS / "wnmu" / "pack.toml", b"invented-other-version", {})
    assert approval.standing(book, by=walk.chair, pack=changed).standing is Standing.UNREVIEWED
    book.pack = changed
    assert waits(book, walk)
    assert case(book, walk.closed()).state == CaseState.CLOSED


def test_whoever_wrote_a_review_is_not_who_approved_it(book: Casebook) -> None:
    """By id or by name, however it is spelled; at once or later; nothing is written then."""
    walk = Walk(book)
    made = reviews.record_review(book, SAID, by=walk.chair, effective_at=MONDAY, pack=book.pack)
    for name in ("chair", " Invented-CHAIR-name "):
        with pytest.raises(Refused, match="W-46"):
            reviews.approve(book, made, by=walk.chair, approved_by=name)
        with pytest.raises(Refused, match="W-46"):
            reviews.record_review(book, SAID, by=walk.chair, effective_at=MONDAY, approved_by=name)
    (line,) = reviews.listed(book, by=walk.chair)
    assert (line.approved_by, line.entered_at) == ("", None)
