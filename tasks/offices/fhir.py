"""By HL7 FHIR R4: a ServiceRequest and a Task at a counseling center, which is asked how far it has come.

Both are created on condition that there is none with the referral's identifier yet (If-None-Exist). As not
every center heeds that, it is searched for one beforehand, too, so that a repetition creates nothing twice;
only a center that neither heeds the condition nor lets itself be searched has it twice. One whose answer does
not say which resource that is, is asked for it by the identifier. How the person is reached stands in a note
of the request. Of what the center holds, only ``Task.status`` and the code of ``Task.businessStatus`` are
read: counseling tells attendance alone (U-09). The rest of its resources, of whichever release, is not looked
at. It is shown who we are as :mod:`tasks.far.credentials` says, or not at all.

=====================  =========  ================================================================
code                   permanent  what happened
=====================  =========  ================================================================
``status_unknown``     yes        the Task's status is no word of FHIR's: the referral stays open
``not_told_apart``     yes        it holds more than it shows: perhaps the referral, too
``not_confirmed``      no         it took the resource, and does not find it again
``fhir_not_r4``        yes        the endpoint is not of release 4, or takes no such resources
=====================  =========  ================================================================
"""

import re
from collections.abc import AsyncIterator, Mapping
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
from tasks.far import wire
from tasks.far.credentials import Credentials, Right
from tasks.offices.contract import Answers, Delivered, Post, Progress
from tasks.offices.fhir_answers import (
    attendance,
    held,
    is_whole,
    json_of,
    located,
    objects,
    outcome,
    resource,
    word,
)
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

#: statuses whose body says more, and the one that says that several are there already
_EXPLAINED = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.CONFLICT,
        HTTPStatus.PRECONDITION_FAILED,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)

#: how a center says that it knows no such search, or lets us make none
_NO_SEARCH = frozenset(
    {
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.NOT_ACCEPTABLE,
        HTTPStatus.NOT_IMPLEMENTED,
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
        task = resource(response, "Task")
        said = task.get("status")
        another = task.get("id") not in (None, ticket.removeprefix("Task/"))
        if another or not isinstance(said, str) or not said.strip():
            raise StepFailed("wrong_schema", permanent=True)
        status = STATUSES.get(word(said))
        if status is None:
            # It is there and goes on, by a word that nobody here may guess the meaning of.
            raise StepFailed("status_unknown", permanent=True)
        return Progress(status, attendance(task) if status is ReferralStatus.COMPLETED else None)

    async def check(self) -> None:
        """See that the endpoint speaks FHIR R4 and takes both resources."""
        async with self._center() as center:
            response = await center.get("metadata")
        stated = resource(response, "CapabilityStatement")
        taken = {
            each.get("type") for rest in objects(stated.get("rest")) for each in objects(rest.get("resource"))
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
        """Read something as it is now: some keep what a search found for the next one that asks the same."""
        headers = {"Cache-Control": "no-cache"}
        return await self._right.send(
            self._over, lambda: self._over.build_request("GET", address, headers=headers), absent=absent
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


async def _create(center: _Center, made: FHIRResourceModel, letter: Letter) -> str:
    """Create a resource unless there is one for this referral; returns its reference, as in ``Task/1``."""
    kind = type(made).__name__
    there = await _looked_for(center, kind, letter)
    if there:
        return there
    headers = {"Content-Type": JSON, "Prefer": "return=minimal", "If-None-Exist": _condition(letter)}
    content = made.model_dump_json(exclude_none=True)
    response = await center.post(kind, content, headers)
    if not response.is_success and response.status_code != HTTPStatus.PRECONDITION_FAILED:
        raise outcome(json_of(response)) or StepFailed("rejected", permanent=True)
    return located(response, kind) or await _found(center, kind, letter)


def _condition(letter: Letter) -> str:
    return urlencode({"identifier": f"{SYSTEM}|{letter.referral_id}"})


async def _looked_for(center: _Center, kind: str, letter: Letter) -> str:
    """The resource that is there for this referral; empty: none is, or the center lets nobody search.

    Not every center heeds If-None-Exist, and one that does not would be sent the referral twice.

    Raises:
        StepFailed: ``not_told_apart``: it holds more than it shows, and none of that is this referral's.
    """
    response = await center.get(f"{kind}?{_condition(letter)}", absent=_EXPLAINED | _NO_SEARCH)
    said = json_of(response)
    if said.get("resourceType") != "Bundle":
        passing = outcome(said)
        if passing is not None and not passing.permanent:
            raise passing
        return ""
    there = held(said, kind, _identifier(letter))
    if not there and not is_whole(said):
        raise StepFailed("not_told_apart", permanent=True)
    return there


async def _found(center: _Center, kind: str, letter: Letter) -> str:
    """The resource that is there for this referral, now that it must be."""
    response = await center.get(f"{kind}?{_condition(letter)}", absent=_EXPLAINED)
    if not response.is_success:
        raise outcome(json_of(response)) or StepFailed("rejected", permanent=True)
    there = held(resource(response, "Bundle"), kind, _identifier(letter))
    if not there:
        raise StepFailed("not_confirmed")
    return there
