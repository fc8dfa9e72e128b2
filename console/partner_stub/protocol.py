"""The protocol's doors: put a question, and ask what became of it."""

import asyncio
import json
import re
from collections.abc import Sequence
from http import HTTPStatus
from secrets import token_hex, token_urlsafe
from typing import Annotated, Any, Literal

import httpx
from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from console.http.problems import problem as problem_document
from console.partner_stub.deciding import expire, on_arrival
from console.partner_stub.records import Query
from console.partner_stub.stub import Behavior, Stub, new_signer
from states.errors import BadSignature
from tasks.far.signatures import verify

router = APIRouter()

#: bytes that a question may have
MOST_BYTES = 100_000

#: seconds that a slow stub keeps somebody waiting, at most
SLOWNESS = 120.0

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")

Short = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Value = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Identifiers(BaseModel):
    """What a person or a place is to be found by."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Value | None = None
    date_of_birth: Day | None = None
    email: Value | None = None
    license_plate: Value | None = None
    social_handle: Value | None = None
    place: Value | None = None
    occurred_on: Day | None = None


class Asked(BaseModel):
    """A question as it travels."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal[
        "social_media", "weapons_registration", "past_contacts", "court_registrants", "protective_orders"
    ]
    purpose: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    authority: Literal["law_enforcement_partner", "consent"]
    requester: Short
    case_reference: Short
    urgency: Literal["routine", "urgent"]
    expires_at: AwareDatetime
    callback: bool
    identifiers: Identifiers


class Problem(Exception):
    """What was sent is not taken.

    Args:
        status: the HTTP status.
        detail: a sentence that quotes nothing.
        retry_after: in how many seconds to come back; empty: it does not say.
    """

    def __init__(self, status: int, detail: str, retry_after: str = "") -> None:
        self.status = status
        self.detail = detail
        self.retry_after = retry_after
        super().__init__(detail)


@router.post("/queries")
async def put_query(request: Request) -> Response:
    """Take a question in, or say how the same one stands."""
    stub: Stub = request.app.state.stub
    came = await _genuine(stub, request, also=("idempotency-key",))
    key = came.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise Problem(HTTPStatus.BAD_REQUEST, "An Idempotency-Key is needed.")
    query = _taken_in(stub, key, _asked(came.content))
    return _answer(stub, came, HTTPStatus.ACCEPTED if query.open else HTTPStatus.OK, query)


@router.get("/queries/{ticket}")
async def get_query(request: Request, ticket: str) -> Response:
    """Say how a question stands."""
    stub: Stub = request.app.state.stub
    came = await _genuine(stub, request)
    query = stub.records.query(ticket)
    if query is None:
        raise Problem(HTTPStatus.NOT_FOUND, "There is no query under that ticket.")
    return _answer(stub, came, HTTPStatus.OK, _in_time(stub, query))


async def _genuine(stub: Stub, request: Request, also: Sequence[str] = ()) -> httpx.Request:
    """The request as its sender signed it; misbehaves first, when that is how the stub is to be."""
    await _misbehave(stub, request)
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > MOST_BYTES:
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The message is too long.")
    came = httpx.Request(
        request.method, str(request.url), headers=request.headers.raw, content=bytes(content)
    )
    try:
        signed = verify(came, stub.team_keys, also=also)
    except BadSignature:
        raise Problem(HTTPStatus.UNAUTHORIZED, "It is not signed as agreed.") from None
    if stub.records.seen(f"{signed.key_id} {signed.nonce}", now=stub.clock()):
        raise Problem(HTTPStatus.CONFLICT, "This message was taken in before.")
    return came


async def _misbehave(stub: Stub, request: Request) -> None:
    match stub.behavior:
        case Behavior.DOWN:
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "Down for now.")
        case Behavior.BUSY:
            raise Problem(HTTPStatus.TOO_MANY_REQUESTS, "Too much to do.", retry_after="3600")
        case Behavior.SLOW:
            for _ in range(int(SLOWNESS * 10)):
                if await request.is_disconnected():
                    break
                await asyncio.sleep(0.1)
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "Too slow.")


def _asked(content: bytes) -> dict[str, Any]:
    try:
        return Asked.model_validate_json(content).model_dump(mode="json", exclude_none=True)
    except ValidationError:
        raise Problem(HTTPStatus.BAD_REQUEST, "The question is not as the protocol has it.") from None


def _taken_in(stub: Stub, key: str, asked: dict[str, Any]) -> Query:
    known = stub.records.newest_under(key)
    known = known and _in_time(stub, known)
    if known is None or known.status == "expired":
        made = stub.records.add(token_urlsafe(12), key, asked, now=stub.clock())
        return on_arrival(stub, _in_time(stub, made))
    if any(known.asked[part] != asked[part] for part in ("kind", "case_reference", "identifiers")):
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "That key belongs to another question.")
    return known


def _in_time(stub: Stub, query: Query) -> Query:
    """The query, expired if it is time."""
    overdue = query.open and query.expires_at <= stub.clock().timestamp()
    return expire(stub, query) if overdue else query


def _answer(stub: Stub, came: httpx.Request, status: int, query: Query) -> Response:
    document = query.document()
    if stub.behavior is Behavior.OVERSHARING:
        document["criminal_history"] = f"invented-{token_hex(4)}"
    garbage = stub.behavior is Behavior.GARBAGE
    content = b"<html>It works!</html>" if garbage else json.dumps(document).encode()
    answer = httpx.Response(
        status, headers={"Content-Type": "application/json"}, content=content, request=came
    )
    foreign = stub.behavior is Behavior.FOREIGN_KEY
    signer = new_signer(stub.signer.key_id) if foreign else stub.signer
    signer.sign_response(answer, now=stub.clock())
    return Response(content, status, headers=dict(answer.headers))


async def refuse(_request: Request, problem: Exception) -> Response:
    """A problem as a document (RFC 9457)."""
    if not isinstance(problem, Problem):
        raise problem
    headers = {"Retry-After": problem.retry_after} if problem.retry_after else {}
    return problem_document(problem.status, problem.detail, headers)
