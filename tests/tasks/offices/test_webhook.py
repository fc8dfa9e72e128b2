"""An office's own system is posted a signed letter over real HTTP, and calls back signed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI, Request, Response

from console.reception.messages import as_signed
from states.errors import StepFailed
from states.vocabulary.leaving import ReferralKind, ReferralStatus
from tasks.far.signatures import Signer, verify, written
from tasks.offices.sending import problem_of
from tests.servers.serving import serving
from tests.tasks.offices.conftest import Sent
from tests.tasks.sources.faults import FAULTS, FarSide, forward_to, hurry
from tests.waiting import PATIENCE

OURS, THEIRS = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()

TABLE = """
[student_affairs]
use = "webhook"
url = "{url}/letters"
key_id = "team-1"
key = {{ env = "TEST_OFFICE_KEY" }}
[student_affairs.keys]
office-1 = "{key}"
"""


class Office:
    """An office's system: takes letters that our key has signed."""

    def __init__(self) -> None:
        self.url = ""
        self.letters: list[dict[str, Any]] = []
        self.keys_of_letters: list[str] = []
        self.answer = Response()
        self.app = FastAPI()
        self.app.post("/letters")(self.take)

    async def take(self, request: Request) -> Response:
        """Take a letter."""
        content = await request.body()
        verify(as_signed(request, self.url, content), {"team-1": OURS.public_key()})
        self.letters.append(json.loads(content))
        self.keys_of_letters.append(request.headers["Idempotency-Key"])
        return self.answer


