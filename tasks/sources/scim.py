"""A source that asks an identity or HR system's SCIM 2.0 service (RFC 7643, 7644) about employees and others.

::

    [people]
    use = "scim"
    kinds = ["human_resources", "directory"]       # one of these, or both
    url = "https://idm.example.edu/scim/v2"        # what stands before /Users
    token = { env = "SCIM_TOKEN" }                 # or { block = "name-of-a-prefect-secret" }

    search = "post"                                # may be left out; "get" puts the identifier into addresses

    [people.identifiers]                           # may be left out: these two
    employee_id = "employeeNumber"                 # or userName, externalId, emails
    email = "userName"

Instead of ``token``, for a service that gives out tokens (OAuth 2.0, client credentials)::

    token_url = "https://idm.example.edu/token"
    client_id = "tatflow"
    client_secret = { env = "SCIM_SECRET" }
    scope = "…"                                    # may be left out

Human resources tells the employee number, title, department, division and manager, and whether the account is
active; the directory tells user name, e-mail addresses and what kind of user it is besides. It asks for what
it tells, and for nothing else. Of two people with one identifier it tells neither. A service that does not
know searches by POST needs ``search = "get"``; the addresses in its log then name whom it was asked about.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from scim2_models import EnterpriseUser, User

from states.errors import StepFailed
from states.vocabulary import FactorKind, IdentifierKind, LegalBasis, SourceKind
from tasks import wire
from tasks.access import Access, Bearer
from tasks.secrets import Secret
from tasks.sources.bases import ACCEPTS
from tasks.sources.contract import (
    Fact,
    Found,
    LookupRequest,
    Needs,
    NotFound,
    Provenance,
    Refused,
    Reply,
    Unavailable,
)
from tasks.sources.scim_service import ENTERPRISE, Service

Served = Literal[SourceKind.HUMAN_RESOURCES, SourceKind.DIRECTORY]
Attribute = Literal["userName", "externalId", "emails", "employeeNumber"]

#: what a filter calls each attribute that somebody may be found by
FILTERS: dict[Attribute, str] = {
    "userName": "userName",
    "externalId": "externalId",
    "emails": "emails.value",
    "employeeNumber": f"{ENTERPRISE}:employeeNumber",
}

#: what is fetched for each kind
_OF_ANYBODY = [
    "title",
    "active",
    "meta.lastModified",
    *(f"{ENTERPRISE}:{name}" for name in ("employeeNumber", "department", "division", "manager")),
]
WANTED: dict[SourceKind, list[str]] = {
    SourceKind.HUMAN_RESOURCES: _OF_ANYBODY,
    SourceKind.DIRECTORY: [*_OF_ANYBODY, "userName", "emails.value", "userType"],
}


class _Table(BaseModel):
    """The source's table in the sources file."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kinds: frozenset[Served] = Field(min_length=1)
    url: wire.Address
    token: Secret | None = None
    token_url: wire.Address | None = None
    client_id: str = ""
    client_secret: Secret | None = None
    scope: str = ""
    search: Literal["post", "get"] = "post"
    identifiers: dict[
        Literal[IdentifierKind.CAMPUS_ID, IdentifierKind.EMPLOYEE_ID, IdentifierKind.EMAIL], Attribute
    ] = Field(
        default={IdentifierKind.EMPLOYEE_ID: "employeeNumber", IdentifierKind.EMAIL: "userName"}, min_length=1
    )

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        client = (self.token_url is not None, bool(self.client_id), self.client_secret is not None)
        if any(client) == (self.token is not None) or (any(client) and not all(client)):
            raise ValueError("it must have either token, or all of token_url, client_id and client_secret")
        if self.url.endswith("/Users"):
            raise ValueError("url must end before /Users, which is added")
        return self

    @property
    def access(self) -> Access | Bearer:
        """The right to ask."""
        if self.token_url is not None and self.client_secret is not None:
            return Access(self.token_url, self.client_id, self.client_secret, self.scope)
        assert self.token is not None  # noqa: S101 - as the validator saw to
        return Bearer(self.token)


