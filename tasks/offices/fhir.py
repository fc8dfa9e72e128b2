"""By HL7 FHIR R4: a ServiceRequest and a Task at a counseling center, which is asked how far it has come.

Both are created on condition that there is none with the referral's identifier yet (If-None-Exist), so that
a repetition creates nothing twice; a center whose answer does not say which one that is, is asked for it by
the identifier. How the person is reached stands in a note of the request. Of what the center holds, only
``Task.status`` and the code of ``Task.businessStatus`` are read: counseling tells attendance alone (U-09).
The rest of its resources, of whichever release, is not looked at.

=====================  =========  ================================================================
code                   permanent  what happened
=====================  =========  ================================================================
``status_unknown``     yes        the Task's status is no word of FHIR's: the referral stays open
``not_confirmed``      no         it took the resource, and does not find it again
``fhir_not_r4``        yes        the endpoint is not of release 4, or takes no such resources
=====================  =========  ================================================================
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import urlencode

import httpx
from fhir.resources.R4B.fhirresourcemodel import FHIRResourceModel
from fhir.resources.R4B.servicerequest import ServiceRequest
from fhir.resources.R4B.task import Task
from pydantic import Field, StringConstraints

from states.correspondence.letter import Letter
from states.errors import StepFailed
from states.vocabulary.leaving import Disclosed, ReferralStatus
from states.vocabulary.people import IdentifierKind
from states.vocabulary.plans import Attendance
from tasks.far import wire
from tasks.far.credentials import Credentials, Right
from tasks.offices.contract import Answers, Delivered, Post, Progress
from tasks.sources.contract import Needs

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

#: an answer's JSON, of which only what was asked for is looked at
_Said = dict[str, Any]

#: what an outcome's code says beside what the status of its answer does
#: (https://hl7.org/fhir/R4/valueset-issue-type.html)
_OUTCOMES: Mapping[str, StepFailed] = {
    **dict.fromkeys(
        ("security", "login", "expired", "forbidden", "suppressed"),
        StepFailed("unauthorized", permanent=True),
    ),
    **dict.fromkeys(
        ("transient", "lock-error", "no-store", "exception", "timeout", "incomplete"),
        StepFailed("server_error"),
    ),
    "throttled": StepFailed("rate_limited"),
}

#: statuses whose body says more, and the one that says that several are there already
_EXPLAINED = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.CONFLICT,
        HTTPStatus.PRECONDITION_FAILED,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)

_TICKET = re.compile(r"Task/[A-Za-z0-9.-]{1,64}")


class _Table(Credentials):
    """The table of a center with a FHIR endpoint."""

    open_to_all: ClassVar = True

    #: the endpoint's base
    url: wire.Address
    #: the namespaces that the center knows people's identifiers by, most wanted first; the first that is
    #: known is told, and no further one
    identifiers: Annotated[dict[IdentifierKind, Namespace], Field(min_length=1)]


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
        self._right = table.right()

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the way; see :meth:`tasks.offices.contract.Way.from_config`."""
        return cls(name, _Table.model_validate(table))

    async def send(self, letter: Letter, post: Post) -> Delivered:
        """Create both resources; a repetition finds those that are there."""
        del post
        subject = self._subject(letter)
        async with self._center() as center:
            request = await _create(center, _service_request(letter, subject), letter)
            task = await _create(center, _task(letter, subject, request), letter)
        return Delivered(task)

    async def status(self, ticket: str) -> Progress:
        """Read the Task: its status, and of a completed one whether the person came."""
        if not _TICKET.fullmatch(ticket):
            raise StepFailed("ticket_misread", permanent=True)
        async with self._center() as center:
            response = await center.get(ticket)
        task = _resource(response, "Task")
        said = task.get("status")
        if not isinstance(said, str) or not said.strip():
            raise StepFailed("wrong_schema", permanent=True)
        status = STATUSES.get(_word(said))
        if status is None:
            # It is there and goes on, by a word that nobody here may guess the meaning of.
            raise StepFailed("status_unknown", permanent=True)
        return Progress(status, _attendance(task) if status is ReferralStatus.COMPLETED else None)

    async def check(self) -> None:
        """See that the endpoint speaks FHIR R4 and takes both resources."""
        async with self._center() as center:
            response = await center.get("metadata")
        stated = _resource(response, "CapabilityStatement")
        taken = {
            each.get("type")
            for rest in _objects(stated.get("rest"))
            for each in _objects(rest.get("resource"))
        }
        if not str(stated.get("fhirVersion")).startswith("4.") or not taken >= {"ServiceRequest", "Task"}:
            raise StepFailed("fhir_not_r4", permanent=True)

    @asynccontextmanager
    async def _center(self) -> AsyncIterator["_Center"]:
        headers = {"Accept": JSON}
        async with wire.client(self._table, base_url=f"{self._table.url}/", headers=headers) as over:
            yield _Center(over, self._right)

    def _subject(self, letter: Letter) -> dict[str, Any]:
        """Whom it is about, by reference: no record of theirs is made at the center."""
        kind = next(kind for kind in self._table.identifiers if kind in letter.subject)
        return {
            "identifier": {"system": self._table.identifiers[kind], "value": letter.subject[kind]},
            "display": letter.subject[IdentifierKind.NAME],
        }


