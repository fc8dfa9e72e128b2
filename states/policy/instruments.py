"""Instruments of structured judgment as a pack states them: sections, questions, scales, and no total."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Annotated

from pydantic import Field

from states.policy.misreading import Problem, meant
from states.policy.terms import Code, Entry, Strict, Text
from states.vocabulary.spelling import words

#: answers by question: the id of what was chosen on a scale, or a text
Answers = Mapping[str, str]

#: on how many ways through a decision tree its ends are tried
MOST_WAYS = 100_000


class Grade(Strict):
    """One place on a scale.

    Args:
        id: what an answer names it by.
        reads: what people read.
        points: how it is told from the others, point by point.
    """

    id: Code
    reads: Text
    points: tuple[Text, ...] = ()

    def __str__(self) -> str:
        return f"{self.reads} ({'; '.join(self.points)})" if self.points else self.reads


class Branch(Strict):
    """Something that follows only from some answers; from none in particular where it names none."""

    #: by question, the places on its scale of which one has to be chosen
    when: dict[Code, Annotated[tuple[Code, ...], Field(min_length=1)]] = Field(default_factory=dict)

    def follows(self, answers: Answers) -> bool:
        """Whether it follows from these answers."""
        return all(answers.get(question) in chosen for question, chosen in self.when.items())


class InstrumentQuestion(Branch):
    """One question: answered on a scale, or in words, which may be left out, where it names none."""

    id: Code
    asks: Text
    scale: Code | None = None

    def __str__(self) -> str:
        return self.asks if self.scale is None else f"{self.asks} ({words(self.scale)})"


class Section(Strict):
    """Questions that belong together."""

    title: Text
    questions: Annotated[tuple[InstrumentQuestion, ...], Field(min_length=1)]

    def __str__(self) -> str:
        return f"{self.title}: {' / '.join(str(each) for each in self.questions)}"


class End(Branch):
    """Where a decision tree leads to, and what is done then."""

    id: Code
    title: Text
    then: Text

    def __str__(self) -> str:
        return f"{self.title}: {self.then}"


class Instrument(Entry):
    """An instrument that a member or the team may fill in beside the criteria of a level (W-05).

    It is structured judgment: no answer counts for points, and nothing is added up.

    Args:
        title: what it is called.
        says: what it is for.
        source: whose it is, and in whose words it stands here.
        scales: the places of each scale, by the scale's code.
        sections: what is asked, in order.
        ends: where its answers lead to, if it is a decision tree.
    """

    title: Text
    says: Text
    source: Text
    scales: dict[Code, Annotated[tuple[Grade, ...], Field(min_length=2)]]
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    ends: tuple[End, ...] = ()

    @property
    def questions(self) -> tuple[InstrumentQuestion, ...]:
        """All that it asks, in order."""
        return tuple(question for section in self.sections for question in section.questions)

    def question(self, code: str) -> InstrumentQuestion | None:
        """The question with that id; None: it has none."""
        return next((each for each in self.questions if each.id == code), None)

    def grades(self, question: InstrumentQuestion) -> tuple[Grade, ...]:
        """What may be chosen; none: it is answered in words."""
        return () if question.scale is None else self.scales[question.scale]

    def reads(self, question: InstrumentQuestion, answer: str) -> str:
        """An answer as people read it; one that the pack has no longer, as it was given."""
        return next((each.reads for each in self.grades(question) if each.id == answer), answer)

    def told(self, branch: Branch, answers: Answers | None = None) -> str:
        """After which answers something follows, in words; empty: it follows always.

        Args:
            branch: what follows.
            answers: what was answered, to be told alone; None: everything after which it follows.
        """
        told = []
        for code, chosen in branch.when.items():
            question = self.question(code)
            if question is not None:
                given = chosen if answers is None else [each for each in chosen if each == answers.get(code)]
                reads = " or ".join(f"“{self.reads(question, each)}”" for each in given)
                told.append(f"“{question.asks}” is answered {reads}")
        return " and ".join(told)

    def end(self, answers: Answers) -> End | None:
        """Where answers lead to; None: it is no decision tree, or they lead nowhere yet."""
        return next((each for each in self.ends if each.follows(answers)), None)


#: what says itself in one line, wherever a pack is told in words
InstrumentPart = Grade | InstrumentQuestion | Section | End


def instrument_problems(instruments: Mapping[str, Instrument]) -> Iterator[Problem]:
    """What is wrong with a pack's instruments, each as a dotted key and the end of a sentence."""
    for code, instrument in instruments.items():
        key = f"instruments.{code}"
        found = [*_scales(key, instrument), *_questions(key, instrument), *_ends(key, instrument)]
        yield from found or _ways(key, instrument)


