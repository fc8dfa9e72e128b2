"""Asking the institution's provider who somebody is: OpenID Connect's authorization code flow, with PKCE.

Nothing that it says is believed before its signature, its issuer and whom it is for were looked at. What goes
wrong at the far side becomes a :class:`~states.errors.StepFailed`; besides the codes of
:mod:`tasks.far.wire` there are ``wrong_issuer`` (its description is another one's) and ``not_believed`` (what
it said of somebody is not for us, not of now, or not signed by it).
"""

import asyncio
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict

from states.casebook.accounts.sessions import FRESH
from states.errors import StepFailed
from states.vocabulary.people import Role
from tasks.far import wire
from tasks.provider.table import ProviderTable

#: how its word may be signed: by a key that only it has
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519")

#: seconds that its clock may be away from ours, that asking it may take in all, and that what it says of
#: itself is kept
AWAY, PATIENCE, KEPT = 60, 8.0, 600.0

#: seconds since the owner showed who they are, at most, for signing in
LONGEST = 43_200


class _Described(BaseModel):
    """What a provider says of itself (OpenID Connect Discovery, 3)."""

    model_config = ConfigDict(hide_input_in_errors=True)

    issuer: str
    authorization_endpoint: wire.Address
    token_endpoint: wire.Address
    jwks_uri: wire.Address
    end_session_endpoint: str = ""
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False


