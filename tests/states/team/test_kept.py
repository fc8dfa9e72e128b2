"""What came in and could not be read: loud until a person sees to it, and not there for whoever it names."""

from datetime import timedelta

import pytest

from states.access import SYSTEM, Actor
from states.casebook import Casebook
from states.casebook.effects import claiming
from states.casebook.intake import logbook
from states.casebook.landing import kept
from states.casebook.reading import timeline
from states.casebook.reading.needs import Need, needs
from states.casebook.record.operating import operations
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.casebook.team.upkeep import unread
from states.contents.reports import ReportContent
from states.contents.team import MemberContent
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.vocabulary.effects import Clock, DeadlineStage, EffectKind
from states.vocabulary.people import Role
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import case, verified

WHY = "This mail has no text. It is kept for a person."

#: bytes that are no text among others
STRANGE = b"\xffHe said \x00that nobody will graduate."


def intake(walk: Walk) -> Actor:
    """Somebody who does intake and nothing else."""
    content = MemberContent(name="invented-reception-name", address="reception@wnmu.example")
    members.enrol(walk.book, "reception", content, by=walk.chair, offices=[], roles=[Role.INTAKE])
    return members.actor(walk.book, "reception")


def clocks(book: Casebook, by: Actor) -> list[Need]:
    """The clocks of what could not be read that are somebody's."""
    return [need for need in needs(book, by=by) if need.clock is Clock.INTAKE]


def report() -> ReportContent:
    """What whoever read it writes down."""
    said = {"behaviour_of_concern": "He said that nobody will graduate.", "subject": {"site": "deming"}}
    return ReportContent.read(said)


@pytest.mark.clause("W-30")
def test_what_could_not_be_read_is_due_as_a_report_is_and_becomes_as_loud(walk: Walk, watch: Watch) -> None:
    """Three days and a few sweeps later intake and the chair have it in front of them, late and stuck."""
    book, reception = walk.book, intake(walk)
    logbook.keep(book, STRANGE, WHY)
    for by in (walk.chair, walk.officer, reception):
        (need,) = clocks(book, by)
        assert need.due_at - watch() == timedelta(hours=2)
        assert need.stage is DeadlineStage.OPEN
    assert clocks(book, members.actor(book, "nurse")) == []
    watch.forward(days=3)
    for stage in (DeadlineStage.REMINDED, DeadlineStage.ESCALATED, DeadlineStage.STUCK):
        sweeping.sweep(book, by=SYSTEM)
        watch.forward(hours=1)
        (need,) = clocks(book, walk.chair)
        assert need.stage is stage
    owed = claiming.claim_due(book, limit=50, kinds=[EffectKind.REMIND], by=SYSTEM)
    assert len(owed) >= 3
    assert operations(book, by=walk.chair).kept == 1
    verified(book)


def test_a_thousand_of_them_call_people_once_and_a_new_one_is_not_hidden_behind_an_old_one(
    walk: Walk, watch: Watch
) -> None:
    """One clock is for all that comes in before it is due; what comes in after that has its own."""
    book = walk.book
    for number in range(5):
        logbook.keep(book, STRANGE + str(number).encode(), WHY)
        watch.forward(minutes=1)
    assert len(clocks(book, walk.chair)) == 1
    watch.forward(hours=3)
    logbook.keep(book, b"The day after.", WHY)
    first, second = clocks(book, walk.chair)
    *old, new = [each.entry_id for each in kept.waiting(book, by=walk.chair)]
    for entry_id in old:
        assert first in clocks(book, walk.chair)
        kept.set_aside(book, entry_id, by=walk.officer, because="invented")
    assert clocks(book, walk.chair) == [second]
    kept.set_aside(book, new, by=walk.officer, because="invented")
    assert clocks(book, walk.chair) == []
    verified(book)


