"""Whether an answer that knows nobody says beside that that it could not look, whatever its status is.

Gateways keep the shape of an answer when what is behind them fails: an empty list, and a sentence or a code.
OneRoster has one for it (1.1, 3.3; 1.2, 3.6: ``imsx_codeMajor``, at the top or in ``statusInfoSet``), SCIM's
older release another (1.1, 3.9: ``Errors``), and makers of frames for all answers have theirs. *Not found* is
told only where there is nothing of the kind.
"""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

#: statuses of answers that are not, or not wholly, there yet
UNFINISHED = frozenset({HTTPStatus.ACCEPTED, HTTPStatus.PARTIAL_CONTENT})

#: how deep in an answer it may be said
_DEEPEST = 5

_ERROR = re.compile(r"(errors?|faults?|exceptions?|failures?)(code|message|description)?")
_WENT_WELL = frozenset({"success", "succeeded", "ok", "issuccess"})
_STATUS = frozenset({"status", "statuscode", "code", "result", "resultcode", "httpstatus"})
_SENTENCE = frozenset({"message", "msg", "detail", "details", "title", "description", "reason"})

#: what such entries hold where nothing went wrong
_NOTHING = frozenset({"", "0", "00", "none", "null", "false", "no", "success", "ok", "[]", "{}"})
_NO = frozenset({"false", "0", "no"})
_BAD = re.compile(r"(error|fail(ed|ure)?|fault|unavailable)|[45]\d\d")
_TELLS = re.compile(
    r"\b(errors?|fail(ed|ure|s)?|unavailable|time(d|s)?[ -]?out|denied|exception|forbidden|unable"
    r"|unauthori[sz]ed|could ?n[o'\u2019]t|can(no|'|\u2019)t"
    r"|not (ready|available|authori[sz]ed|allowed|supported)|maintenance|busy|overloaded|try again)\b",
    re.IGNORECASE,
)


def says_failure(answer: object) -> bool:
    """Whether an answer says that looking failed.

    Args:
        answer: what came as JSON, without any record in it.
    """
    return any(_is_failure(name, value) for name, value in _entries(answer, 0))


def _entries(answer: object, depth: int) -> Iterator[tuple[str, Any]]:
    """The entries of an answer and of what is in it, by name in small letters without signs."""
    if depth > _DEEPEST:
        return
    if isinstance(answer, list):
        for each in answer:
            yield from _entries(each, depth + 1)
    elif isinstance(answer, dict):
        for name, value in answer.items():
            yield re.sub(r"[^a-z]", "", str(name).lower()), value
            yield from _entries(value, depth + 1)


def _is_failure(name: str, value: Any) -> bool:
    said = str(value).strip().lower()
    if name.endswith("codemajor"):
        return said != "success"
    if _ERROR.fullmatch(name):
        return said not in _NOTHING
    if name in _WENT_WELL:
        return said in _NO
    if name in _STATUS:
        return _BAD.fullmatch(said) is not None
    return name in _SENTENCE and isinstance(value, str) and _TELLS.search(value) is not None
