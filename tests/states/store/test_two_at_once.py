"""Two people act at once: one wins, the other is told what changed, and nothing is doubled or lost."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import text, update

from states import deadlines as clocks
from states.access import SYSTEM, Act
from states.casebook import Casebook
from states.casebook.disclosing import notices
from states.casebook.disclosing.notices import Draft, Leaving
from states.casebook.effects import attempts, claiming
from states.casebook.inquiry import triage
from states.casebook.intake import reports
from states.casebook.plan import doing
from states.casebook.record import integrity
from states.casebook.rounds import sweeping, team_clocks
from states.casebook.team import members
from states.casebook.triggers import acting
from states.contents.inquiry import NoteContent
from states.contents.payloads import ANNUAL_REVIEW
from states.contents.reports import ReportContent
from states.errors import CaseChanged, TransitionRefused
from states.tables import Case, Deadline, Effect, WrappedKey, table_of
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.effects import Clock, EffectKind
from tests.cases.planning import in_force
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.courses.taking_up import turns
from tests.states.looking import case, deadlines, owed, rows, verified
from tests.waiting import PATIENCE, until


def together(*calls: Callable[[], object]) -> list[object]:
    """Make calls at the same moment, each in a thread; gives what each returned or raised."""
    barrier = Barrier(len(calls), timeout=PATIENCE)

    def start(call: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - whatever was raised is the answer
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(PATIENCE) for future in [pool.submit(start, call) for call in calls]]


def report(**subject: Any) -> ReportContent:
    """A report about somebody in Silver City."""
    return ReportContent.read(
        {"behaviour_of_concern": "Shouted.", "subject": {"site": "silver_city"} | subject}
    )


def test_of_two_who_saw_the_same_version_one_wins_and_the_other_is_told(book: Casebook) -> None:
    """The loser wrote nothing, and hears what happened and by whom."""
    walk = Walk(book)
    number = walk.reported()
    seen = case(book, number).version
    answers = together(
        lambda: triage.screen(book, number, by=walk.officer, level=Level.MILD, because="x", expected=seen),
        lambda: triage.assign(
            book, number, by=walk.chair, lead="chair", offices=["university_police"], expected=seen
        ),
    )
    (lost,) = [answer for answer in answers if isinstance(answer, CaseChanged)]
    assert lost.changes in [("screened by officer",), ("assigned by chair",)]
    assert case(book, number).version == seen + 1
    won = ["screened"] if lost.changes[0].startswith("screened") else ["assigned"]
    assert walk.events(number)[1:] == won
    verified(book)


def test_the_second_of_two_same_triggers_is_refused(book: Casebook) -> None:
    """Whoever did not say what they saw is refused by the state itself."""
    walk = Walk(book)
    number = walk.reported()
    triage.screen(book, number, by=walk.officer, level=Level.MILD, because="x")
    triage.assign(book, number, by=walk.chair, lead="chair", offices=["student_affairs"])
    answers = together(*[lambda: acting.act(book, number, "open_inquiry", by=walk.chair)] * 3)
    assert sum(isinstance(answer, TransitionRefused) for answer in answers) == 2
    assert walk.events(number).count("open_inquiry") == 1
    assert owed(book, number).count(EffectKind.COLLECT_RECORDS) == 1


def test_everything_since_is_told_even_when_one_step_left_several_events(walk: Walk) -> None:
    """A screening as Extreme raises the alarm in the same step; all of it is told."""
    number = walk.reported()
    seen = case(walk.book, number).version
    triage.screen(walk.book, number, by=walk.officer, level=Level.EXTREME, because="x")
    with pytest.raises(CaseChanged) as refusal:
        triage.screen(walk.book, number, by=walk.chair, level=Level.MILD, because="y", expected=seen)
    changes = ("screened by officer", "raise alarm by officer", "alarm sounded by officer")
    assert refusal.value.changes == changes
    assert case(walk.book, number).version == seen + 1


def test_a_notice_that_goes_out_makes_nobody_look_again(walk: Walk) -> None:
    """What the machinery writes down about its errands changes nothing that a person decides on."""
    book, number = walk.book, walk.reported()
    seen = case(book, number).version
    (claim,) = claiming.claim_due(book, limit=1, kinds=list(EffectKind), by=SYSTEM)
    claiming.assign(book, claim.lease, "run")
    work = attempts.begin(book, claim.effect_id, "run", by=SYSTEM)
    assert work is not None
    draft = Draft("notice", "chair", "chair@wnmu.example", {})
    (notice,) = notices.prepare(book, work, [Leaving(draft, "<1@wnmu.example>", None)]).waiting
    notices.notice_sent(book, work, notice)
    attempts.finish(book, work)
    assert walk.events(number)[-3:] == ["notices_prepared", "notice_sent", "effect_done"]
    triage.screen(book, number, by=walk.officer, level=Level.MILD, because="x", expected=seen)


def test_a_case_that_changed_under_the_page_is_not_written_over(walk: Walk) -> None:
    """Where a row could not be locked, the swap at the end notices, and all is undone."""
    number = walk.reported()
    cases = table_of(Case)

    def overtaken() -> None:
        with walk.book.page(number, walk.chair, Act.RECORD) as page:
            page.log("noted")
            page.connection.execute(update(cases).values(seq=cases.c.seq + 5))

    with pytest.raises(CaseChanged, match="look again"):
        overtaken()
    assert walk.events(number) == ["reported"]
    verified(walk.book)


@pytest.mark.clause("W-47")
def test_reports_about_one_new_person_at_once_make_one_case(book: Casebook) -> None:
    """Neither report can miss the other's case."""
    walk = Walk(book)
    content = report(identifiers={"campus_id": "900000001"})
    answers = together(*[lambda: reports.report(book, content, by=walk.chair)] * 4)
    assert {answer.number for answer in answers if isinstance(answer, reports.Receipt)} == {"TAT-2026-0001"}
    assert len(rows(book, Case)) == 1
    assert walk.events("TAT-2026-0001").count("receive_report") == 3


