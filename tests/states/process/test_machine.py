"""The machine decides purely, and steers clear of its library's traps."""

from collections.abc import Iterable

import pytest

from states.access import Actor
from states.casefile import CaseFile, Section
from states.errors import BadInput, TransitionRefused
from states.machine import _MACHINE, ROWS, available, decide, row_of
from states.policy.pack import Pack
from states.tables import Case
from states.vocabulary.cases import CaseState
from states.vocabulary.people import Role
from tests.states.conftest import MONDAY

CHAIR = Actor("chair", frozenset({Role.CHAIR, Role.MEMBER}))


def in_state(pack: Pack, state: CaseState, sections: Iterable[Section] = Section) -> CaseFile:
    """An empty case in a state, opened at some sections."""
    case = Case(
        number="TAT-2026-0001",
        state=state,
        site="silver_city",
        opened_at=MONDAY,
        entered_at=MONDAY,
        changed_at=MONDAY,
    )
    return CaseFile(case, pack, dict.fromkeys(sections, ()), MONDAY)


def test_the_library_adds_no_trigger_that_goes_past_the_process() -> None:
    """`auto_transitions` would add to_closed and its like."""
    assert set(_MACHINE.events) == set(ROWS)


@pytest.mark.parametrize("trigger", ["to_closed", "to_Closed", "trigger", "may_close", ""])
def test_a_trigger_of_the_library_is_none_of_ours(pack: Pack, trigger: str) -> None:
    """What the library would offer is refused in a sentence."""
    with pytest.raises(BadInput, match="no such trigger"):
        decide(in_state(pack, CaseState.INQUIRY), trigger)


def test_an_unknown_trigger_is_answered_with_the_one_meant() -> None:
    """A slip of the keyboard gets the near name."""
    with pytest.raises(BadInput, match="Did you mean open_inquiry"):
        row_of("open_inquirey")


@pytest.mark.parametrize("given", ["Sam", "Sam Sample did it", "x" * 10_000, "\0", "⚠️", "שלום"])
def test_what_is_no_trigger_is_not_repeated(given: str) -> None:
    """What was given may be anything, so the message does not hold it."""
    with pytest.raises(BadInput) as refusal:
        row_of(given)
    assert given not in str(refusal.value)


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("trigger", ROWS)
def test_a_trigger_goes_only_from_its_states(pack: Pack, trigger: str, state: CaseState) -> None:
    """From any other state it is refused, with the states that it goes from."""
    file = in_state(pack, state)
    if state in ROWS[trigger].sources:
        assert trigger in [answer.row.trigger for answer in available(file, CHAIR)]
        return
    with pytest.raises(TransitionRefused) as refusal:
        decide(file, trigger)
    (missing,) = refusal.value.missing
    assert missing.guard == "state"
    assert all(source in missing.sentence for source in ROWS[trigger].sources)


@pytest.mark.parametrize("state", CaseState)
def test_the_explainer_and_the_refusal_say_the_same(pack: Pack, state: CaseState) -> None:
    """What the guard explainer shows beside a button is what pressing it answers."""
    file = in_state(pack, state)
    for answer in available(file, CHAIR):
        if answer.possible:
            assert decide(file, answer.row.trigger).target is answer.target
            continue
        with pytest.raises(TransitionRefused) as refusal:
            decide(file, answer.row.trigger)
        assert refusal.value.missing == answer.missing


def test_deciding_changes_nothing(pack: Pack) -> None:
    """A decision tells the target; the case stays as it is until the casebook writes it."""
    file = in_state(pack, CaseState.REPORTED)
    assert decide(file, "raise_alarm").target is CaseState.REPORTED
    assert file.case.state == CaseState.REPORTED


def test_a_person_without_the_role_sees_why_not(pack: Pack) -> None:
    """The explainer tells the person's own permission first."""
    reporter = Actor("reporter", frozenset({Role.REPORTER}))
    for answer in available(in_state(pack, CaseState.INQUIRY), reporter):
        allowed = Role.REPORTER in answer.row.by
        assert ("permission" in [missing.guard for missing in answer.missing]) is not allowed
