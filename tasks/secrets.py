"""Secrets of sources, offices and doors: named in their files, kept elsewhere, and never shown."""

import os
from typing import Any, Self

import httpx
from pydantic import BaseModel, ConfigDict, model_validator

from states.errors import StepFailed


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
    # Prefect takes long to import, and most secrets are in the environment.
    from prefect.blocks.system import Secret as SecretBlock  # noqa: PLC0415

    code = ""
    try:
        block: Any = await SecretBlock.aload(name)
    except ValueError:
        # Prefect's way to say that there is no such block.
        return ""
    except httpx.HTTPError:
        code = "secret_unreachable"
    if code:
        # From out here, so that an address does not travel along as its cause.
        raise StepFailed(code)
    return str(block.get())
