"""Instruments of the policy pack on screen: what they ask, and what was answered and came of it."""

from collections.abc import Iterator
from typing import Any

from console.shown.case.asked.fields import Ask, Field, Folded, Option
from states.policy.instruments import Branch, End, Instrument, InstrumentQuestion
from states.policy.pack import Pack

#: what stands for no answer, so that one can be taken back
_OPEN = Option("", "Left open")


def asked(pack: Pack) -> tuple[Folded, ...]:
    """A part of a form for each instrument, whose answers :func:`filled_in` reads."""
    return tuple(
        Folded(
            instrument.title,
            f"{instrument.says} {instrument.source}",
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


def answered(pack: Pack, content: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """What was answered in each instrument, question by question, and where that leads to."""
    for filled in content.get("instruments", ()):
        instrument = pack.instruments.get(filled["instrument"])
        if instrument is None:
            # The pack had it when it was filled in.
            yield filled["instrument"], [f"{code}: {answer}" for code, answer in filled["answers"].items()]
            continue
        lines = [
            f"{question.asks} {instrument.reads(question, filled['answers'][question.id])}"
            for question in instrument.questions
            if question.id in filled["answers"]
        ]
        end = _end(instrument, filled["leads_to"])
        yield instrument.title, [*lines, *([f"Leads to: {end.title}. {end.then}"] if end else [])]


def gist(pack: Pack, content: dict[str, Any]) -> list[str]:
    """What came of each instrument in a few words: where it leads to, or what was chosen on its scales."""
    told = []
    for filled in content.get("instruments", ()):
        instrument = pack.instruments.get(filled["instrument"])
        if instrument is None:
            told.append(filled["instrument"])
            continue
        end = _end(instrument, filled["leads_to"])
        chosen = [
            instrument.reads(question, filled["answers"][question.id])
            for question in instrument.questions
            if question.scale and question.id in filled["answers"]
        ]
        told.append(f"{instrument.title}: {end.title if end else ', '.join(chosen)}")
    return told


def _end(instrument: Instrument, code: str) -> End | None:
    return next((each for each in instrument.ends if each.id == code), None)


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


def _hint(instrument: Instrument, branch: Branch) -> str:
    """After which answers something is asked, in words; empty: always."""
    told = []
    for code, chosen in branch.when.items():
        question = instrument.question(code)
        if question is not None:
            reads = " or ".join(f"“{instrument.reads(question, each)}”" for each in chosen)
            told.append(f"“{question.asks}” is answered {reads}")
    return f"Only if {' and '.join(told)}." if told else ""
