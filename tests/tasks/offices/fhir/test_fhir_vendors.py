"""Answers as centers of many makers give them: how far a referral has come is read, or said not to be."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from states.errors import StepFailed
from states.vocabulary.leaving import ReferralStatus
from states.vocabulary.people import IdentifierKind
from states.vocabulary.plans import Attendance
from tasks.offices.contract import Delivered, Progress
from tasks.offices.fhir import SYSTEM, FhirWay
from tasks.offices.mail import SAMPLE
from tasks.offices.sending import hand_over, look, problem_of
from tasks.suites.offices.trial import MemoryPost
from tests.tasks.sources.faults import Answer, Call, FarSide, hurry
from tests.waiting import PATIENCE

LETTER = replace(
    SAMPLE,
    referral_id="0123456789abcdef",
    subject={IdentifierKind.NAME: "Sam Sample", IdentifierKind.EMAIL: "sam.sample@wnmu.example"},
)

TASK: dict[str, Any] = {
    "resourceType": "Task",
    "id": "17",
    "status": "in-progress",
    "intent": "proposal",
    "identifier": [{"system": SYSTEM, "value": LETTER.referral_id}],
}


def task(**changes: Any) -> Answer:
    """A Task, with changes."""
    return fhir(TASK | changes)


def fhir(resource: object, status: int = 200, **headers: str) -> Answer:
    """An answer in FHIR's own media type."""
    content = b"" if resource is None else json.dumps(resource).encode()
    return Answer(status, content, {"Content-Type": "application/fhir+json; charset=utf-8", **headers})


def outcome(code: str, status: int) -> Answer:
    """What went wrong, as FHIR says it."""
    issue = [{"severity": "error", "code": code, "diagnostics": "Sam Sample is unwell."}]
    return fhir({"resourceType": "OperationOutcome", "issue": issue}, status)


ACCEPTED, COMPLETED = Progress(ReferralStatus.ACCEPTED), ReferralStatus.COMPLETED

#: what is answered about a Task, and how far that is; or the code that says why it is not known
STATUSES: Mapping[str, tuple[Answer, Progress | str]] = {
    "Medplum: an element of its own, and an author": (
        task(meta={"project": "x", "author": {"reference": "Practitioner/1"}}, shoeSize=42),
        ACCEPTED,
    ),
    "HAPI: a narrative that is none, and a source": (
        task(text={"status": "generated", "div": "no markup"}, meta={"source": "#x", "versionId": 3}),
        ACCEPTED,
    ),
    "release 5: where it is done, and for what": (
        task(
            requestedPeriod={"start": "2031-03-09"},
            location=[{"reference": "Location/1"}],
            doNotPerform=False,
        ),
        ACCEPTED,
    ),
    "release 5: a focus that is a list, a reason of another shape": (
        task(
            focus=[{"valueReference": {"reference": "ServiceRequest/1"}}], reason=[{"concept": {"text": "x"}}]
        ),
        ACCEPTED,
    ),
    "Cerner: dates without a zone": (
        task(authoredOn="2031-03-09T14:15:00", lastModified="2031-03-09 14:15"),
        ACCEPTED,
    ),
    "Epic: empty texts and lists, and no identifier": (
        task(description="", note=[], identifier=None, performerType=[]),
        ACCEPTED,
    ),
    "capitals and an underscore": (task(status=" In_Progress "), ACCEPTED),
    "completed, and the person came": (
        task(
            status="completed",
            businessStatus={"coding": [{"system": "x", "code": "Attended"}], "text": "unwell"},
        ),
        Progress(COMPLETED, Attendance.ATTENDED),
    ),
    "completed, with a status of the house that is a text": (
        task(status="completed", businessStatus="attended"),
        Progress(COMPLETED),
    ),
    "completed, with a code that says more than that": (
        task(status="completed", businessStatus={"coding": [{"code": "no-improvement"}, "x", {"code": 7}]}),
        Progress(COMPLETED),
    ),
    "a word that is none of FHIR's": (task(status="awaiting-triage"), "status_unknown"),
    "no status": (task(status=None), "wrong_schema"),
    "another resource": (
        fhir({"resourceType": "Patient", "id": "17", "status": "completed"}),
        "wrong_schema",
    ),
    "nothing": (fhir(None), "wrong_schema"),
    "a login that has ended, said with 200": (outcome("login", 200), "unauthorized"),
    "a lock, said with 200": (outcome("lock-error", 200), "server_error"),
    "an outcome that says nothing": (outcome("informational", 200), "wrong_schema"),
    "taken away": (outcome("deleted", 410), "rejected"),
}


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[FarSide]:
    """A center that is yet to be told what to answer."""
    hurry(monkeypatch)
    with FarSide() as running:
        yield running


def way(far: FarSide) -> FhirWay:
    """A way to it."""
    table = {"url": f"{far.url}/fhir", "identifiers": {"email": "https://wnmu.example/mail"}}
    return FhirWay.from_config("counselling", table)


@pytest.mark.parametrize("vendor", STATUSES)
async def test_how_far_a_referral_has_come_is_read_or_said_not_to_be(far: FarSide, vendor: str) -> None:
    """What nobody asked for keeps nothing from being read, and no word is guessed at."""
    said, becomes = STATUSES[vendor]
    far.honest = lambda _: said
    if isinstance(becomes, Progress):
        assert await look(way(far), "Task/17", timeout=PATIENCE) == becomes
    else:
        with pytest.raises(StepFailed, match=f"^{becomes}$"):
            await look(way(far), "Task/17", timeout=PATIENCE)


