"""Filters of OneRoster as services read them: the specification's, and how vendors read a quote."""

import re
from dataclasses import dataclass
from typing import Any, Literal

#: a condition: a field, how it compares, a value, and what joins it to the next
Condition = tuple[str, str, str, str]


@dataclass(frozen=True)
class Dialect:
    """How a service reads filters.

    Args:
        quotes: a quote inside of a value is written twice; or as it is, up to the last one; or it ends the
            value, whatever follows.
        exact: whether case counts where one value is to equal another.
        contains: whether it knows ``~``.
    """

    quotes: Literal["doubled", "as_it_is", "ends"] = "doubled"
    exact: bool = False
    contains: bool = True


_VALUES = {"doubled": r"'((?:[^']|'')*)'", "as_it_is": r"'(.*?)'(?= AND | OR |$)", "ends": r"'([^']*)'[^ ]*"}


def parsed(text: str, dialect: Dialect) -> list[Condition] | None:
    """A filter's conditions; None: it is none."""
    one = re.compile(rf"(\w[\w.]*)(=|!=|>=|<=|>|<|~){_VALUES[dialect.quotes]}( (?:AND|OR) |$)")
    found, at = [], 0
    while at < len(text):
        match = one.match(text, at)
        if match is None or (match[2] == "~" and not dialect.contains):
            return None
        value = match[3].replace("''", "'") if dialect.quotes == "doubled" else match[3]
        found.append((match[1], match[2], value, match[4].strip()))
        at = match.end()
    return found


def holds(conditions: list[Condition], row: dict[str, Any], dialect: Dialect) -> bool:
    """Whether a record meets a filter."""
    held = [_meets(_values(row, name.split(".")), how, value, dialect) for name, how, value, _ in conditions]
    return any(held) if any(joint == "OR" for *_, joint in conditions) else all(held)


def _meets(values: list[str], how: str, value: str, dialect: Dialect) -> bool:
    folded = value if dialect.exact else value.casefold()
    for each in values:
        compared = each if dialect.exact else each.casefold()
        meets = {
            "=": compared == folded,
            "!=": compared != folded,
            ">": compared > folded,
            ">=": compared >= folded,
            "<": compared < folded,
            "<=": compared <= folded,
            "~": value.casefold() in each.casefold(),
        }
        if meets[how]:
            return True
    return False


def _values(value: Any, names: list[str]) -> list[str]:
    if isinstance(value, list):
        return [text for each in value for text in _values(each, names)]
    if not names:
        return [str(value)]
    return _values(value.get(names[0], ""), names[1:]) if isinstance(value, dict) else [""]
