"""Our signatures (RFC 9421) and two npm libraries: each verifies what the other has signed."""

import time
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from peers.installing import node, node_version
from peers.notes import Notes
from peers.running import asked_of_node
from states.errors import BadSignature
from tasks.far.signatures import COVERED, TAG, Signer, verify

LIBRARIES = ("http-message-signatures", "http-message-sig")

URL = "https://tips.example/tips/safe_line?of=today&of=t%C3%B6day"
BODY = '{"id": "T-1", "text": "Somebody is worried about Zoë."}'.encode()


def main(notes: Notes) -> None:
    """Try both libraries, both ways."""
    folder = node()
    for library in LIBRARIES:
        _try(notes, folder, library)


def _try(notes: Notes, folder: Path, library: str) -> None:
    peer = node_version(folder, library)
    key = Ed25519PrivateKey.generate()
    with notes.claim(peer, "verifies a request that we signed"):
        said = _ask(folder, library, "verify", key=_public(key), headers=dict(_signed(key).headers))
        assert said["holds"], said
    with notes.claim(peer, "refuses what we signed and somebody changed"):
        headers = dict(_signed(key).headers) | {"content-digest": "sha-256=:AAAA:"}
        assert not _ask(folder, library, "verify", key=_public(key), headers=headers)["holds"]
    with notes.claim(peer, "signs a request that we verify"):
        headers = _theirs(folder, library, key, int(time.time()))
        held = verify(
            httpx.Request("POST", URL, headers=headers, content=BODY), {"theirs-1": key.public_key()}
        )
        assert held.key_id == "theirs-1"
    with notes.claim(
        peer, "signs a request whose content, address or age we refuse when it is not as signed"
    ):
        headers = _theirs(folder, library, key, int(time.time()))
        _refused(key, URL, headers, BODY + b" ")
        _refused(key, f"{URL}&and=more", headers, BODY)
        _refused(key, URL, _theirs(folder, library, key, int(time.time()) - 3600), BODY)


def _refused(key: Ed25519PrivateKey, url: str, headers: dict[str, str], body: bytes) -> None:
    try:
        verify(httpx.Request("POST", url, headers=headers, content=body), {"theirs-1": key.public_key()})
    except BadSignature:
        return
    raise AssertionError("what was changed is taken for signed")


def _signed(key: Ed25519PrivateKey) -> httpx.Request:
    request = httpx.Request("POST", URL, content=BODY, headers={"Content-Type": "application/json"})
    return Signer("ours-1", key).sign(request, now=datetime.now(UTC))


def _theirs(folder: Path, library: str, key: Ed25519PrivateKey, created: int) -> dict[str, str]:
    parameters = {
        "created": created,
        "expires": created + 300,
        "nonce": b64encode(key.public_key().public_bytes_raw()).decode(),
        "keyid": "theirs-1",
        "tag": TAG,
    }
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    said = _ask(
        folder,
        library,
        "sign",
        key=private,
        headers={"content-type": "application/json"},
        parameters=parameters,
    )
    return {name.lower(): str(value) for name, value in said["headers"].items()}


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _ask(
    folder: Path,
    library: str,
    doing: str,
    *,
    key: str,
    headers: dict[str, str],
    parameters: dict[str, Any] | None = None,
) -> Any:
    given = {
        "library": library,
        "doing": doing,
        "method": "POST",
        "url": URL,
        "headers": headers,
        "body": b64encode(BODY).decode(),
        "covered": COVERED,
        "key": key,
        "parameters": parameters or {},
    }
    return asked_of_node(folder, "signatures.mjs", given)
