"""Anybody does anything in any order: the process table holds, and what is refused leaves nothing."""

import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from states.access import MAY as PERMITTED
from states.access import REPORTER, SYSTEM, Act, Actor, why_not
from states.casebook import Casebook
from states.casebook.closing import disposition
from states.casebook.effects import attempts, claiming
from states.casebook.intake import reports
from states.casebook.record import integrity
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.casebook.triggers import acting
from states.contents.reports import ReportContent
from states.errors import BadInput, NotPermitted, Refused, TransitionRefused
from states.machine import ROWS
from states.policy.pack import Pack
from states.process import ENDED_BY_CLOSING, When
from states.store.engine import Store
from states.tables import Assessment, Case, Deadline, Effect, Event, PlanAction, table_of
from states.vault import Vault
from states.vocabulary.cases import CaseState, Level, ReportChannel
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.people import Role
from tests.doses import dose
from tests.states.anything import CALLS, DILIGENTLY, REASONS, Telling
from tests.states.conftest import Watch
from tests.states.looking import case, everything, rows, verified

STRANGER = Actor("stranger", frozenset({Role.MEMBER}))
NOBODY = Actor("nobody", frozenset())

PEOPLE = st.sampled_from(
    ["chair", "officer", "nurse", "custodian", "operator", REPORTER, SYSTEM, STRANGER, NOBODY]
)
NUMBERS = st.sampled_from(["TAT-2026-0001", "TAT-2026-0002"])
LEVELS = st.sampled_from(Level)


#: how many courses are gone, each of forty steps
COURSES = dose(3, 60)


