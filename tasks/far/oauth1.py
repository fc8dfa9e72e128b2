"""Requests signed with a shared secret by OAuth 1.0a without a token (RFC 5849), as older services want them.

The service holds the secret, too. Of the two methods, HMAC-SHA1 is the RFC's; HMAC-SHA256 is what OneRoster
1.1 asks for beside it.
"""

from typing import Literal

import httpx
from oauthlib.oauth1 import Client  # type: ignore[import-untyped]

from states.errors import StepFailed
from tasks.far.secrets import Secret

#: how a request may be signed
Method = Literal["HMAC-SHA1", "HMAC-SHA256"]


class Signing:
    """The right to ask, shown by signing each request.

    Args:
        client_id: who we are, the consumer key.
        secret: what proves it.
        method: how it is signed.
    """

    def __init__(self, client_id: str, secret: Secret, method: Method) -> None:
        self._client_id = client_id
        self._secret = secret
        self._method = method

    async def reveal(self) -> str:
        """The secret to sign with.

        Raises:
            StepFailed: there is none.
        """
        return await self._secret.reveal()

    def sign(self, request: httpx.Request, secret: str) -> None:
        """Add the signature to a request without a body; each try needs its own, with a time and a nonce.

        Args:
            request: as it will be sent.
            secret: from :meth:`reveal`.

        Raises:
            StepFailed: ``identifier_unusable``: its address cannot be signed.
        """
        signer = Client(self._client_id, client_secret=secret, signature_method=self._method)
        try:
            _, headers, _ = signer.sign(str(request.url), request.method)
        except ValueError:
            # What it says quotes the address.
            headers = {}
        if "Authorization" not in headers:
            raise StepFailed("identifier_unusable", permanent=True)
        request.headers["Authorization"] = headers["Authorization"]
