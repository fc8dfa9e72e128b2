"""Codes as people read them: plain words, spelled as Americans do."""

import re

#: how words of our codes are spelled where people read them; the codes stay as they were first written
_AMERICAN = {
    "behaviour": "behavior",
    "behaviours": "behaviors",
    "cancelled": "canceled",
    "counselling": "counseling",
}

_BRITISH = re.compile(rf"\b({'|'.join(_AMERICAN)})\b")


def words(code: object) -> str:
    """A code as words: without underscores, and as Americans spell them."""
    return _BRITISH.sub(lambda found: _AMERICAN[found[0]], str(code).replace("_", " "))
