"""What describes the API to programs: its OpenAPI document (3.1), made of the same table as its routes."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from console.api.answer_samples import answer_of
from console.api.call import Call
from console.api.calls import CALLS
from console.api.problems import MEDIA_TYPE
from console.api.samples import example_of
from states.errors import Missing, StillOpen

VERSION = "1"

#: where the API is
ROOT = "/api"

#: a file
BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}

#: problems that any call may be answered with, by status
_PROBLEMS = {
    400: "A header that cannot be read.",
    401: "No token that works.",
    403: "The token or its member may not.",
    404: "Not there, or not to be seen: the same answer.",
    409: "What is on record is against it; says what is missing.",
    410: "The case was erased.",
    412: "Somebody else acted since the version that was seen.",
    413: "Too long.",
    415: "Of another kind than this takes.",
    422: "It does not fit; says where.",
    428: "Say which version was seen (If-Match).",
    429: "Too many calls; says when to come back.",
    500: "It could not be carried out.",
    503: "Not now; says when to come back.",
}

_PROBLEM = {
    "type": "object",
    "required": ["status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened, what was kept, what to do."},
        "missing": {
            "type": "array",
            "description": "What stands in the way, and who can clear it.",
            "items": {
                "type": "object",
                "required": [each.name for each in fields(Missing)],
                "properties": {each.name: {"type": "string"} for each in fields(Missing)},
            },
        },
        "changes": {"type": "array", "items": {"type": "string"}},
        "still_open": {
            "type": "array",
            "description": "Actions in force of which a plan says nothing.",
            "items": {
                "type": "object",
                "required": [each.name for each in fields(StillOpen)],
                "properties": {each.name: {"type": "string"} for each in fields(StillOpen)},
            },
        },
    },
}


def document() -> dict[str, Any]:
    """The document; it tells what the API takes, and nothing of the institution whose it is."""
    taken = [call.sends for call in CALLS if call.sends is not None]
    _, schemas = models_json_schema(
        [(model, "validation") for model in {*taken}],
        ref_template="#/components/schemas/{model}",
        schema_generator=GenerateJsonSchema,
    )
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        paths.setdefault(f"{ROOT}{call.path}", {})[call.method.lower()] = _operation(call)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "tatflow",
            "version": VERSION,
            "description": "Every action of the casebook; docs/api.md walks a case.",
        },
        "paths": paths,
        "security": [{"token": []}],
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**schemas.get("$defs", {}), "Problem": _PROBLEM},
            "responses": {
                f"Problem{status}": {
                    "description": said,
                    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
                for status, said in _PROBLEMS.items()
            },
        },
    }


def _operation(call: Call) -> dict[str, Any]:
    answers: dict[str, Any] = {
        str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in _PROBLEMS
    }
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.says,
        "description": f"Takes a token for: {call.needs}.",
        "tags": [call.path.strip("/").partition("/")[0]],
        "parameters": _parameters(call),
        "responses": {**_given(call), **answers},
    }
    if call.raw:
        operation["requestBody"] = {"required": True, "content": BYTES}
    elif call.sends is not None and call.sends.model_fields:
        schema = {"$ref": f"#/components/schemas/{call.sends.__name__}"}
        content = {"application/json": {"schema": schema, "example": example_of(call)}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(call: Call) -> list[dict[str, Any]]:
    named = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in call.in_path
    ]
    schema = call.asks.model_json_schema(ref_template="#/components/schemas/{model}")
    inline = schema.get("$defs", {})
    named += [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", []),
            "schema": _inlined(said, inline),
        }
        for name, said in schema.get("properties", {}).items()
    ]
    beside = call.beside.model_json_schema()
    named += [
        {
            "name": head,
            "in": "header",
            "required": name in beside.get("required", []),
            "description": "Percent-encoded (RFC 3986), as UTF-8.",
            "schema": _inlined(beside["properties"][name], beside.get("$defs", {})),
        }
        for head, name in call.heads.items()
    ]
    if call.writes:
        key = "The same key and the same call: the same answer, for a day; nothing is done twice."
        named.append(_header("Idempotency-Key", key, required=False))
    if call.about_case and call.writes:
        seen = "The ETag of the case as it was seen: refused (412) if somebody else acted since."
        named.append(_header("If-Match", seen, required=call.decides))
    return named


def _header(name: str, says: str, *, required: bool) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": says,
        "schema": {"type": "string"},
    }


def _inlined(schema: Any, known: Mapping[str, Any]) -> Any:
    """A schema without references: a query has no components of its own."""
    if isinstance(schema, list):
        return [_inlined(each, known) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(known[schema["$ref"].rpartition("/")[2]], known)
    inlined = {name: _inlined(each, known) for name, each in schema.items()}
    if "prefixItems" in inlined:
        # Tools that read documents take pairs for lists more readily.
        several = inlined.pop("prefixItems")
        inlined["items"] = several[0] if several[1:] == several[:-1] else {"anyOf": several}
    return inlined


def _given(call: Call) -> dict[str, Any]:
    """What a call that is carried out is answered."""
    if call.gives_file:
        content: dict[str, Any] = {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
        }
        return {"200": {"description": "The file.", "content": content}}
    if call.gives_nothing:
        return {"204": {"description": "Done."}}
    example = answer_of(call)
    schema = call.answers.json_schema(mode="serialization", ref_template="#/$defs/{model}")
    known = schema.pop("$defs", {})
    shown = _inlined(schema, known)
    if call.gives_value:
        shown = {"type": "object", "required": [call.gives], "properties": {call.gives: shown}}
    elif call.gives_list and "items" in example:
        pages = {"next": {"type": ["string", "null"]}} if call.key else {}
        shown = {"type": "object", "required": ["items", *pages], "properties": {"items": shown, **pages}}
    elif call.shown is not None:
        shown = {"type": "object"}
    head = {"ETag": {"schema": {"type": "string"}}} if call.about_case else {}
    content = {"application/json": {"schema": shown, "example": example}}
    return {"200": {"description": "Done.", "headers": head, "content": content}}
