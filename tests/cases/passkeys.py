"""A passkey in software, as a phone or a security key holds one: it makes itself, and signs (WebAuthn 3)."""

import json
from dataclasses import dataclass, field
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from states.casebook.accounts.passkeys import Place

#: flags of an authenticator's data: somebody was there, it knows that it was its owner, it tells of a new key
THERE, OWNER, NEW = 0x01, 0x04, 0x40


@dataclass(slots=True)
class SoftPasskey:
    """A passkey.

    Args:
        place: where it thinks that it is.
        id: its id.
        counts: how often it signed; None: it does not count.
        flags: what it says of who was there.
    """

    place: Place
    id: bytes
    counts: int | None = 0
    flags: int = THERE | OWNER
    _key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, asked: str) -> str:
        """What the browser brings back that was asked to make it."""
        numbers = self._key.public_key().public_numbers()
        x, y = (each.to_bytes(32, "big") for each in (numbers.x, numbers.y))
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        new = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + key
        data = self._data(self.flags | NEW) + new
        said = self._said("webauthn.create", asked)
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(clientDataJSON=said, attestationObject=made)

    def show(self, asked: str) -> str:
        """What the browser brings back that was asked to show it."""
        if self.counts is not None:
            self.counts += 1
        data, said = self._data(self.flags), self._said("webauthn.get", asked)
        signed = self._key.sign(data + sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=said, authenticatorData=data, signature=signed)

    def _data(self, flags: int) -> bytes:
        host = sha256(self.place.host.encode()).digest()
        return host + bytes([flags]) + (self.counts or 0).to_bytes(4, "big")

    def _said(self, kind: str, asked: str) -> bytes:
        challenge = json.loads(asked)["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.place.origin}).encode()

    def _answer(self, **response: bytes) -> str:
        own, packed = bytes_to_base64url(self.id), {n: bytes_to_base64url(v) for n, v in response.items()}
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": packed})


def challenge_of(asked: str) -> bytes:
    """The challenge of what a browser was asked."""
    return base64url_to_bytes(json.loads(asked)["challenge"])
