"""By HL7 FHIR R4: a ServiceRequest and a Task at a counseling center, which is asked how far it has come.

Both are created on condition that there is none with the referral's identifier yet (If-None-Exist), so that a
repetition creates nothing twice. How the person is reached stands in a note of the request. Of what the
center holds, only ``Task.status`` and the code of ``Task.businessStatus`` are read: counseling tells
attendance alone (U-09).
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Self, TypeVar
from urllib.parse import urlencode

import httpx
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.codeableconcept import CodeableConcept
from fhir.resources.R4B.coding import Coding
from fhir.resources.R4B.fhirresourcemodel import FHIRResourceModel
from fhir.resources.R4B.servicerequest import ServiceRequest
from fhir.resources.R4B.task import Task
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from states.errors import StepFailed
from states.vocabulary import Attendance, Disclosed, IdentifierKind, ReferralStatus
from tasks import wire
from tasks.offices.contract import Answers, Delivered, Letter, Progress
from tasks.secrets import Secret
from tasks.sources.contract import Needs

R = TypeVar("R", bound=FHIRResourceModel)

#: the namespace of referrals' ids
SYSTEM = "urn:tatflow:referral"

JSON = "application/fhir+json"

#: how a Task's status reads as a referral's (https://hl7.org/fhir/R4/valueset-task-status.html)
STATUSES: Mapping[str, ReferralStatus] = {
    "draft": ReferralStatus.SENT,
    "requested": ReferralStatus.SENT,
    "received": ReferralStatus.ACKNOWLEDGED,
    "accepted": ReferralStatus.ACCEPTED,
    "ready": ReferralStatus.ACCEPTED,
    "in-progress": ReferralStatus.ACCEPTED,
    "on-hold": ReferralStatus.ACCEPTED,
    "rejected": ReferralStatus.DECLINED,
    "cancelled": ReferralStatus.DECLINED,
    "failed": ReferralStatus.DECLINED,
    "entered-in-error": ReferralStatus.DECLINED,
    "completed": ReferralStatus.COMPLETED,
}

#: the system of a FHIR identifier
Namespace = Annotated[str, StringConstraints(min_length=1)]

_TICKET = re.compile(r"Task/[A-Za-z0-9.-]{1,64}")


class _Table(BaseModel):
    """The table of a center with a FHIR endpoint."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    #: the endpoint's base
    url: wire.Address
    #: the namespaces that the center knows people's identifiers by, most wanted first; the first that is
    #: known is told, and no further one
    identifiers: Annotated[dict[IdentifierKind, Namespace], Field(min_length=1)]
    #: a bearer token
    token: Secret | None = None


