"""The reception as one application: its doors, and what all of them answer alike."""

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from console.reception import alarms, endings, offices, partners, tips
from console.reception.messages import MOST_BYTES
from states.errors import BadInput, BadSignature, Refused, TatError, UnknownRecord
from tasks.desk import Desk

_log = logging.getLogger(__name__)


def reception(desk: Desk) -> FastAPI:
    """Make the application.

    Args:
        desk: the open casebook, the settings and the sources that doors work with.
    """
    app = FastAPI(title="tatflow reception", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.desk = desk
    app.middleware("http")(_guarded)
    app.get("/health")(_health)
    app.include_router(alarms.router)
    app.include_router(tips.router)
    app.include_router(offices.router)
    app.include_router(endings.router)
    app.include_router(partners.router)
    return app


async def _health() -> dict[str, str]:
    return {"status": "ok"}


async def _guarded(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse what is too long, and let no error's text out: it may quote what came in."""
    length = request.headers.get("content-length", "")
    if length and (not length.isdigit() or int(length) > MOST_BYTES):
        return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The message is too long. Nothing was taken in.")
    try:
        return await go_on(request)
    except (BadInput, Refused) as refusal:
        return _problem(_STATUS.get(type(refusal), HTTPStatus.CONFLICT), str(refusal))
    except TatError as error:
        _log.warning("A message could not be taken in (%s).", type(error).__name__)
        return _problem(
            HTTPStatus.SERVICE_UNAVAILABLE, "The message could not be taken in. Send it again later."
        )


#: what a refusal is in HTTP; every other one conflicts with what is on record
_STATUS: dict[type[TatError], HTTPStatus] = {
    BadSignature: HTTPStatus.UNAUTHORIZED,
    UnknownRecord: HTTPStatus.NOT_FOUND,
    BadInput: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def _problem(status: int, sentence: str) -> JSONResponse:
    """A problem document (RFC 9457)."""
    return JSONResponse({"status": status, "detail": sentence}, status, media_type="application/problem+json")
