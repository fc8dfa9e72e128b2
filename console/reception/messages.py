"""What comes in at a door, signed: its content is read once its head is known to be from whom it says."""

from collections.abc import Mapping

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import Request

from states.casebook.effects.nonces import Once
from states.errors import BadSignature
from tasks.desk import Desk
from tasks.far.signatures import NOT_SIGNED, verify_head


async def signed_content(
    request: Request, desk: Desk, sender: str, keys: Mapping[str, Ed25519PublicKey]
) -> tuple[bytes, Once]:
    """The content of a signed message, and the nonce with which it is taken in once.

    Where there is no such sender, there are no keys: that is answered like any other signature that does not
    hold, before the content is read.

    Args:
        request: the message as it came.
        desk: the desk, which knows the address that links begin with.
        sender: who it says it is from, as their nonces are kept apart.
        keys: the public keys that may have signed it, by id.

    Raises:
        BadSignature: it is not signed by one of these keys, or not whole, or too old.
    """
    head = verify_head(as_signed(request, desk.settings.base_url), keys)
    content = await request.body()
    signed = head.with_content(content)
    return content, Once(f"{sender}\n{signed.key_id}", signed.nonce, signed.expires_at)


def as_signed(request: Request, base_url: str, content: bytes = b"") -> httpx.Request:
    """A message as its sender signed it: under the address that links begin with, whatever stands before us.

    Args:
        request: the message as it came.
        base_url: the address that links begin with.
        content: its content, once that has come.

    Raises:
        BadSignature: nobody can have signed that address.
    """
    # Word for word as it was asked for: what is decoded need not be what was signed.
    target = request.scope["raw_path"].decode("ascii", "replace")
    if query := request.scope["query_string"].decode("ascii", "replace"):
        target = f"{target}?{query}"
    try:
        url = httpx.URL(f"{base_url.rstrip('/')}{target}")
    except (httpx.InvalidURL, ValueError):
        pass
    else:
        return httpx.Request(request.method, url, headers=request.headers.raw, content=content)
    raise BadSignature(NOT_SIGNED)
