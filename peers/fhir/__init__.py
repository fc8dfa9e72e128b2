"""Our way to a counseling center and two FHIR R4 endpoints of other hands: Medplum's and fhirstarter's.

What stands in the indexes of Node and Python is what such endpoints are made of: Medplum's router, validator
and store in memory, and a framework that lays fhir.resources over FastAPI. Whole servers are not there.
"""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from peers.installing import ROOT, node, node_version, python, version
from peers.notes import Notes
from peers.serving import free_port, served
from states.errors import StepFailed
from states.vocabulary.leaving import ReferralStatus
from states.vocabulary.people import IdentifierKind
from states.vocabulary.plans import Attendance
from tasks.offices.contract import Delivered, Progress
from tasks.offices.fhir import JSON, SYSTEM, FhirWay
from tasks.offices.mail import SAMPLE
from tasks.offices.sending import hand_over, look, problem_of
from tasks.sources.asking import TIMEOUT
from tasks.suites.offices.trial import MemoryPost

LOCK = Path(__file__).parent / "requirements.lock"

#: the program that is an endpoint of fhirstarter's
PROGRAM = ROOT / "peers" / "theirs" / "center.py"

LETTER = replace(
    SAMPLE, subject={IdentifierKind.NAME: "Sam Sample", IdentifierKind.EMAIL: "sam.sample@wnmu.example"}
)


def main(notes: Notes) -> None:
    """Try both."""
    with notes.about("medplum"):
        _medplum(notes)
    with notes.about("fhirstarter"):
        _fhirstarter(notes)


def _medplum(notes: Notes) -> None:
    folder, port = node(), free_port()
    # Node 20 has what a part of it asks for that nobody uses here, and wants to be told so.
    command = [str(shutil.which("node")), "--experimental-websocket", str(folder / "fhir.mjs"), str(port)]
    peer = node_version(folder, "@medplum/fhir-router")
    notes.cannot(
        peer, "states what it can do", "its statement of capabilities is its server's, not its router's"
    )
    with _running(command, port) as root:
        _try(notes, peer, f"{root}/fhir")
        with notes.claim(
            peer, "has two Tasks of a referral, refuses a third (412), and the same one is told each time"
        ):
            _there_twice(f"{root}/fhir")


def _fhirstarter(notes: Notes) -> None:
    interpreter, port = python(LOCK), free_port()
    peer = version(interpreter, "fhirstarter")
    notes.cannot(peer, "creates on condition that there is none yet", "it takes no notice of If-None-Exist")
    with _running([str(interpreter), str(PROGRAM), str(port)], port) as url:
        with notes.claim(peer, "states that it is of release 4 and takes both resources"):
            assert asyncio.run(problem_of(_way(url), timeout=TIMEOUT)) == ""
        _try(notes, peer, url)


@contextmanager
def _running(command: list[str], port: int) -> Iterator[str]:
    with TemporaryDirectory(prefix="tat-peers-") as name, served(command, port, folder=Path(name)):
        yield f"http://127.0.0.1:{port}"


def _try(notes: Notes, peer: str, url: str) -> None:
    with notes.claim(peer, "refuses a Task without its intent, so that what it takes is valid"):
        assert _put(url, "POST", "Task", {"resourceType": "Task", "status": "requested"}) in (400, 422)
    with notes.claim(peer, "takes a ServiceRequest and a Task, and tells which they are"):
        ticket = _send(url, "referral-1")
        assert _found(url, "Task", "referral-1") == [ticket]
        (request,) = _found(url, "ServiceRequest", "referral-1")
        assert _read(url, ticket)["focus"]["reference"] == request
    with notes.claim(peer, "is sent a referral again, and has one of each"):
        first = _send(url, "referral-2")
        assert _send(url, "referral-2") == first
        assert _found(url, "Task", "referral-2") == [first]
        assert len(_found(url, "ServiceRequest", "referral-2")) == 1
    with notes.claim(peer, "tells how far a referral has come, from asked for to attended"):
        ticket = _send(url, "referral-3")
        attended = {"businessStatus": {"coding": [{"code": "attended"}], "text": "Invented."}}
        for status, more, becomes in (
            ("requested", {}, Progress(ReferralStatus.SENT)),
            ("received", {}, Progress(ReferralStatus.ACKNOWLEDGED)),
            ("in-progress", {"note": [{"text": "Invented."}]}, Progress(ReferralStatus.ACCEPTED)),
            ("completed", attended, Progress(ReferralStatus.COMPLETED, Attendance.ATTENDED)),
            ("rejected", {}, Progress(ReferralStatus.DECLINED)),
        ):
            assert _put(url, "PUT", ticket, _read(url, ticket) | {"status": status} | more) == 200
            assert asyncio.run(look(_way(url), ticket, timeout=TIMEOUT)) == becomes
    with notes.claim(peer, "is asked about a Task that is not there, and we do not take that for an answer"):
        try:
            asyncio.run(look(_way(url), "Task/nobody", timeout=TIMEOUT))
        except StepFailed as failed:
            assert (failed.code, failed.permanent) == ("rejected", True)
        else:
            raise AssertionError("it is an answer")


def _there_twice(url: str) -> None:
    task = _read(url, _send(url, "referral-4"))
    assert _put(url, "POST", "Task", {name: task[name] for name in task if name not in ("id", "meta")}) == 201
    there = _found(url, "Task", "referral-4")
    assert len(there) == 2
    assert [_send(url, "referral-4"), _send(url, "referral-4")] == [min(there)] * 2


def _way(url: str) -> FhirWay:
    return FhirWay.from_config(
        "counselling", {"url": url, "identifiers": {"email": "https://wnmu.example/mail"}}
    )


def _send(url: str, referral: str) -> str:
    letter = replace(LETTER, referral_id=referral)
    sent = asyncio.run(hand_over(_way(url), letter, post=MemoryPost(), timeout=TIMEOUT))
    assert isinstance(sent, Delivered), sent
    return sent.ticket


def _found(url: str, kind: str, referral: str) -> list[str]:
    bundle = _read(url, f"{kind}?identifier={SYSTEM}%7C{referral}")
    return [f"{kind}/{entry['resource']['id']}" for entry in bundle.get("entry", ())]


def _read(url: str, what: str) -> dict[str, Any]:
    answer = httpx.get(f"{url}/{what}", headers={"Accept": JSON}, timeout=TIMEOUT, trust_env=False)
    answer.raise_for_status()
    said: dict[str, Any] = answer.json()
    return said


def _put(url: str, method: str, what: str, resource: dict[str, Any]) -> int:
    """Change something as the center would; returns the status of the answer."""
    headers = {"Content-Type": JSON}
    return httpx.request(
        method, f"{url}/{what}", json=resource, headers=headers, timeout=TIMEOUT, trust_env=False
    ).status_code