class AnybodyDoesAnything(RuleBasedStateMachine):
    """Two cases, and people who may or may not."""

    #: opens a fresh casebook with the invented team
    open_book: Callable[[Watch], Casebook]

    def __init__(self) -> None:
        super().__init__()
        self.watch = Watch()
        self.book = type(self).open_book(self.watch)
        self.seen: dict[str, Any] = {}

    def teardown(self) -> None:
        """Give the casebook's connections back."""
        self.book.close()

    def person(self, who: str | Actor) -> Actor:
        """Somebody by id, or as they are."""
        return who if isinstance(who, Actor) else members.actor(self.book, who)

    def attempt(self, call: Callable[[], object]) -> Exception | None:
        """Do something; whoever is refused leaves nothing, and whoever is not leaves all of it."""
        before, known = everything(self.book), {row.id: row for row in rows(self.book, Case)}
        try:
            call()
        except (Refused, BadInput) as refusal:
            assert everything(self.book) == before
            return refusal
        for row in rows(self.book, Case):
            self._check_course(row, known.get(row.id))
        self.watch.forward(seconds=1)
        return None

    def _check_course(self, now: Any, before: Any) -> None:
        since = 0 if before is None else before.seq
        mine = table_of(Event).c
        events = rows(self.book, Event, mine.case_id == now.id, mine.seq > since)
        state = CaseState.REPORTED if before is None else before.state
        version = 0 if before is None else before.version
        assert [event.seq for event in events] == list(range(since + 1, now.seq + 1))
        versions = [version, *(event.version for event in events)]
        assert all(later - earlier in (0, 1) for earlier, later in pairwise(versions))
        assert now.version == versions[-1]
        told_apart = {event.version for event in events if event.what == "source_answered"}
        assert now.version - version <= max(1, len(told_apart))
        for event in events:
            if event.what not in ROWS:
                continue
            row = ROWS[event.what]
            assert event.data["state_before"] == state
            assert state in row.sources
            state = row.target or state
            assert event.data["state"] == state
            self._check_owed(event)
            self._check_clocks(event, now)
        assert now.state == state

    def _check_owed(self, event: Any) -> None:
        prefix = f"{event.case_id}:{event.seq}:"
        owed = {row.kind for row in rows(self.book, Effect) if row.dedupe.startswith(prefix)}
        effects_ = ROWS[event.what].effects
        always = {effect for effect in effects_ if not isinstance(effect, When)}
        may_be = always | {effect.what for effect in effects_ if isinstance(effect, When)}
        # An alarm has an event of its own; a clock that stops and stands in calendars is taken out of them.
        alone = {EffectKind.ALERT_POLICE}
        assert always - alone <= owed <= may_be | {EffectKind.CANCEL_MEETINGS}

    def _check_clocks(self, event: Any, now: Any) -> None:
        row = ROWS[event.what]
        mine = [one for one in rows(self.book, Deadline) if one.case_id == now.id]
        running = {one.clock for one in mine if one.satisfied_at is None and one.set_at < event.at}
        # A clock that stops or starts under a condition may, and need not.
        assert running.isdisjoint([clock for clock in row.stops if not isinstance(clock, When)])
        level = now.level or now.provisional_level
        at_level = level and Level(level)
        begun = {clock for clock in (*row.starts, *row.hastens) if not isinstance(clock, When)}
        known = {clock for clock in begun if self.book.pack.clock(clock, at_level) is not None}
        # What runs already and is due sooner is not put off.
        hastened = {one.clock for one in mine if one.satisfied_at is None and one.clock in row.hastens}
        assert known <= hastened | {one.clock for one in mine if one.set_at == event.at}

    @initialize(first=st.booleans(), second=st.booleans())
    def two_cases(self, *, first: bool, second: bool) -> None:
        """Two reports about two people, one of them by word of mouth or in danger."""
        self.report(REPORTER, 1, verbal=first, imminent=False)
        self.report("officer", 2, verbal=False, imminent=second)

    @rule(who=PEOPLE, person=st.sampled_from([1, 2]), verbal=st.booleans(), imminent=st.booleans())
    def report(self, who: str | Actor, person: int, *, verbal: bool, imminent: bool) -> None:
        """Somebody reports one of two people."""
        channel = ReportChannel.VERBAL if verbal else ReportChannel.WRITTEN
        subject = {"site": "deming", "identifiers": {"campus_id": str(person)}, "affiliations": ["student"]}
        given = {"behaviour_of_concern": "x", "subject": subject, "channel": channel, "imminent": imminent}
        content = ReportContent.read(given)
        refusal = self.attempt(lambda: reports.report(self.book, content, by=self.person(who)))
        assert isinstance(refusal, NotPermitted) is (who is NOBODY)

    @rule(who=PEOPLE, number=NUMBERS, call=st.sampled_from(sorted(CALLS)), level=LEVELS, odd=st.booleans())
    def tell(self, who: str | Actor, number: str, call: str, level: Level, *, odd: bool) -> None:
        """Somebody tells something about a case."""
        telling = Telling(self.book, self.person(who), number, level, odd)
        refusal = self.attempt(lambda: CALLS[call](telling))
        row = Case(**case(self.book, number)._mapping)  # noqa: SLF001 - SQLAlchemy's public name
        may_write = why_not(telling.who, PERMITTED[Act.RECORD], row) is None
        # Whoever owns an action may say that it is done.
        assert may_write or call in ("answer", "complete") or refusal is not None

    @rule(
        who=PEOPLE,
        number=NUMBERS,
        trigger=st.sampled_from(sorted(name for name, row in ROWS.items() if not row.comes_with)),
        given=st.booleans(),
        old=st.booleans(),
    )
    def act(self, who: str | Actor, number: str, trigger: str, *, given: bool, old: bool) -> None:
        """Somebody fires a trigger, perhaps with reasons, perhaps after looking long ago."""
        by = self.person(who)
        expected = self.seen.setdefault(number, case(self.book, number).version) if old else None
        reasons = REASONS if given else {}
        promised = None
        if why_not(by, PERMITTED[Act.READ], Case(**case(self.book, number)._mapping)) is None:  # noqa: SLF001 - as above
            answers = acting.can(self.book, number, by=by)
            promised = {one.row.trigger: one.missing for one in answers}
        refusal = self.attempt(
            lambda: acting.act(self.book, number, trigger, by=by, given=reasons, expected=expected)
        )
        if promised is not None and not given and not old:
            self._check_promise(refusal, promised.get(trigger))

    def _check_promise(self, refusal: Exception | None, missing: Any) -> None:
        if missing == ():
            assert refusal is None
        elif missing is not None and "permission" in [one.guard for one in missing]:
            assert isinstance(refusal, NotPermitted)
        elif missing is not None:
            assert isinstance(refusal, TransitionRefused)
            assert refusal.missing == missing
        else:
            assert isinstance(refusal, (TransitionRefused, NotPermitted))

    @rule(number=NUMBERS, level=st.sampled_from([Level.EXTREME, Level.MILD, Level.MILD]))
    def proceed(self, number: str, level: Level) -> None:
        """A diligent team takes a case one stage on."""
        row = case(self.book, number)
        level = Level(row.level) if row.level else level
        steps, trigger = DILIGENTLY[row.state]
        officer, chair = self.person("officer"), self.person("chair")
        for step in steps:
            by = chair if step == "assign" else officer
            for member in ("chair", "nurse") if step == "confirm" else ():
                telling = Telling(self.book, self.person(member), number, level, odd=False)
                self.attempt(lambda telling=telling: CALLS["confirm"](telling))  # type: ignore[misc]
            for _ in rows(self.book, PlanAction) if step == "complete" else [None]:
                telling = Telling(self.book, by, number, level, odd=False)
                self.attempt(lambda telling=telling, step=step: CALLS[step](telling))  # type: ignore[misc]
        if row.state == CaseState.PLAN:
            self.attempt(lambda: CALLS["approve"](Telling(self.book, chair, number, level, odd=False)))
        self.attempt(lambda: acting.act(self.book, number, trigger, by=chair, given=REASONS))

    @rule(fails=st.booleans(), permanent=st.booleans())
    def relay(self, *, fails: bool, permanent: bool) -> None:
        """A flow does, or fails to do, what is owed next."""
        for claim in claiming.claim_due(self.book, limit=1, kinds=list(EffectKind), by=SYSTEM):
            claiming.assign(self.book, claim.lease, "run")
            work = attempts.begin(self.book, claim.effect_id, "run", by=SYSTEM)
            assert work is not None
            if fails:
                self.attempt(lambda work=work: attempts.fail(self.book, work, "down", permanent=permanent))  # type: ignore[misc]
            else:
                self.attempt(lambda work=work: attempts.finish(self.book, work))  # type: ignore[misc]

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        """The sweep comes, and a checkpoint is written."""
        self.watch.forward(hours=hours)
        attempts.expire(self.book, by=SYSTEM)
        sweeping.sweep(self.book, by=SYSTEM)
        assert not [row for row in rows(self.book, Deadline) if row.next_at and row.next_at <= self.watch.now]
        integrity.checkpoint(self.book, by=SYSTEM)

    @rule(who=PEOPLE, number=NUMBERS)
    def erase_too_early(self, who: str | Actor, number: str) -> None:
        """Nobody erases an open case, nobody but the custodian a closed one, and not before its time."""
        by = self.person(who)
        assert self.attempt(lambda: disposition.erase(self.book, number, by=by)) is not None

    @invariant()
    def the_ledger_verifies(self) -> None:
        """Every link, content and checkpoint."""
        verified(self.book)

    @invariant()
    def the_level_in_force_is_the_assessments(self) -> None:
        """No level without its assessment, nor another one."""
        levels = {row.id: row.level for row in rows(self.book, Assessment)}
        for row in rows(self.book, Case):
            assert row.level == levels.get(row.assessment_id)

    @invariant()
    def no_clock_that_closing_ends_outlives_it(self) -> None:
        """In a closed case only a report that came later has such a clock."""
        closed = {row.id: row.closed_at for row in rows(self.book, Case) if row.state == CaseState.CLOSED}
        for row in rows(self.book, Deadline, table_of(Deadline).c.satisfied_at.is_(None)):
            if row.case_id in closed and row.clock in ENDED_BY_CLOSING:
                assert row.clock == Clock.VERBAL_FOLLOW_UP
                assert row.set_at > closed[row.case_id]

    @invariant()
    def an_open_case_is_never_without_a_clock(self) -> None:
        """Whatever people do or leave undone, something falls due that the process table would end."""
        running = rows(self.book, Deadline, table_of(Deadline).c.satisfied_at.is_(None))
        timed = {row.case_id for row in running if row.clock in ENDED_BY_CLOSING}
        assert {row.id for row in rows(self.book, Case) if row.state != CaseState.CLOSED} <= timed

    @invariant()
    def each_thing_is_owed_once(self) -> None:
        """No two effects share their cause."""
        causes = [row.dedupe for row in rows(self.book, Effect)]
        assert len(causes) == len(set(causes))


@pytest.mark.long
@pytest.mark.clause("W-19")
def test_anybody_may_try_anything_in_any_order(
    sqlite_template: Path, tmp_path: Path, pack: Pack, master_key: bytes
) -> None:
    """State, event, effects and clocks stay together, and the explainer keeps its word."""
    files = iter(range(1_000_000))

    def open_book(watch: Watch) -> Casebook:
        path = tmp_path / f"{next(files)}.db"
        shutil.copyfile(sqlite_template, path)
        return Casebook(Store(f"sqlite:///{path}"), Vault(master_key), pack, watch)

    course = type("Course", (AnybodyDoesAnything,), {"open_book": staticmethod(open_book)})
    run_state_machine_as_test(
        course,
        settings=settings(
            max_examples=COURSES,
            stateful_step_count=40,
            deadline=None,
            database=None,
            # A failing course is shown as it is: to shorten it would take minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
