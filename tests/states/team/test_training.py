"""Training that lapses: who had which, who is reminded, and who may say so (U-14)."""

from datetime import UTC, datetime, timedelta

import pytest

from states.access import SYSTEM, Actor
from states.casebook import Casebook
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.casebook.team.ending import end
from states.casebook.team.upkeep import training
from states.contents.team import MemberContent, TrainingContent
from states.errors import BadInput, NotPermitted, UnknownRecord
from states.tables import Deadline, TeamEvent, Training
from states.vocabulary.effects import Clock, DeadlineStage
from states.vocabulary.people import Role
from tests.cases.walking import Walk
from tests.states.conftest import MONDAY, Watch
from tests.states.looking import deadlines, rows, verified

WHERE = TrainingContent(where="invented-academy")

#: two years and half a day before the team's Monday
LONG_AGO = MONDAY - timedelta(days=730, hours=12)


def had(book: Casebook, member: str, by: Actor, done_at: datetime, kind: str = "threat_assessment") -> str:
    """Enter that somebody had a training."""
    return training.enter(book, member, WHERE, by=by, kind=kind, done_at=done_at)


def running(book: Casebook) -> list[tuple[str, datetime]]:
    """Whose clocks of a training that they had run, and when each is due."""
    return [(one.owner, one.due_at) for one in _clocks(book) if one.about not in book.pack.training]


def to_have(book: Casebook) -> list[tuple[str, str, datetime]]:
    """Which member is to have which training that they never had, and by when."""
    return [(one.owner, one.about, one.due_at) for one in _clocks(book) if one.about in book.pack.training]


def _clocks(book: Casebook) -> list[Deadline]:
    return [one for one in deadlines(book, Clock.TRAINING) if one.satisfied_at is None]


@pytest.mark.clause("U-14")
def test_a_training_lapses_when_the_policy_says_and_its_clock_goes_through_its_stages(
    book: Casebook, watch: Watch
) -> None:
    """Reminded sixty days before, told to the chair once it lapsed; the one had anew stops it."""
    walk = Walk(book)
    had(book, "nurse", walk.chair, datetime(2026, 1, 10, 7, tzinfo=UTC))
    # Two years later, at the same time of day in Silver City.
    assert running(book) == [("nurse", datetime(2028, 1, 10, 7, tzinfo=UTC))]
    (clock,) = [one for one in deadlines(book, Clock.TRAINING) if one.about not in book.pack.training]
    watch.now = clock.due_at - timedelta(days=61)
    sweeping.sweep(book, by=SYSTEM)
    stages = []
    for ahead in (-timedelta(days=59), timedelta(minutes=2), timedelta(days=31)):
        watch.now = clock.due_at + ahead
        sweeping.sweep(book, by=SYSTEM)
        stages += [one.stage for one in deadlines(book, Clock.TRAINING) if one.id == clock.id]
    assert stages == [DeadlineStage.REMINDED, DeadlineStage.ESCALATED, DeadlineStage.STUCK]
    assert "nurse" in training.lapsed(book, by=walk.officer)
    for kind in book.pack.training:
        had(book, "nurse", members.actor(book, "nurse"), watch.now, kind)
    assert "nurse" not in training.lapsed(book, by=walk.officer)
    assert [(who, due > watch.now) for who, due in running(book)] == [("nurse", True)] * 2
    verified(book)


@pytest.mark.clause("U-14")
def test_an_older_certificate_that_comes_later_changes_nothing(book: Casebook) -> None:
    """What was had last counts, in whichever order it is entered; one's own day of lapsing goes first."""
    walk = Walk(book)
    new = had(book, "nurse", walk.chair, MONDAY - timedelta(days=10))
    had(book, "nurse", walk.chair, LONG_AGO)
    assert training.lapsed(book, by=walk.chair) == set()
    assert [line.training_id for line in training.listed(book, by=walk.chair).lines if line.counts] == [new]
    shorter = MONDAY + timedelta(days=3)
    training.enter(
        book,
        "dean",
        WHERE,
        by=walk.chair,
        kind="privacy",
        done_at=MONDAY - timedelta(days=1),
        lapses_at=shorter,
    )
    assert ("dean", shorter) in running(book)


@pytest.mark.clause("U-14")
def test_what_was_entered_by_mistake_counts_no_more_and_stays_on_record(book: Casebook) -> None:
    """The one before it counts again, with its clock; the reason is sealed with it."""
    walk = Walk(book)
    had(book, "nurse", walk.chair, LONG_AGO)
    wrong = had(book, "nurse", walk.chair, MONDAY - timedelta(days=1))
    with pytest.raises(BadInput):
        training.take_back(book, wrong, by=walk.chair, because=" ")
    training.take_back(book, wrong, by=walk.chair, because="invented-reason")
    assert training.lapsed(book, by=walk.chair) == {"nurse"}
    assert [due < MONDAY for _, due in running(book)] == [True]
    with pytest.raises(UnknownRecord):
        training.take_back(book, wrong, by=walk.chair, because="twice")
    assert len(rows(book, Training)) == 2
    told = [event.what for event in rows(book, TeamEvent)]
    assert told.count("training_entered") == 2
    assert told[-1] == "training_taken_back"
    assert "invented" not in str([event.data for event in rows(book, TeamEvent)])
    verified(book)


