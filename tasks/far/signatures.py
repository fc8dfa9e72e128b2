"""Signed HTTP messages (RFC 9421), with Ed25519: partners, tip lines and offices are known by their keys.

A request's signature covers the method, the address and the digest of the content (RFC 9530), and carries
when it was made, when it ends, and a nonce. Keys have ids, so that a new one can be used beside the old one
until every side knows it. Whoever takes a request in refuses a nonce that was seen before
(:func:`states.casebook.effects.nonces.use`). A response's signature covers the signature of its request, too:
it answers that request and no other, so nobody has to remember its nonce.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    InvalidSignature,
    MappingKeyResolver,
    algorithms,
)

from states.errors import BadSignature, StepFailed

#: what the signature of a request covers
COVERED = ("@method", "@target-uri", "content-digest")

#: what the signature of a response covers; ``req`` speaks of the request (RFC 9421, 2.4)
RESPONSE_COVERED = ("@status", "content-digest", '"@method";req', '"@target-uri";req', '"signature";req')

#: what these signatures are for; a signature made for something else does not do
TAG = "tatflow"

#: how long a signed message may be under way
FRESH = timedelta(minutes=5)

#: how far the clocks of both sides may be apart, either way
GRACE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs what we send.

    Args:
        key_id: what the other side knows the key by.
        key: a private key.
    """

    key_id: str
    key: Ed25519PrivateKey = field(repr=False)

    def sign(self, request: httpx.Request, *, now: datetime, also: Sequence[str] = ()) -> httpx.Request:
        """Sign a request, whose content must have been read; returns the same request.

        Args:
            request: what is to be sent.
            now: what time it is.
            also: names of headers, in lower case, that the signature covers as well.
        """
        self._sign(request, request.content, now, (*COVERED, *also))
        return request

    def sign_response(self, response: httpx.Response, *, now: datetime) -> httpx.Response:
        """Sign the response to a signed request, which it must carry; returns the same response.

        Args:
            response: what is to be sent back.
            now: what time it is.
        """
        self._sign(response, response.content, now, RESPONSE_COVERED)
        return response

    def _sign(self, message: Any, content: bytes, now: datetime, covered: Sequence[str]) -> None:
        signer = HTTPMessageSigner(
            signature_algorithm=algorithms.ED25519,
            key_resolver=MappingKeyResolver(public_keys={}, private_keys={self.key_id: self.key}),
        )
        signer.sign(
            message,
            key_id=self.key_id,
            created=now,
            expires=now + FRESH,
            nonce=token_urlsafe(18),
            tag=TAG,
            covered_component_ids=covered,
            body=content,
        )


@dataclass(frozen=True, slots=True)
class Signed:
    """A message whose signature holds.

    Args:
        key_id: whose it is.
        nonce: what no other message of theirs carries.
        expires_at: until when the nonce has to be remembered.
    """

    key_id: str
    nonce: str
    expires_at: datetime


#: said of every message whose signature does not hold, whatever is wrong with it
NOT_SIGNED = "It is not signed as agreed, was changed, or is too old. Nothing was taken in."


class _Verifier(HTTPMessageVerifier):
    """Checks signatures by a given time of day.

    Args:
        keys: the public keys that may have signed, by id.
        now: what time it is.
    """

    def __init__(self, keys: Mapping[str, Ed25519PublicKey], now: datetime) -> None:
        resolver = MappingKeyResolver(public_keys=keys, private_keys={})
        super().__init__(signature_algorithm=algorithms.ED25519, key_resolver=resolver)
        self._now = now

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        """Refuse what was signed too long ago, is to be signed yet, or has expired (RFC 9421, 3.2)."""
        created, expires = sig_input.params.get("created"), sig_input.params.get("expires")
        if created is None:
            raise InvalidSignature("It does not say when it was signed.")
        ends = created + (max_age or FRESH).total_seconds()
        now, grace = self._now.timestamp(), GRACE.total_seconds()
        if not created - grace <= now <= min(ends, ends if expires is None else expires) + grace:
            raise InvalidSignature("It was not signed at a time that counts.")


