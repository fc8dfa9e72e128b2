"""What commands print: a JSON document, or text and tables in which no words can act on the terminal."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

#: categories of characters that act on a terminal: control, surrogate, separators of lines and paragraphs
_ACTING = ("Cc", "Cs", "Zl", "Zp")

#: characters that turn the direction of what follows them
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str) -> str:
    r"""Text with every character spelt out that would act on the terminal; tabs become spaces.

    Args:
        text: anybody's words; ``\x1b`` comes out as the four characters that are printed here.
    """
    return "".join(_spelt(character) for character in text.expandtabs(4).replace("\r\n", "\n"))


def _spelt(character: str) -> str:
    if character == "\n":
        return character
    if character in _TURNING or unicodedata.category(character) in _ACTING:
        return character.encode("unicode_escape", "surrogatepass").decode()
    return character


def words(code: object) -> str:
    """A code as words: without underscores."""
    return str(code).replace("_", " ")


def when(moment: datetime | None, zone: tzinfo = UTC) -> str:
    """A moment as people write it, in a time zone; empty for none."""
    return "" if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def cell(value: object, style: str = "") -> Text:
    """Anything as text to show: markup in it stays what it is, and nothing in it acts on the terminal."""
    if isinstance(value, Text):
        return value
    if value is None or value == "":
        return Text("-", style="dim")
    if isinstance(value, (list, tuple)):
        value = ", ".join(str(part) for part in value)
    return Text(plain(str(value)), style=style)


#: spaces between two columns, and the least width of one
GAP, NARROWEST = 2, 4


class Listing:
    """A table as wide as the terminal; where that would break words, each row becomes a block of its fields.

    Args:
        columns: the names of the columns; one that begins with ``#`` is never folded.
        rows: the cells of each row.
        title: what stands above it.
    """

    def __init__(self, columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
        self._names = [name.removeprefix("#") or "No." for name in columns]
        self._whole = [name.startswith("#") for name in columns]
        self._rows = [[cell(value) for value in row] for row in rows]
        self._title = title

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give the table, or the blocks."""
        widths = self._widths(options.max_width)
        if widths:
            yield self._table(widths)
            return
        if self._title:
            yield Text(self._title, style="bold")
        for row in self._rows:
            yield Facts(list(zip(self._names, row, strict=True)), indent=0)
            yield Text()

    def _widths(self, room: int) -> list[int]:
        """A width for each column that breaks no word of it; none when there is no room for that."""
        columns = range(len(self._names))
        lines = [[line for text in self._texts(place) for line in text.split("\n")] for place in columns]
        wanted = [max(NARROWEST, *map(cell_len, each)) for each in lines]
        parts = [
            each if self._whole[place] else [word for line in each for word in line.split()]
            for place, each in enumerate(lines)
        ]
        widths = [max(NARROWEST, *map(cell_len, each)) for each in parts]
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
        made = Table(
            title=self._title or None, title_justify="left", box=None, header_style="bold", pad_edge=False
        )
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
                grid.add_row(cell(name), text)
            yield Padding(grid, (0, 0, 0, self._indent))
            return
        for name, text in self._pairs:
            yield Padding(Text(f"{plain(name)}:", style="dim"), (0, 0, 0, self._indent))
            yield Padding(text, (0, 0, 0, self._indent + GAP))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> Listing:
    """A table; a column whose name begins with ``#`` is never folded.

    Args:
        columns: the names of the columns.
        rows: the cells of each row.
        title: what stands above it.
    """
    return Listing(columns, rows, title)


def facts(pairs: Iterable[tuple[str, object]], *, indent: int = 2) -> Facts:
    """Names and what they are; what is empty is left out."""
    said = [(name, cell(value)) for name, value in pairs if value not in (None, "", [], (), {})]
    return Facts(said, indent)


def answer(data: object, *shown: RenderableType, as_json: bool) -> None:
    """Print a command's answer.

    Args:
        data: the answer as data.
        shown: the answer for people.
        as_json: which of the two is wanted.
    """
    if as_json:
        # Without a character outside ASCII: no terminal and no pipe can do anything with it but read it.
        sys.stdout.write(f"{json.dumps(encode(data), indent=2)}\n")
        return
    console = Console(markup=False, highlight=False, emoji=False)
    for part in shown:
        console.print(cell(part) if isinstance(part, str) else part, soft_wrap=False)


def say(shown: RenderableType) -> None:
    """Tell the person at the terminal something while the answer is still to come, on standard error."""
    Console(stderr=True, markup=False, highlight=False, emoji=False).print(shown)


def encode(value: Any) -> Any:
    """Data as JSON has it: records become objects, times ISO 8601, sets sorted lists."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: encode(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): encode(part) for name, part in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(encode(part) for part in value)
    return [encode(part) for part in value] if isinstance(value, (list, tuple)) else value
