"""Every clock is a row: it reminds, tells the chair, then stays before the team; a satisfied one never."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from states import deadlines as clocks
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.inquiry import triage
from states.casebook.landing import semester_meetings
from states.casebook.plan import doing, meetings
from states.casebook.rounds import sweeping, team_clocks
from states.casebook.team import reviews
from states.contents.plans import MinutesContent, TeamMinutesContent
from states.contents.team import ReviewContent
from states.tables import Deadline, Effect, table_of
from states.vocabulary.cases import Level
from states.vocabulary.effects import Clock, DeadlineStage, EffectKind
from states.vocabulary.plans import MeetingKind
from tests.cases.reporting import approved
from tests.cases.walking import Walk
from tests.states.conftest import MONDAY, Watch
from tests.states.looking import deadlines, rows, running

DEADLINES = table_of(Deadline)
NOTHING = {"reminded": 0, "escalated": 0, "stuck": 0}


def stage(book: Casebook, clock: Clock) -> str:
    """The stage of the only deadline of a clock."""
    (row,) = deadlines(book, clock)
    return str(row.stage)


def settled(book: Casebook) -> None:
    """Sweep until the team's own clocks ask for nothing more now."""
    while sweeping.sweep(book, by=SYSTEM) != NOTHING:
        pass


@pytest.mark.clause("W-30")
def test_a_clock_reminds_then_tells_the_chair_then_is_stuck(book: Casebook, watch: Watch) -> None:
    """Each at its own time, and each owes one reminder."""
    Walk(book).reported()
    settled(book)
    before = len(rows(book, Effect))
    entry = book.pack.clock(Clock.SCREENING)
    assert entry is not None
    (row,) = deadlines(book, Clock.SCREENING)
    course = [
        (row.due_at - entry.remind_before.delta, DeadlineStage.REMINDED),
        (row.due_at + entry.escalate_after.delta, DeadlineStage.ESCALATED),
        (row.due_at + entry.stuck_after.delta, DeadlineStage.STUCK),
    ]
    for moment, expected in course:
        watch.now = moment - timedelta(seconds=1)
        assert sweeping.sweep(book, by=SYSTEM) == NOTHING
        watch.now = moment
        assert sweeping.sweep(book, by=SYSTEM) == NOTHING | {expected.value: 1}
        assert stage(book, Clock.SCREENING) == expected
    watch.forward(days=365 // 4)
    assert stage(book, Clock.SCREENING) == DeadlineStage.STUCK
    reminders = [row for row in rows(book, Effect) if row.dedupe.startswith(row_id(book))]
    assert len(reminders) == len(course)
    assert len(rows(book, Effect)) == before + len(course)


def row_id(book: Casebook) -> str:
    """Id of the only screening deadline."""
    return str(deadlines(book, Clock.SCREENING)[0].id)


def test_a_satisfied_clock_never_reminds(walk: Walk, watch: Watch) -> None:
    """What was done in time is not asked for again."""
    number = walk.reported()
    settled(walk.book)
    triage.screen(walk.book, number, by=walk.officer, level=Level.MILD, because="x")
    before = len(rows(walk.book, Effect))
    watch.forward(days=3)
    sweeping.sweep(walk.book, by=SYSTEM)
    assert stage(walk.book, Clock.SCREENING) == DeadlineStage.OPEN
    assert Clock.SCREENING not in running(walk.book, number)
    since = rows(walk.book, Effect)[before:]
    assert [row.kind for row in since if row.case_id is not None] == []


def test_however_late_the_sweep_comes_each_stage_is_told(walk: Walk, watch: Watch) -> None:
    """After a week of silence nobody is told that all is lost before they are reminded."""
    walk.reported()
    watch.forward(days=7)
    seen = []
    for _ in range(3):
        sweeping.sweep(walk.book, by=SYSTEM)
        seen.append(stage(walk.book, Clock.SCREENING))
        watch.forward(minutes=1)
    assert seen == [DeadlineStage.REMINDED, DeadlineStage.ESCALATED, DeadlineStage.STUCK]


def test_a_deadline_that_was_moved_on_meanwhile_is_left_alone(walk: Walk, watch: Watch) -> None:
    """Whoever looked at an earlier stage, or at a clock that has stopped since, moves nothing."""
    walk.reported()
    settled(walk.book)
    (row,) = deadlines(walk.book, Clock.SCREENING)
    with walk.book.store.write() as connection:
        assert clocks.advance(connection, row, DeadlineStage.REMINDED, watch.now)
        assert not clocks.advance(connection, row, DeadlineStage.REMINDED, watch.now)
    (row,) = deadlines(walk.book, Clock.SCREENING)
    triage.screen(walk.book, "TAT-2026-0001", by=walk.officer, level=Level.MILD, because="x")
    with walk.book.store.write() as connection:
        assert not clocks.advance(connection, row, DeadlineStage.ESCALATED, watch.now)


def test_a_crash_between_two_sweeps_loses_and_doubles_nothing(walk: Walk, watch: Watch) -> None:
    """What a broken sweep did not commit, the next one does; what it did, the next one leaves."""
    walk.reported()
    settled(walk.book)
    watch.forward(hours=1, minutes=30)
    before = len(rows(walk.book, Effect))

    def crash() -> None:
        with walk.book.store.write() as connection:
            due = clocks.due(connection, watch.now, 10)
            sweeping._move_on(walk.book, connection, due, watch.now, dict.fromkeys(DeadlineStage, 0))  # noqa: SLF001 - the crash is in its middle
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crash()
    assert len(rows(walk.book, Effect)) == before
    assert sweeping.sweep(walk.book, by=SYSTEM) == NOTHING | {"reminded": 1}
    assert sweeping.sweep(walk.book, by=SYSTEM) == NOTHING
    assert len(rows(walk.book, Effect)) == before + 1


def test_an_overdue_clock_is_listed_with_its_clause(walk: Walk, watch: Watch) -> None:
    """Operators see codes and times; the soonest due comes first."""
    number = walk.reported()
    assert sweeping.running(walk.book, by=SYSTEM, overdue=True) == []
    watch.forward(hours=3)
    (late,) = sweeping.running(walk.book, by=SYSTEM, number=number, overdue=True)
    assert (late.clock, late.clause, late.overdue) == (Clock.SCREENING, "W-30", True)
    team_clocks.set_team_clocks(walk.book, by=SYSTEM)
    assert all(
        first.due_at <= second.due_at for first, second in pairwise(sweeping.running(walk.book, by=SYSTEM))
    )


def test_an_action_is_due_when_the_team_said(walk: Walk, watch: Watch) -> None:
    """Its clock is its owner's, and stops when it is done."""
    number = walk.monitored()
    actions = walk.records(number, "plan_actions")
    lines = [
        line
        for line in sweeping.running(walk.book, by=SYSTEM, number=number)
        if line.clock == Clock.PLAN_ACTION
    ]
    assert {(line.owner, line.due_at) for line in lines} == {(a["owner"], a["due_at"]) for a in actions}
    doing.complete_action(walk.book, number, actions[0]["id"], by=walk.officer)
    watch.forward(days=4)
    left = [
        line
        for line in sweeping.running(walk.book, by=SYSTEM, number=number)
        if line.clock == Clock.PLAN_ACTION
    ]
    assert [line.owner for line in left] == [actions[1]["owner"]]


@pytest.mark.clause("W-33")
def test_each_semester_has_one_meeting_at_least(walk: Walk, watch: Watch) -> None:
    """The clock is due with the semester, once, and stops when the team met, with or without a case."""
    team_clocks.set_team_clocks(walk.book, by=SYSTEM)
    team_clocks.set_team_clocks(walk.book, by=SYSTEM)
    (spring,) = deadlines(walk.book, Clock.SEMESTER_MEETING)
    assert spring.due_at == datetime(2026, 5, 16, 6, tzinfo=UTC)
    alone = TeamMinutesContent(present=("chair",), minutes="Nobody else came.")
    semester_meetings.hold(walk.book, alone, by=walk.chair)
    assert semester_meetings.due(walk.book, by=walk.chair) == spring.due_at, "without a quorum it goes on"
    minutes = MinutesContent(present=("chair", "officer", "nurse"), minutes="Nothing to report.")
    semester_meetings.hold(walk.book, minutes, by=walk.chair)
    assert Clock.SEMESTER_MEETING not in {
        Clock(line.clock) for line in sweeping.running(walk.book, by=SYSTEM)
    }
    watch.now = datetime(2026, 6, 10, tzinfo=UTC)
    sweeping.sweep(walk.book, by=SYSTEM)
    number = walk.in_inquiry()
    meeting = meetings.schedule(walk.book, number, by=walk.chair, kind=MeetingKind.INITIAL, at=watch.now)
    meetings.hold(walk.book, number, meeting, minutes, by=walk.chair)
    assert [row.satisfied_at is not None for row in deadlines(walk.book, Clock.SEMESTER_MEETING)] == [
        True,
        True,
    ]


@pytest.mark.clause("W-33")
def test_a_semester_in_which_nobody_met_is_loud(walk: Walk, watch: Watch) -> None:
    """The missed meeting reminds, tells the chair, and stays in front of the team."""
    seen = set()
    for _ in range(30):
        sweeping.sweep(walk.book, by=SYSTEM)
        (spring, *_) = deadlines(walk.book, Clock.SEMESTER_MEETING)
        seen.add(spring.stage)
        watch.forward(days=7)
    assert seen == {*DeadlineStage}


@pytest.mark.clause("W-34")
def test_a_report_that_nobody_approves_is_loud(walk: Walk, watch: Watch) -> None:
    """Its clock reminds, tells the chair, and stays in front of the team; an approval ends it."""
    sweeping.sweep(walk.book, by=SYSTEM)
    watch.now = datetime(2026, 5, 24, 6, tzinfo=UTC)
    # However late a sweep comes, it moves a clock by one stage.
    for come in (DeadlineStage.REMINDED, DeadlineStage.ESCALATED, DeadlineStage.STUCK):
        sweeping.sweep(walk.book, by=SYSTEM)
        assert deadlines(walk.book, Clock.SEMESTER_REPORT)[0].stage == come
        watch.forward(hours=1)
    assert approved(walk, walk.book) == "Spring 2026"
    assert deadlines(walk.book, Clock.SEMESTER_REPORT)[0].satisfied_at == watch.now
    assert [row.kind for row in rows(walk.book, Effect)].count(EffectKind.SEMESTER_REPORT) == 1


@pytest.mark.clause("W-46")
def test_the_annual_review_is_reminded_of_until_it_is_on_record(walk: Walk, watch: Watch) -> None:
    """A late review stops the clock that it is late for, and not next year's."""
    team_clocks.set_team_clocks(walk.book, by=SYSTEM)
    (this_year,) = deadlines(walk.book, Clock.ANNUAL_REVIEW)
    assert this_year.due_at == datetime(2026, 2, 6, 0, tzinfo=UTC)
    watch.now = datetime(2026, 3, 1, tzinfo=UTC)
    settled(walk.book)
    assert [row.stage for row in deadlines(walk.book, Clock.ANNUAL_REVIEW)] == ["reminded", "open"]
    content = ReviewContent(sections_revised="Section 4.")
    reviews.record_review(walk.book, content, by=walk.chair, approved_by="president", effective_at=watch.now)
    first, second = deadlines(walk.book, Clock.ANNUAL_REVIEW)
    assert (first.satisfied_at, second.satisfied_at) == (watch.now, None)
    watch.now = datetime(2027, 2, 1, tzinfo=UTC)
    sweeping.sweep(walk.book, by=SYSTEM)
    assert deadlines(walk.book, Clock.ANNUAL_REVIEW)[1].stage == DeadlineStage.REMINDED
    reviews.record_review(walk.book, content, by=walk.chair, approved_by="president", effective_at=watch.now)
    assert deadlines(walk.book, Clock.ANNUAL_REVIEW)[1].satisfied_at == watch.now


def test_a_year_passes_in_a_moment_and_no_clock_is_swallowed(walk: Walk, watch: Watch) -> None:
    """Every deadline of a year reaches its last stage or is satisfied, at most one sweep late."""
    walk.reported()
    walk.in_inquiry()
    walk.monitored()
    end = MONDAY + timedelta(days=365)
    while watch.now < end:
        sweeping.sweep(walk.book, by=SYSTEM)
        watch.forward(days=5)
    for row in rows(walk.book, Deadline, DEADLINES.c.stuck_at < end - timedelta(days=10)):
        assert row.satisfied_at is not None or row.stage == DeadlineStage.STUCK
    reminders = [row.dedupe for row in rows(walk.book, Effect) if row.kind == EffectKind.REMIND]
    assert len(reminders) == len(set(reminders)) > 30
