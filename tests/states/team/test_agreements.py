"""Interagency agreements: what rests on each, and what is said before and after its end (P-10)."""

from datetime import timedelta

import pytest

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.casebook.team.upkeep import agreements
from states.casebook.triggers import acting
from states.contents.team import AgreementContent
from states.errors import BadInput, NotPermitted, UnknownRecord
from states.tables import Agreement
from states.vocabulary.effects import Clock, DeadlineStage
from states.vocabulary.sources import SourceKind
from tests.cases.walking import Walk
from tests.states.conftest import MONDAY, Watch
from tests.states.looking import deadlines, rows, verified

WITH = AgreementContent(partner="invented-agency", purpose="invented-purpose")
YEAR = timedelta(days=365)


def made(walk: Walk, kind: SourceKind, *, ends_in: timedelta | None) -> str:
    """Put an agreement on record that was signed a year ago."""
    return agreements.enter(
        walk.book,
        WITH,
        by=walk.chair,
        kinds=[kind],
        signed_at=MONDAY - YEAR,
        ends_at=None if ends_in is None else MONDAY + ends_in,
    )


def asked_of_a_partner(walk: Walk) -> SourceKind:
    """A kind of source that each inquiry asks a partner about."""
    every = {entry.kind for entry in walk.book.pack.sources if entry.ask == "every_inquiry"}
    return min(every & agreements.partners(walk.book.pack))


def doubts(walk: Walk, number: str) -> dict[str, tuple[str, ...]]:
    """What the explainer says that whoever takes a step is to know, by step."""
    found = acting.can(walk.book, number, by=walk.officer)
    return {each.row.trigger: each.doubts for each in found if each.doubts}


@pytest.mark.clause("P-10")
def test_an_agreement_reminds_before_its_end_and_a_renewal_moves_the_reminder(
    book: Casebook, watch: Watch
) -> None:
    """Ninety days ahead, then loud; renewed, its clock runs to the new end; ended, it has none."""
    walk = Walk(book)
    agreement = made(walk, asked_of_a_partner(walk), ends_in=timedelta(days=100))
    watch.forward(days=11)
    sweeping.sweep(book, by=SYSTEM)
    (clock,) = deadlines(book, Clock.AGREEMENT)
    assert (clock.stage, clock.due_at) == (DeadlineStage.REMINDED, MONDAY + timedelta(days=100))
    watch.forward(days=90)
    sweeping.sweep(book, by=SYSTEM)
    assert deadlines(book, Clock.AGREEMENT)[0].stage == DeadlineStage.ESCALATED
    renewed = watch.now + YEAR
    agreements.review(book, agreement, by=walk.chair, reviewed_at=watch.now, ends_at=renewed)
    running = [one for one in deadlines(book, Clock.AGREEMENT) if one.satisfied_at is None]
    assert [(one.due_at, one.stage) for one in running] == [(renewed, DeadlineStage.OPEN)]
    (line,) = agreements.listed(book, by=walk.officer)
    assert (line.reviewed_at, line.ends_at, line.partner) == (watch.now, renewed, "invented-agency")
    agreements.end(book, agreement, by=walk.chair)
    assert [one for one in deadlines(book, Clock.AGREEMENT) if one.satisfied_at is None] == []
    with pytest.raises(UnknownRecord):
        agreements.end(book, agreement, by=walk.chair)
    verified(book)


@pytest.mark.clause("P-10")
def test_a_look_up_that_rests_on_an_agreement_that_ran_out_is_marked_and_not_blocked(
    walk: Walk, watch: Watch
) -> None:
    """Before the inquiry asks, and where its answers count; not while it holds, nor once another one does."""
    kind = asked_of_a_partner(walk)
    made(walk, kind, ends_in=timedelta(days=1))
    number = walk.screened()
    assert doubts(walk, number) == {}
    watch.forward(days=2)
    said = doubts(walk, number)
    assert set(said) == {"open_inquiry"}
    (sentence,) = said["open_inquiry"]
    assert "ran out on February 3, 2026 (P-10)" in sentence
    assert walk.book.pack.called(kind).casefold() in sentence.casefold()
    inquired = walk.in_inquiry()
    assert set(doubts(walk, inquired)) == {"assess"}
    made(walk, kind, ends_in=None)
    assert (doubts(walk, number), doubts(walk, inquired)) == ({}, {})


@pytest.mark.parametrize(
    ("signed", "ends", "kinds"),
    [
        (timedelta(days=1), None, "partner"),
        (-timedelta(days=1), -timedelta(days=2), "partner"),
        (-timedelta(days=1), None, "our own"),
        (-timedelta(days=1), None, "none"),
    ],
)
def test_what_cannot_be_is_not_put_on_record(
    walk: Walk, signed: timedelta, ends: timedelta | None, kinds: str
) -> None:
    """Not signed yet, over before it began, or about what no partner is asked."""
    of = {"partner": [asked_of_a_partner(walk)], "our own": [SourceKind.REGISTRAR], "none": []}[kinds]
    ends_at = None if ends is None else MONDAY + ends
    with pytest.raises(BadInput):
        agreements.enter(walk.book, WITH, by=walk.chair, kinds=of, signed_at=MONDAY + signed, ends_at=ends_at)
    assert rows(walk.book, Agreement) == []


def test_whoever_does_not_run_the_team_reads_agreements_and_changes_none(walk: Walk) -> None:
    """A member needs to know what a look-up rests on."""
    agreement, nurse = made(walk, asked_of_a_partner(walk), ends_in=YEAR), members.actor(walk.book, "nurse")
    assert [line.agreement_id for line in agreements.listed(walk.book, by=nurse)] == [agreement]
    with pytest.raises(NotPermitted):
        agreements.end(walk.book, agreement, by=nurse)
    with pytest.raises(NotPermitted):
        agreements.review(walk.book, agreement, by=nurse, reviewed_at=MONDAY)
