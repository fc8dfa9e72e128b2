"""Codes as people read them: plain words, spelled as Americans do, and short names as they are written."""

import re

#: how words of our codes are spelled where people read them; the codes stay as they were first written
_SPELLED = {
    "behaviour": "behavior",
    "behaviours": "behaviors",
    "cancelled": "canceled",
    "counselling": "counseling",
    "ferpa": "FERPA",
}

_OTHERWISE = re.compile(rf"\b({'|'.join(_SPELLED)})\b")


def words(code: object) -> str:
    """A code as words: without underscores, and as they are spelled on screen."""
    return _OTHERWISE.sub(lambda found: _SPELLED[found[0]], str(code).replace("_", " "))
