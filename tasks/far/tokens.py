"""Access tokens for services that are not ours (OAuth 2.0, RFC 6749 and 6750).

Authlib's client for httpx does not do here: it takes in an answer of any length, quotes what the service says
of an error, and sends user and password without the form-encoding of RFC 6749, 2.3.1, so that other than
Latin-1 letters are an exception. What it would save is :meth:`Access.token`.
"""

import base64
import time
from http import HTTPStatus
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field

from states.errors import StepFailed
from tasks.far import wire
from tasks.far.secrets import Secret

#: seconds that a token is used when nothing is said about how long it is good for
UNSAID_LIFE = 300.0


class _Token(BaseModel):
    """The answer of a token endpoint (RFC 6749, 5.1)."""

    model_config = ConfigDict(hide_input_in_errors=True)

    access_token: str = Field(pattern=r"^[\x21-\x7e]+$")
    expires_in: float | None = None


class Access:
    """The right to ask: fetches a token, and keeps it until it runs out.

    It outlives look-ups and event loops; two look-ups that find no token fetch one each, which does no harm.

    Args:
        token_url: the token endpoint.
        client_id: who we are.
        secret: what proves it.
        scope: what the token is to be good for; scopes apart by spaces; empty: whatever we may.
        in_body: whether who we are goes into the body of the request for a token (``client_secret_post``)
            rather than into its head (``client_secret_basic``).
    """

    def __init__(
        self, token_url: str, client_id: str, secret: Secret, scope: str = "", *, in_body: bool = False
    ) -> None:
        self._token_url = token_url
        self._client_id = client_id
        self._secret = secret
        self._scope = scope
        self._in_body = in_body
        self._token = ""
        self._good_until = 0.0

    async def token(self, over: httpx.AsyncClient, *, refused: str = "") -> str:
        """A token that should be accepted.

        Args:
            over: what to fetch one over.
            refused: a token that was not accepted though it has not run out.

        Raises:
            StepFailed: there is none to be had.
        """
        if not self._token or self._token == refused or time.monotonic() >= self._good_until:
            asked_at = time.monotonic()
            fetched = await self._fetch(over)
            self._token = fetched.access_token
            # It must not run out on the way.
            life = UNSAID_LIFE if fetched.expires_in is None else fetched.expires_in
            self._good_until = asked_at + 0.9 * life
        return self._token

    async def _fetch(self, over: httpx.AsyncClient) -> _Token:
        form = {"grant_type": "client_credentials"} | ({"scope": self._scope} if self._scope else {})
        headers = {"Accept": "application/json"}
        secret = await self._secret.reveal()
        if self._in_body:
            form |= {"client_id": self._client_id, "client_secret": secret}
        else:
            # RFC 6749, 2.3.1: both are form-encoded before they become user and password. A space
            # goes as %20: some read a plus sign as one.
            pair = f"{quote(self._client_id, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        response = await wire.send(
            over,
            lambda: over.build_request("POST", self._token_url, data=form, headers=headers),
            absent=frozenset({HTTPStatus.BAD_REQUEST}),
        )
        if response.status_code == HTTPStatus.BAD_REQUEST:
            # RFC 6749, 5.2: so is an unknown client, a wrong secret or a scope that is not granted answered.
            raise StepFailed("unauthorized", permanent=True)
        return wire.read(response, _Token)


class Bearer:
    """The right to ask, as a token that somebody was given once and that does not run out.

    Args:
        secret: the token.
    """

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    async def token(self, _over: httpx.AsyncClient, *, refused: str = "") -> str:
        """The token.

        Args:
            refused: a token that was not accepted.

        Raises:
            StepFailed: there is none, it cannot be sent, or it was not accepted.
        """
        given = (await self._secret.reveal()).strip()
        if given == refused or not given.isascii() or not given.isprintable() or " " in given:
            raise StepFailed("unauthorized", permanent=True)
        return given
