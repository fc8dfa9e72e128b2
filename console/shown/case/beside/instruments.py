"""Instruments of the policy pack that were filled in: what was answered, and what came of it."""

from collections.abc import Iterator
from typing import Any

from states.policy.instruments import End, Instrument
from states.policy.pack import Pack


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
        yield instrument.title, [*lines, *([_led(instrument, end, filled["answers"])] if end else [])]


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


def _led(instrument: Instrument, end: End, answers: dict[str, str]) -> str:
    """Where the answers lead to, and which of them did."""
    # What the pack says now may not be what led there when it was filled in.
    told = instrument.told(end, answers) if end.follows(answers) else ""
    because = f" It comes after these answers: {told}." if told else ""
    return f"Leads to: {end.title}. {end.then}{because}"


def _end(instrument: Instrument, code: str) -> End | None:
    return next((each for each in instrument.ends if each.id == code), None)