class _Center:
    """One conversation with a center, over one client.

    Args:
        over: the client.
        right: the right to ask.
    """

    def __init__(self, over: httpx.AsyncClient, right: Right) -> None:
        self._over = over
        self._right = right

    async def get(self, address: str, *, absent: frozenset[int] = frozenset()) -> httpx.Response:
        """Read something."""
        return await self._right.send(
            self._over, lambda: self._over.build_request("GET", address), absent=absent
        )

    async def post(self, kind: str, content: str, headers: Mapping[str, str]) -> httpx.Response:
        """Create a resource."""
        return await self._right.send(
            self._over,
            lambda: self._over.build_request("POST", kind, content=content, headers=headers),
            absent=_EXPLAINED,
        )


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
    ways = [f"{label} {letter.contact[kind]}" for kind, label in reached if kind in letter.contact]
    return f"To reach the person: {', '.join(ways)}." if ways else ""


def _identifier(letter: Letter) -> dict[str, str]:
    return {"system": SYSTEM, "value": letter.referral_id}


async def _create(center: _Center, resource: FHIRResourceModel, letter: Letter) -> str:
    """Create a resource unless there is one for this referral; returns its reference, as in ``Task/1``."""
    kind = type(resource).__name__
    identifier = urlencode({"identifier": f"{SYSTEM}|{letter.referral_id}"})
    headers = {"Content-Type": JSON, "Prefer": "return=minimal", "If-None-Exist": identifier}
    content = resource.model_dump_json(exclude_none=True)
    response = await center.post(kind, content, headers)
    if not response.is_success and response.status_code != HTTPStatus.PRECONDITION_FAILED:
        raise _outcome(_json(response)) or StepFailed("rejected", permanent=True)
    return _located(response, kind) or await _found(center, kind, identifier, letter)


def _located(response: httpx.Response, kind: str) -> str:
    """Which resource an answer speaks of, in its head or its body; empty: it does not say."""
    for header in ("Location", "Content-Location"):
        # The last of them: the address before may hold the word, too.
        named = re.findall(rf"\b{kind}/([A-Za-z0-9.-]{{1,64}})(?![^/?#])", response.headers.get(header, ""))
        if named:
            return f"{kind}/{named[-1]}"
    said = _json(response)
    return _reference(said) if said.get("resourceType") == kind else ""


async def _found(center: _Center, kind: str, identifier: str, letter: Letter) -> str:
    """The resource that is there for this referral, searched for by its identifier."""
    response = await center.get(f"{kind}?{identifier}", absent=_EXPLAINED)
    if not response.is_success:
        raise _outcome(_json(response)) or StepFailed("rejected", permanent=True)
    bundle = _resource(response, "Bundle")
    wanted = _identifier(letter)
    there = [
        _reference(resource)
        for entry in _objects(bundle.get("entry"))
        for resource in _objects([entry.get("resource")])
        if resource.get("resourceType") == kind
        and any(wanted.items() <= each.items() for each in _objects(resource.get("identifier")))
    ]
    if not any(there):
        raise StepFailed("not_confirmed")
    # Where there are several all are of this referral; each time it is the same one.
    return min(filter(None, there))


def _resource(response: httpx.Response, kind: str) -> _Said:
    """A resource of a kind, of which nothing else is checked.

    Raises:
        StepFailed: it is none; with what an outcome in its place says.
    """
    said = _json(response)
    if said.get("resourceType") != kind:
        raise _outcome(said) or StepFailed("wrong_schema", permanent=True)
    return said


def _outcome(said: _Said) -> StepFailed | None:
    """What an OperationOutcome says went wrong, as a code; None: nothing that there is a code for."""
    if said.get("resourceType") != "OperationOutcome":
        return None
    codes = [each.get("code") for each in _objects(said.get("issue"))]
    known = next((_OUTCOMES[code] for code in codes if isinstance(code, str) and code in _OUTCOMES), None)
    return known and StepFailed(known.code, permanent=known.permanent)


def _json(response: httpx.Response) -> _Said:
    """An answer's object; without a content, or with one that is none, an empty one."""
    try:
        return wire.read(response, _Said)
    except StepFailed:
        return {}


def _objects(sent: object) -> Iterator[_Said]:
    """The objects of a list, or the one that stands for it."""
    for each in sent if isinstance(sent, list) else [sent]:
        if isinstance(each, dict):
            yield each


def _reference(resource: _Said) -> str:
    reference = f"{resource.get('resourceType')}/{resource.get('id')}"
    return (
        reference if re.fullmatch(r"[A-Za-z]+/[A-Za-z0-9.-]{1,64}", reference) and resource.get("id") else ""
    )


def _word(said: str) -> str:
    return said.strip().lower().replace("_", "-")


def _attendance(task: _Said) -> Attendance | None:
    """Whether the person came, where the center says so by code; whatever else it says is not read."""
    codes = {
        _word(code).replace("-", "_")
        for business in _objects(task.get("businessStatus"))
        for coding in _objects(business.get("coding"))
        if isinstance(code := coding.get("code"), str)
    }
    return next((attendance for attendance in Attendance if attendance in codes), None)
