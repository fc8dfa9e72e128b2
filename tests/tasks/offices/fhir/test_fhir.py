"""A counseling center is given a ServiceRequest and a Task over real HTTP, and tells attendance alone."""

import json

import pytest

from states.access import SYSTEM
from states.casebook.referrals import answers
from states.errors import StepFailed
from states.vocabulary.leaving import ReferralKind, ReferralStatus
from states.vocabulary.people import IdentifierKind
from states.vocabulary.plans import Attendance
from tasks.offices.sending import problem_of
from tasks.steps.referrals import ask_office
from tests.tasks.offices.conftest import CENTER, Sent
from tests.tasks.offices.fhir.center import Center
from tests.tasks.sources.faults import FAULTS, FarSide, forward_to, hurry
from tests.waiting import PATIENCE

COUNSELLING = ReferralKind.COUNSELLING


@pytest.mark.clause("W-23", "W-44")
async def test_a_center_is_told_the_least(referral: Sent, center: Center) -> None:
    """A proposal with what the team recommends, the name, and the first identifier that is known."""
    referral.draft(COUNSELLING)
    row = await referral.send()
    assert (row["status"], row["way"], row["code"]) == (ReferralStatus.SENT, "fhir", "")
    request, task = center.held["ServiceRequest/1"], center.held["Task/2"]
    assert request["note"] == [
        {"text": "invented-referral-counselling"},
        {"text": "To reach the person: e-mail invented-subject-email@people.example."},
    ]
    assert request["intent"] == task["intent"] == "proposal"
    assert (
        request["subject"]
        == task["for"]
        == {
            "identifier": {
                "system": "https://wnmu.example/mail",
                "value": "invented-subject-email@people.example",
            },
            "display": "invented-subject-name",
        }
    )
    assert task["focus"] == {"reference": "ServiceRequest/1"}
    assert "license" not in json.dumps(center.held)
    (told,) = referral.walk.records(referral.number, "disclosures")
    assert (told["recipient"], told["what"]) == (
        "counselling",
        ["case_number", "contact", "identifiers", "recommendation"],
    )


async def test_a_repetition_creates_nothing_twice(referral: Sent, center: Center) -> None:
    """The center made a resource and could not say so, or a crash kept us from hearing: it is found again."""
    referral.draft(COUNSELLING)
    center.forgets = True
    await referral.send()
    center.forgets = False
    await referral.send()
    assert sorted(center.held) == ["ServiceRequest/1", "Task/2"]


@pytest.mark.parametrize("fault", FAULTS)
async def test_the_case_shows_why_a_referral_is_held_up_and_another_attempt_heals_it(
    referral: Sent, center: Center, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A code, and nothing of what the center said; what it had taken by then is not there twice."""
    hurry(monkeypatch, fault)
    with FarSide(forward_to(center.url)) as far:
        referral.configure(CENTER.format(url=far.url))
        referral.draft(COUNSELLING)
        far.fail(fault, path="/Task")
        with pytest.raises(StepFailed, match=f"^{FAULTS[fault].code}$") as failure:
            await referral.send()
        assert failure.value.__context__ is None
        assert (referral.row()["status"], referral.row()["code"]) == (
            ReferralStatus.DRAFTED,
            FAULTS[fault].code,
        )
        far.heal()
        hurry(monkeypatch)
        row = await referral.send()
    assert (row["status"], row["code"]) == (ReferralStatus.SENT, "")
    assert sorted(center.held) == ["ServiceRequest/1", "Task/2"]


async def test_without_a_secret_nothing_is_sent(
    referral: Sent, center: Center, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code says that it is missing."""
    monkeypatch.delenv("TEST_CENTER_TOKEN")
    referral.draft(COUNSELLING)
    with pytest.raises(StepFailed, match="secret_missing"):
        await referral.send()
    assert center.held == {}


async def test_somebody_without_an_identifier_is_not_referred_by_guessing(
    referral: Sent, center: Center
) -> None:
    """A center that knows people by identifier is not told a name alone."""
    way = referral.seat.desk.offices.way("counselling")
    assert way.needs.least({IdentifierKind.NAME: "Sam"}) is None
    table = referral.seat.desk.settings.offices_file.read_text().replace("email = ", "employee_id = ")
    referral.configure(table)
    referral.draft(COUNSELLING)
    with pytest.raises(StepFailed, match="identifier_missing"):
        await referral.send()
    assert referral.row()["code"] == "identifier_missing"
    assert center.held == {}


async def ask(referral: Sent) -> bool:
    """Ask the center about the referral, once it is time to."""
    later = referral.walk.book.clock() + answers.ASK_EVERY
    referral.walk.book.clock = lambda: later
    (waiting,) = answers.to_ask(referral.walk.book, by=SYSTEM)
    return await ask_office(referral.seat.desk, waiting)


@pytest.mark.clause("W-23", "U-09")
async def test_a_center_that_is_asked_tells_how_far_it_has_come(referral: Sent, center: Center) -> None:
    """From received to completed; of all that it says of the person, attendance alone is kept."""
    referral.draft(COUNSELLING)
    await referral.send()
    seen = []
    for status in ("requested", "received", "accepted", "in-progress", "requested", "completed"):
        center.task()["status"] = status
        if status == "completed":
            center.task()["businessStatus"] = {"coding": [{"code": "attended"}], "text": "Sam is unwell."}
            center.task()["note"] = [{"text": "Sam is unwell."}]
        seen.append((await ask(referral), referral.row()["status"]))
    assert seen == [
        (False, "sent"),
        (True, "acknowledged"),
        (True, "accepted"),
        (False, "accepted"),
        (False, "accepted"),
        (True, "completed"),
    ]
    row = referral.row()
    assert (row["outcome"], row["poll_at"]) == (Attendance.ATTENDED, None)
    assert answers.to_ask(referral.walk.book, by=SYSTEM) == []
    assert row["id"] not in {each["about"] for each in referral.walk.records(referral.number, "remarks")}
    assert "unwell" not in json.dumps(row, default=str)


@pytest.mark.parametrize("status", ["rejected", "cancelled", "failed"])
async def test_a_center_may_decline(referral: Sent, center: Center, status: str) -> None:
    """Whatever FHIR calls it."""
    referral.draft(COUNSELLING)
    await referral.send()
    center.task()["status"] = status
    assert await ask(referral)
    assert referral.row()["status"] == ReferralStatus.DECLINED


@pytest.mark.parametrize(
    ("fault", "code"), [(404, "rejected"), (503, "server_error"), (b"[]", "wrong_schema")]
)
async def test_a_center_that_cannot_be_asked_is_asked_again(
    referral: Sent, center: Center, fault: int | bytes, code: str
) -> None:
    """The case shows why, and the next answer clears it."""
    referral.draft(COUNSELLING)
    await referral.send()
    center.task()["status"] = "received"
    center.fault = fault
    assert not await ask(referral)
    assert (referral.row()["status"], referral.row()["code"]) == (ReferralStatus.SENT, code)
    center.fault = None
    assert await ask(referral)
    assert (referral.row()["status"], referral.row()["code"]) == (ReferralStatus.ACKNOWLEDGED, "")


async def test_a_center_is_tried_without_telling_it_of_anybody(referral: Sent, center: Center) -> None:
    """It has to speak FHIR R4, and take both resources."""
    way = referral.seat.desk.offices.way("counselling")
    assert await problem_of(way, timeout=PATIENCE) == ""
    center.version = "5.0.0"
    assert await problem_of(way, timeout=PATIENCE) == "fhir_not_r4"
    assert center.held == {}
