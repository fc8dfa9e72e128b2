"""What is on screen, at a terminal: tables that break no word, and text that cannot act on it."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from console.shown import parts
from console.shown.parts import Atom, Cell, Part, Phrase, Rank, Several, Tone, read

#: categories of characters that act on a terminal: control, surrogate, separators of lines and paragraphs
_ACTING = ("Cc", "Cs", "Zl", "Zp")

#: characters that turn the direction of what follows them
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

#: how each tone looks
STYLES: Mapping[Tone, str] = {
    Tone.PLAIN: "",
    Tone.STRONG: "bold",
    Tone.SOFT: "dim",
    Tone.GOOD: "green",
    Tone.DOUBT: "yellow",
    Tone.BAD: "red",
    Tone.LATE: "bold red",
    Tone.STUCK: "bold white on red",
    Tone.POSSIBLE: "bold green",
    Tone.STATE: "bold cyan",
    Tone.LEVEL: "bold yellow",
    Tone.CLAUSE: "cyan",
    Tone.ID: "dim cyan",
    Tone.FORMER: "strike",
}

#: spaces between two columns or cells beside each other, and the least width of a column
GAP, NARROWEST = 2, 4

#: spaces of one step further in
STEP = 2


def plain(text: str) -> str:
    r"""Text with every character spelled out that would act on the terminal; tabs become spaces.

    Args:
        text: anybody's words; ``\x1b`` comes out as the four characters that are printed here.
    """
    return "".join(_spelled(character) for character in text.expandtabs(4).replace("\r\n", "\n"))


def _spelled(character: str) -> str:
    if character == "\n":
        return character
    if character in _TURNING or unicodedata.category(character) in _ACTING:
        return character.encode("unicode_escape", "surrogatepass").decode()
    return character


def rendered(part: Part | str) -> Iterator[RenderableType]:
    """A part as Rich prints it.

    Args:
        part: the part; a plain text is a sentence.
    """
    match part:
        case str():
            yield Text(plain(part)) if part else _text(None)
        case parts.Title():
            yield from _title(part)
        case parts.Sentence(said=said, indent=indent):
            yield Padding(_text(said), (0, 0, 0, STEP * indent)) if indent else _text(said)
        case parts.Points(points=points):
            yield _points(points)
        case parts.Pairs():
            yield Facts([(name, _text(each)) for name, each in part.pairs], indent=STEP)
        case parts.Table():
            yield Listing(part)
        case parts.Ways(links=links):
            yield _text(Several(links))
        case parts.Alert(lines=lines):
            yield Panel(Text(plain("\n".join(lines)), style="bold"), border_style="red", expand=False)


def _title(given: parts.Title) -> Iterator[RenderableType]:
    if given.rank is Rank.SECTION:
        yield Text()
        yield Rule(" ".join(map(read, given.cells)), align="left", style="dim")
        return
    yield Text(" " * GAP).join(_text(each) for each in given.cells)


def _points(points: Sequence[Phrase]) -> Padding:
    grid = Table.grid(padding=(0, 1))
    for each in points:
        grid.add_row("-", _text(each))
    return Padding(grid, (0, 0, 0, 2 * STEP))


def _text(given: Cell) -> Text:
    """A cell: markup in it stays what it is, and nothing in it acts on the terminal."""
    match given:
        case None:
            return Text("-", style="dim")
        case Phrase(cells=cells):
            return Text.assemble(*(_text(each) for each in cells)) if cells else _text(None)
        case Several(cells=cells, in_lines=in_lines):
            return Text("\n" if in_lines else ", ").join(_text(each) for each in cells)
        case _:
            return _atom(given)


def _atom(given: Atom) -> Text:
    return Text(plain(read(given)), style=STYLES[given.tone])


class Listing:
    """A table as wide as the terminal; where that would break words, each row becomes a block of its fields.

    Args:
        table: the table.
    """

    def __init__(self, table: parts.Table) -> None:
        self._names = [plain(column.name) for column in table.columns]
        self._whole = [column.whole for column in table.columns]
        self._rows = [[_text(each) for each in row] for row in table.rows]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give the table, or the blocks."""
        widths = self._widths(options.max_width)
        if widths:
            yield self._table(widths)
            return
        for row in self._rows:
            yield Facts(list(zip(self._names, row, strict=True)), indent=0)
            yield Text()

    def _widths(self, room: int) -> list[int]:
        """A width for each column that breaks no word of it; none when there is no room for that."""
        columns = range(len(self._names))
        lines = [[line for text in self._texts(place) for line in text.split("\n")] for place in columns]
        wanted = [max(NARROWEST, *map(cell_len, each)) for each in lines]
        unbroken = [
            each if self._whole[place] else [word for line in each for word in line.split()]
            for place, each in enumerate(lines)
        ]
        widths = [max(NARROWEST, *map(cell_len, each)) for each in unbroken]
        left = room - sum(widths) - GAP * (len(widths) - 1)
        if left < 0:
            return []
        while left > 0 and (short := [place for place in columns if widths[place] < wanted[place]]):
            share = max(1, left // len(short))
            for place in short:
                more = min(share, wanted[place] - widths[place], left)
                widths[place] += more
                left -= more
        return widths

    def _texts(self, place: int) -> list[str]:
        return [self._names[place], *(row[place].plain for row in self._rows)]

    def _table(self, widths: Sequence[int]) -> Table:
        made = Table(box=None, header_style="bold", pad_edge=False)
        for name, whole, width in zip(self._names, self._whole, widths, strict=True):
            made.add_column(name, no_wrap=whole, overflow="fold", width=width)
        for row in self._rows:
            made.add_row(*row)
        return made


class Facts:
    """Names and what they are, side by side; where a word would break, one below the other.

    Args:
        pairs: the names, each with its text.
        indent: spaces in front.
    """

    def __init__(self, pairs: Sequence[tuple[str, Text]], indent: int) -> None:
        self._pairs = pairs
        self._indent = indent

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give the pairs."""
        beside = max((cell_len(name) for name, _ in self._pairs), default=0)
        word = max((cell_len(each) for _, text in self._pairs for each in text.plain.split()), default=0)
        if self._indent + beside + GAP + word <= options.max_width:
            grid = Table.grid(padding=(0, GAP))
            grid.add_column(style="dim", no_wrap=True)
            grid.add_column(overflow="fold")
            for name, text in self._pairs:
                grid.add_row(_name(name), text)
            yield Padding(grid, (0, 0, 0, self._indent))
            return
        for name, text in self._pairs:
            yield Padding(Text(f"{plain(name)}:", style="dim"), (0, 0, 0, self._indent))
            yield Padding(text, (0, 0, 0, self._indent + GAP))


def _name(name: str) -> Text:
    return Text(plain(name)) if name else _text(None)
