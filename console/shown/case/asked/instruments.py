"""What an instrument of the policy pack asks, folded away until somebody fills it in."""

from typing import Any

from console.shown.case.asked.fields import Ask, Field, Folded, Option
from states.policy.instruments import Branch, Instrument, InstrumentQuestion
from states.policy.pack import Pack

#: what stands for no answer, so that one can be taken back
_OPEN = Option("", "Left open")


def asked(pack: Pack) -> tuple[Folded, ...]:
    """A part of a form for each instrument, whose answers :func:`filled_in` reads."""
    return tuple(
        Folded(
            instrument.title,
            " ".join((instrument.says, instrument.source, *_ends(instrument))),
            tuple(
                _field(f"instruments.{code}.{question.id}", instrument, question, under)
                for section in instrument.sections
                for question, under in zip(
                    section.questions, (section.title, *[""] * len(section.questions)), strict=False
                )
            ),
            under="" if place else "With an instrument",
        )
        for place, (code, instrument) in enumerate(pack.instruments.items())
    )


def filled_in(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The instruments that were filled in, in the shape of a content.

    Args:
        content: what the fields made: answers by question, by instrument.
    """
    answers: dict[str, dict[str, str]] = content.get("instruments", {})
    return [{"instrument": code, "answers": said} for code, said in answers.items()]


def _field(name: str, instrument: Instrument, question: InstrumentQuestion, under: str) -> Field:
    grades = instrument.grades(question)
    options = tuple(Option(each.id, each.reads, points=each.points) for each in grades)
    return Field(
        name,
        question.asks,
        Ask.ONE if options else Ask.PROSE,
        _hint(instrument, question),
        (*options, _OPEN) if options else (),
        given=(_OPEN.value,) if options else (),
        under=under,
    )


def _ends(instrument: Instrument) -> list[str]:
    """Where a decision tree leads to, and after which answers."""
    return [
        f"It leads to: {end.title}, if {told}."
        if (told := instrument.told(end))
        else f"It leads to: {end.title}."
        for end in instrument.ends
    ]


def _hint(instrument: Instrument, branch: Branch) -> str:
    """After which answers something is asked, in words; empty: always."""
    told = instrument.told(branch)
    return f"Only if {told}." if told else ""
