"""The vectors of the document for tip lines: what others test against holds here, word for word."""

import json
from base64 import b64decode
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from states.errors import BadSignature
from states.policy.reading import load_pack
from tasks.doors.messages import read_tip
from tasks.doors.registry import WebhookDoor
from tasks.far.signatures import public_key, verify
from tests.tasks.doors import tip_vectors

pytestmark = pytest.mark.clause("M-01")

KEPT: dict[str, Any] = json.loads(tip_vectors.FILE.read_text(encoding="utf-8"))

KEYS = {key_id: public_key(key["public"]) for key_id, key in KEPT["keys"].items()}

TIPS = {each["name"]: each for each in KEPT["tips"]}


def sent(vector: dict[str, Any]) -> httpx.Request:
    """A vector's message as it comes in."""
    request = vector["request"]
    return httpx.Request(
        request["method"], request["url"], headers=request["headers"], content=request["body"].encode()
    )


def test_the_file_is_what_the_document_alone_makes_of_it() -> None:
    """Made without the library that checks it; `python -m tests.tasks.doors.tip_vectors` writes it anew."""
    assert tip_vectors.FILE.read_text(encoding="utf-8") == tip_vectors.written()


@pytest.mark.parametrize("name", TIPS)
def test_each_tip_is_taken_or_not_as_it_says(name: str) -> None:
    """By the check that stands at the door, at the time that the vector names."""
    vector = TIPS[name]
    received = datetime.fromtimestamp(vector["received"], UTC)
    keys = {"safe-2026": KEYS["safe-2026"]}
    if not vector["taken"]:
        assert vector["because"]
        with pytest.raises(BadSignature):
            verify(sent(vector), keys, now=received)
        return
    assert verify(sent(vector), keys, now=received).key_id == "safe-2026"
    door = WebhookDoor(
        use="webhook", site="silver_city", keys={"safe-2026": KEPT["keys"]["safe-2026"]["public"]}
    )
    body = vector["request"]["body"]
    assert read_tip("safe_line", door, body.encode(), load_pack("wnmu")).external_id == json.loads(body)["id"]


def test_the_answer_is_what_a_tip_line_has_to_check() -> None:
    """Signed by the team's key."""
    (answer,) = KEPT["answers"]
    received = datetime.fromtimestamp(answer["received"], UTC)
    assert verify(sent(answer), KEYS, now=received).key_id == "team-2026"


def test_every_signature_base_is_what_was_signed() -> None:
    """Whoever writes a signer compares theirs with it, letter by letter."""
    for vector in (*KEPT["tips"], *KEPT["answers"]):
        signature = b64decode(vector["request"]["headers"]["Signature"].partition(":")[2].rstrip(":"))
        public_key(vector["signed_with"]).verify(signature, vector["signature_base"].encode())


def test_the_document_shows_the_first_of_them() -> None:
    """Its example is one that can be checked."""
    document = tip_vectors.FILE.with_name("tip-lines.md").read_text(encoding="utf-8")
    first = KEPT["tips"][0]
    assert first["signature_base"] in document
    for name, value in first["request"]["headers"].items():
        assert f"{name}: {value}\n" in document
    assert f"\n\n{first['request']['body']}\n" in document
