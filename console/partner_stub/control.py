"""The stub's controls, for scripts as JSON and for a person as a page; open to this machine alone."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from console.http.pages import Pages
from console.partner_stub.deciding import CLASSES, REASONS, Decision, decide
from console.partner_stub.records import Query
from console.partner_stub.stub import SENTENCES, Behavior, Stub, new_signer
from states.errors import Refused, UnknownRecord
from states.vocabulary.counts import counted
from states.vocabulary.spelling import words
from tasks.far.signatures import public_key

_page = Pages(Path(__file__).parent / "templates").page


async def from_here(request: Request) -> None:
    """Refuse what a page from elsewhere has a browser send."""
    origin = request.headers.get("origin")
    if origin is not None and origin != f"{request.url.scheme}://{request.url.netloc}":
        raise HTTPException(HTTPStatus.FORBIDDEN, "Only this page may do that.")


router = APIRouter(dependencies=[Depends(from_here)])


@router.get("/control/queries")
async def list_queries(request: Request) -> list[dict[str, Any]]:
    """Every query, newest first."""
    return [_line(query) for query in _stub(request).records.queries()]


@router.post("/control/queries/{ticket}")
async def decide_query(request: Request, ticket: str, decision: Decision) -> dict[str, Any]:
    """Decide a query."""
    return _line(_decided(_stub(request), ticket, decision))


@router.put("/control/behavior/{behavior}")
async def behave(request: Request, behavior: Behavior) -> dict[str, str]:
    """Choose how to treat those who ask."""
    _stub(request).behavior = behavior
    return {"behavior": behavior}


@router.post("/control/keys/{key_id}")
async def change_key(request: Request, key_id: str) -> dict[str, str]:
    """Sign with a new key from now on; returns its public key."""
    stub = _stub(request)
    stub.signer = new_signer(key_id)
    return {key_id: stub.public_key()}


@router.put("/control/team-keys")
async def set_team_keys(request: Request, keys: dict[str, str]) -> list[str]:
    """Say which keys may ask: these and no others."""
    try:
        _stub(request).team_keys = {key_id: public_key(text) for key_id, text in keys.items()}
    except ValueError:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "That is no public key.") from None
    return sorted(keys)


@router.get("/")
async def show(request: Request, said: str = "") -> HTMLResponse:
    """The page: every query, and what can be decided about it."""
    stub = _stub(request)
    queries = [_shown(query) for query in stub.records.queries()]
    values = {
        "queries": queries,
        "waiting": sum(query["open"] for query in queries),
        "said": REFUSALS.get(said, ""),
        "behavior": stub.behavior,
        "behaviors": SENTENCES,
        "classes": CLASSES,
        "reasons": REASONS,
    }
    return _page("desk", values)


#: what the page says when something was not done
REFUSALS = {
    "refused": "That was not done: somebody may have decided before. See how the query stands now.",
    "unknown": "That was not done: the page sent something that is not known here.",
}


@router.post("/desk/behavior")
async def behave_by_form(request: Request) -> Response:
    """Choose how to treat those who ask, on the page."""
    chosen = (await _form(request)).get("behavior", "")
    if chosen not in list(Behavior):
        return _back("unknown")
    _stub(request).behavior = Behavior(chosen)
    return _back()


@router.post("/desk/queries/{ticket}")
async def decide_by_form(request: Request, ticket: str) -> Response:
    """Decide a query on the page."""
    try:
        decision = Decision.model_validate(await _form(request))
    except ValidationError:
        return _back("unknown")
    try:
        decide(_stub(request), ticket, decision)
    except Refused:
        return _back("refused")
    return _back()


def _back(said: str = "") -> RedirectResponse:
    return RedirectResponse(f"/?said={said}" if said else "/", HTTPStatus.SEE_OTHER)


def _stub(request: Request) -> Stub:
    stub: Stub = request.app.state.stub
    return stub


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))


def _decided(stub: Stub, ticket: str, decision: Decision) -> Query:
    try:
        return decide(stub, ticket, decision)
    except UnknownRecord as unknown:
        raise HTTPException(HTTPStatus.NOT_FOUND, str(unknown)) from None
    except Refused as refused:
        raise HTTPException(HTTPStatus.CONFLICT, str(refused)) from None


def _line(query: Query) -> dict[str, Any]:
    return {
        "ticket": query.ticket,
        "idempotency_key": query.key,
        "asked": query.asked,
        "received_at": query.received_at,
        "answer": query.document(),
        "callback": {"calls": query.calls, "result": query.call_result},
    }


def _shown(query: Query) -> Mapping[str, Any]:
    asked = query.asked
    return {
        "ticket": query.ticket,
        "kind": asked["kind"],
        "status": query.status,
        "open": query.open,
        "urgent": asked["urgency"] == "urgent",
        "asked": [
            ("Purpose", asked["purpose"]),
            ("Authority", words(asked["authority"])),
            ("Asked by", asked["requester"]),
            ("Case", asked["case_reference"]),
            ("Received", _when(query.received_at)),
            ("Wanted until", _when(asked["expires_at"])),
        ],
        "identifiers": [(words(name), value) for name, value in asked["identifiers"].items()],
        "answer": [
            (words(name), _said(name, value)) for name, value in query.details.items() if name != "facts"
        ],
        "facts": query.details.get("facts", []),
        "call": query.call_result and f"{query.call_result}, after {counted(query.calls, 'call')}",
    }


def _said(name: str, value: str) -> str:
    if name.endswith(("_at", "_until")):
        return _when(value)
    return words(value) if name in ("class", "reason") else value


def _when(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
