"""Instruments beside a rating or an assessment: answered as the pack asks, and where their answers lead."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from states.contents.inquiry import AssessmentContent, FilledInstrument, RatingContent
from states.errors import BadContent
from states.policy.instruments import Grade, Instrument, InstrumentQuestion
from states.policy.pack import Pack, listed

Judged = TypeVar("Judged", AssessmentContent, RatingContent)


def judged(pack: Pack, content: Judged) -> Judged:
    """A rating or an assessment, its instruments checked, each with where its answers lead (W-05, A-03).

    Args:
        pack: the policy pack, which has the instruments.
        content: what somebody found; what an instrument leads to is found anew, whatever is given.

    Raises:
        BadContent: an instrument is not the pack's, is there twice, or is not answered as it asks; names each
            question by its place, as in ``instruments.cstag.threat``.
    """
    codes = [filled.instrument for filled in content.instruments]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise _not_filled("instruments", f"{listed(twice)} is filled in twice. Fill in each instrument once.")
    return content.model_copy(update={"instruments": tuple(_led(pack, content.instruments))})


def _led(pack: Pack, instruments: Sequence[FilledInstrument]) -> Iterator[FilledInstrument]:
    for filled in instruments:
        instrument = pack.instruments.get(filled.instrument)
        if instrument is None:
            there = listed(pack.instruments) or "none"
            raise _not_filled(
                "instruments", f"The policy pack has no such instrument. Give one of those it has: {there}."
            )
        _check(instrument, filled)
        end = instrument.end(filled.answers)
        yield filled.model_copy(update={"leads_to": "" if end is None else end.id})


def _check(instrument: Instrument, filled: FilledInstrument) -> None:
    place = f"instruments.{filled.instrument}"
    unknown = sorted(set(filled.answers) - {each.id for each in instrument.questions})
    if unknown:
        asks = listed(each.id for each in instrument.questions)
        raise _not_filled(place, f"{instrument.title}: there is no such question. It asks {asks}.")
    found = {
        f"{place}.{question.id}": (question, problem)
        for question in instrument.questions
        if (problem := _problem(instrument, question, filled.answers))
    }
    if found:
        told = [
            f"{instrument.title}, {question.id}: {question.asks} {problem}{_ids(instrument.grades(question))}"
            for question, problem in found.values()
        ]
        at = {name: f"{problem}." for name, (_question, problem) in found.items()}
        raise BadContent("\n".join((*told, "Nothing was written.")), at)


def _problem(instrument: Instrument, question: InstrumentQuestion, answers: dict[str, str]) -> str:
    """What would help at a question; empty: it is answered as it should be."""
    grades, answer = instrument.grades(question), answers.get(question.id, "")
    if not question.follows(answers):
        return "Leave it open: after the answers before it, this is not asked" if answer else ""
    return "Choose one" if grades and answer not in {grade.id for grade in grades} else ""


def _ids(grades: tuple[Grade, ...]) -> str:
    return f": {'; '.join(f'{grade.id} ({grade.reads})' for grade in grades)}." if grades else "."


def _not_filled(place: str, problem: str) -> BadContent:
    return BadContent(f"{problem} Nothing was written.", {place: problem})
