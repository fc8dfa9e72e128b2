"""Writes ``docs/tip-line-vectors.json``: signed tips to test against, made by the document and no library.

python -m tests.tasks.doors.tip_vectors
"""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FILE = Path(__file__).parents[3] / "docs" / "tip-line-vectors.json"

#: when the tips below are signed
THEN = int(datetime(2031, 3, 4, 17, tzinfo=UTC).timestamp())

RECEIVER = "https://tat.example.edu"
TIPS = f"{RECEIVER}/tips/safe_line"
ANSWERS = "https://tips.example/answers"

#: keys that everybody knows: for tests, and for nothing else
LINE = Ed25519PrivateKey.from_private_bytes(b"tip line" * 4)
TEAM = Ed25519PrivateKey.from_private_bytes(b"the team" * 4)

COVERED = ("@method", "@target-uri", "content-digest")

TIP = {"id": "T-1001", "text": "Someone in my hall says they will bring a gun on Friday.", "imminent": True}
WHOLE = {
    "id": "T-1002",
    "text": "Él dijo que «todos lo van a lamentar». 他在网上说的。",
    "received_at": "2031-03-04T09:58:00-07:00",
    "occurred_on": "2031-03-03",
    "site": "silver_city",
    "subject": {"name": "Sam Sample", "campus_id": "900000001", "affiliations": ["student"]},
    "reporter": {"name": "Riley Example", "phone": "555-0100"},
}


def urlsafe(raw: bytes) -> str:
    """Bytes as keys are written."""
    return urlsafe_b64encode(raw).decode()


def vector(name: str, why: str = "", **changes: Any) -> dict[str, Any]:
    """One message, and whether it is taken.

    Args:
        name: what it shows.
        why: why it is not taken; empty: it is.
        changes: what is other than usual: ``tip``, ``url``, ``covered``, ``label``, ``key``,
            ``parameters`` (None takes one away), ``at`` (seconds after it was signed) and ``sent`` (what is
            changed after that).
    """
    body = json.dumps(changes.get("tip", TIP), ensure_ascii=False)
    headers = {
        "Content-Type": "application/json",
        "Content-Digest": f"sha-256=:{b64encode(sha256(body.encode()).digest()).decode()}:",
    }
    request = {"method": "POST", "url": changes.get("url", TIPS), "headers": headers, "body": body}
    usual = {
        "created": THEN,
        "expires": THEN + 300,
        "keyid": "safe-2026",
        "alg": "ed25519",
        "nonce": f"nonce-{sha256(name.encode()).hexdigest()[:16]}",
        "tag": "tatflow",
    }
    given = {k: v for k, v in (usual | changes.get("parameters", {})).items() if v is not None}
    base, parameters = base_of(request, changes.get("covered", COVERED), given)
    label = changes.get("label", "tip")
    signature = b64encode(changes.get("key", LINE).sign(base.encode())).decode()
    headers["Signature-Input"] = f"{label}={parameters}"
    headers["Signature"] = f"{label}=:{signature}:"
    sent = changes.get("sent", {})
    request |= {k: v for k, v in sent.items() if k != "headers"}
    headers |= sent.get("headers", {})
    return {
        "name": name,
        "request": request,
        "signature_base": base,
        "signed_with": urlsafe(changes.get("key", LINE).public_key().public_bytes_raw()),
        "received": THEN + changes.get("at", 1),
        "taken": not why,
    } | ({"because": why} if why else {})


def base_of(
    request: Mapping[str, Any], covered: tuple[str, ...], parameters: Mapping[str, int | str]
) -> tuple[str, str]:
    """What is signed (RFC 9421, 2.5), and what of it stands in ``Signature-Input``.

    Args:
        request: method, url and headers.
        covered: the covered components, in order.
        parameters: the signature's parameters, in order.
    """
    derived = {"@method": request["method"], "@target-uri": request["url"]}
    headers = {name.lower(): value for name, value in request["headers"].items()}
    lines = [f'"{each}": {derived.get(each) or headers[each]}' for each in covered]
    said = [
        f"{name}={value if isinstance(value, int) else _quoted(value)}" for name, value in parameters.items()
    ]
    inner = ";".join([f"({' '.join(map(_quoted, covered))})", *said])
    return "\n".join([*lines, f'"@signature-params": {inner}']), inner


def _quoted(text: str) -> str:
    return f'"{text}"'


def _pair(key: Ed25519PrivateKey) -> dict[str, str]:
    return {
        "private": urlsafe(key.private_bytes_raw()),
        "public": urlsafe(key.public_key().public_bytes_raw()),
    }


def _taken() -> list[dict[str, Any]]:
    return [
        vector("the least that a tip says"),
        vector("everything that a tip may say, in letters of several scripts", tip=WHOLE),
        vector("more is covered than has to be", covered=(*COVERED, "content-type")),
        vector("the components in another order, under another label", covered=COVERED[::-1], label="sig1"),
        vector("without alg and expires, which may be left out", parameters={"alg": None, "expires": None}),
        vector("the sender's clock is 30 seconds ahead", at=-30),
        vector("as late as may be", at=330),
    ]


def _refused() -> list[dict[str, Any]]:
    return [
        vector("the sender's clock is 31 seconds ahead", "created lies in the future", at=-31),
        vector("too late", "it was signed more than five and a half minutes ago", at=331),
        vector(
            "expired by the sender's own word",
            "it expired 31 seconds ago",
            parameters={"expires": THEN + 60},
            at=91,
        ),
        vector(
            "a long life changes nothing",
            "five minutes count, whatever expires says",
            parameters={"expires": THEN + 3600},
            at=331,
        ),
        vector("without created", "created is missing", parameters={"created": None}),
        vector("without a nonce", "nonce is missing", parameters={"nonce": None}),
        vector("with another tag", "it was signed for something else", parameters={"tag": "other"}),
        vector("without a tag", "tag is missing", parameters={"tag": None}),
        vector(
            "by a key that is not known", "keyid is none of the door's", parameters={"keyid": "safe-2020"}
        ),
        vector("by another key under a known id", "the signature does not hold", key=TEAM),
        vector("the content is not covered", "content-digest is not covered", covered=COVERED[:2]),
        vector(
            "the address is not covered", "@target-uri is not covered", covered=("@method", "content-digest")
        ),
        vector(
            "another content than was signed",
            "the digest does not fit the content",
            sent={"body": json.dumps(TIP | {"imminent": False})},
        ),
        vector(
            "another door than was signed",
            "the address was changed",
            sent={"url": f"{RECEIVER}/tips/other_line"},
        ),
        vector("another method than was signed", "the method was changed", sent={"method": "PUT"}),
    ]


def vectors() -> dict[str, Any]:
    """All of the file."""
    answer = vector(
        "what the team says at answer_url, signed by its key",
        tip={"id": "T-1001", "status": "taken_up"},
        url=ANSWERS,
        key=TEAM,
        parameters={"keyid": "team-2026"},
    )
    return {
        "about": "See tip-lines.md. Times are seconds since 1970, UTC; keys are 32 bytes in URL-safe base64, "
        "for tests alone. A receiver whose clock says `received` takes the message, or answers 401.",
        "keys": {
            "safe-2026": _pair(LINE),
            "team-2026": _pair(TEAM),
        },
        "tips": [*_taken(), *_refused()],
        "answers": [answer],
    }


def written() -> str:
    """The file's text."""
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