def _scales(key: str, instrument: Instrument) -> Iterator[Problem]:
    for code, grades in instrument.scales.items():
        yield from _twice(f"{key}.scales.{code}", [each.id for each in grades])


def _questions(key: str, instrument: Instrument) -> Iterator[Problem]:
    yield from _twice(f"{key}.sections", [each.id for each in instrument.questions])
    before: dict[str, InstrumentQuestion] = {}
    for question in instrument.questions:
        scale = question.scale
        if scale is not None and scale not in instrument.scales:
            hint = meant(scale, instrument.scales)
            yield f"{key}.{question.id}.scale", f"there is no scale {scale!r} in it{hint}. Correct it."
        else:
            yield from _branch(f"{key}.{question.id}", question, before, instrument)
        before[question.id] = question


def _ends(key: str, instrument: Instrument) -> Iterator[Problem]:
    yield from _twice(f"{key}.ends", [each.id for each in instrument.ends])
    known = {each.id: each for each in instrument.questions}
    for end in instrument.ends:
        yield from _branch(f"{key}.ends.{end.id}", end, known, instrument)


def _branch(
    key: str, branch: Branch, known: Mapping[str, InstrumentQuestion], instrument: Instrument
) -> Iterator[Problem]:
    for asked, chosen in branch.when.items():
        question = known.get(asked)
        if question is None or question.scale is None:
            yield f"{key}.when", f"{asked!r} is no question on a scale before it. Correct it."
        elif question.scale in instrument.scales:
            there = {each.id for each in instrument.grades(question)}
            for each in chosen:
                if each not in there:
                    yield (
                        f"{key}.when",
                        f"{asked!r} cannot be answered {each!r}{meant(each, there)}. Correct it.",
                    )


def _ways(key: str, instrument: Instrument) -> Iterator[Problem]:
    """Tell of answers that lead nowhere, or to two ends at once."""
    if too_many_ways(instrument):
        yield f"{key}.ends", f"more than {MOST_WAYS} ways lead to its ends. Let fewer questions decide."
    elif (astray := led_astray(instrument)) is not None:
        answers, ends = astray
        told = ", ".join(f"{question}: {answer}" for question, answer in answers.items())
        where = f"to {' and '.join(end.id for end in ends)} at once" if ends else "nowhere"
        yield f"{key}.ends", f"these answers lead {where}: {told}. Add or correct an end."


def too_many_ways(instrument: Instrument) -> bool:
    """Whether more ways lead to an instrument's ends than can be tried."""
    ways = prod(len(instrument.grades(each)) for each in _deciding(instrument))
    return bool(instrument.ends) and ways > MOST_WAYS


def led_astray(instrument: Instrument) -> tuple[Answers, tuple[End, ...]] | None:
    """Answers that lead nowhere, or to several ends at once, with these ends; None: there are none."""
    asked = _deciding(instrument) if instrument.ends else []
    for way in product(*((grade.id for grade in instrument.grades(each)) for each in asked)):
        answers = _asked_for(asked, dict(zip((each.id for each in asked), way, strict=True)))
        led = tuple(end for end in instrument.ends if end.follows(answers))
        if instrument.ends and len(led) != 1:
            return answers, led
    return None


def _deciding(instrument: Instrument) -> list[InstrumentQuestion]:
    """The questions on whose answers something depends, in order."""
    deciding = {asked for each in (*instrument.questions, *instrument.ends) for asked in each.when}
    return [each for each in instrument.questions if each.id in deciding]


def _asked_for(asked: list[InstrumentQuestion], way: Answers) -> dict[str, str]:
    """The answers of a way, without those to questions that are not asked on it."""
    answers: dict[str, str] = {}
    for question in asked:
        if question.follows(answers):
            answers[question.id] = way[question.id]
    return answers


def _twice(key: str, ids: list[str]) -> Iterator[Problem]:
    yield from (
        (key, f"{one!r} is there twice. Give one of them another id.")
        for one, times in Counter(ids).items()
        if times > 1
    )
