"""Dynamic factors over time: in which assessments each was seen, as a picture and as a table (A-03)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console.shown.case.opened import Opened
from console.shown.parts import Moment, Table, table
from states.vocabulary.cases import FactorKind, Level
from states.vocabulary.counts import counted

#: of the picture, in its own units: where its lines begin, how far apart they are, and where it ends
LEFT, BETWEEN, RIGHT, TOP = 260, 28, 740, 40


@dataclass(frozen=True, slots=True)
class Seen:
    """One factor's line in the picture.

    Args:
        text: what it is, as far as there is room for it.
        y: where its line lies.
        marks: of each assessment, where it lies, and whether it names the factor.
        runs: where the line is drawn through: from one assessment that names it to the next that does, too.
    """

    text: str
    y: int
    marks: tuple[tuple[int, bool], ...]
    runs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Course:
    """How the dynamic factors went.

    Args:
        says: what the picture shows, for whoever does not see it.
        height: how high the picture is.
        whens: where each assessment lies, and when it was filed.
        lines: the factors, those first that were seen first.
        table: the same as a table.
    """

    says: str
    height: int
    whens: tuple[tuple[int, Moment], ...]
    lines: tuple[Seen, ...]
    table: Table


#: how many letters of a factor the picture has room for; the table has all of it
ROOM = 30


def course(opened: Opened) -> Course | None:
    """How the dynamic factors went from assessment to assessment; None: there are not two to compare.

    A factor is the same one where it is worded alike, but for capitals: a form begins with the words that the
    last assessment has. An assessment whose factors are withheld from whoever looks stands in neither.
    """
    rows = [row for row in opened.of("assessments") if "factors" not in row.get("withheld", {})]
    named: dict[str, str] = {}
    sets = list[set[str]]()
    for row in rows:
        texts = [each["text"] for each in row["content"]["factors"] if each["kind"] == FactorKind.DYNAMIC]
        sets.append({text.casefold() for text in texts})
        for text in texts:
            named.setdefault(text.casefold(), text)
    if len(rows) < 2 or not named:  # noqa: PLR2004 - of one alone nothing is seen to change
        return None
    places = _places([row["at"] for row in rows])
    lines = tuple(
        _line(text, TOP + BETWEEN * place, places, [key in each for each in sets])
        for place, (key, text) in enumerate(named.items())
    )
    whens = tuple((x, Moment(row["at"], opened.zone)) for x, row in zip(places, rows, strict=True))
    listed = table(
        (
            "Factor",
            *(f"{at.spelled}, {Level(row['level'])}" for (_, at), row in zip(whens, rows, strict=True)),
        ),
        [(text, *("seen" if key in each else "not named" for each in sets)) for key, text in named.items()],
    )
    factors, assessments = counted(len(named), "dynamic factor"), counted(len(rows), "assessment")
    says = f"Of {factors}, which were seen in each of {assessments}."
    return Course(says, TOP + BETWEEN * len(lines) - BETWEEN // 2, whens, lines, listed)


def _places(at: Sequence[datetime]) -> list[int]:
    """Where each assessment lies: as far apart as in time, but never on top of each other."""
    whole = (at[-1] - at[0]).total_seconds() or 1.0
    least = min(60, (RIGHT - LEFT) // max(len(at) - 1, 1))
    free = RIGHT - LEFT - least * (len(at) - 1)
    return [
        LEFT + least * place + round(free * (each - at[0]).total_seconds() / whole)
        for place, each in enumerate(at)
    ]


def _line(text: str, y: int, places: Sequence[int], seen: Sequence[bool]) -> Seen:
    shown = text if len(text) <= ROOM else f"{text[: ROOM - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
    following = zip(places, places[1:], seen, seen[1:], strict=False)
    runs = tuple((one, other) for one, other, here, then in following if here and then)
    return Seen(shown, y, tuple(zip(places, seen, strict=True)), runs)
