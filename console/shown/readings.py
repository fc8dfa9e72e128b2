"""Who read where, as whoever audits reads it."""

from typing import TYPE_CHECKING

from console.shown.parts import Table, Tone, cell, table
from states.vocabulary.spelling import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from states.casebook.reading.reads import ReadingLine

NOBODY: "Mapping[str, str]" = {}

#: cases that are named in a line, at most
NAMED = 5


def readings_shown(lines: "Sequence[ReadingLine]", names: "Mapping[str, str]" = NOBODY) -> Table:
    """What people read, by day and person, as a table; ids stand for themselves without ``names``."""
    rows = [
        (
            f"{line.day:%a} {line.day.day} {line.day:%b %Y}",
            names.get(line.who, line.who),
            f"{line.readings}",
            cases_of(line),
            f"{line.found}",
            ", ".join(line.through) or "not on record",
            cell(", ".join(words(each) for each in line.odd), Tone.LATE),
        )
        for line in lines
    ]
    return table(
        ("#Day", "Who", "#Readings", "Cases opened", "#Found by search", "Through", "Look into"), rows
    )


def cases_of(line: "ReadingLine") -> str:
    """The cases of a line: some by number, and how many others."""
    more = len(line.numbers) - NAMED
    return ", ".join(line.numbers[:NAMED]) + (f" and {more} more" if more > 0 else "")
