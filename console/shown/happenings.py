"""What happened, as the ledger tells it: codes and ids, never content."""

from collections.abc import Mapping
from typing import Any

from states.vocabulary.spelling import words

#: hexadecimal digits of an id, and of a digest
_OPAQUE = (32, 64)


def codes_of(data: Mapping[str, Any]) -> str:
    """An event's codes in one line; ids and digests by their first characters."""
    said = []
    for name, value in data.items():
        if value in ("", []):
            continue
        text = ", ".join(value) if isinstance(value, list) else str(value)
        is_id = len(text) in _OPAQUE and " " not in text
        said.append(f"{words(name)} {text[:8] if is_id else text}")
    return "; ".join(said)
