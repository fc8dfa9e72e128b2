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
    "another one than was asked for": (task(id="71"), "wrong_schema"),
    "in progress, by an underscore": (task(status="in_progress"), ACCEPTED),
    "a status in a list": (task(status=["accepted"]), "wrong_schema"),
    "a Task in a bundle": (
        fhir({"resourceType": "Bundle", "entry": [{"resource": TASK}]}),
        "wrong_schema",
    ),
    "moved to another host": (
        Answer(302, headers={"Location": "https://elsewhere.example/Task/17"}),
        "redirected",
    ),
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


NOBODYS = found()
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


def creating(created: Answer, search: Answer | None, before: Answer = NOBODYS) -> Callable[[Call], Answer]:
    """A center that takes the request, and answers about the Task as a table says, before it and after."""
    posted: list[Call] = []

    def answer(call: Call) -> Answer:
        if call.path.endswith("/ServiceRequest"):
            return fhir(None, 201, Location="ServiceRequest/16") if call.method == "POST" else found()
        if call.method == "POST":
            posted.append(call)
            return created
        return (search or Answer(404)) if posted else before

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
    order = [call.method for call in far.calls if call.path.endswith("/Task")]
    assert order == ["GET", "POST"] + ["GET"] * (search is not None)


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


#: what a center that heeds no condition finds before a Task is sent; and what becomes of it
LOOKED_FOR: Mapping[str, tuple[Answer, str]] = {
    "it is there": (THERE, "Task/17"),
    "it is there, twice": (found(TASK | {"id": "9"}, TASK), "Task/17"),
    "nothing is": (found(), "sent"),
    "nothing is, and no total": (fhir({"resourceType": "Bundle", "type": "searchset"}), "sent"),
    "others', and that is all": (found(TASK | {"identifier": [{"value": "x"}]}), "sent"),
    "a total, and nothing to see of it": (
        fhir({"resourceType": "Bundle", "type": "searchset", "total": 1}),
        "not_told_apart",
    ),
    "a total as a text": (fhir({"resourceType": "Bundle", "total": "2", "entry": []}), "not_told_apart"),
    "a total that is no number of anything": (
        fhir({"resourceType": "Bundle", "total": "9" * 5000, "entry": []}),
        "not_told_apart",
    ),
    "others', and more of them": (
        fhir(
            {
                "resourceType": "Bundle",
                "link": [{"relation": "next", "url": "https://elsewhere.example/Task?page=2"}],
                "entry": [{"resource": TASK | {"identifier": []}}],
            }
        ),
        "not_told_apart",
    ),
    "it may not be searched": (Answer(403), "sent"),
    "it knows no search": (outcome("not-supported", 405), "sent"),
    "it knows no search, said with 200": (outcome("not-supported", 200), "sent"),
    "a page": (Answer(200, b"<p>"), "sent"),
    "it is busy, said with 200": (outcome("throttled", 200), "rate_limited"),
    "it is busy until a day": (
        Answer(429, headers={"Retry-After": "Fri, 31 Dec 2999 23:59:59 GMT"}),
        "rate_limited",
    ),
}


@pytest.mark.parametrize("said", LOOKED_FOR)
async def test_a_center_that_heeds_no_condition_is_sent_nothing_twice(far: FarSide, said: str) -> None:
    """It is looked for before anything is created; where nobody can tell, nothing is."""
    before, becomes = LOOKED_FOR[said]
    far.honest = creating(fhir(None, 201, Location="Task/18"), None, before)
    handing = hand_over(way(far), LETTER, post=MemoryPost(), timeout=PATIENCE)
    if becomes == "sent":
        assert await handing == Delivered("Task/18")
    elif becomes.startswith("Task/"):
        assert await handing == Delivered(becomes)
    else:
        with pytest.raises(StepFailed, match=f"^{becomes}$"):
            await handing
    posted = [call for call in far.calls if call.method == "POST" and call.path.endswith("/Task")]
    assert len(posted) == (becomes == "sent")
    assert all("If-None-Exist" in call.headers for call in posted)


async def test_it_is_shown_who_we_are_in_the_ways_that_a_registrar_is(
    far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a token that is fetched for the purpose, with headers of the vendor's own beside it."""
    monkeypatch.setenv("CENTER_SECRET", "opensesame")
    monkeypatch.setenv("CENTER_KEY", "key-1")
    table = {
        "url": f"{far.url}/fhir",
        "identifiers": {"email": "https://wnmu.example/mail"},
        "token_url": f"{far.url}/token",
        "client_id": "tatflow",
        "client_secret": {"env": "CENTER_SECRET"},
        "scope": "system/Task.crs",
        "headers": {"Epic-Client-ID": {"env": "CENTER_KEY"}},
    }
    center = creating(fhir(None, 201, Location="Task/18"), None)
    token = Answer.of_json({"access_token": "t", "token_type": "bearer"})
    far.honest = lambda call: token if call.path == "/token" else center(call)
    way = FhirWay.from_config("counselling", table)
    assert await hand_over(way, LETTER, post=MemoryPost(), timeout=PATIENCE) == Delivered("Task/18")
    asked, *others = far.calls
    assert (asked.path, b"scope=system%2FTask.crs" in asked.content) == ("/token", True)
    shown = {(call.headers["Authorization"], call.headers["Epic-Client-ID"]) for call in others}
    assert shown == {("Bearer t", "key-1")}


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