def verify(
    request: httpx.Request,
    keys: Mapping[str, Ed25519PublicKey],
    *,
    also: Sequence[str] = (),
    now: datetime | None = None,
) -> Signed:
    """Check a signed request that came in.

    Args:
        request: method, whole address, headers and content, as they came.
        keys: the public keys that may have signed it, by id.
        also: names of headers, in lower case, that the signature has to cover as well.
        now: what time it is; None: what the machine says.

    Raises:
        BadSignature: it is not signed by one of these keys, or not whole, or too old. Says no more: what is
            wrong with it helps nobody but a forger.
    """
    return verify_head(request, keys, also=also, now=now).with_content(request.content)


class Head:
    """The head of a request whose signature holds; its content is still to come.

    Args:
        signed: whose it is.
        check: checks a content against what was signed.
    """

    def __init__(self, signed: Signed, check: Callable[[bytes], object]) -> None:
        self._signed = signed
        self._check = check

    def with_content(self, content: bytes) -> Signed:
        """The whole message, once its content has come.

        Args:
            content: the content.

        Raises:
            BadSignature: it is not the content that was signed.
        """
        try:
            self._check(content)
        except (HTTPMessageSignaturesException, ValueError):
            pass
        else:
            return self._signed
        raise BadSignature(NOT_SIGNED)


def verify_head(
    request: httpx.Request,
    keys: Mapping[str, Ed25519PublicKey],
    *,
    also: Sequence[str] = (),
    now: datetime | None = None,
) -> Head:
    """Check the signature of a request before its content is read: whoever did not sign costs no more.

    Args:
        request: method, whole address and headers, as they came.
        keys: the public keys that may have signed it, by id.
        also: names of headers, in lower case, that the signature has to cover as well.
        now: what time it is; None: what the machine says.

    Raises:
        BadSignature: see :func:`verify`.
    """
    return _verify_head(request, keys, (*COVERED, *also), now or datetime.now(UTC))


def verify_response(response: httpx.Response, keys: Mapping[str, Ed25519PublicKey]) -> Signed:
    """Check the signed response to a signed request.

    Args:
        response: with the request that it answers.
        keys: the public keys that may have signed it, by id.

    Raises:
        BadSignature: it is not signed by one of these keys, or not whole, or answers something else.
    """
    return _verify_head(response, keys, RESPONSE_COVERED, datetime.now(UTC)).with_content(response.content)


def _verify_head(
    message: Any, keys: Mapping[str, Ed25519PublicKey], covered: Sequence[str], now: datetime
) -> Head:
    verifier = _Verifier(keys, now)
    try:
        (result,) = verifier.verify(message, max_age=FRESH, expect_tag=TAG, require_components=covered)
        key_id, nonce = str(result.parameters["keyid"]), str(result.parameters["nonce"])
    except (HTTPMessageSignaturesException, KeyError, ValueError):
        pass
    else:
        # Signed as far ahead as is borne, it could be sent again until FRESH + 2 * GRACE from now.
        signed = Signed(key_id, nonce, now + 2 * FRESH)
        return Head(signed, lambda content: verifier.verify_body(message, [result], content))
    raise BadSignature(NOT_SIGNED)


def private_key(text: str) -> Ed25519PrivateKey:
    """Read a private key: 32 bytes in URL-safe base64, as kept where secrets are.

    Raises:
        StepFailed: ``secret_misread``: it is not one.
    """
    try:
        return Ed25519PrivateKey.from_private_bytes(urlsafe_b64decode(text.strip()))
    except (Base64Error, ValueError):
        pass
    raise StepFailed("secret_misread", permanent=True)


def public_key(text: str) -> Ed25519PublicKey:
    """Read a public key: 32 bytes in URL-safe base64, as written into a file of sources, offices or doors.

    Raises:
        ValueError: it is not one.
    """
    try:
        return Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(text.strip()))
    except (Base64Error, ValueError):
        pass
    raise ValueError("a public key is 32 bytes in URL-safe base64")


def written(key: Ed25519PrivateKey | Ed25519PublicKey) -> str:
    """A key as :func:`private_key` and :func:`public_key` read it."""
    raw = key.private_bytes_raw() if isinstance(key, Ed25519PrivateKey) else key.public_bytes_raw()
    return urlsafe_b64encode(raw).decode()
