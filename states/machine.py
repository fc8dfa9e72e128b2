"""The process table set in motion: decides purely what a trigger does to a case.

The only importer of ``transitions``. One module-level machine without models serves every case: a trigger is
fired on a small throw-away model that carries the case's state, so that no database row is ever a model.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, cast

from transitions import EventData, Machine, MachineError

from states.access import Actor, why_not
from states.casefile import CaseFile, Section
from states.errors import BadInput, Missing, TransitionRefused
from states.guards.guard import CONDITIONS, GUARDS
from states.guards.urges import URGES
from states.process import TRANSITIONS, Transition, WhatT, When
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock, EffectKind

ROWS: dict[str, Transition] = {row.trigger: row for row in TRANSITIONS}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a trigger does to a case; nothing has been done yet.

    Args:
        trigger: the trigger decided on.
        source: the state it goes from.
        target: the state it goes to.
        effects: what the case then owes the world.
        starts: clocks to start.
        hastens: clocks to start unless they run and are due sooner.
        stops: clocks to stop.
        file: the case file that it was decided on.
    """

    trigger: str
    source: CaseState
    target: CaseState
    effects: tuple[EffectKind, ...]
    starts: tuple[Clock, ...]
    hastens: tuple[Clock, ...]
    stops: tuple[Clock, ...]
    file: CaseFile = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Available:
    """What one trigger would need now: the guard explainer's answer for it.

    Args:
        row: the trigger's row.
        target: the state that it leads to.
        missing: what blocks it.
        urged: why it should be pulled now, as a sentence; empty: nothing presses.
        doubts: what does not block it, and whoever pulls it is to know, as sentences.
    """

    row: Transition
    target: CaseState
    missing: tuple[Missing, ...]
    urged: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether nothing blocks the trigger."""
        return not self.missing


class _Walk:
    """A throw-away model: `transitions` moves its state, guards leave what is missing."""

    def __init__(self, file: CaseFile) -> None:
        self.file = file
        self.state = file.state.value
        self.missing: tuple[Missing, ...] = ()


def _guards_hold(event: EventData) -> bool:
    walk = cast(_Walk, event.model)
    walk.missing = _missing(ROWS[event.event.name], walk.file)
    return not walk.missing


def _missing(row: Transition, file: CaseFile) -> tuple[Missing, ...]:
    return tuple(m for name in row.guards if (m := GUARDS[name].missing(file)) is not None)


def _build() -> Machine:
    machine = Machine(
        model=None, states=[s.value for s in CaseState], initial=None, send_event=True, auto_transitions=False
    )
    for row in TRANSITIONS:
        machine.add_transition(
            row.trigger,
            [state.value for state in row.sources],
            "=" if row.target is None else row.target.value,
            conditions=[_guards_hold],
        )
    return machine


_MACHINE: Any = _build()


def row_of(trigger: str) -> Transition:
    """The process table's row of a trigger.

    Raises:
        BadInput: there is no such trigger.
    """
    row = ROWS.get(trigger)
    if row is None:
        near = get_close_matches(trigger, ROWS, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(ROWS)}."
        # What was given is not repeated: it may be anything, a name too.
        raise BadInput(f"There is no such trigger; nothing was changed. {hint}")
    return row


def needs(trigger: str) -> frozenset[Section]:
    """The sections of the case file that deciding on a trigger needs."""
    row = row_of(trigger)
    sections = [GUARDS[name].needs for name in row.guards]
    under = (*row.effects, *row.starts, *row.hastens, *row.stops)
    sections += [CONDITIONS[each.condition][1] for each in under if isinstance(each, When)]
    return frozenset().union(*sections)


def decide(file: CaseFile, trigger: str) -> Decision:
    """Decide what a trigger does to a case.

    Args:
        file: the case, with the sections that :func:`needs` names.
        trigger: what somebody wants to do.

    Raises:
        BadInput: there is no such trigger. TransitionRefused: the case is in another state, or guards do not
        hold; carries every one that does not.
    """
    row = row_of(trigger)
    walk = _Walk(file)
    try:
        moved = _MACHINE.events[trigger].trigger(walk)
    except MachineError:
        raise TransitionRefused(trigger, file.case.number, [_wrong_state(row, file)]) from None
    if not moved:
        raise TransitionRefused(trigger, file.case.number, walk.missing)
    return Decision(
        trigger,
        file.state,
        CaseState(walk.state),
        _holding(row.effects, file),
        _holding(row.starts, file),
        _holding(row.hastens, file),
        _holding(row.stops, file),
        file,
    )


def available(file: CaseFile, actor: Actor) -> Sequence[Available]:
    """The guard explainer: each trigger that goes from the case's state, and what blocks it for a person.

    Args:
        file: the case with all its sections.
        actor: who asks.
    """
    answers = []
    for row in TRANSITIONS:
        if file.state not in row.sources:
            continue
        missing = _missing(row, file)
        refusal = why_not(actor, row.by, file.case)
        if refusal is not None:
            missing = (refusal, *missing)
        urged = (URGES[row.urged][0](file) or "") if row.urged else ""
        answers.append(Available(row, row.target or file.state, missing, urged))
    return answers


def _holding(named: Sequence[WhatT | When[WhatT]], file: CaseFile) -> tuple[WhatT, ...]:
    """Of what a row names, what has no condition, or one that holds."""
    held: list[WhatT] = []
    for each in named:
        if not isinstance(each, When):
            held.append(each)
        elif CONDITIONS[each.condition][0](file):
            held.append(each.what)
    return tuple(held)


def _wrong_state(row: Transition, file: CaseFile) -> Missing:
    sources = " or ".join(row.sources)
    sentence = f"The case is in {file.state}; {row.trigger} goes from {sources}."
    return Missing("state", sentence, "the team, by moving the case there first", row.clauses[0])
