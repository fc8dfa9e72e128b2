"""What the stub works with: its records, its keys, and how it behaves."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from console.partner_stub.records import Records
from tasks.far.signatures import Signer, written


class Behavior(StrEnum):
    """How the stub treats those who ask."""

    WAITS = "waits"  # for somebody to decide each query
    PROMPT = "prompt"  # looks into its log and answers at once
    DOWN = "down"
    BUSY = "busy"
    SLOW = "slow"
    GARBAGE = "garbage"
    OVERSHARING = "oversharing"
    FOREIGN_KEY = "foreign_key"


#: each behavior in a sentence
SENTENCES = {
    Behavior.WAITS: "Wait for somebody to decide each query",
    Behavior.PROMPT: "Look into the log and answer at once",
    Behavior.DOWN: "Be down (503)",
    Behavior.BUSY: "Be too busy (429)",
    Behavior.SLOW: "Keep everybody waiting",
    Behavior.GARBAGE: "Answer with something that is no JSON",
    Behavior.OVERSHARING: "Tell more than the protocol allows",
    Behavior.FOREIGN_KEY: "Sign with a key that nobody knows",
}


def new_signer(key_id: str) -> Signer:
    """A new key to sign with."""
    return Signer(key_id, Ed25519PrivateKey.generate())


@dataclass(slots=True)
class Stub:
    """The stub.

    Args:
        records: its database.
        signer: the key that it signs with now.
        team_keys: the public keys of those who may ask, by id.
        callback_url: where it calls back; empty: nowhere.
        behavior: how it treats those who ask.
        clock: gives the time.
        first_wait: seconds before a callback is tried for the second time; doubled for each further one.
    """

    records: Records
    signer: Signer
    team_keys: dict[str, Ed25519PublicKey]
    callback_url: str = ""
    behavior: Behavior = Behavior.WAITS
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    first_wait: float = 1.0
    #: set when something may have to be called back about
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def public_key(self) -> str:
        """The public key that belongs to what it signs with now, as a sources file has it."""
        return written(self.signer.key.public_key())
