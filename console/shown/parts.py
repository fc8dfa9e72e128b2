"""What is on screen, as plain data: titles, pairs, tables, sentences, made once for all that show them.

A part holds cells. A cell carries its value and how it reads: a text, a moment by a site's clock, a code, a
number, or that there is something which whoever looks may not see. Nothing here knows what it is shown on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from states.vocabulary.counts import grouped
from states.vocabulary.spelling import words
from states.vocabulary.times import spelled


class Tone(StrEnum):
    """What a piece of text is, beside its words; whatever shows it gives each a look."""

    PLAIN = "plain"
    STRONG = "strong"
    SOFT = "soft"
    GOOD = "good"
    DOUBT = "doubt"
    BAD = "bad"
    LATE = "late"
    STUCK = "stuck"
    POSSIBLE = "possible"
    STATE = "state"
    LEVEL = "level"
    CLAUSE = "clause"
    ID = "id"
    #: what stood there before somebody set it right
    FORMER = "former"


@dataclass(frozen=True, slots=True)
class Text:
    """Anybody's words."""

    text: str
    tone: Tone = Tone.PLAIN

    @property
    def reads(self) -> str:
        """How it reads as plain text."""
        return self.text


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment, read by the clock of a time zone.

    Args:
        at: the moment.
        zone: the time zone.
        tone: what it is beside its words.
        ends: whether something has to be done by then, or holds until then: midnight ends the day before.
    """

    at: datetime
    zone: tzinfo = UTC
    tone: Tone = Tone.PLAIN
    ends: bool = False

    @property
    def reads(self) -> str:
        """How it reads as plain text."""
        return f"{self.at.astimezone(self.zone):%Y-%m-%d %H:%M %Z}"

    @property
    def spelled(self) -> str:
        """How people write it, as in ``Fri 27 Nov 2026, 17:00 MST``."""
        return spelled(self.at, self.zone)


@dataclass(frozen=True, slots=True)
class Code:
    """A code, read as words, or as the name that it stands for where that is given."""

    code: str
    tone: Tone = Tone.PLAIN
    name: str = ""

    @property
    def reads(self) -> str:
        """How it reads as plain text."""
        return self.name or words(self.code)


@dataclass(frozen=True, slots=True)
class Number:
    """A number, such as a count."""

    number: int | float
    tone: Tone = Tone.PLAIN

    @property
    def reads(self) -> str:
        """How it reads as plain text."""
        return grouped(self.number)


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere: outside the console, or to a page of it.

    Args:
        text: what is read.
        address: the whole address, or a path of the console.
        tone: what it is beside its words.
        of: what it is about, for whoever does not see what it stands beside.
    """

    text: str
    address: str
    tone: Tone = Tone.PLAIN
    of: str = ""

    @property
    def reads(self) -> str:
        """How it reads as plain text."""
        return self.text


@dataclass(frozen=True, slots=True)
class Withheld:
    """That there is something, which whoever looks may not see; its words say no more than that."""

    text: str = "not shown to you"
    tone: Tone = Tone.SOFT

    @property
    def reads(self) -> str:
        """How it reads as plain text."""
        return self.text


Atom = Text | Moment | Code | Number | Link | Withheld


@dataclass(frozen=True, slots=True)
class Phrase:
    """Cells that read as one text, without anything between them."""

    cells: tuple[Atom, ...]

    @property
    def reads(self) -> str:
        """How it reads as plain text."""
        return "".join(each.reads for each in self.cells)


@dataclass(frozen=True, slots=True)
class Several:
    """Cells of one kind, as in a list of names; in a line, or below each other."""

    cells: tuple[Atom, ...]
    in_lines: bool = False

    @property
    def reads(self) -> str:
        """How it reads as plain text."""
        return ("\n" if self.in_lines else ", ").join(each.reads for each in self.cells)


#: what stands in one place; None: nothing does
Cell = Atom | Phrase | Several | None


class Rank(StrEnum):
    """What a title is the title of."""

    PAGE = "page"
    SECTION = "section"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Title:
    """What follows is about: its cells stand beside each other."""

    cells: tuple[Atom, ...]
    rank: Rank


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or two, so many steps further in than the title above."""

    said: Phrase
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences in a list."""

    points: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names and what they are; nothing that is empty."""

    pairs: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, whether its cells stay on one line, and what programs call it."""

    name: str
    whole: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under names."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """Lines that come before everything else: somebody has to act on them now."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """What may be done about what stands above: each leads to the page of its step."""

    links: tuple[Link, ...]


Part = Title | Sentence | Points | Pairs | Table | Alert | Ways


def when(moment: datetime | None, zone: tzinfo = UTC, tone: Tone = Tone.PLAIN) -> Moment | None:
    """A moment by the clock of a time zone; None for none."""
    return None if moment is None else Moment(moment, zone, tone)


def code(value: object, tone: Tone = Tone.PLAIN) -> Code | None:
    """A code to be read as words; None for none."""
    return None if value in (None, "") else Code(str(value), tone)


def codes(values: Iterable[object], *, in_lines: bool = False) -> Several | None:
    """Codes in a list; None for none."""
    several = tuple(Code(str(value)) for value in values)
    return Several(several, in_lines) if several else None


def cell(value: object, tone: Tone = Tone.PLAIN) -> Cell:
    """Anything as a cell.

    Args:
        value: a cell, which stays what it is; a number; a list of such; or anything else, as its text.
        tone: what it is beside its words.
    """
    if value in (None, "", (), []):
        return None
    if isinstance(value, Phrase | Several):
        return value
    if isinstance(value, list | tuple):
        return Several(tuple(_atom(each, tone) for each in value))
    return _atom(value, tone)


def _atom(value: object, tone: Tone = Tone.PLAIN) -> Atom:
    if isinstance(value, Atom):
        return value
    if isinstance(value, Phrase):
        # One of several: they are told apart, and each is one text.
        return Text(read(value), tone)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Number(value, tone)
    return Text(str(value), tone)


def phrase(*cells: object) -> Phrase:
    """Cells that read as one text; what is empty leaves nothing behind.

    Args:
        cells: cells, phrases, or anything else as its text.
    """
    atoms: list[Atom] = []
    for each in cells:
        if isinstance(each, Phrase):
            atoms += each.cells
        elif each not in (None, ""):
            atoms.append(_atom(each))
    return Phrase(tuple(atoms))


def title(*cells: object, rank: Rank = Rank.RECORD) -> Title:
    """A title; what is empty is left out."""
    return Title(tuple(_atom(each) for each in cells if each not in (None, "", Text("", Tone.ID))), rank)


def sentence(*cells: object, indent: int = 0) -> Sentence:
    """A sentence."""
    return Sentence(phrase(*cells), indent)


def pairs(given: Iterable[tuple[str, object]]) -> Pairs:
    """Names and what they are; what is empty is left out."""
    made = ((name, cell(value)) for name, value in given)
    return Pairs(tuple((name, one) for name, one in made if read(one)))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, keys: Sequence[str] = ()) -> Table:
    """A table; a column whose name begins with ``#`` is never folded.

    Args:
        columns: the names of the columns.
        rows: what stands in each row, as :func:`cell` takes it.
        keys: what programs call the columns, where the table is what they get.
    """
    called = keys or [""] * len(columns)
    made = tuple(
        Column(name.removeprefix("#") or "No.", name.startswith("#"), key)
        for name, key in zip(columns, called, strict=True)
    )
    return Table(made, tuple(tuple(cell(value) for value in row) for row in rows))


def read(given: Cell) -> str:
    """How a cell reads as plain text; empty for none."""
    return "" if given is None else given.reads