def test_the_first_reports_of_a_year_get_a_number_each(book: Casebook) -> None:
    """The year's counter is made once, whoever comes first."""
    answers = together(*[lambda: reports.report(book, report(), by=Walk(book).chair)] * 4)
    numbers = sorted(answer.number for answer in answers if isinstance(answer, reports.Receipt))
    assert numbers == [f"TAT-2026-000{number}" for number in (1, 2, 3, 4)]


def test_a_key_is_made_once(book: Casebook) -> None:
    """Two who need a scope's first key get the same one."""

    def seal() -> bytes:
        with book.store.write() as connection:
            return book.key(connection, "scope").seal("table", "row", {"text": "x"})

    sealed = together(seal, seal, seal)
    with book.store.read() as connection:
        key = book.key(connection, "scope")
    assert [key.open("table", "row", one) for one in sealed if isinstance(one, bytes)] == [{"text": "x"}] * 3
    assert len([row for row in rows(book, WrappedKey) if row.scope == "scope"]) == 1


def test_two_sweeps_at_once_remind_once(book: Casebook, watch: Watch) -> None:
    """Each deadline moves by one stage, and owes one reminder for it."""
    walk = Walk(book)
    for _ in range(5):
        walk.reported()
    sweeping.sweep(book, by=SYSTEM)
    before = len(rows(book, Effect))
    watch.forward(hours=1, minutes=30)
    moved = together(*[lambda: sweeping.sweep(book, by=SYSTEM)] * 3)
    assert sum(counts["reminded"] for counts in moved if isinstance(counts, dict)) == 5
    assert len(rows(book, Effect)) == before + 5
    team_clocks = [(row.clock, row.about, row.owner) for row in rows(book, Deadline) if row.case_id is None]
    assert len(team_clocks) == len(set(team_clocks))
    assert {clock for clock, _, owner in team_clocks if not owner} == {
        *(Clock.ANNUAL_REVIEW, Clock.POLICY_APPROVAL, Clock.SEMESTER_MEETING, Clock.SEMESTER_REPORT),
    }


def test_what_the_team_owes_is_owed_once(book: Casebook, watch: Watch) -> None:
    """Two schedulers that find the yearly review due owe one reminder of it."""
    team_clocks.set_team_clocks(book, by=SYSTEM)
    watch.forward(days=130)
    owe = lambda: team_clocks.owe_team(book, Clock.ANNUAL_REVIEW, ANNUAL_REVIEW, by=SYSTEM)  # noqa: E731 - called twice
    together(owe, owe)
    assert [row.kind for row in rows(book, Effect)] == [EffectKind.ANNUAL_REVIEW]


