"""A source that asks a SCIM 2.0 service (RFC 7643, RFC 7644): human resources, or a directory of people.

::

    [personnel]
    use = "scim"
    kinds = ["human_resources", "directory"]       # or one of the two
    url = "https://people.example.edu/scim/v2"     # what stands before /Users
    token = { env = "PERSONNEL_TOKEN" }            # a bearer token; or { block = "name-of-a-prefect-secret" }

    [personnel.identifiers]                        # may be left out: these three
    campus_id = "externalId"
    employee_id = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber"
    email = "emails.value"

It tells what the core user and the enterprise extension say of somebody's place: title, kind of user, whether
the account is active, employee number, organization, division, department, cost center, and manager. A
directory tells the name and the mail address too. It asks for these attributes and for no others. Of two
people with one identifier it tells neither.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal, Self

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from scim2_models import Context, EnterpriseUser, ListResponse, User

from states.errors import StepFailed
from states.vocabulary import FactorKind, IdentifierKind, LegalBasis, SourceKind
from tasks import wire
from tasks.secrets import Secret
from tasks.sources.bases import usual
from tasks.sources.contract import Fact, Found, LookupRequest, Needs, NotFound, Provenance, Reply, Unavailable

#: the schema of the enterprise extension (RFC 7643, 4.3)
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

#: what is asked for of a person's place
PLACE = ("userName", "title", "userType", "active", "meta", ENTERPRISE)

#: what is asked for besides when it is to be found out who somebody is
WHO = ("displayName", "name", "emails")

#: a few show that there are several: no more need to travel
MOST = 3

_Users = ListResponse[User[EnterpriseUser]]


class _Table(BaseModel):
    """The source's table in the sources file."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kinds: tuple[Literal[SourceKind.HUMAN_RESOURCES, SourceKind.DIRECTORY], ...] = Field(min_length=1)
    url: wire.Address
    token: Secret
    accepts: frozenset[LegalBasis] | None = None
    identifiers: dict[
        Literal[IdentifierKind.CAMPUS_ID, IdentifierKind.EMPLOYEE_ID, IdentifierKind.EMAIL], str
    ] = Field(
        default={
            IdentifierKind.CAMPUS_ID: "externalId",
            IdentifierKind.EMPLOYEE_ID: f"{ENTERPRISE}:employeeNumber",
            IdentifierKind.EMAIL: "emails.value",
        },
        min_length=1,
    )


class ScimSource:
    """Answers from a SCIM 2.0 service (W-17).

    Args:
        name: the source's name.
        table: its table in the sources file.
    """

    def __init__(self, name: str, table: _Table) -> None:
        self.name = name
        self.kinds: frozenset[SourceKind] = frozenset(table.kinds)
        in_order = tuple(kind for kind in IdentifierKind if kind in table.identifiers)
        self.needs: Mapping[SourceKind, Needs] = {kind: Needs(one_of=in_order) for kind in table.kinds}
        self.accepts: frozenset[LegalBasis] = table.accepts or usual(table.kinds)
        self._table = table

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the source that a table describes, as shown at the top of this module.

        Raises:
            ValidationError: the table lacks something, or holds something that cannot be used.
        """
        return cls(name, _Table.model_validate(table))

    async def lookup(self, request: LookupRequest) -> Reply:
        """Ask the service about a person.

        Raises:
            StepFailed: it could not be asked.
        """
        kind = next(kind for kind in self._table.identifiers if kind in request.identifiers)
        value = request.identifiers[kind]
        wanted = PLACE + WHO if request.kind is SourceKind.DIRECTORY else PLACE
        # A string of a filter is written as in JSON (RFC 7644, 3.4.2.2).
        condition = f"{self._table.identifiers[kind]} eq {json.dumps(value.strip())}"
        users = await self._users(condition, wanted)
        if not users:
            return NotFound(Provenance(self.name))
        if len(users) > 1:
            return Unavailable("several_records", permanent=True)
        told = _facts(users[0], who=request.kind is SourceKind.DIRECTORY)
        return Found(tuple(told), Provenance(self.name))

    async def _users(self, condition: str, wanted: tuple[str, ...]) -> list[User[EnterpriseUser]]:
        headers = {
            "Authorization": f"Bearer {await self._table.token.reveal()}",
            "Accept": "application/scim+json",
        }
        query = {"filter": condition, "attributes": ",".join(wanted), "count": str(MOST)}
        async with wire.client() as over:

            def make() -> httpx.Request:
                return over.build_request("GET", f"{self._table.url}/Users", params=query, headers=headers)

            response = await wire.send(over, make, absent=frozenset())
        users = _read(response.content)
        if len(users) > MOST:
            # Nobody was asked for so many: the service does not know filters, or counts.
            raise StepFailed("filter_ignored", permanent=True)
        return users


def _read(content: bytes) -> list[User[EnterpriseUser]]:
    try:
        given = json.loads(content)
        answer = _Users.model_validate(given, scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    except (ValidationError, ValueError):
        answer = None
    if answer is None or answer.total_results is None:
        raise StepFailed("wrong_schema", permanent=True)
    if answer.total_results > len(answer.resources or ()) and answer.total_results <= MOST:
        # It says that there are more and does not send them: a part must not pass for the whole.
        raise StepFailed("incomplete")
    return list(answer.resources or ())


def _facts(user: User[EnterpriseUser], *, who: bool) -> Iterator[Fact]:
    place = user[EnterpriseUser] or EnterpriseUser()
    changed: date | None = None
    if user.meta is not None and user.meta.last_modified is not None:
        changed = user.meta.last_modified.date()
    manager = None if place.manager is None else place.manager.display_name or place.manager.value
    mails = [mail.value for mail in user.emails or () if mail.value]
    told: list[tuple[str, object, Literal[FactorKind.STATIC, FactorKind.DYNAMIC]]] = [
        ("Employee number", place.employee_number, FactorKind.STATIC),
        ("Title", user.title, FactorKind.DYNAMIC),
        ("Kind of user", user.user_type, FactorKind.DYNAMIC),
        ("Account", None if user.active is None else _active(user.active), FactorKind.DYNAMIC),
        ("Organization", place.organization, FactorKind.DYNAMIC),
        ("Division", place.division, FactorKind.DYNAMIC),
        ("Department", place.department, FactorKind.DYNAMIC),
        ("Cost center", place.cost_center, FactorKind.DYNAMIC),
        ("Manager", manager, FactorKind.DYNAMIC),
    ]
    if who:
        name = user.display_name or (user.name.formatted if user.name is not None else None)
        told = [("Name", name, FactorKind.STATIC), ("Mail", ", ".join(mails), FactorKind.DYNAMIC), *told]
    for fact, value, kind in told:
        if value is not None and (text := str(value).strip()):
            yield Fact(fact, text, kind, changed)


def _active(active: bool) -> str:  # noqa: FBT001 - the service's word for it
    return "active" if active else "not active"
