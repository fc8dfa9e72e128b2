"""A counseling center: a small FHIR R4 server that takes nothing which is no valid resource."""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.servicerequest import ServiceRequest
from fhir.resources.R4B.task import Task
from pydantic import ValidationError

MODELS: dict[str, Any] = {"ServiceRequest": ServiceRequest, "Task": Task}

TOKEN = "let-me-in"  # noqa: S105 - a token of nothing


class Center:
    """A counseling center's FHIR endpoint.

    Args:
        version: the FHIR version that it states.
    """

    def __init__(self, version: str = "4.0.1") -> None:
        self.version = version
        #: where it is served
        self.url = ""
        #: what it holds, by reference
        self.held: dict[str, dict[str, Any]] = {}
        #: how it misbehaves: an HTTP status, or a body that it answers with
        self.fault: int | bytes | None = None
        #: whether it forgets to answer after it has created something
        self.forgets = False
        self.app = FastAPI()
        self.app.get("/fhir/metadata")(self.metadata)
        self.app.post("/fhir/{kind}")(self.create)
        self.app.get("/fhir/{kind}/{key}")(self.read)
        self.app.get("/fhir/{kind}")(self.search)

    async def metadata(self) -> Response:
        """State what it can do."""
        resources = [{"type": kind, "interaction": [{"code": "create"}]} for kind in MODELS]
        stated = {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": "2026-01-01",
            "kind": "instance",
            "fhirVersion": self.version,
            "format": ["json"],
            "rest": [{"mode": "server", "resource": resources}],
        }
        CapabilityStatement.model_validate(stated)
        return _fhir(stated)

    async def create(self, kind: str, request: Request) -> Response:
        """Create a resource, unless one with the identifier of If-None-Exist is there."""
        refused = self._refused(request)
        if refused is not None:
            return refused
        try:
            given = MODELS[kind].model_validate_json(await request.body())
        except ValidationError:
            return Response(status_code=HTTPStatus.UNPROCESSABLE_ENTITY)
        wanted = request.headers["If-None-Exist"]
        clear = json.loads(given.model_dump_json(exclude_none=True))
        (identifier,) = clear["identifier"]
        assert parse_qs(wanted) == {"identifier": [f"{identifier['system']}|{identifier['value']}"]}
        for reference, held in self.held.items():
            if reference.startswith(f"{kind}/") and held["identifier"] == clear["identifier"]:
                return self._located(request, reference, HTTPStatus.OK)
        reference = f"{kind}/{len(self.held) + 1}"
        self.held[reference] = clear | {"id": reference.partition("/")[2]}
        if self.forgets:
            return Response(status_code=HTTPStatus.INTERNAL_SERVER_ERROR)
        return self._located(request, reference, HTTPStatus.CREATED)

    async def read(self, kind: str, key: str, request: Request) -> Response:
        """Give a resource."""
        refused = self._refused(request)
        if refused is not None:
            return refused
        held = self.held.get(f"{kind}/{key}")
        return Response(status_code=HTTPStatus.NOT_FOUND) if held is None else _fhir(held)

    async def search(self, kind: str, request: Request) -> Response:
        """Give the resources with an identifier."""
        refused = self._refused(request)
        if refused is not None:
            return refused
        wanted = request.query_params["identifier"]
        entries = [
            {"resource": held}
            for reference, held in self.held.items()
            if reference.startswith(f"{kind}/")
            and wanted in [f"{each['system']}|{each['value']}" for each in held["identifier"]]
        ]
        return _fhir({"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries})

    def _refused(self, request: Request) -> Response | None:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return Response(status_code=HTTPStatus.UNAUTHORIZED)
        if isinstance(self.fault, bytes):
            return Response(self.fault, media_type="application/fhir+json")
        if self.fault is not None:
            headers = {"Location": "http://127.0.0.1:9/elsewhere", "Retry-After": "0"}
            return Response("Sam Sample is unwell.", self.fault, headers=headers)
        return None

    def _located(self, request: Request, reference: str, status: HTTPStatus) -> Response:
        location = f"{str(request.base_url).rstrip('/')}/fhir/{reference}/_history/1"
        return Response(status_code=status, headers={"Location": location})

    def task(self) -> dict[str, Any]:
        """The one Task that it holds."""
        (task,) = (held for reference, held in self.held.items() if reference.startswith("Task/"))
        return task


def _fhir(resource: dict[str, Any]) -> Response:
    return Response(json.dumps(resource), media_type="application/fhir+json")
