"""Our SCIM source and two services of other hands: scim2-server (Python) and scimmy (Node)."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from peers.installing import node, node_version, python, version
from peers.notes import Notes
from peers.serving import free_port, served
from states.correspondence.question import Question
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.sources.asking import TIMEOUT, ask
from tasks.sources.contract import Found, NotFound, Reply, Unavailable
from tasks.sources.scim.source import ScimSource

TOKEN = "an-invented-token"  # noqa: S105 - of a peer that is started for this alone

SAM = "sam.sample@wnmu.example"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def main(notes: Notes) -> None:
    """Try both."""
    program = python().parent / "scim2-server"
    port = free_port()
    command = [str(program), "--port", str(port), "--bearer-token", TOKEN]
    _try(notes, version(python(), "scim2-server"), command, port)
    folder, port = node(), free_port()
    command = [str(shutil.which("node")), str(folder / "scimmy.mjs"), str(port), TOKEN]
    peer = node_version(folder, "scimmy-routers")
    notes.cannot(
        peer, "finds nobody by employeeNumber: its own filters do not reach into a schema's addition"
    )
    _try(notes, peer, command, port, numbered=False)


def _try(notes: Notes, peer: str, command: list[str], port: int, *, numbered: bool = True) -> None:
    with _running(command, port) as url:
        with notes.claim(peer, "is tried without asking about anybody, and what it cannot do is said"):
            said = asyncio.run(_source(url).check())
            assert said == () if numbered else "none of them by employeeNumber" in said[0], said
        with notes.claim(peer, "finds an employee, and tells who their manager is"):
            by = (IdentifierKind.EMPLOYEE_ID, "E0000001") if numbered else (IdentifierKind.EMAIL, SAM)
            facts = _facts(_asked(url, *by))
            wanted = {
                "Title": "Lecturer",
                "Department": "Biology",
                "Manager": "Morgan Model",
                "Account active": "yes",
            }
            assert wanted.items() <= facts.items(), facts
        with notes.claim(peer, "finds an employee by user name in capitals"):
            assert _facts(_asked(url, IdentifierKind.EMAIL, SAM.upper()))
        with notes.claim(peer, "does not find who is not there, nor anybody by a filter in disguise"):
            for value in ("nobody@wnmu.example", 'x" or userName pr or title eq "'):
                reply = _asked(url, IdentifierKind.EMAIL, value)
                assert isinstance(reply, NotFound | Unavailable), reply
        with notes.claim(peer, "does not take a wrong token"):
            reply = _asked(url, IdentifierKind.EMPLOYEE_ID, "E0000001", token="another")  # noqa: S106 - as above
            assert reply == Unavailable("unauthorized", permanent=True), reply
        if not numbered:
            notes.cannot(peer, "takes no search by emails.value")
            return
        with notes.claim(peer, "says that there are two, of whom neither is told"):
            reply = _asked(url, IdentifierKind.EMAIL, "twice@wnmu.example", email="emails")
            assert reply == Unavailable("several_records", permanent=True), reply


@contextmanager
def _running(command: list[str], port: int) -> Iterator[str]:
    with TemporaryDirectory(prefix="tat-peers-") as name, served(command, port, folder=Path(name)):
        url = f"http://127.0.0.1:{port}/v2"
        lead = _add(url, "morgan.model", "E0000009", displayName="Morgan Model")
        _add(url, "sam.sample", "E0000001", manager={"value": lead}, title="Lecturer", active=True)
        for number in ("E0000002", "E0000003"):
            _add(url, number.lower(), number, emails=[{"value": "twice@wnmu.example"}])
        yield url


def _add(url: str, name: str, number: str, *, manager: object = None, **more: Any) -> str:
    employment = {"employeeNumber": number, "department": "Biology"} | (
        {"manager": manager} if manager else {}
    )
    schemas = ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE]
    person = {"schemas": schemas, "userName": f"{name}@wnmu.example", ENTERPRISE: employment} | more
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/scim+json"}
    made = httpx.post(f"{url}/Users", json=person, headers=headers, timeout=TIMEOUT, trust_env=False)
    made.raise_for_status()
    return str(made.json()["id"])


def _source(url: str, email: str = "userName", token: str = TOKEN) -> ScimSource:
    os.environ["PEERS_SCIM_TOKEN"] = token
    table = {
        "kinds": ["human_resources"],
        "url": url,
        "token": {"env": "PEERS_SCIM_TOKEN"},
        "identifiers": {"employee_id": "employeeNumber", "email": email},
    }
    return ScimSource.from_config("people", table)


def _asked(url: str, kind: IdentifierKind, value: str, email: str = "userName", token: str = TOKEN) -> Reply:
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
    return asyncio.run(ask(_source(url, email, token), question, timeout=TIMEOUT))


def _facts(reply: Reply) -> dict[str, str]:
    assert isinstance(reply, Found), reply
    return {fact.name: fact.value for fact in reply.facts}
