"""What happened, by kinds: the words in which police departments name the nature of an incident."""

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

_WORDS: Final = Path(__file__).parent / "words" / "natures.toml"

#: the kind of a nature that says nothing: whoever reads it turns to the narrative
NOTHING: Final = "nothing"


def kinds() -> frozenset[str]:
    """Every kind that a rule may name."""
    return frozenset(_patterns())


@lru_cache(maxsize=4_096)
def kinds_of(nature: str) -> frozenset[str]:
    """The kinds of one nature, whatever the size of its letters; none: it is not known.

    Args:
        nature: one of the natures of an incident, as it stands in the log.
    """
    text = " ".join(nature.split()).casefold()
    return frozenset(
        kind
        for kind, (words, against) in _patterns().items()
        if words.search(text) and not (against and against.search(text))
    )


def is_known(nature: str) -> bool:
    """Whether a text is the nature of an incident by itself."""
    return bool(kinds_of(nature))


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
    words = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    return {
        kind: (_any_of(entry["words"]), _any_of(entry["not"]) if "not" in entry else None)
        for kind, entry in words.items()
    }


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
