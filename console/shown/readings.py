"""Who read where, and who was let to which case for a time, as whoever audits reads it."""

from typing import TYPE_CHECKING

from console.shown.parts import Cell, Table, Tone, cell, table, when
from states.vocabulary.counts import counted
from states.vocabulary.people import GuestWay
from states.vocabulary.spelling import words
from states.vocabulary.times import on_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import tzinfo

    from states.casebook.reading.reads import ReadingLine
    from states.casebook.team.stays import RefusedTry, StayOnCase

NOBODY: "Mapping[str, str]" = {}

#: what one thing that came in is called, and several, by its code
CAME_IN: "Mapping[str, tuple[str, str]]" = {
    "at_a_door": ("unreadable message", "unreadable messages"),
    "log_row": ("log row", "log rows"),
    "gone": ("no longer on record", "no longer on record"),
}

#: cases that are named in a line, at most
NAMED = 5


def readings_shown(lines: "Sequence[ReadingLine]", names: "Mapping[str, str]" = NOBODY) -> Table:
    """What people read, by day and person, as a table; ids stand for themselves without ``names``."""
    rows = [
        (
            on_day(line.day),
            names.get(line.who, line.who),
            f"{line.readings}",
            cases_of(line),
            f"{line.found}",
            came_in_of(line),
            ", ".join(line.through) or "not on record",
            cell(", ".join(words(each) for each in line.odd), Tone.LATE),
        )
        for line in lines
    ]
    columns = ("#Day", "Who", "#Readings", "Cases opened", "#Found by search", "Came in", "Through")
    return table((*columns, "Look into"), rows)


def cases_of(line: "ReadingLine") -> str:
    """The cases of a line: some by number, and how many others."""
    more = len(line.numbers) - NAMED
    return ", ".join(line.numbers[:NAMED]) + (f" and {more} more" if more > 0 else "")


def came_in_of(line: "ReadingLine") -> str:
    """How many things that came in were read, by what they are."""
    return ", ".join(counted(count, *CAME_IN[kind]) for kind, count in line.came_in.items())


def stays_shown(lines: "Iterable[StayOnCase]", zone: "tzinfo", names: "Mapping[str, str]" = NOBODY) -> Table:
    """Who is, or was, let to which case, as a table; ids stand for themselves without ``names``."""
    rows = [
        (
            line.number,
            names.get(line.member, line.member),
            _came(line, names),
            when(line.since, zone),
            when(line.until, zone, Tone.SOFT if line.is_over else Tone.PLAIN),
            cell("over", Tone.SOFT) if line.is_over else cell("now", Tone.STRONG),
            _reviewed(line, names),
        )
        for line in lines
    ]
    return table(("#Case", "Who", "How", "#Since", "#Until", "Is", "Reviewed"), rows)


def tries_shown(lines: "Iterable[RefusedTry]", zone: "tzinfo", names: "Mapping[str, str]" = NOBODY) -> Table:
    """Who tried to open which number and was refused, as a table."""
    rows = [
        (when(line.at, zone), names.get(line.who, line.who), line.number or "no case's number")
        for line in lines
    ]
    return table(("#When", "Who", "Number given"), rows)


def _came(line: "StayOnCase", names: "Mapping[str, str]") -> str:
    from console.shown.case.asked.for_a_time import CAME

    came = CAME[line.way]
    return came if line.way is GuestWay.BREAK_GLASS else f"{came} {names.get(line.by, line.by)}"


def _reviewed(line: "StayOnCase", names: "Mapping[str, str]") -> Cell:
    if line.way is not GuestWay.BREAK_GLASS:
        return None
    if line.reviewed_by is None:
        return cell("not yet", Tone.LATE)
    said = "justified" if line.justified else "not justified"
    return cell(f"{said}, by {names.get(line.reviewed_by, line.reviewed_by)}")