class FhirWay:
    """Creates a ServiceRequest and a Task, and asks the Task's status.

    Args:
        name: the office's code.
        table: its table.
    """

    kind = "fhir"
    tells = frozenset({Disclosed.CASE_NUMBER, Disclosed.IDENTIFIERS, Disclosed.RECOMMENDATION})
    answers = Answers.WHEN_ASKED

    def __init__(self, name: str, table: _Table) -> None:
        self.name = name
        self.needs = Needs(all_of=frozenset({IdentifierKind.NAME}), one_of=tuple(table.identifiers))
        self._table = table

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the way; see :meth:`tasks.offices.contract.Way.from_config`."""
        return cls(name, _Table.model_validate(table))

    async def send(self, letter: Letter) -> Delivered:
        """Create both resources; a repetition finds those that are there."""
        subject = self._subject(letter)
        async with await self._client() as client:
            request = await _create(client, _service_request(letter, subject), letter)
            task = await _create(client, _task(letter, subject, request), letter)
        return Delivered(task)

    async def status(self, ticket: str) -> Progress:
        """Read the Task: its status, and of a completed one whether the person came."""
        if not _TICKET.fullmatch(ticket):
            raise StepFailed("ticket_misread", permanent=True)
        async with await self._client() as client:
            response = await wire.send(
                client, lambda: client.build_request("GET", ticket), absent=frozenset()
            )
        task = wire.read(response, Task)
        status = STATUSES.get(str(task.status))
        if status is None:
            raise StepFailed("wrong_schema", permanent=True)
        return Progress(status, _attendance(task) if status is ReferralStatus.COMPLETED else None)

    async def check(self) -> None:
        """See that the endpoint speaks FHIR R4 and takes both resources."""
        async with await self._client() as client:
            response = await wire.send(
                client, lambda: client.build_request("GET", "metadata"), absent=frozenset()
            )
        stated = wire.read(response, CapabilityStatement)
        taken = {each.type for rest in stated.rest or () for each in rest.resource or ()}
        if not str(stated.fhirVersion).startswith("4.") or not taken >= {"ServiceRequest", "Task"}:
            raise StepFailed("fhir_not_r4", permanent=True)

    async def _client(self) -> httpx.AsyncClient:
        headers = {"Accept": JSON}
        if self._table.token is not None:
            headers["Authorization"] = f"Bearer {await self._table.token.reveal()}"
        return wire.client(base_url=f"{self._table.url}/", headers=headers)

    def _subject(self, letter: Letter) -> dict[str, Any]:
        """Whom it is about, by reference: no record of theirs is made at the center."""
        kind = next(kind for kind in self._table.identifiers if kind in letter.subject)
        return {
            "identifier": {"system": self._table.identifiers[kind], "value": letter.subject[kind]},
            "display": letter.subject[IdentifierKind.NAME],
        }


def _service_request(letter: Letter, subject: dict[str, Any]) -> ServiceRequest:
    return ServiceRequest.model_validate(
        {
            "identifier": [_identifier(letter)],
            "status": "active",
            # A proposal: the team recommends, and prescribes nothing (W-44).
            "intent": "proposal",
            "code": {"text": "Professional counseling"},
            "subject": subject,
            "authoredOn": letter.written_at.isoformat(),
            "requester": {"display": f"Threat Assessment Team, {letter.institution}"},
            "note": [{"text": text} for text in (letter.recommendation, _contact(letter)) if text],
        }
    )


def _task(letter: Letter, subject: dict[str, Any], request: str) -> Task:
    return Task.model_validate(
        {
            "identifier": [_identifier(letter)],
            "groupIdentifier": {"value": letter.case_number},
            "status": "requested",
            "intent": "proposal",
            "focus": {"reference": request},
            "for": subject,
            "authoredOn": letter.written_at.isoformat(),
            "requester": {"display": f"Threat Assessment Team, {letter.institution}"},
            "restriction": {"period": {"end": letter.answer_by.isoformat()}},
        }
    )


def _contact(letter: Letter) -> str:
    reached = (IdentifierKind.EMAIL, "e-mail"), (IdentifierKind.PHONE, "phone")
    ways = [f"{label} {letter.subject[kind]}" for kind, label in reached if kind in letter.subject]
    return f"To reach the person: {', '.join(ways)}." if ways else ""


def _identifier(letter: Letter) -> dict[str, str]:
    return {"system": SYSTEM, "value": letter.referral_id}


async def _create(client: httpx.AsyncClient, resource: FHIRResourceModel, letter: Letter) -> str:
    """Create a resource unless there is one for this referral; returns its reference, as in ``Task/1``."""
    kind = type(resource).__name__
    headers = {
        "Content-Type": JSON,
        "Prefer": "return=minimal",
        "If-None-Exist": urlencode({"identifier": f"{SYSTEM}|{letter.referral_id}"}),
    }
    content = resource.model_dump_json(exclude_none=True)
    response = await wire.send(
        client,
        lambda: client.build_request("POST", kind, content=content, headers=headers),
        absent=frozenset(),
    )
    named = re.search(rf"\b{kind}/([A-Za-z0-9.-]{{1,64}})", response.headers.get("Location", ""))
    found = named.group(1) if named else wire.read(response, type(resource)).id
    if not found:
        raise StepFailed("wrong_schema", permanent=True)
    return f"{kind}/{found}"


def _attendance(task: Task) -> Attendance | None:
    """Whether the person came, where the center says so by code; whatever else it says is not read."""
    business: CodeableConcept | None = task.businessStatus
    codings: list[Coding] = (business.coding if business is not None else None) or []
    codes = {str(coding.code).replace("-", "_") for coding in codings}
    return next((attendance for attendance in Attendance if attendance in codes), None)
