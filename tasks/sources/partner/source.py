"""A law-enforcement partner, asked by the protocol in ``docs/partner-protocol.yaml``; it may answer later.

::

    [city_police]
    use = "partner"
    url = "https://queries.police.example"
    kinds = ["weapons_registration", "past_contacts"]
    key_id = "tat-2026"                          # what the partner knows our key by
    private_key = { env = "CITY_POLICE_KEY" }    # 32 bytes in URL-safe base64
    expiry_hours = 72                            # for how long an answer is wanted
    callback = true                              # whether it may call back, at /partners/city_police/answers

    [city_police.partner_keys]                   # the partner's public keys; several while it changes them
    police-2026 = "…"

Requests and responses are signed, and so are callbacks (:mod:`console.reception.partners`): an answer counts
for as much whichever way it comes. The address must be HTTPS, or on this machine.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from ipaddress import ip_address
from secrets import token_urlsafe
from typing import Annotated, Any, Self

import httpx
from pydantic import Field, StringConstraints, field_validator

from states.correspondence.question import Question
from states.errors import BadSignature, StepFailed
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.far import wire
from tasks.far.secrets import Secret
from tasks.far.signatures import Signer, private_key, public_key, verify_response
from tasks.sources.bases import ACCEPTS
from tasks.sources.contract import Needs, Reply, Unavailable
from tasks.sources.partner.protocol import TERMS, AnswerDocument, reply_of

#: what else the signature of a query covers
ALSO_SIGNED = ("idempotency-key",)

KeyId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]


class _Table(wire.Table):
    """The source's table in the sources file."""

    url: str
    kinds: frozenset[SourceKind] = Field(min_length=1)
    key_id: KeyId
    private_key: Secret
    partner_keys: dict[KeyId, str] = Field(min_length=1)
    expiry_hours: float = Field(default=72, gt=0, le=24 * 90)
    callback: bool = False

    @field_validator("url")
    @classmethod
    def _safe(cls, url: str) -> str:
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL:
            parsed = httpx.URL()
        secure = parsed.scheme == "https" or (parsed.scheme == "http" and _on_this_machine(parsed.host))
        if not secure or not parsed.host or parsed.userinfo or parsed.query or parsed.fragment:
            raise ValueError("it must be an https address without user, query or fragment")
        return url.rstrip("/")

    @field_validator("kinds")
    @classmethod
    def _spoken(cls, kinds: frozenset[SourceKind]) -> frozenset[SourceKind]:
        if not kinds.issubset(TERMS):
            raise ValueError(f"the protocol knows only {', '.join(sorted(TERMS))}")
        return kinds

    @field_validator("partner_keys")
    @classmethod
    def _readable(cls, keys: dict[str, str]) -> dict[str, str]:
        for text in keys.values():
            public_key(text)
        return keys


#: what is signed is what travels: without compression
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class PartnerSource:
    """Asks a law-enforcement partner, and asks again under the ticket that it gave (U-02, U-03, P-06, W-42).

    Args:
        name: the source's name.
        table: its table in the sources file.
    """

    def __init__(self, name: str, table: _Table) -> None:
        self.name = name
        self.kinds: frozenset[SourceKind] = table.kinds
        self.needs: Mapping[SourceKind, Needs] = {kind: TERMS[kind].needs for kind in table.kinds}
        self.accepts: Mapping[SourceKind, frozenset[LegalBasis]] = {
            kind: ACCEPTS[kind] for kind in table.kinds
        }
        #: the keys that its messages may be signed with
        self.keys = {key_id: public_key(text) for key_id, text in table.partner_keys.items()}
        #: the keys that its callbacks may be signed with; none when it may not call back
        self.callback_keys = self.keys if table.callback else {}
        self._table = table

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the source that a table describes, as shown at the top of this module.

        Raises:
            ValidationError: the table lacks something, or holds something that cannot be used.
        """
        return cls(name, _Table.model_validate(table))

    async def lookup(self, question: Question) -> Reply:
        """Put a question, or ask what became of it; asking twice makes one query."""
        if not question.ticket and set(question.identifiers) == {"occurred_on"}:
            # A day alone would ask about everybody who had to do with the police on it.
            return Unavailable("identifier_missing", permanent=True)
        signer = Signer(self._table.key_id, private_key(await self._table.private_key.reveal()))
        async with wire.client(self._table, headers=_HEADERS) as over:
            if question.ticket:
                response = await self._poll(over, signer, question)
            else:
                response = await self._put(over, signer, question)
        if response.status_code == HTTPStatus.NOT_FOUND:
            return Unavailable("unknown_ticket", permanent=True)
        answer = self._genuine(response)
        if answer.kind != question.kind or (question.ticket and answer.ticket != question.ticket):
            raise StepFailed("wrong_schema", permanent=True)
        return reply_of(answer, self.name)

    async def check(self) -> tuple[str, ...]:
        """See whether the partner is there and takes our signature: it is asked for a query that is none.

        That it signs as agreed shows with its first answer alone: it signs no answer of which there is none.

        Raises:
            StepFailed: it does not answer, does not take our signature, or speaks another protocol.
        """
        signer = Signer(self._table.key_id, private_key(await self._table.private_key.reveal()))
        url = f"{self._table.url}/queries/{token_urlsafe(12)}"
        async with wire.client(self._table, headers=_HEADERS) as over:
            response = await wire.send(
                over, lambda: signer.sign(over.build_request("GET", url), now=datetime.now(UTC))
            )
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
        if (response.status_code, kind) != (HTTPStatus.NOT_FOUND, "application/problem+json"):
            raise StepFailed("wrong_schema", permanent=True)
        return ()

    async def _put(self, over: httpx.AsyncClient, signer: Signer, question: Question) -> httpx.Response:
        query = self._query(question)
        headers = {"Idempotency-Key": question.id}

        def make() -> httpx.Request:
            made = over.build_request("POST", f"{self._table.url}/queries", json=query, headers=headers)
            # Whoever checks it goes by the time of day, whatever time the question is asked at.
            return signer.sign(made, now=datetime.now(UTC), also=ALSO_SIGNED)

        return await wire.send(over, make, absent=frozenset())

    async def _poll(self, over: httpx.AsyncClient, signer: Signer, question: Question) -> httpx.Response:
        url = f"{self._table.url}/queries/{question.ticket}"
        return await wire.send(
            over, lambda: signer.sign(over.build_request("GET", url), now=datetime.now(UTC))
        )

    def _query(self, question: Question) -> dict[str, Any]:
        """The question as it travels."""
        return {
            "kind": question.kind,
            "purpose": question.purpose,
            "authority": question.basis,
            "requester": question.requester,
            "case_reference": question.case_number,
            "urgency": "urgent" if question.urgent else "routine",
            "expires_at": (question.now + timedelta(hours=self._table.expiry_hours)).isoformat(),
            "callback": self._table.callback,
            "identifiers": dict(question.identifiers),
        }

    def _genuine(self, response: httpx.Response) -> Any:
        try:
            verify_response(response, self.keys)
        except BadSignature:
            forged = True
        else:
            forged = False
        if forged:
            raise StepFailed("bad_signature", permanent=True)
        return wire.read(response, AnswerDocument).root
