"""The guard explainer on screen: what is possible, what stands in the way, and who can clear it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from console.shown.parts import Part, Points, Text, Tone, phrase, sentence
from states.vocabulary.spelling import words

if TYPE_CHECKING:
    from states.machine import Available


#: one command, as sentences have it
_COMMAND = r"`(?:tat) [^`]*`"

#: what sentences say of the terminal, and what whoever reads them on a page needs of it
_AT_A_TERMINAL = (
    (re.compile(r" \(--[\w-]+\)"), ""),
    (re.compile(r"which `tat case show` names"), "which its page names"),
    (re.compile(r"`tat case confirm`, or"), "each by their own word, or at"),
    (re.compile(r"draft it with their ids in `targets` \([^)]*\)"), "draft it for them, too"),
    # A sentence of its own, and the rest of one that ends with what a command does.
    (re.compile(rf"(?<=[.]) (?:Run )?{_COMMAND}[^.]*[.]"), ""),
    (re.compile(rf"[:;] (?:see |use )?{_COMMAND}[^.;]*(?=[.;])"), ""),
    (re.compile(rf"[:;] (?:see |use )?{_COMMAND}"), ""),
    (re.compile(rf"(?:,| or|, and)? (?:with|in) {_COMMAND}"), ""),
    (re.compile(rf" \({_COMMAND}(?:, {_COMMAND})*\)"), ""),
    # A field's code: what it stands for, where the sentence needs it.
    (re.compile(r" \(`[^`]*`\)"), ""),
    (re.compile(r"`([a-z_]+)`"), lambda found: f"“{words(found[1])}”"),
)


#: somebody's id, as a sentence of the explainer marks it
_MARKED = re.compile(r"(?<![\w.])@([\w-]+(?:\.[\w-]+)*)")


def plainly(sentence: str) -> str:
    """A sentence of the explainer for whoever reads it on a page: without what is typed at a terminal."""
    for said, instead in _AT_A_TERMINAL:
        sentence = said.sub(instead, sentence)
    return sentence


def with_names(sentence: str, names: Mapping[str, str]) -> str:
    """The same sentence with names in place of the ids that it marks; whom nobody knows keeps theirs.

    Args:
        sentence: a sentence of the explainer.
        names: names, by id.
    """
    return _MARKED.sub(lambda found: names.get(found[1]) or found[1], sentence)


def explained(answers: Iterable["Available"]) -> Iterator[Part]:
    """The guard explainer for people: what is possible first."""
    for each in sorted(answers, key=lambda answer: not answer.possible):
        mark, tone = ("\N{CHECK MARK}", Tone.POSSIBLE) if each.possible else ("\N{BALLOT X}", Tone.LATE)
        yield sentence(Text(f"{mark} {each.row.trigger}", tone), Text(f"  -> {each.target}", Tone.SOFT))
        through = f" (with `{each.row.comes_with}`)" if each.row.comes_with else ""
        yield sentence(Text(each.row.says + through, Tone.SOFT), indent=1)
        if each.urged:
            yield sentence(Text(f"Now: {each.urged}", Tone.LEVEL), indent=1)
        for doubt in each.doubts:
            yield sentence(Text(f"Mind: {doubt}", Tone.DOUBT), indent=1)
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
        "doubts": each.doubts,
        "missing": each.missing,
    }