class ScimSource:
    """Answers from a SCIM 2.0 service about employees and other users (W-17).

    Args:
        name: the source's name.
        table: its table in the sources file.
    """

    def __init__(self, name: str, table: _Table) -> None:
        self.name = name
        self.kinds: frozenset[SourceKind] = frozenset(table.kinds)
        in_order = tuple(kind for kind in IdentifierKind if kind in table.identifiers)
        self.needs: Mapping[SourceKind, Needs] = {kind: Needs(one_of=in_order) for kind in self.kinds}
        self.accepts: frozenset[LegalBasis] = frozenset().union(*(ACCEPTS[kind] for kind in self.kinds))
        self._table = table
        self._access = table.access

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
        if request.basis not in ACCEPTS[request.kind]:
            # The source may be asked on it, but not about this kind.
            return Refused("basis_not_accepted")
        provenance = Provenance(self.name)
        async with wire.client() as over:
            service = Service(over, self._table.url, self._access)
            people = await self._people(service, request)
            if not people:
                return NotFound(provenance)
            if len(people) > 1:
                return Unavailable("several_records", permanent=True)
            manager = await _manager(service, people[0])
        return Found(tuple(_facts(people[0], request.kind, manager)), provenance)

    async def _people(self, service: Service, request: LookupRequest) -> list[User[EnterpriseUser]]:
        kind, attribute = next(
            (kind, attribute)
            for kind, attribute in self._table.identifiers.items()
            if kind in request.identifiers
        )
        value = request.identifiers[kind].strip()
        # What it is found by comes back, too: a service that does not know filters sends other people.
        wanted = sorted({*WANTED[request.kind], FILTERS[attribute]})
        people = await service.find(FILTERS[attribute], value, wanted, in_address=self._table.search == "get")
        if not all(value.casefold() in _values(person, attribute) for person in people):
            raise StepFailed("filter_ignored", permanent=True)
        return people


def _values(person: User[EnterpriseUser], attribute: Attribute) -> set[str]:
    """What a person's attribute says; case does not count in it."""
    match attribute:
        case "userName":
            values = [person.user_name]
        case "externalId":
            values = [person.external_id]
        case "emails":
            values = [email.value for email in person.emails or ()]
        case "employeeNumber":
            values = [_employment(person).employee_number]
    return {value.casefold() for value in values if value}


def _employment(person: User[EnterpriseUser]) -> EnterpriseUser:
    return person[EnterpriseUser] or EnterpriseUser()


async def _manager(service: Service, person: User[EnterpriseUser]) -> str:
    manager = _employment(person).manager
    if manager is None:
        return ""
    # Many services give an id alone: a team wants to know who that is.
    return manager.display_name or (await service.name_of(manager.value) if manager.value else "")


def _facts(person: User[EnterpriseUser], kind: SourceKind, manager: str) -> Iterator[Fact]:
    employment = _employment(person)
    changed = person.meta.last_modified if person.meta is not None else None
    observed_at = changed.date() if changed is not None else None
    active = None if person.active is None else ("yes" if person.active else "no")
    told: list[tuple[str, str | None, Literal[FactorKind.STATIC, FactorKind.DYNAMIC]]] = [
        ("Employee number", employment.employee_number, FactorKind.STATIC),
        ("Title", person.title, FactorKind.DYNAMIC),
        ("Department", employment.department, FactorKind.DYNAMIC),
        ("Division", employment.division, FactorKind.DYNAMIC),
        ("Manager", manager, FactorKind.DYNAMIC),
        ("Account active", active, FactorKind.DYNAMIC),
    ]
    if kind == SourceKind.DIRECTORY:
        emails = [email.value for email in person.emails or ()]
        told += [
            ("User name", person.user_name, FactorKind.STATIC),
            ("Kind of user", person.user_type, FactorKind.DYNAMIC),
            *(("E-mail", email, FactorKind.DYNAMIC) for email in emails),
        ]
    for name, value, factor in told:
        if value and value.strip():
            yield Fact(name, value.strip(), factor, observed_at)
