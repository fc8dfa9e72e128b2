"""The API as an application: its routes, each made of a line of the table, and its document."""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from console.api import problems, streams
from console.api.call import Call
from console.api.calls import CALLS
from console.api.carrying_out import Asked, File, Streamed, carry_out, let_in
from console.api.document import document
from console.api.pace import Pace
from console.http.pages import PRIVATE
from states.casebook.accounts import tokens
from states.casebook.accounts.answered import Answer
from states.casebook.accounts.tokens import Bearer
from states.casebook.intake import begun
from states.errors import BadInput, FilesAway, NotPermitted
from states.store.threads import at_place, told
from tasks.desk import Desk

#: how the headers begin in which stands what is sent beside bytes
OURS = "tat-"


def api(desk_of: Callable[[], Desk], pace: Pace | None = None) -> FastAPI:
    """Make the application.

    Args:
        desk_of: gives the open casebook, and the settings.
        pace: how often a token may call; None: as often as usual.
    """
    app = FastAPI(
        title="tatflow API", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    app.state.pace = pace or Pace(time.monotonic)
    for call in CALLS:
        app.add_api_route(call.path, _handler(call, desk_of), methods=[call.method], name=call.name)
    app.get("/openapi.json")(_show_document)
    app.add_exception_handler(HTTPException, _no_such_call)
    return app


def _handler(call: Call, desk_of: Callable[[], Desk]) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        desk = desk_of()
        book = desk.book
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        try:
            bearer = await told(tokens.bearer, book, secret.strip() if scheme.lower() == "bearer" else "")
        except NotPermitted as refused:
            head = {"WWW-Authenticate": "Bearer"}
            return _response(problems.problem(HTTPStatus.UNAUTHORIZED, str(refused), head))
        wait = request.app.state.pace.wait(bearer.token)
        if wait and not _tells_of_danger(call, request):
            detail = f"This token calls too often. Nothing was shown or written: wait {wait} s."
            head = {"Retry-After": str(wait)}
            return _response(problems.problem(HTTPStatus.TOO_MANY_REQUESTS, detail, head))
        if call.arrives:
            return await _taken(request, desk, call, bearer)
        content = await request.body()
        if call.sends is not None and content and not _is_json(request):
            detail = "This takes JSON (Content-Type: application/json). Nothing was written."
            return _response(problems.problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail))
        answer = await told(carry_out, book, call, bearer, _asked(desk, call, request, content))
        return await streams.given(answer) if isinstance(answer, Streamed) else _response(answer)

    return handle


async def _taken(request: Request, desk: Desk, call: Call, bearer: Bearer) -> Response:
    """Carry out a call that brings a file, taken as it comes; nothing of it stays if it is refused."""
    refused = await told(let_in, desk.book, call, bearer, _asked(desk, call, request, b""))
    if refused is not None:
        return _response(refused)
    try:
        came = await streams.taken(request, desk.book.place, desk.settings.files_largest)
    except (BadInput, FilesAway) as trouble:
        return _response(problems.refused(trouble))
    asked = replace(_asked(desk, call, request, came.digest.encode()), came=[came])
    try:
        return _response(await told(carry_out, desk.book, call, bearer, asked))
    finally:
        for file in asked.came:
            await at_place(desk.book.place.remove, file.stored)


def _tells_of_danger(call: Call, request: Request) -> bool:
    """Whether a call sounds an alarm, for which nobody is made to wait (W-13)."""
    return call.does is begun.begin_imminent or request.path_params.get("trigger") == "raise_alarm"


def _asked(desk: Desk, call: Call, request: Request, content: bytes) -> Asked:
    query, heads = request.query_params, request.headers
    return Asked(
        path=request.path_params,
        query={name: query.getlist(name) for name in query},
        content=content,
        key=request.headers.get("idempotency-key", ""),
        seen=request.headers.get("if-match", ""),
        known=request.headers.get("if-none-match", "") if request.method == "GET" else "",
        settings=desk.settings,
        head={
            name.removeprefix(OURS).replace("-", "_"): heads.getlist(name)
            for name in set(heads)
            if call.raw and name.startswith(OURS)
        },
    )


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def _response(answer: Answer) -> Response:
    content = answer.data if isinstance(answer, File) else answer.body
    return Response(content, answer.status, {**PRIVATE, **answer.headers})


@cache
def _document() -> bytes:
    return json.dumps(document(), default=str).encode()


async def _show_document() -> Response:
    """What the API takes and gives, for anybody: it tells of the program, and nothing of an institution."""
    return Response(_document(), media_type="application/json")


async def _no_such_call(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is called for
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = "This address takes other methods (Allow). Nothing was shown or written."
        return _response(problems.problem(HTTPStatus.METHOD_NOT_ALLOWED, detail, error.headers))
    return _response(problems.nothing())
