"""By a signed webhook (RFC 9421): for an office whose own system takes referrals, and calls back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from states.correspondence.letter import Letter
from states.errors import StepFailed
from states.vocabulary.leaving import Disclosed
from tasks.far import wire
from tasks.far.secrets import Secret
from tasks.far.signatures import Signer, private_key, public_key
from tasks.offices.contract import KNOWN_BY, Answers, Declined, Delivered, Post, Progress, Reply
from tasks.sources.contract import Code


def _reads(text: str) -> str:
    public_key(text)
    return text


class _Table(wire.Table):
    """The table of an office with a webhook."""

    #: where letters are posted
    url: wire.Address
    #: what the office knows our key by, and where our private key is kept
    key_id: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    key: Secret
    #: the office's public keys, by id; it signs its calls with one of them
    keys: Annotated[dict[str, Annotated[str, AfterValidator(_reads)]], Field(min_length=1)]


class _Receipt(BaseModel):
    """What the office's system says to a letter."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    status: Literal["received", "declined"]
    reason: Code = "declined_at_once"


class WebhookWay:
    """Posts the letter as JSON, signed; the office calls back, signed.

    Args:
        name: the office's code.
        table: its table.
    """

    kind = "webhook"
    tells = frozenset({Disclosed.CASE_NUMBER, Disclosed.IDENTIFIERS, Disclosed.RECOMMENDATION})
    needs = KNOWN_BY
    answers = Answers.BY_CALL

    def __init__(self, name: str, table: _Table) -> None:
        self.name = name
        self.keys: Mapping[str, Ed25519PublicKey] = {id_: public_key(key) for id_, key in table.keys.items()}
        self._table = table

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the way; see :meth:`tasks.offices.contract.Way.from_config`."""
        return cls(name, _Table.model_validate(table))

    async def send(self, letter: Letter, post: Post) -> Reply:
        """Post the letter; a repetition has the same Idempotency-Key, and a signature of its own."""
        del post
        signer = await self._signer()
        body = _body(letter)
        headers = {"Idempotency-Key": letter.idempotency_key}

        def make() -> httpx.Request:
            request = httpx.Request("POST", self._table.url, json=body, headers=headers)
            return signer.sign(request, now=datetime.now(UTC))

        async with wire.client(self._table) as client:
            response = await wire.send(client, make, absent=frozenset())
        if not response.content:
            return Delivered()
        receipt = wire.read(response, _Receipt)
        return Declined(receipt.reason) if receipt.status == "declined" else Delivered()

    async def status(self, ticket: str) -> Progress:
        """The office calls by itself."""
        del ticket
        raise StepFailed("not_asked", permanent=True)

    async def check(self) -> None:
        """See that our key is there and can be read, and that somebody answers where letters are posted."""
        await self._signer()
        async with wire.client(self._table) as client:
            await wire.reach(client, self._table.url)

    async def _signer(self) -> Signer:
        return Signer(self._table.key_id, private_key(await self._table.key.reveal()))


def _body(letter: Letter) -> dict[str, object]:
    return {
        "referral": letter.referral_id,
        "case": letter.case_number,
        "kind": letter.kind,
        "handbook": letter.handbook,
        "recommendation": letter.recommendation,
        "subject": {**letter.subject, **letter.contact},
        "written_at": letter.written_at.isoformat(),
        "answer_by": letter.answer_by.isoformat(),
        "answer_at": letter.answer_at,
    }
