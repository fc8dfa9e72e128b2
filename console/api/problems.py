"""What is said to a program when something cannot be: problem documents (RFC 9457), with what is missing."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from states.casebook.accounts.answered import Answer, KeyReused
from states.errors import (
    BadInput,
    CaseChanged,
    CaseErased,
    FileDamaged,
    FilesAway,
    LeftUnsaid,
    NotPermitted,
    TatError,
    TransitionRefused,
    UnknownRecord,
    Withheld,
)

#: the media type of a problem document
MEDIA_TYPE = "application/problem+json"

#: what is said of what is not there, and of what may not be seen: they are the same
NOTHING = "There is nothing here, or nothing that you may see. Nothing was written."

_STATUS: Mapping[type[TatError], HTTPStatus] = {
    KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    CaseChanged: HTTPStatus.PRECONDITION_FAILED,
    CaseErased: HTTPStatus.GONE,
    NotPermitted: HTTPStatus.FORBIDDEN,
    FileDamaged: HTTPStatus.SERVICE_UNAVAILABLE,
    FilesAway: HTTPStatus.SERVICE_UNAVAILABLE,
}


def problem(status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
    """A problem document.

    Args:
        status: the HTTP status.
        detail: what happened, what was kept, what to do; it quotes nothing of what came in.
        headers: what stands at its head.
        more: further members of the document.
    """
    said = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail, **more}
    return Answer(int(status), json.dumps(said), {"Content-Type": MEDIA_TYPE, **(headers or {})})


def nothing() -> Answer:
    """The one answer for what is not there, and for what whoever asks may not see."""
    return problem(HTTPStatus.NOT_FOUND, NOTHING)


def refused(error: TatError) -> Answer:
    """What a refusal is answered."""
    if isinstance(error, UnknownRecord):
        return nothing()
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), HTTPStatus.CONFLICT)
    more: dict[str, Any] = {}
    if isinstance(error, TransitionRefused | Withheld):
        more["missing"] = [asdict(each) for each in error.missing]
    if isinstance(error, CaseChanged):
        more["changes"] = list(error.changes)
    if isinstance(error, LeftUnsaid):
        more["still_open"] = [asdict(each) for each in error.still_open]
    return problem(status, str(error).partition("\n")[0], **more)
