"""Secrets of sources, offices and doors: named in their files, kept elsewhere, and never shown."""

import os
from typing import Self
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, model_validator

from notifications.channels import tls
from states.errors import StepFailed
from states.settings import Settings

#: seconds that Prefect's server may take to give a secret out
PATIENCE = 10.0


class Secret(BaseModel):
    """Where a secret is kept: ``{ env = "NAME" }`` or ``{ block = "name" }``, one of the two.

    Args:
        env: name of an environment variable.
        block: name of a Prefect ``Secret`` block.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    env: str = ""
    block: str = ""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: object) -> object:
        if isinstance(given, str):
            message = 'a secret is never written here: name where it is kept, as in { env = "NAME" }'
            raise ValueError(message)  # noqa: TRY004 - pydantic makes an error of a ValueError
        return given

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if bool(self.env) == bool(self.block):
            raise ValueError("it must name either env or block")
        return self

    async def reveal(self) -> str:
        """Fetch the secret.

        Raises:
            StepFailed: ``secret_missing``: there is none where it should be kept; ``secret_unreachable``:
                Prefect, which keeps it, does not answer.
        """
        found = os.environ.get(self.env, "") if self.env else await _from_block(self.block)
        if not found:
            raise StepFailed("secret_missing", permanent=True)
        return found


async def _from_block(name: str) -> str:
    # Over HTTP: Prefect itself takes seconds and 40 MiB to import, and the reception does without it.
    where = f"{Settings().prefect_url}/block_types/slug/secret/block_documents/name/{quote(name, safe='')}"
    try:
        async with httpx.AsyncClient(
            auth=_sign_in(), timeout=PATIENCE, trust_env=False, verify=tls.context()
        ) as client:
            answer = await client.get(where, params={"include_secrets": True})
            if answer.status_code == httpx.codes.NOT_FOUND:
                return ""
            answer.raise_for_status()
            found = answer.json()["data"]["value"]
    except (httpx.HTTPError, ValueError, LookupError):
        found = None
    if found is None:
        # From out here, so that an address does not travel along as its cause.
        raise StepFailed("secret_unreachable")
    return str(found)


def _sign_in() -> httpx.Auth | None:
    """How Prefect's own clients sign in to its server, from the same variables."""
    user, _, password = os.environ.get("PREFECT_API_AUTH_STRING", "").partition(":")
    return httpx.BasicAuth(user, password) if user else None