def test_a_member_sees_and_enters_their_own_training_alone(walk: Walk) -> None:
    """Chair, custodian and administrator keep everybody's; of another's there is nothing to see."""
    book = walk.book
    content = MemberContent(name="invented-admin", address="admin@wnmu.example")
    members.enrol(book, "admin", content, by=walk.chair, roles=[Role.ADMINISTRATOR])
    nurse = members.actor(book, "nurse")
    own = had(book, "nurse", nurse, MONDAY - timedelta(days=1))
    with pytest.raises(NotPermitted):
        had(book, "dean", nurse, MONDAY - timedelta(days=1))
    theirs = had(book, "dean", members.actor(book, "admin"), MONDAY - timedelta(days=1))
    with pytest.raises(UnknownRecord):
        training.take_back(book, theirs, by=nurse, because="invented")
    assert [line.training_id for line in training.listed(book, by=nurse).lines] == [own]
    for keeper in ("chair", "custodian", "admin"):
        record = training.listed(book, by=members.actor(book, keeper))
        assert {line.training_id for line in record.lines} == {own, theirs}
        # Whoever lets people in or sees what runs does none of the team's work.
        assert set(record.members) == {"chair", "custodian", "dean", "nurse", "officer"}


@pytest.mark.parametrize(
    ("kind", "done", "lapses"),
    [
        ("no_such_kind", -timedelta(days=1), None),
        ("privacy", timedelta(days=1), None),
        ("privacy", -timedelta(days=1), -timedelta(days=2)),
    ],
)
def test_what_cannot_be_is_not_entered(
    walk: Walk, kind: str, done: timedelta, lapses: timedelta | None
) -> None:
    """No training that the policy does not know, that was not yet, or that lapsed before it was had."""
    ends = None if lapses is None else MONDAY + lapses
    with pytest.raises(BadInput):
        training.enter(
            walk.book, "nurse", WHERE, by=walk.chair, kind=kind, done_at=MONDAY + done, lapses_at=ends
        )
    assert rows(walk.book, Training) == []


@pytest.mark.clause("U-14", "W-02")
def test_whoever_leaves_is_reminded_no_more_and_whoever_comes_back_is_again(walk: Walk) -> None:
    """Their clock stops with their membership, and is nobody else's; the sweep starts it when they return."""
    book = walk.book
    had(book, "nurse", walk.chair, MONDAY - timedelta(days=1))
    end(book, "nurse", by=walk.chair, on=MONDAY, hand_over_to="dean")
    assert running(book) == []
    content = MemberContent(name="invented-again", address="again@wnmu.example")
    members.enrol(book, "nurse", content, by=walk.chair, offices=["health_services"])
    sweeping.sweep(book, by=SYSTEM)
    assert [who for who, _ in running(book)] == ["nurse"]
    verified(book)


@pytest.mark.clause("U-14")
def test_whoever_never_had_a_training_counts_as_lapsed_once_the_time_that_the_policy_gives_is_over(
    book: Casebook, watch: Watch
) -> None:
    """From the day they came: reminded before, told to the chair after; the training that is had ends it."""
    walk = Walk(book)
    sweeping.sweep(book, by=SYSTEM)
    kinds = book.pack.training
    assert {(who, kind) for who, kind, _ in to_have(book)} == {
        (member, kind) for member in ("chair", "custodian", "dean", "nurse", "officer") for kind in kinds
    }
    (due,) = [at for who, kind, at in to_have(book) if (who, kind) == ("nurse", "privacy")]
    assert (due.date() - watch.now.date()).days == kinds["privacy"].within_days
    assert training.lapsed(book, by=walk.chair) == set()
    watch.now = due - timedelta(days=1)
    sweeping.sweep(book, by=SYSTEM)
    assert training.lapsed(book, by=walk.chair) == set()
    late = MemberContent(name="invented-late", address="late@wnmu.example")
    members.enrol(book, "late", late, by=walk.chair, offices=["health_services"])
    sweeping.sweep(book, by=SYSTEM)
    watch.now = due + timedelta(minutes=2)
    sweeping.sweep(book, by=SYSTEM)
    # Whoever came since has their time in full.
    assert training.lapsed(book, by=walk.chair) == {"chair", "custodian", "dean", "nurse", "officer"}
    stages = {one.owner: one.stage for one in deadlines(book, Clock.TRAINING) if one.about == "privacy"}
    assert (stages["nurse"], stages["late"]) == (DeadlineStage.ESCALATED, DeadlineStage.OPEN)
    record = training.listed(book, by=members.actor(book, "nurse"))
    assert {(one.member, one.due_at <= watch.now) for one in record.never_had} == {("nurse", True)}
    for kind in kinds:
        taken = had(book, "nurse", walk.chair, watch.now, kind)
    assert "nurse" not in training.lapsed(book, by=walk.chair)
    assert "nurse" not in {who for who, _, _ in to_have(book)}
    training.take_back(book, taken, by=walk.chair, because="invented-reason")
    assert {who for who, _, at in to_have(book) if at > watch.now} == {"nurse", "late"}
    verified(book)