def test_two_checkpoints_at_once_seal_each_chain_once(book: Casebook) -> None:
    """Every head is vouched for, by one checkpoint."""
    walk = Walk(book)
    for _ in range(3):
        walk.reported()
    sealed = together(
        lambda: integrity.checkpoint(book, by=SYSTEM), lambda: integrity.checkpoint(book, by=SYSTEM)
    )
    assert sorted(count for count in sealed if isinstance(count, int)) == [0, 4], "the cases and the team"
    assert verified(book).checkpoints == 1


def test_the_ledger_verifies_while_people_write(book: Casebook) -> None:
    """A verification sees one moment of the database, however long it takes."""
    walk = Walk(book)
    numbers = [walk.reported() for _ in range(3)]
    done = Event()

    def write() -> None:
        for turn in range(12):
            note = NoteContent(text=f"Note {turn}.")
            triage.note(book, numbers[turn % 3], note, by=walk.chair)
        done.set()

    def verify() -> int:
        walks = 0
        while not done.is_set() or walks == 0:
            integrity.verify(book, by=SYSTEM)
            walks += 1
        return walks

    answers = together(write, verify, verify)
    assert answers[0] is None
    assert all(isinstance(answer, int) for answer in answers[1:]), answers


def test_a_sweep_never_waits_for_a_case_that_somebody_has_open(postgres_book: Casebook, watch: Watch) -> None:
    """Nor could the two ever wait for each other."""
    book = postgres_book
    walk = Walk(book)
    number = walk.reported()
    sweeping.sweep(book, by=SYSTEM)
    watch.forward(hours=1, minutes=30)
    with ThreadPoolExecutor(1) as pool, book.page(number, walk.chair, Act.RECORD) as page:
        swept: Future[dict[str, int]] = pool.submit(sweeping.sweep, book, by=SYSTEM)
        assert swept.result(PATIENCE)["reminded"] == 1
        page.stop(Clock.SCREENING)
        page.log("noted")
    assert case(book, number).state == CaseState.REPORTED
    verified(book)


def somebody_waits(book: Casebook) -> bool:
    """Whether some transaction waits for a lock that another one holds."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with book.store.read() as connection:
        return bool(connection.scalar(waiting))


def test_who_starts_the_teams_clocks_second_finds_them_started(postgres_book: Casebook, watch: Watch) -> None:
    """The second one waits for the first one to be done, and then looks."""
    book = postgres_book
    entry = book.pack.reminders(Clock.SEMESTER_MEETING)
    assert entry is not None
    with ThreadPoolExecutor(1) as pool:
        with book.store.write() as connection:
            book.lock_team(connection)
            second = pool.submit(team_clocks.set_team_clocks, book, by=SYSTEM)
            until(lambda: second.done() or somebody_waits(book), "the second one never came")
            clocks.start(
                connection,
                case_id=None,
                clock=Clock.SEMESTER_MEETING,
                about="Spring 2026",
                owner="",
                now=watch.now,
                due_at=watch.now + timedelta(days=90),
                entry=entry,
            )
        second.result(PATIENCE)
    assert len(deadlines(book, Clock.SEMESTER_MEETING)) == 1


def test_different_cases_are_written_side_by_side(postgres_book: Casebook) -> None:
    """A case that somebody has open holds nobody up who works on another."""
    walk = Walk(postgres_book)
    first, second = walk.reported(), walk.reported()
    with ThreadPoolExecutor(1) as pool, postgres_book.page(first, walk.chair, Act.RECORD) as page:
        noted = pool.submit(triage.note, postgres_book, second, NoteContent(text="x"), by=walk.chair)
        assert noted.result(PATIENCE)
        page.log("noted")
    assert walk.events(second)[-1] == "noted"
    assert members.actor(postgres_book, "chair").id == "chair"


@pytest.mark.clause("W-07", "W-08")
def test_two_who_do_the_last_two_before_an_action_tell_its_owner_once(book: Casebook) -> None:
    """Whoever comes second sees that the other is done, and tells; nobody tells twice, and somebody does."""
    walk = Walk(book)
    number, ids = in_force(walk, [[], [1, 3], []])
    first, mine, third = (ids[f"invented-{place}"] for place in (1, 2, 3))
    before = owed(book, number).count(EffectKind.ASSIGN_ACTIONS)
    answers = together(
        lambda: doing.complete_action(book, number, first, by=walk.officer),
        lambda: doing.complete_action(book, number, third, by=walk.chair),
    )
    assert answers == [[], []]
    assert owed(book, number).count(EffectKind.ASSIGN_ACTIONS) == before + 1
    assert turns(book, number) == [(mine, "nurse")]
