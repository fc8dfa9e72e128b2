"""The process as a table that a committee can read: what may happen, from where, and what it needs."""

from collections.abc import Callable

from console.shown.parts import Table, table
from states.process import TRANSITIONS, Transition, When
from states.vocabulary.cases import CaseState
from states.vocabulary.spelling import words


def steps(named: Callable[[str], str] = str, *, folds: bool = False) -> Table:
    """Every step that a case may take, in the order of the process.

    Args:
        named: what a step and a state are called on screen; as commands call them, if nobody says.
        folds: whether lines may break in every column, as they have to on a page.
    """
    whole = "" if folds else "#"
    columns = (f"{whole}Trigger", f"{whole}From -> to", "Needs", "Then owes", f"{whole}Clauses")
    return table(columns, (_row(row, named, ", " if folds else "\n") for row in TRANSITIONS))


def _row(row: Transition, named: Callable[[str], str], between: str) -> tuple[object, ...]:
    owed = [
        f"{words(effect.what)} (if {words(effect.condition)})" if isinstance(effect, When) else words(effect)
        for effect in row.effects
    ]
    sources = ["any state"] if len(row.sources) == len(CaseState) else [named(each) for each in row.sources]
    return (
        named(row.trigger),
        between.join(sources) + (f"\n-> {named(row.target)}" if row.target else "\n(stays)"),
        between.join(words(guard) for guard in row.guards),
        between.join(owed),
        between.join(row.clauses),
    )