class _Answer(BaseModel):
    """What its token endpoint answers; of it, who somebody is alone is of use."""

    model_config = ConfigDict(hide_input_in_errors=True)

    id_token: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody is sent to the provider with, and what they bring back has to fit.

    Args:
        back: where they come back to.
        state: what comes back as it went.
        nonce: what its word has to say.
        verifier: what shows that whoever comes back is who was sent (RFC 7636).
        again: whether they show anew who they are, however short ago they did.
    """

    back: str
    state: str
    nonce: str
    verifier: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Who:
    """Who somebody is, as the provider says.

    Args:
        issuer: the provider.
        subject: what it knows them by, for ever.
        member: which member it says they are; empty: it does not say.
        roles: what their groups make them; None: groups are not looked at.
        offices: the offices that their groups make them speak for.
        proved_at: when they showed both factors; None: it does not say.
    """

    issuer: str
    subject: str
    member: str
    roles: frozenset[Role] | None
    offices: frozenset[str]
    proved_at: datetime | None


class Provider:
    """The institution's provider.

    Args:
        table: what its file says; None: there is none.
    """

    def __init__(self, table: ProviderTable | None = None) -> None:
        self._table = table
        self._described: _Described | None = None
        self._keys: KeySet | None = None
        self._until = 0.0

    @property
    def is_there(self) -> bool:
        """Whether there is one."""
        return self._table is not None

    @property
    def table(self) -> ProviderTable:
        """What its file says.

        Raises:
            StepFailed: there is none.
        """
        if self._table is None:
            raise StepFailed("no_provider", permanent=True)
        return self._table

    def forget(self) -> None:
        """Forget what it said of itself: it is asked anew."""
        self._until = 0.0

    async def address(self, asked: Asked) -> str:
        """Where somebody is sent to, to say who they are.

        Raises:
            StepFailed: the provider does not say where.
        """
        described = await self._within(self._look())
        said = {
            "response_type": "code",
            "client_id": self.table.client_id,
            "redirect_uri": asked.back,
            "scope": " ".join(self.table.scopes),
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": create_s256_code_challenge(asked.verifier),
            "code_challenge_method": "S256",
            "max_age": "0" if asked.again else str(LONGEST),
        }
        if asked.again:
            said["prompt"] = "login"
        if self.table.acr:
            said["acr_values"] = " ".join(self.table.acr)
        return f"{described.authorization_endpoint}?{urlencode(said)}"

    async def leaving(self, back: str) -> str:
        """Where somebody ends their session at the provider; empty: it does not say.

        Args:
            back: where they come back to.
        """
        try:
            described = await self._within(self._look())
        except StepFailed:
            return ""
        if not described.end_session_endpoint.startswith(("https://", self.table.issuer)):
            return ""
        said = urlencode({"client_id": self.table.client_id, "post_logout_redirect_uri": back})
        return f"{described.end_session_endpoint}?{said}"

    async def who(self, code: str, asked: Asked, *, issuer: str, now: datetime) -> Who:
        """Who somebody is that came back.

        Args:
            code: what they brought.
            asked: what they were sent with.
            issuer: who sends them back, as they say (RFC 9207); empty: they do not.
            now: what time it is.

        Raises:
            StepFailed: the provider does not say, or is not believed.
        """
        described = await self._within(self._look())
        must_say = described.authorization_response_iss_parameter_supported
        if (issuer or must_say) and issuer != self.table.issuer:
            raise StepFailed("not_believed", permanent=True)
        claims = await self._within(self._exchange(described, code, asked, now))
        return self._read(claims, now)

    async def check(self) -> None:
        """See that the provider answers, and what it says of itself.

        Raises:
            StepFailed: it does not.
        """
        self.forget()
        await self._within(self._look())
        if self.table.client_secret is not None:
            await self.table.client_secret.reveal()

    async def _within(self, asking: Any) -> Any:
        try:
            async with asyncio.timeout(PATIENCE):
                return await asking
        except TimeoutError:
            pass
        raise StepFailed("timeout")

    async def _look(self, *, anew: bool = False) -> _Described:
        if self._described is not None and not anew and time.monotonic() < self._until:
            return self._described
        async with wire.client(self.table) as over:
            at = f"{self.table.issuer}/.well-known/openid-configuration"
            described = wire.read(await wire.send(over, lambda: over.build_request("GET", at)), _Described)
            if described.issuer != self.table.issuer:
                raise StepFailed("wrong_issuer", permanent=True)
            answer = await wire.send(over, lambda: over.build_request("GET", described.jwks_uri))
        keys = wire.read(answer, dict[str, Any])
        try:
            self._keys = KeySet.import_key_set(keys)  # type: ignore[arg-type]
        except (JoseError, ValueError, TypeError, KeyError):
            self._keys = None
        if self._keys is None:
            raise StepFailed("wrong_schema", permanent=True)
        self._described, self._until = described, time.monotonic() + KEPT
        return described

    async def _exchange(
        self, described: _Described, code: str, asked: Asked, now: datetime
    ) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": asked.back,
            "code_verifier": asked.verifier,
        }
        headers = {"Accept": "application/json"}
        secret = await self.table.client_secret.reveal() if self.table.client_secret else ""
        if not secret:
            form["client_id"] = self.table.client_id
        elif "client_secret_basic" in described.token_endpoint_auth_methods_supported:
            pair = f"{quote(self.table.client_id, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": self.table.client_id, "client_secret": secret}
        async with wire.client(self.table) as over:
            at = described.token_endpoint
            # Once: a code that is sent twice is one that somebody stole (RFC 6749, 4.1.2).
            answer = await wire.send(over, lambda: over.build_request("POST", at, data=form, headers=headers))
        token = wire.read(answer, _Answer).id_token
        claims = self._believed(token, asked, now)
        if claims is None:
            # Its keys may be others by now.
            await self._look(anew=True)
            claims = self._believed(token, asked, now)
        if claims is None:
            raise StepFailed("not_believed", permanent=True)
        return claims

    def _believed(self, token: str, asked: Asked, now: datetime) -> Mapping[str, Any] | None:
        if self._keys is None:
            return None
        is_ours = {
            "iss": {"essential": True, "value": self.table.issuer},
            "aud": {"essential": True, "value": self.table.client_id},
        }
        params = {"nonce": asked.nonce, "client_id": self.table.client_id, "max_age": asked.again}
        try:
            read = jwt.decode(token, self._keys, algorithms=ALGORITHMS)
            claims = CodeIDToken(read.claims, read.header, is_ours, params)
            claims.validate(now=int(now.timestamp()), leeway=AWAY)
        except (JoseError, ValueError, TypeError, LookupError, AttributeError):
            return None
        return claims if isinstance(claims.get("sub"), str) and claims["sub"] else None

    def _read(self, claims: Mapping[str, Any], now: datetime) -> Who:
        acr, amr = claims.get("acr"), _texts(claims.get("amr"))
        both = self.table.second_factor == "theirs" or acr in self.table.acr or "mfa" in amr
        # Whoever does not say when has not said that it was a moment ago.
        said = claims.get("auth_time")
        proved_at = now - FRESH if said is None else datetime.fromtimestamp(said, UTC)
        known = self.table.groups
        held = [known[each] for each in _texts(claims.get(self.table.groups_claim)) if each in known]
        member = claims.get(self.table.member_claim) if self.table.member_claim else ""
        return Who(
            issuer=self.table.issuer,
            subject=claims["sub"],
            member=member if isinstance(member, str) else "",
            roles=frozenset(r for grant in held for r in grant.roles) if self.table.groups else None,
            offices=frozenset(office for grant in held for office in grant.offices),
            proved_at=min(proved_at, now) if both else None,
        )


def _texts(given: object) -> list[str]:
    return [each for each in given if isinstance(each, str)] if isinstance(given, list) else []
