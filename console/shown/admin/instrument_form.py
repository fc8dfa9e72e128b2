"""The form of an instrument: what is asked of whoever enters or changes one."""

from collections.abc import Mapping, Sequence
from typing import Any

from console.shown.case.asked.choosing import capital
from console.shown.case.asked.fields import Ask, Field, Fields, Group, Option, Said
from states.policy.instruments import Branch, Instrument
from states.vocabulary.spelling import words

#: how many of each an instrument has that is typed here; one that has more keeps them
_SCALES, _QUESTIONS, _ENDS = 20, 150, 20

#: fields that the form may have, with all of these
MOST_FIELDS = 2_000

_LIKE = "As in: 1 = Yes. One to a line: of several answers to one question any will do."


def asked(said: Said, instrument: Instrument | None, version: str) -> Fields:
    """What is asked of an instrument.

    Args:
        said: what was answered so far: of each scale that is named there, questions may be answered.
        instrument: what it is so far; None: it is a new one.
        version: what the next version of the plan is called, unless somebody calls it something else.
    """
    scales = _scales(instrument)
    return (
        Field("title", "What it is called", Ask.LINE, needed=True, given=_of(instrument, "title")),
        Field(
            "says",
            "What it is for",
            hint="In a sentence or two, for whoever fills it in.",
            needed=True,
            given=_of(instrument, "says"),
        ),
        Field(
            "source",
            "Whose it is, and in whose words",
            hint="Who published it, and by which license the team has its texts; or: in our own words.",
            needed=True,
            given=_of(instrument, "source"),
        ),
        Field("chosen", "Why the team uses it", hint="Optional.", given=_of(instrument, "chosen")),
        scales,
        _questions(instrument, _named(scales, said)),
        _ends(instrument),
        Field(
            "version",
            "What the next version of the plan is called",
            Ask.LINE,
            "The instrument becomes a part of it. It needs another name than the version in force.",
            needed=True,
            given=(version,),
            under="The plan",
        ),
    )


def _of(instrument: Instrument | None, name: str) -> tuple[str, ...]:
    said = getattr(instrument, name, None)
    return (said,) if said else ()


def _scales(instrument: Instrument | None) -> Group:
    begun: tuple[Mapping[str, tuple[str, ...]], ...] = ({"name": ("Yes or no",), "answers": ("Yes\nNo",)},)
    if instrument is not None:
        begun = tuple(
            {
                "name": (capital(words(code)),),
                "answers": (
                    "\n".join(line for grade in grades for line in _written(grade.reads, grade.points)),
                ),
                "was": (code,),
            }
            for code, grades in instrument.scales.items()
        )
    return Group(
        "scales",
        "Scale",
        (
            Field("name", "What it is called", Ask.LINE, "As in: Yes or no.", needed=True),
            Field(
                "answers",
                "Its answers",
                hint="One to a line. What tells an answer from the others may follow below it, on lines that "
                "begin with a hyphen. They count for no points, and nothing is added up.",
                needed=True,
            ),
            Field("was", "", Ask.KEPT),
        ),
        "The answers that questions are answered with. One that is left empty is left out.",
        begun=begun,
        at_most=_SCALES,
        under="Scales",
    )


def _written(reads: str, points: Sequence[str]) -> list[str]:
    return [" ".join(reads.split()), *(f"- {' '.join(point.split())}" for point in points)]


def _named(scales: Group, said: Said) -> tuple[Option, ...]:
    """The scales that a question may be answered on, by their places."""
    found: Mapping[int, Mapping[str, Any]] = scales.by_place(said)
    if not said:
        found = {place: {"name": row["name"][0]} for place, row in enumerate(scales.begun)}
    return tuple(Option(str(place), row["name"]) for place, row in found.items() if "name" in row)


def _questions(instrument: Instrument | None, scales: Sequence[Option]) -> Group:
    begun = list[Mapping[str, tuple[str, ...]]]()
    if instrument is not None:
        codes = [*instrument.scales]
        for section in instrument.sections:
            for question in section.questions:
                begun.append(
                    {
                        "section": (section.title,) if question is section.questions[0] else (),
                        "asks": (question.asks,),
                        "scale": ("" if question.scale is None else str(codes.index(question.scale)),),
                        "when": _when(instrument, question),
                        "was": (question.id,),
                    }
                )
    hint = "A scale that was typed just now stands here after “Room for another scale”."
    return Group(
        "questions",
        "Question",
        (
            Field("section", "Section", Ask.LINE, "Leave it empty where the one before goes on."),
            Field("asks", "What is asked", needed=True, lines=2),
            Field(
                "scale", "How it is answered", Ask.ONE, hint, (Option("", "In words"), *scales), given=("",)
            ),
            Field("when", "Asked only if", hint=f"Leave it empty where it is always asked. {_LIKE}", lines=2),
            Field("was", "", Ask.KEPT),
        ),
        "In their order. One that is left empty is left out. Correct the wording of a question in its place; "
        "one that means something else goes into an empty place, so that answers on record stay its own.",
        begun=tuple(begun),
        needed=True,
        spare=3,
        at_most=_QUESTIONS,
        under="Questions",
    )


def _ends(instrument: Instrument | None) -> Group:
    begun = () if instrument is None else instrument.ends
    return Group(
        "ends",
        "Outcome",
        (
            Field("title", "What it is called", Ask.LINE, needed=True),
            Field("then", "What is done then", needed=True, lines=2),
            Field("when", "Follows if", hint=_LIKE, lines=2),
            Field("was", "", Ask.KEPT),
        ),
        "Only for a decision tree: where its answers lead. Leave it empty where the team judges without one.",
        begun=tuple(
            {
                "title": (each.title,),
                "then": (each.then,),
                "when": () if instrument is None else _when(instrument, each),
                "was": (each.id,),
            }
            for each in begun
        ),
        at_most=_ENDS,
        under="Outcomes",
    )


def _when(instrument: Instrument, branch: Branch) -> tuple[str, ...]:
    """What something depends on, as it is typed: a question's number and an answer to it, one to a line."""
    numbers = {question.id: number for number, question in enumerate(instrument.questions, 1)}
    lines = [
        f"{numbers[code]} = {' '.join(instrument.reads(question, each).split())}"
        for code, chosen in branch.when.items()
        if (question := instrument.question(code)) is not None
        for each in chosen
    ]
    return ("\n".join(lines),)


def trimmed(fields: Fields, said: Said) -> Said:
    """The same answers, without the empty rows at the end of each group: the form has some of its own."""
    for group in fields:
        if isinstance(group, Group):
            last = max(group.by_place(said), default=-1)
            said = {name: given for name, given in said.items() if not _after(name, group.name, last)}
    return said


def _after(name: str, group: str, last: int) -> bool:
    begins, _, rest = name.partition(".")
    place = rest.partition(".")[0]
    return begins == group and place.isdecimal() and int(place) > last