@pytest.fixture
def office(referral: Sent, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The system of the office that takes recommendations under the student handbook."""
    monkeypatch.setenv("TEST_OFFICE_KEY", written(OURS))
    system = Office()
    with serving(system.app) as url:
        system.url = url
        referral.configure(TABLE.format(url=url, key=written(THEIRS.public_key())))
        yield system


@pytest.mark.clause("W-22")
async def test_a_letter_is_signed_and_says_where_to_answer(referral: Sent, office: Office) -> None:
    """With what the office needs, and an Idempotency-Key that a second attempt repeats."""
    referral.draft(ReferralKind.CONDUCT)
    row = await referral.send()
    await referral.send()
    letter = office.letters[0]
    assert letter == office.letters[1]
    assert (letter["referral"], letter["case"], letter["kind"]) == (row["id"], referral.number, "conduct")
    assert letter["handbook"] == "Student Handbook"
    assert letter["recommendation"] == "invented-referral-conduct"
    assert letter["subject"] == {"name": "invented-subject-name"}
    assert letter["answer_at"].endswith(f"/referrals/calls/student_affairs/{row['id']}")
    assert office.keys_of_letters == [referral.work.effect_id] * 2
    assert (row["status"], row["way"]) == (ReferralStatus.SENT, "webhook")


async def test_a_system_may_decline_at_once(referral: Sent, office: Office) -> None:
    """The case shows that, with its code; a sentence instead of a code is no answer."""
    referral.draft(ReferralKind.CONDUCT)
    office.answer = Response('{"status": "declined", "reason": "Sam is known here."}')
    with pytest.raises(StepFailed, match="wrong_schema"):
        await referral.send()
    office.answer = Response('{"status": "declined", "reason": "not_enrolled"}')
    row = await referral.send()
    assert (row["status"], row["code"]) == (ReferralStatus.DECLINED, "not_enrolled")


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_system_that_fails_holds_the_referral_up(
    referral: Sent, office: Office, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case shows why in a code, until another attempt heals it."""
    hurry(monkeypatch, fault)
    with FarSide(forward_to(office.url)) as far:
        referral.configure(TABLE.format(url=far.url, key=written(THEIRS.public_key())))
        office.url = far.url
        referral.draft(ReferralKind.CONDUCT)
        far.fail(fault)
        with pytest.raises(StepFailed, match=f"^{FAULTS[fault].code}$") as failure:
            await referral.send()
        assert failure.value.__context__ is None
        assert referral.row()["code"] == FAULTS[fault].code
        far.heal()
        hurry(monkeypatch)
        assert (await referral.send())["status"] == ReferralStatus.SENT
    keys = {call.headers["Idempotency-Key"] for call in far.calls}
    assert keys == {referral.work.effect_id}
    nonces = [call.headers["Signature-Input"] for call in far.calls]
    assert len(set(nonces)) == len(nonces), "no signature is sent twice"


async def test_a_key_that_cannot_be_read_is_found_before_anything_is_sent(
    referral: Sent, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`tat offices check` says so."""
    way = referral.seat.desk.offices.way("student_affairs")
    assert await problem_of(way, timeout=PATIENCE) == ""
    monkeypatch.setenv("TEST_OFFICE_KEY", "nonsense")
    assert await problem_of(way, timeout=PATIENCE) == "secret_misread"
    monkeypatch.delenv("TEST_OFFICE_KEY")
    assert await problem_of(way, timeout=PATIENCE) == "secret_missing"
    assert office.letters == []


def called(
    url: str, body: object, *, key_id: str = "office-1", key: Ed25519PrivateKey = THEIRS
) -> httpx.Request:
    """A signed call of the office's system."""
    request = httpx.Request("POST", url, json=body)
    return Signer(key_id, key).sign(request, now=datetime.now(UTC))


def test_an_office_calls_back(referral: Sent, office: Office, door: str) -> None:
    """From acknowledged to completed; saying so again is no news."""
    referral.draft(ReferralKind.CONDUCT)
    row = referral.send_now()
    url = office.letters[0]["answer_at"]
    assert url == f"{door}/referrals/calls/student_affairs/{row['id']}"
    with httpx.Client(timeout=PATIENCE) as client:
        for status in ("acknowledged", "accepted", "completed"):
            for news in (True, False):
                response = client.send(called(url, {"status": status}))
                assert (response.status_code, response.json()) == (200, {"news": news})
            assert referral.row()["status"] == status
        refused = client.send(called(url, {"status": "declined"}))
    assert (refused.status_code, refused.json()["detail"][:27]) == (409, "This referral is completed ")


def test_nobody_else_is_taken_for_the_office(referral: Sent, office: Office, door: str) -> None:
    """Unsigned, signed by another key, for another office, changed, sent twice, about another's referral."""
    referral.draft(ReferralKind.CONDUCT)
    row = referral.send_now()
    url, body = office.letters[0]["answer_at"], {"status": "accepted"}
    stranger = Ed25519PrivateKey.generate()
    good = called(url, body)
    changed = called(url, body)
    changed = httpx.Request("POST", url, content=b'{"status":"declined"}', headers=changed.headers)
    elsewhere = url.replace("student_affairs", "counselling")
    wrong = [
        (httpx.Request("POST", url, json=body), 401),
        (called(url, body, key=stranger), 401),
        (called(url, body, key_id="office-2"), 401),
        (changed, 401),
        (called(elsewhere, body), 401),
        (called(url.replace("student_affairs", "nobody"), body), 401),
        (called(url.replace(row["id"], "0" * 32), body), 404),
    ]
    before = referral.row()
    with httpx.Client(timeout=PATIENCE) as client:
        for request, status in wrong:
            assert client.send(request).status_code == status
        assert referral.row() == before
        assert client.send(good).status_code == 200
        replayed = client.send(good)
    assert (replayed.status_code, "taken in before" in replayed.text) == (409, True)
    del door


@pytest.mark.clause("U-09")
@pytest.mark.parametrize(
    "body",
    [
        {"status": "completed", "text": "Sam is unwell."},
        {"status": "Sam is unwell."},
        {"status": "completed", "attendance": "Sam is unwell."},
        ["Sam is unwell."],
    ],
)
def test_a_call_has_no_room_for_a_text(referral: Sent, office: Office, door: str, body: object) -> None:
    """It is refused, and not repeated."""
    referral.draft(ReferralKind.CONDUCT)
    referral.send_now()
    with httpx.Client(timeout=PATIENCE) as client:
        response = client.send(called(office.letters[0]["answer_at"], body))
    assert (response.status_code, "Sam" in response.text) == (422, False)
    del door
