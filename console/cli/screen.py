"""What commands print: a JSON document, or text and tables in which no words can act on the terminal."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from rich.console import Console, RenderableType
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


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> Table:
    """A table; a column whose name begins with ``#`` is never folded.

    Args:
        columns: the names of the columns.
        rows: the cells of each row.
        title: what stands above it.
    """
    made = Table(title=title or None, title_justify="left", box=None, header_style="bold", pad_edge=False)
    for name in columns:
        made.add_column(name.removeprefix("#"), no_wrap=name.startswith("#"), overflow="fold")
    for row in rows:
        made.add_row(*(cell(value) for value in row))
    return made


def facts(pairs: Iterable[tuple[str, object]], *, indent: int = 2) -> RenderableType:
    """Names and what they are, in two columns; what is empty is left out."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in pairs:
        if value not in (None, "", [], (), {}):
            grid.add_row(cell(name), cell(value))
    return Padding(grid, (0, 0, 0, indent))


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
