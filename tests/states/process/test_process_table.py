"""The process table holds together: every name means something, every state can be reached and left."""

from typing import Any

import pytest

from states.guards.guard import CONDITIONS, GUARDS
from states.guards.urges import URGES
from states.machine import ROWS, needs
from states.policy.pack import Pack
from states.process import TRANSITIONS, Transition, When
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.people import Role
from tests.states.process.test_machine import in_state

ROW = pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: row.trigger)


def moves() -> set[tuple[CaseState, CaseState]]:
    """Every way from one state to another."""
    return {(source, row.target) for row in TRANSITIONS if row.target for source in row.sources}


def under(row: Transition) -> list[When[Any]]:
    """What a row owes, starts or stops only under a condition."""
    return [each for each in (*row.effects, *row.starts, *row.hastens, *row.stops) if isinstance(each, When)]


def _clock(each: Clock | When[Clock]) -> Clock:
    return each.what if isinstance(each, When) else each


def test_each_trigger_has_one_row() -> None:
    """Two rows of one name would make the first one unreachable."""
    assert len(ROWS) == len(TRANSITIONS)


def test_every_state_is_reachable_from_the_first() -> None:
    """From Reported, some way leads to each state."""
    reached = {CaseState.REPORTED}
    for _ in CaseState:
        reached |= {target for source, target in moves() if source in reached}
    assert reached == set(CaseState)


def test_every_state_is_leavable() -> None:
    """No state is a trap, not even Closed."""
    assert {source for source, target in moves() if source is not target} == set(CaseState)


def test_a_case_can_be_closed_from_every_state() -> None:
    """From each state, some way leads to Closed."""
    closing = {CaseState.CLOSED}
    for _ in CaseState:
        closing |= {source for source, target in moves() if target in closing}
    assert closing == set(CaseState)


@ROW
def test_every_guard_resolves(row: Transition) -> None:
    """A misspelt guard name would be accepted when the machine is built."""
    assert [name for name in row.guards if name not in GUARDS] == []


@ROW
def test_every_condition_resolves(row: Transition) -> None:
    """A misspelt condition would only fail when the case is at that point."""
    conditions = [each.condition for each in under(row)]
    assert [name for name in conditions if name not in CONDITIONS] == []


@ROW
def test_a_decision_reads_no_more_than_it_says_it_needs(row: Transition, pack: Pack) -> None:
    """A guard or condition that looks at another section would fail on a case that is opened for deciding."""
    for state in row.sources:
        file = in_state(pack, state, needs(row.trigger))
        for name in row.guards:
            GUARDS[name].missing(file)
        for each in under(row):
            CONDITIONS[each.condition][0](file)


@ROW
def test_every_row_reads_as_a_sentence_and_names_who_may(row: Transition) -> None:
    """A committee can read the row: what it does, who may do it, and where it comes from."""
    assert row.says
    assert row.says[0].isupper()
    assert row.by
    assert row.clauses


def test_every_guard_is_used() -> None:
    """A guard that no row names guards nothing."""
    assert set(GUARDS) == {name for row in TRANSITIONS for name in row.guards}


def test_every_condition_is_used() -> None:
    """A condition that no row names decides nothing."""
    assert set(CONDITIONS) == {each.condition for row in TRANSITIONS for each in under(row)}


def test_every_urge_resolves_and_is_used() -> None:
    """A step that presses says why, and nothing says so for no step."""
    assert set(URGES) == {row.urged for row in TRANSITIONS if row.urged}


def test_every_clock_that_a_row_starts_is_stopped_somewhere() -> None:
    """Clocks that no row stops are those that people's records stop, or that run on."""
    started = {_clock(each) for row in TRANSITIONS for each in (*row.starts, *row.hastens)}
    stopped = {_clock(each) for row in TRANSITIONS for each in row.stops}
    assert started - stopped == {Clock.ALARM_REVIEW}


@pytest.mark.clause("W-13", "W-30")
def test_nothing_stands_in_the_way_of_an_alarm() -> None:
    """Life safety is never blocked by paperwork: no guard, any state, anybody."""
    row = ROWS["raise_alarm"]
    assert row.guards == ()
    assert set(row.sources) == set(CaseState)
    assert set(row.by) == set(Role)
    assert EffectKind.ALERT_POLICE in row.effects


@pytest.mark.clause("W-29")
def test_no_guard_looks_at_what_other_officials_do() -> None:
    """Guards see no referral and no proceeding, so that none can hold a case up."""
    seen = {section.value for guard in GUARDS.values() for section in guard.needs}
    assert "referrals" not in seen


def test_what_comes_with_a_record_names_its_command() -> None:
    """Two triggers tell that a record was made; without that record they would tell of nothing."""
    assert {row.trigger: row.comes_with for row in TRANSITIONS if row.comes_with} == {
        "merge": "tat case merge",
        "receive_report": "tat report",
    }
