"""What happened, as the ledger tells it: codes and ids, never content."""

from collections.abc import Mapping
from typing import Any

from states.vocabulary.spelling import words


def codes_of(data: Mapping[str, Any]) -> str:
    """An event's codes in one line; ids by their first characters."""
    said = []
    for name, value in data.items():
        if value in ("", []):
            continue
        text = ", ".join(value) if isinstance(value, list) else str(value)
        is_id = len(text) == 32 and " " not in text  # noqa: PLR2004 - hexadecimal digits of an id
        said.append(f"{words(name)} {text[:8] if is_id else text}")
    return "; ".join(said)
