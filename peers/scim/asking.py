"""Our SCIM source as the peers of this room are asked with it, and the people whom they are given."""

import asyncio
import os
from datetime import UTC, datetime
from typing import Any

import httpx

from states.correspondence.question import Question
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.sources.asking import TIMEOUT, ask
from tasks.sources.contract import Found, Reply
from tasks.sources.scim.source import ScimSource

#: of peers that are started for this alone
TOKEN = "an-invented-token"  # noqa: S105 - as it says

SAM = "sam.sample@wnmu.example"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def add(url: str, login: str, number: str, *, manager: object = None, token: str = TOKEN, **more: Any) -> str:
    """Give a service an employee; returns their id there."""
    employment = {"employeeNumber": number, "department": "Biology"} | (
        {"manager": manager} if manager else {}
    )
    schemas = ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE]
    person = {"schemas": schemas, "userName": f"{login}@wnmu.example", ENTERPRISE: employment} | more
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
    made = httpx.post(f"{url}/Users", json=person, headers=headers, timeout=TIMEOUT, trust_env=False)
    made.raise_for_status()
    return str(made.json()["id"])


def token(token: str = TOKEN) -> dict[str, Any]:
    """How somebody with a token gets in."""
    os.environ["PEERS_SCIM_TOKEN"] = token
    return {"token": {"env": "PEERS_SCIM_TOKEN"}}


def source(url: str, email: str = "userName", access: dict[str, Any] | None = None) -> ScimSource:
    """The source, with a token unless something else is said."""
    table = {
        "kinds": ["human_resources"],
        "url": url,
        "identifiers": {"employee_id": "employeeNumber", "email": email},
    }
    return ScimSource.from_config("people", table | (access or token()))


def asked(
    url: str,
    kind: IdentifierKind,
    value: str,
    email: str = "userName",
    access: dict[str, Any] | None = None,
) -> Reply:
    """What it answers about somebody."""
    question = Question(
        kind=SourceKind.HUMAN_RESOURCES,
        identifiers={kind: value},
        purpose="Trying a peer",
        basis=LegalBasis.EMPLOYMENT,
        requester="peers",
        case_number="TAT-2031-0001",
        id="peers",
        now=datetime.now(UTC),
    )
    return asyncio.run(ask(source(url, email, access), question, timeout=TIMEOUT))


def facts_of(reply: Reply) -> dict[str, str]:
    """What an answer tells."""
    assert isinstance(reply, Found), reply
    return {fact.name: fact.value for fact in reply.facts}
