"""How a far side is shown who we are, as its table says: by a token, a signature, or headers of its own.

::

    token = { env = "REGISTRAR_TOKEN" }            # a bearer token that does not run out

    token_url = "https://sis.example.edu/token"    # or: OAuth 2.0, client credentials
    client_id = "tatflow"
    client_secret = { env = "REGISTRAR_SECRET" }
    token_auth = "client_secret_post"              # may be left out: "client_secret_basic"
    scope = "…"                                    # may be left out; "" asks for none

    oauth1 = "HMAC-SHA256"                         # or: OAuth 1.0a with client_id and client_secret;
                                                   #   or "HMAC-SHA1"

    [registrar.headers]                            # beside one of these, or alone
    x-api-key = { env = "REGISTRAR_KEY" }

A ``client_certificate`` (:mod:`tasks.far.egress`) may stand alone, too: then that says who we are.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, ClassVar, Literal, Self

import httpx
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from states.errors import StepFailed
from tasks.far import wire
from tasks.far.oauth1 import Method, Signing
from tasks.far.secrets import Secret
from tasks.far.tokens import Access, Bearer

#: headers that are ours to set
_OURS = frozenset(
    {"authorization", "connection", "content-length", "content-type", "cookie", "host", "transfer-encoding"}
)


def _theirs(name: str) -> str:
    if name.lower() in _OURS:
        raise ValueError("that header is set by tatflow itself")
    return name


HeaderName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"), AfterValidator(_theirs)
]


class Credentials(wire.Table):
    """A table that says who we are; the keys are shown at the top of this module."""

    #: whether there are far sides of this kind that want to know nothing of that
    open_to_all: ClassVar = False

    token: Secret | None = None
    token_url: wire.Address | None = None
    client_id: str = ""
    client_secret: Secret | None = None
    token_auth: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic"  # noqa: S105 - names
    scope: str | None = None
    oauth1: Method | None = None
    headers: Mapping[HeaderName, Secret] = Field(default={})

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        ways = [way for way in (self.token, self.token_url, self.oauth1) if way is not None]
        pair = bool(self.client_id), self.client_secret is not None
        wants_pair = self.token_url is not None or self.oauth1 is not None
        shown = ways or self.headers or self.client_certificate or self.open_to_all
        if len(ways) > 1 or pair != (wants_pair, wants_pair) or not shown:
            raise ValueError(
                "it must have either token, or all of token_url, client_id and client_secret, or all of "
                "oauth1, client_id and client_secret, or headers or a client_certificate alone"
            )
        if self.token_url is None and (self.scope is not None or "token_auth" in self.model_fields_set):
            raise ValueError("scope and token_auth go with token_url")
        return self

    def right(self, least_scope: str = "") -> "Right":
        """The right to ask.

        Args:
            least_scope: what a token is to be good for when the table does not say.
        """
        if self.token is not None:
            return Right(Bearer(self.token), self.headers)
        if self.client_secret is None:
            return Right(None, self.headers)
        if self.oauth1 is not None:
            return Right(Signing(self.client_id, self.client_secret, self.oauth1), self.headers)
        assert self.token_url is not None  # noqa: S101 - as the validator saw to
        scope = least_scope if self.scope is None else self.scope
        in_body = self.token_auth == "client_secret_post"  # noqa: S105 - a name
        access = Access(self.token_url, self.client_id, self.client_secret, scope, in_body=in_body)
        return Right(access, self.headers)


class Right:
    """The right to ask one far side; it outlives look-ups and event loops.

    Args:
        proof: what shows who we are; None: the headers alone do.
        headers: the vendor's own, sent with every request but the one for a token.
    """

    def __init__(self, proof: Access | Bearer | Signing | None, headers: Mapping[str, Secret]) -> None:
        self._proof = proof
        self._headers = headers

    async def send(
        self,
        over: httpx.AsyncClient,
        make: Callable[[], httpx.Request],
        *,
        absent: frozenset[int] = frozenset(),
    ) -> httpx.Response:
        """Send a request with all that shows who we are; a token that is refused is replaced once.

        Args:
            over: the client, from :func:`tasks.far.wire.client`.
            make: makes the request; called for each try.
            absent: statuses of errors that are answers, which the caller reads.

        Raises:
            StepFailed: there is no answer; with a code of :mod:`tasks.far.wire`.
        """
        own = {name: await _header(secret) for name, secret in self._headers.items()}
        stamp, token = await self._stamp(over)

        async def sent(stamp: Callable[[httpx.Request], None]) -> httpx.Response:
            def stamped() -> httpx.Request:
                request = make()
                request.headers.update(own)
                stamp(request)
                return request

            return await wire.send(over, stamped, absent=absent | {HTTPStatus.UNAUTHORIZED})

        response = await sent(stamp)
        if response.status_code == HTTPStatus.UNAUTHORIZED and token:
            # It was revoked before its time, or the clocks differ: once, a new one is worth a try.
            stamp, _ = await self._stamp(over, refused=token)
            response = await sent(stamp)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            raise StepFailed("unauthorized", permanent=True)
        return response

    async def _stamp(
        self, over: httpx.AsyncClient, *, refused: str = ""
    ) -> tuple[Callable[[httpx.Request], None], str]:
        """What makes a request ours, and the token that it does so with, if there is one."""
        proof = self._proof
        if proof is None:
            return (lambda _: None), ""
        if isinstance(proof, Signing):
            secret = await proof.reveal()
            return (lambda request: proof.sign(request, secret)), ""
        token = await proof.token(over, refused=refused)
        return (lambda request: request.headers.update({"Authorization": f"Bearer {token}"})), token


async def _header(secret: Secret) -> str:
    value = (await secret.reveal()).strip()
    if not value.isascii() or not value.isprintable():
        raise StepFailed("unauthorized", permanent=True)
    return value
