"""The guard explainer on screen: what is possible, what stands in the way, and who can clear it."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from console.shown.parts import Part, Points, Text, Tone, phrase, sentence

if TYPE_CHECKING:
    from states.machine import Available


def explained(answers: Iterable["Available"]) -> Iterator[Part]:
    """The guard explainer for people: what is possible first."""
    for each in sorted(answers, key=lambda answer: not answer.possible):
        mark, tone = ("\N{CHECK MARK}", Tone.POSSIBLE) if each.possible else ("\N{BALLOT X}", Tone.LATE)
        yield sentence(Text(f"{mark} {each.row.trigger}", tone), Text(f"  -> {each.target}", Tone.SOFT))
        through = f" (with `{each.row.comes_with}`)" if each.row.comes_with else ""
        yield sentence(Text(each.row.says + through, Tone.SOFT), indent=1)
        if each.urged:
            yield sentence(Text(f"Now: {each.urged}", Tone.LEVEL), indent=1)
        if each.possible:
            continue
        yield Points(
            tuple(
                phrase(missing.sentence, Text(f" For: {missing.who} ({missing.clause}).", Tone.CLAUSE))
                for missing in each.missing
            )
        )


def as_data(each: "Available") -> dict[str, Any]:
    """One trigger of the guard explainer, for programs."""
    return {
        "trigger": each.row.trigger,
        "says": each.row.says,
        "target": each.target,
        "comes_with": each.row.comes_with,
        "possible": each.possible,
        "urged": each.urged,
        "missing": each.missing,
    }
