"""What is wrong with the form of a pack, as a dotted key and the end of a sentence."""

import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterable

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from states.policy import terms
from states.policy.entries import CLOCK_SHAPES
from states.policy.terms import Strict

#: a dotted key, and what is wrong with it
Problem = tuple[str, str]

#: the header of a table in TOML, or of the next one of a list of tables; and a key that is given a value
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
_NAMED = re.compile(r"\s*([\w\"'.-]+)\s*=")

#: what the patterns of :mod:`states.policy.terms` ask for, in words
FORMATS = {
    terms.CODE: "a code of small letters, digits and underscores",
    terms.CLAUSE_ID: "the id of a clause, such as W-13",
    terms.ADDRESS: "a mail address or the URL of another channel",
    terms.DOMAIN: "a mail domain, such as example.edu",
    terms.MONTH_DAY: "a day of the year as MM-DD, such as 02-05",
    terms.COUNTRY: "a country's two capital letters, such as US",
    terms.CRITERION_ID: "an id such as mild-1",
}


def misread(error: ValidationError) -> list[Problem]:
    """The problems that the reading of a pack found, what is to be named first in front."""
    # A mistyped key shows as an unknown one and a missing one: the unknown one is the cause.
    details = sorted(error.errors(include_url=False), key=lambda detail: detail["type"] != "extra_forbidden")
    return [
        (dotted(part for part in detail["loc"] if part not in (*CLOCK_SHAPES, "[key]")), _sentence(detail))
        for detail in details
    ]


def line_of(text: str, key: str) -> int:
    """Near which line of a pack's file a key stands: that of what leads to it farthest; 0: none does.

    Args:
        text: the file.
        key: the dotted key, entries of a list counted from 1.
    """
    wanted, tables, table = key.split("."), Counter[tuple[str, ...]](), tuple[str, ...]()
    line, deepest = 0, 0
    for number, written in enumerate(text.splitlines(), start=1):
        header, named = _HEADER.match(written), _NAMED.match(written)
        if header:
            table = _counted(header[2], tables, another=header[1] == "[[")
        elif not named:
            continue
        here = (*table, *_keys(named[1])) if named and not header else table
        if len(here) > deepest and [*here] == wanted[: len(here)]:
            line, deepest = number, len(here)
    return line


def _counted(written: str, tables: Counter[tuple[str, ...]], *, another: bool) -> tuple[str, ...]:
    """Where a table's header leads: each list of tables on the way with the number of its last one."""
    path = tuple[str, ...]()
    keys = _keys(written)
    for place, part in enumerate(keys, start=1):
        path = (*path, part)
        if another and place == len(keys):
            tables[path] += 1
        if tables[path]:
            path = (*path, str(tables[path]))
    return path


def _keys(written: str) -> list[str]:
    return [part.strip().strip("\"'") for part in written.split(".")]


def dotted(parts: Iterable[str | int]) -> str:
    """A key as people read it: with dots, list entries counted from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in parts)


def _sentence(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    given = detail["input"]
    found = "" if isinstance(given, dict | list) else f", and is {given!r}"
    match detail["type"]:
        case "extra_forbidden":
            hint = meant(str(detail["loc"][-1]), _known_keys())
            return f"there is no such key here{hint}. Correct or remove it."
        case "missing":
            return "it is missing. Add it, as the shipped pack `wnmu` has it."
        case "value_error":
            return f"{context['error']}. Correct it."
        case "string_pattern_mismatch" if context["pattern"] in FORMATS:
            return f"it must be {FORMATS[context['pattern']]}{found}. Correct it."
        case "enum" | "literal_error":
            return f"it must be {context['expected']}{found}. Correct it."
        case _:
            return f"{detail['msg'].replace('Input should', 'it should')}{found}. Correct it."


def meant(key: str, known: Collection[str]) -> str:
    """What may have been meant by a key or a code, before the full stop of a sentence."""
    close = difflib.get_close_matches(key, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def _known_keys() -> list[str]:
    models = [Strict]
    for model in models:
        models += model.__subclasses__()
    return sorted({key for model in models for key in model.model_fields})
