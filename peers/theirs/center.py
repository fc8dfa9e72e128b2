"""A FHIR R4B endpoint made with fhirstarter, which keeps what it takes in memory: ``center.py PORT``.

Routes, validation, statement of capabilities and errors are the framework's. As it knows no conditional
create, this one makes a new resource of whatever it is sent.
"""

# Ours is not the Python that has fhirstarter.
# mypy: disable-error-code="import-not-found,misc,untyped-decorator"

import os
import sys
from typing import Any
from uuid import uuid4

os.environ["FHIR_SEQUENCE"] = "R4B"

import uvicorn
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.servicerequest import ServiceRequest
from fhir.resources.R4B.task import Task
from fhirstarter import FHIRProvider, FHIRStarter, InteractionContext
from fhirstarter.exceptions import FHIRResourceNotFoundError

provider = FHIRProvider()
held: dict[type, dict[str, Any]] = {ServiceRequest: {}, Task: {}}


def keep(resource: ServiceRequest | Task, key: str) -> str:
    """Keep a resource under a key."""
    resource.id = key
    held[type(resource)][key] = resource
    return key


def find(kind: type, identifier: str | None) -> Bundle:
    """The resources with an identifier."""
    system, _, value = (identifier or "").partition("|")
    found = [
        {"resource": each}
        for each in held[kind].values()
        if any((one.system, one.value) == (system, value) for one in each.identifier or ())
    ]
    return Bundle(type="searchset", total=len(found), entry=found or None)


@provider.create(ServiceRequest)
async def create_request(context: InteractionContext, resource: ServiceRequest) -> str:
    """Take a request."""
    return keep(resource, str(uuid4()))


@provider.create(Task)
async def create_task(context: InteractionContext, resource: Task) -> str:
    """Take a task."""
    return keep(resource, str(uuid4()))


@provider.update(Task)
async def update_task(context: InteractionContext, id_: str, resource: Task) -> str:
    """Change a task."""
    return keep(resource, id_)


@provider.read(Task)
async def read_task(context: InteractionContext, id_: str) -> Task:
    """Give a task."""
    if id_ not in held[Task]:
        raise FHIRResourceNotFoundError
    task: Task = held[Task][id_]
    return task


@provider.search_type(ServiceRequest)
async def find_requests(context: InteractionContext, identifier: str | None) -> Bundle:
    """Find requests."""
    return find(ServiceRequest, identifier)


@provider.search_type(Task)
async def find_tasks(context: InteractionContext, identifier: str | None) -> Bundle:
    """Find tasks."""
    return find(Task, identifier)


app = FHIRStarter(title="A counseling center", openapi_url=None)
app.add_providers(provider)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]))
