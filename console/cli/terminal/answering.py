"""How a command answers: parts for people, rendered for the terminal, or one JSON document for programs."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from rich.console import Console

from console.cli.terminal.rendering import rendered
from console.shown.parts import Cell, Code, Moment, Number, Part, Several, Table, Withheld, read


@dataclass(frozen=True, slots=True)
class Whole:
    """A line that somebody copies as it stands, as a link or a token: no width breaks it."""

    line: str


def answer(data: object, *shown: Part | str | Whole, as_json: bool) -> None:
    """Print a command's answer.

    Args:
        data: the answer as data; where that is what a table shows, the table.
        shown: the answer for people.
        as_json: which of the two is wanted.
    """
    if as_json:
        said = [_row(data, row) for row in data.rows] if isinstance(data, Table) else encode(data)
        # Without a character outside ASCII: no terminal and no pipe can do anything with it but read it.
        sys.stdout.write(f"{json.dumps(said, indent=2)}\n")
        return
    show(Console(markup=False, highlight=False, emoji=False), *shown)


def say(shown: Part | str) -> None:
    """Tell the person at the terminal something while the answer is still to come, on standard error."""
    show(Console(stderr=True, markup=False, highlight=False, emoji=False), shown)


def show(console: Console, *shown: Part | str | Whole) -> None:
    """Print parts.

    Args:
        console: where to.
        shown: the parts; a plain text is a sentence.
    """
    for part in shown:
        if isinstance(part, Whole):
            console.print(part.line, soft_wrap=True)
            continue
        for each in rendered(part):
            console.print(each, soft_wrap=False)


def encode(value: Any) -> Any:
    """Data as JSON has it: records become objects, times ISO 8601, sets sorted lists."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: encode(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): encode(part) for name, part in value.items()}
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, (set, frozenset)):
        return sorted(encode(part) for part in value)
    return [encode(part) for part in value] if isinstance(value, (list, tuple)) else value


def _row(table: Table, row: tuple[Cell, ...]) -> dict[str, Any]:
    return {column.key: _value(each) for column, each in zip(table.columns, row, strict=True) if column.key}


def _value(given: Cell) -> Any:
    if isinstance(given, Several):
        return [_value(each) for each in given.cells]
    if isinstance(given, Withheld):
        return {"withheld": True}
    if isinstance(given, Moment):
        return given.at.isoformat()
    if isinstance(given, Code):
        return given.code
    return given.number if isinstance(given, Number) else read(given)
