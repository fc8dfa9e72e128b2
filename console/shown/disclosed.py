"""What left the team and what was refused, as a table: of one person, or across the cases."""

from typing import TYPE_CHECKING

from console.shown.parts import Link, Sentence, Table, Tone, cell, code, codes, phrase, sentence, table, when
from states.vocabulary.spelling import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import tzinfo

    from states.casebook.disclosing.disclosures import DisclosureLine

#: what is said where nothing left
NOTHING = "Nothing was told or asked about this person."


def disclosed(
    lines: "Iterable[DisclosureLine]",
    zone: "tzinfo",
    *,
    called: "Callable[[str], str]" = str,
    leads: bool = False,
) -> Table:
    """What was told or refused, to whom, for what, and under which rule (34 CFR 99.32).

    Args:
        lines: what left, and what did not.
        zone: by whose clock.
        called: what a recipient is called; by default its code.
        leads: whether a case's number leads to what was told of its person.
    """
    rows = [
        (
            when(line.at, zone),
            Link(line.case_number, f"/cases/{line.case_number}/disclosures") if leads else line.case_number,
            phrase(code(line.to), f": {called(line.recipient)}"),
            code(line.purpose),
            codes(line.what),
            phrase(
                code(line.basis),
                " (emergency determined)" if line.emergency else "",
                f"; rule {line.clause}" if line.clause else "",
            ),
            cell(f"REFUSED: {', '.join(map(words, line.refused))}", Tone.LATE) if line.refused else "told",
        )
        for line in lines
    ]
    return table(("#When", "#Case", "To", "For", "What", "On the basis of", "Came of it"), rows)


def who_asked(lines: "Iterable[DisclosureLine]", zone: "tzinfo") -> list[Sentence]:
    """Who asked for what was refused, where that was said."""
    return [
        sentence(when(line.at, zone), f": asked by {line.asked_by}")
        for line in lines
        if line.refused and line.asked_by
    ]