def test_what_an_earlier_release_kept_gets_its_clock_by_the_sweep(
    walk: Walk, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody had started one when it came in."""
    with monkeypatch.context() as earlier:
        earlier.setattr(unread, "begin", lambda *_: {})
        logbook.keep(walk.book, STRANGE, WHY)
    watch.forward(days=1)
    assert clocks(walk.book, walk.chair) == []
    sweeping.sweep(walk.book, by=SYSTEM)
    assert len(clocks(walk.book, walk.chair)) == 1
    sweeping.sweep(walk.book, by=SYSTEM)
    assert len(clocks(walk.book, walk.chair)) == 1
    verified(walk.book)


def test_entered_as_a_report_it_counts_as_received_when_it_came_and_is_entered_once(
    walk: Walk, watch: Watch
) -> None:
    """Its clock stops, and the second of two who enter it is told so."""
    book, reception, came = walk.book, intake(walk), watch()
    logbook.keep(book, STRANGE, WHY)
    watch.forward(hours=30)
    (entry,) = kept.waiting(book, by=reception)
    assert (entry.came_at, entry.why, entry.waits) == (came, WHY, True)
    sent = kept.enter(book, entry.entry_id, report(), by=reception)
    (row,) = walk.records(sent.number, "reports")
    assert row["received_at"] == came
    assert case(book, sent.number).site == "deming"
    assert clocks(book, reception) == []
    assert kept.waiting(book, by=walk.chair) == []
    with pytest.raises(Refused, match="as a report already"):
        kept.enter(book, entry.entry_id, report(), by=walk.chair)
    with pytest.raises(Refused, match="as a report already"):
        kept.set_aside(book, entry.entry_id, by=walk.chair, because="invented")
    verified(book)


def test_set_aside_it_stays_on_record_with_who_and_why(walk: Walk) -> None:
    """Not without a reason; and the same mail that comes again is looked at again."""
    book = walk.book
    logbook.keep(book, STRANGE, WHY)
    (entry,) = kept.waiting(book, by=walk.chair)
    with pytest.raises(BadInput):
        kept.set_aside(book, entry.entry_id, by=walk.officer, because=" ")
    kept.set_aside(book, entry.entry_id, by=walk.officer, because="Invented advertising.")
    found = kept.read(book, entry.entry_id, by=walk.chair)
    assert (found.waits, found.set_aside) == (False, "Invented advertising.")
    assert found.raw.encode("utf-8", "surrogateescape") == STRANGE
    assert found.text == "\ufffdHe said \ufffdthat nobody will graduate."
    said = [event for event in timeline.events_of_team(book, by=walk.chair) if event.what == "kept_set_aside"]
    assert [(event.actor, event.data["row"]) for event in said] == [("officer", entry.entry_id)]
    with pytest.raises(Refused, match="set that aside already"):
        kept.enter(book, entry.entry_id, report(), by=walk.chair)
    assert logbook.keep(book, STRANGE, WHY)
    assert len(kept.waiting(book, by=walk.chair)) == len(clocks(book, walk.chair)) == 1
    verified(book)


@pytest.mark.clause("P-08")
def test_reading_what_came_in_leaves_an_event(walk: Walk) -> None:
    """Of the list, and of one; in the team's chain, as it is of no case."""
    book = walk.book
    logbook.keep(book, STRANGE, WHY)
    (entry,) = kept.waiting(book, by=walk.chair)
    kept.read(book, entry.entry_id, by=walk.officer)
    read = [event for event in timeline.events_of_team(book, by=walk.chair) if event.what == "read"]
    assert [(event.actor, event.data) for event in read] == [
        (who, {"of": "intake", "rows": [entry.entry_id]}) for who in ("chair", "officer")
    ]


@pytest.mark.clause("W-39")
def test_whoever_it_names_does_not_see_it_nor_that_it_is_there(walk: Walk) -> None:
    """Not in the list, not by its id, not as something that waits; neither does who does no intake."""
    book, reception = walk.book, intake(walk)
    encoded = b"invented+reception/name" * 20
    logbook.keep(book, b"Invented-Reception-Name shouted in the hall. " + encoded, WHY)
    (entry,) = kept.waiting(book, by=walk.chair)
    assert kept.waiting(book, by=reception) == []
    assert not kept.any_for(book, by=reception)
    assert kept.any_for(book, by=walk.chair)
    for act in (
        lambda by: kept.read(book, entry.entry_id, by=by),
        lambda by: kept.enter(book, entry.entry_id, report(), by=by),
        lambda by: kept.set_aside(book, entry.entry_id, by=by, because="invented"),
    ):
        with pytest.raises(UnknownRecord) as hidden:
            act(reception)
        with pytest.raises(UnknownRecord) as missing:
            kept.read(book, "none", by=reception)
        assert str(hidden.value) == str(missing.value)
        with pytest.raises(NotPermitted):
            act(members.actor(book, "nurse"))
    with pytest.raises(NotPermitted):
        kept.waiting(book, by=members.actor(book, "nurse"))
    assert not kept.any_for(book, by=members.actor(book, "nurse"))
    logbook.keep(book, b"Somebody shouted.", WHY)
    assert len(kept.waiting(book, by=reception)) == 1
