"""What a search found, and why, as whoever asked reads it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.shown.parts import Table, table
from states.vocabulary.spelling import words

if TYPE_CHECKING:
    from states.casebook.persons.searching import Hit

#: what is said where nothing was found, or nothing that whoever asks may see: they are the same
NOBODY = "Nothing like that is in a case that you may read."


def why(hit: "Hit") -> str:
    """What speaks for it, in words."""
    return "; ".join(words(reason) for reason in hit.reasons)


def hits_shown(hits: "Sequence[Hit]") -> Table:
    """What was found, as a table."""
    rows = [
        (
            hit.number,
            hit.state,
            hit.level or (f"{hit.provisional_level}?" if hit.provisional_level else None),
            hit.name or ("" if hit.role is None else "unknown"),
            words(hit.role or ""),
            f"{round(100 * hit.score)}",
            why(hit),
            ", ".join(hit.sites),
        )
        for hit in hits
    ]
    return table(("#Case", "#State", "Level", "Name", "As", "#%", "Because", "Sites"), rows)
