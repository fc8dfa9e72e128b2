"""The institution's sign-in, as a TOML file in the data folder describes it; without the file there is none.

::

    issuer = "https://login.example.edu"          # exactly as the provider says it
    client_id = "tatflow"
    client_secret = { env = "TATFLOW_OIDC" }      # left out: the provider wants none, PKCE alone
    scopes = ["openid", "profile"]                # what is asked for; may be left out: openid
    second_factor = "checked"                     # by amr or acr; or "theirs": it always asks for one
    acr = ["https://refeds.org/profile/mfa"]      # which of its acr say so; left out: amr says mfa
    member_claim = "tat_member"                   # says a member's id, for the first time; may be left out
    groups_claim = "groups"                       # may be left out

    [groups."tat-police"]                         # who is in this group holds, from a sign-in on,
    roles = ["member"]
    offices = ["university_police"]

Groups make nobody chair, deputy or an expert from outside: the team decides that, on record (W-02). Nobody is
made administrator who may open cases: who lets people in is not to be who sees what is inside.
"""

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from states.errors import BadInput
from states.vocabulary.people import Role
from tasks.far.egress import Table
from tasks.far.secrets import Secret
from tasks.far.toml_lines import see_line, see_line_of_syntax
from tasks.far.wire import Address

#: the roles that no group gives
NEVER = frozenset({Role.CHAIR, Role.DEPUTY, Role.OUTSIDE, Role.ONLOOKER, Role.SYSTEM, Role.REPORTER})


class Grant(BaseModel):
    """What whoever is in a group holds."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    roles: tuple[Role, ...] = Field(min_length=1)
    offices: tuple[str, ...] = ()

    @field_validator("roles")
    @classmethod
    def _may_be_given(cls, roles: tuple[Role, ...]) -> tuple[Role, ...]:
        for role in roles:
            if role in NEVER:
                raise ValueError(f"no group makes anybody {role}: the team decides that, on record")
        if Role.ADMINISTRATOR in roles and len(set(roles)) > 1:
            raise ValueError("an administrator lets people in, and holds no other role")
        return roles


class ProviderTable(Table):
    """What the file says."""

    issuer: Address
    client_id: str = Field(min_length=1)
    client_secret: Secret | None = None
    scopes: tuple[str, ...] = ("openid",)
    second_factor: Literal["checked", "theirs"] = "checked"
    acr: tuple[str, ...] = ()
    member_claim: str = ""
    groups_claim: str = "groups"
    groups: dict[str, Grant] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if "openid" not in self.scopes:
            raise ValueError("scopes must have openid among them")
        return self

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that groups give, and take."""
        return frozenset(role for grant in self.groups.values() for role in grant.roles)

    @property
    def offices(self) -> frozenset[str]:
        """The offices that groups give, and take."""
        return frozenset(office for grant in self.groups.values() for office in grant.offices)


def load_provider(config: Path, offices: Collection[str]) -> ProviderTable | None:
    """Read the file; None: there is none.

    Args:
        config: the file.
        offices: the codes of the pack's offices.

    Raises:
        BadInput: it cannot be used; names file and key, and no value.
    """
    done = "Nobody signs in by the institution: correct it."
    try:
        text = config.read_text(encoding="utf-8")
        table = ProviderTable.model_validate(tomllib.loads(text))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadInput(f"{config.name}: it cannot be read ({error.strerror}). {done}") from None
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in found["loc"] if isinstance(part, str))
        said = found["msg"].removeprefix("Value error, ")
        raise BadInput(f"{config.name}: {key}: {said}. {done}{see_line(text, key)}") from None
    except ValueError as error:
        raise BadInput(f"{config.name}: it is not TOML in UTF-8. {done}{see_line_of_syntax(error)}") from None
    for group, grant in table.groups.items():
        if not set(grant.offices) <= set(offices):
            key = f"groups.{group}.offices"
            raise BadInput(f"{config.name}: {key}: the pack has no such office. {done}{see_line(text, key)}")
    return table
