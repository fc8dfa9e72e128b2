"""Problem documents (RFC 9457): what is said to a program that asked for something that cannot be."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse

from states.errors import BadInput, BadSignature, TatError, UnknownRecord

#: what a refusal is in HTTP; every other one conflicts with what is on record
_STATUS: Mapping[type[TatError], HTTPStatus] = {
    BadSignature: HTTPStatus.UNAUTHORIZED,
    UnknownRecord: HTTPStatus.NOT_FOUND,
    BadInput: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def status_of(refusal: TatError) -> HTTPStatus:
    """The HTTP status of a refusal."""
    return _STATUS.get(type(refusal), HTTPStatus.CONFLICT)


def problem(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A problem document.

    Args:
        status: the HTTP status.
        sentence: what happened, what was kept, what to do; it quotes nothing of what came in.
        headers: further headers of the answer.
    """
    return JSONResponse(
        {"status": int(status), "detail": sentence}, status, headers, media_type="application/problem+json"
    )
