"""What is wrong with the form of a pack, as a dotted key and the end of a sentence."""

import difflib
from collections.abc import Collection, Iterable

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from states.policy import terms
from states.policy.entries import CLOCK_SHAPES
from states.policy.terms import Strict

#: a dotted key, and what is wrong with it
Problem = tuple[str, str]

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


def misread(error: ValidationError) -> Problem:
    """The problem to name first among those that the reading of a pack found."""
    # A mistyped key shows as an unknown one and a missing one: the unknown one is the cause.
    details = sorted(error.errors(include_url=False), key=lambda detail: detail["type"] != "extra_forbidden")
    key = [part for part in details[0]["loc"] if part not in (*CLOCK_SHAPES, "[key]")]
    return dotted(key), _sentence(details[0])


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
    """What may have been meant by a key or a code, as the end of a sentence."""
    close = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _known_keys() -> list[str]:
    models = [Strict]
    for model in models:
        models += model.__subclasses__()
    return sorted({key for model in models for key in model.model_fields})