def found(*resources: object) -> Answer:
    """What a search finds."""
    entries = [{"resource": each, "search": {"mode": "match"}} for each in resources]
    return fhir({"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries})


THERE = found({"resourceType": "OperationOutcome"}, TASK)

#: what a Task that is sent is answered with, what a search finds then, and what it is known by, or the code
CREATED: Mapping[str, tuple[Answer, Answer | None, str]] = {
    "where it is, whole": (
        fhir(None, 201, Location="https://ehr.example/Task/fhir/Task/17/_history/1"),
        None,
        "Task/17",
    ),
    "where it is, from the root": (fhir(None, 201, Location="/fhir/Task/17/_history/1"), None, "Task/17"),
    "where it is, from the base": (fhir(None, 201, Location="Task/17"), None, "Task/17"),
    "HAPI: it is there already, as the content's place": (
        fhir(None, 200, **{"Content-Location": "http://ehr.example/fhir/Task/17/_history/3"}),
        None,
        "Task/17",
    ),
    "Medplum: the resource itself": (fhir(TASK | {"shoeSize": 42}, 201), None, "Task/17"),
    "Microsoft: it is there already, and nothing is said": (fhir(None), THERE, "Task/17"),
    "HAPI: it is there already, and an outcome": (outcome("informational", 200), THERE, "Task/17"),
    "two are there already": (outcome("multiple-matches", 412), found(TASK | {"id": "9"}, TASK), "Task/17"),
    "somebody else's is found": (fhir(None), found(TASK | {"identifier": [{"value": "x"}]}), "not_confirmed"),
    "nothing is found": (fhir(None), found(), "not_confirmed"),
    "no search": (fhir(None), outcome("not-supported", 404), "rejected"),
    "it is not as the center wants it": (outcome("required", 422), None, "rejected"),
    "the login has ended": (outcome("expired", 400), None, "unauthorized"),
    "too much at once": (outcome("throttled", 400), None, "rate_limited"),
    "something of the moment": (outcome("transient", 409), None, "server_error"),
}


def creating(created: Answer, search: Answer | None) -> Callable[[Call], Answer]:
    """A center that has nothing yet, takes the request, and answers about the Task as a table says."""
    sent: list[str] = []

    def answer(call: Call) -> Answer:
        if call.method == "GET":
            return (search or Answer(404)) if "Task" in sent else found()
        sent.append(call.path.rpartition("/")[2])
        return created if sent[-1] == "Task" else fhir(None, 201, Location="ServiceRequest/16")

    return answer


@pytest.mark.parametrize("vendor", CREATED)
async def test_what_a_center_knows_a_referral_by_is_found_out(far: FarSide, vendor: str) -> None:
    """From the head of its answer, from its body, or by asking for it; nothing is made up."""
    created, search, becomes = CREATED[vendor]
    far.honest = creating(created, search)
    if becomes.startswith("Task/"):
        sent = await hand_over(way(far), LETTER, post=MemoryPost(), timeout=PATIENCE)
        assert sent == Delivered(becomes)
    else:
        with pytest.raises(StepFailed, match=f"^{becomes}$"):
            await hand_over(way(far), LETTER, post=MemoryPost(), timeout=PATIENCE)
    # Each of both was asked for before it was sent.
    assert sum(call.method == "GET" for call in far.calls) == 2 + (search is not None)


async def test_a_center_that_takes_no_notice_of_the_condition_has_nothing_twice(far: FarSide) -> None:
    """fhirstarter: whatever it is sent is new; it is asked first what is there of this referral."""
    held: list[dict[str, Any]] = []

    def answer(call: Call) -> Answer:
        kind = call.path.rpartition("/")[2]
        if call.method == "GET":
            return found(*(each for each in held if each["resourceType"] == kind))
        held.append(json.loads(call.content) | {"id": str(len(held) + 1)})
        return fhir(None, 201, Location=f"/{kind}/{len(held)}")

    far.honest = answer
    for _ in range(2):
        sent = await hand_over(way(far), LETTER, post=MemoryPost(), timeout=PATIENCE)
        assert sent == Delivered("Task/2")
    assert [each["resourceType"] for each in held] == ["ServiceRequest", "Task"]


@pytest.mark.parametrize(
    "refused",
    [Answer(404), outcome("not-supported", 400), outcome("informational", 200), Answer(200, b"<p>")],
)
async def test_a_center_that_cannot_be_searched_is_sent_a_referral_all_the_same(
    far: FarSide, refused: Answer
) -> None:
    """On the condition that it has none of it."""
    far.honest = lambda call: refused if call.method == "GET" else fhir(None, 201, Location=f"{call.path}/17")
    sent = await hand_over(way(far), LETTER, post=MemoryPost(), timeout=PATIENCE)
    assert sent == Delivered("Task/17")
    assert all(call.headers["If-None-Exist"] for call in far.calls if call.method == "POST")


async def test_what_else_a_center_states_of_itself_is_not_looked_at(far: FarSide) -> None:
    """Its statement may hold what no release knows; release 4 and both resources are what counts."""
    resources = [{"type": "Task", "versioning": "x"}, {"type": "ServiceRequest"}, "x", {"type": 7}]
    stated = {
        "resourceType": "CapabilityStatement",
        "fhirVersion": "4.0.1",
        "date": "soon",
        "rest": {"resource": resources},
    }
    far.honest = lambda _: fhir(stated)
    assert await problem_of(way(far), timeout=PATIENCE) == ""
    far.honest = lambda _: fhir(stated | {"fhirVersion": "5.0.0"})
    assert await problem_of(way(far), timeout=PATIENCE) == "fhir_not_r4"
