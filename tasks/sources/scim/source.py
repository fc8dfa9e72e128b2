"""A source that asks an identity or HR system's SCIM 2.0 service (RFC 7643, 7644) about employees and others.

::

    [people]
    use = "scim"
    kinds = ["human_resources", "directory"]       # one of these, or both
    url = "https://idm.example.edu/scim/v2"        # what stands before /Users
    token = { env = "SCIM_TOKEN" }                 # or another way in: tasks/far/credentials.py shows all
                                                   #   of them (RFC 7644, 2, leaves them open)
    search = "post"                                # may be left out; or "get", see below

    [people.identifiers]                           # may be left out: these two
    employee_id = "employeeNumber"                 # or userName, externalId, emails
    email = "userName"

Human resources tells the employee number, title, department, division and manager, and whether the account is
active; the directory tells user name, e-mail addresses and what kind of user it is besides. It asks for what
it tells, and for nothing else, unless a service refuses to choose; no more of what that sends is read. Of two
people with one identifier it tells neither.

Left to itself it posts its searches, and puts them into addresses where the service knows no posted ones;
the service's log then names whom it was asked about. ``search`` has it do the one or the other alone. Of a
service that knows no filters, which would send everybody, nothing is taken: ``tat sources check`` says so.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self

import httpx
from pydantic import Field, model_validator

from states.correspondence.question import Question
from states.errors import StepFailed
from states.vocabulary.cases import FactorKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.far import wire
from tasks.far.credentials import Credentials
from tasks.sources.bases import ACCEPTS
from tasks.sources.contract import Fact, Found, Needs, NotFound, Provenance, Reply, Unavailable
from tasks.sources.scim.reading import ENTERPRISE, Person
from tasks.sources.scim.service import How, Service

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


class _Table(Credentials):
    """The source's table in the sources file."""

    kinds: frozenset[Served] = Field(min_length=1)
    url: wire.Address
    search: How = "either"
    identifiers: dict[
        Literal[IdentifierKind.CAMPUS_ID, IdentifierKind.EMPLOYEE_ID, IdentifierKind.EMAIL], Attribute
    ] = Field(
        default={IdentifierKind.EMPLOYEE_ID: "employeeNumber", IdentifierKind.EMAIL: "userName"}, min_length=1
    )

    @model_validator(mode="after")
    def _before_users(self) -> Self:
        if self.url.endswith("/Users"):
            raise ValueError("url must end before /Users, which is added")
        return self


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
        self.accepts: Mapping[SourceKind, frozenset[LegalBasis]] = {
            kind: ACCEPTS[kind] for kind in self.kinds
        }
        self._table = table
        self._right = table.right()

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the source that a table describes, as shown at the top of this module.

        Raises:
            ValidationError: the table lacks something, or holds something that cannot be used.
        """
        return cls(name, _Table.model_validate(table))

    async def lookup(self, question: Question) -> Reply:
        """Ask the service about a person.

        Raises:
            StepFailed: it could not be asked.
        """
        provenance = Provenance(self.name)
        async with wire.client(self._table) as over:
            service = self._service(over)
            people = await self._people(service, question)
            if not people:
                return NotFound(provenance)
            if len(people) > 1:
                return Unavailable("several_records", permanent=True)
            manager, missing = await _manager(service, people[0])
        return Found(tuple(_facts(people[0], question.kind, manager)), provenance, missing)

    async def check(self) -> tuple[str, ...]:
        """Whether the service knows filters, and finds people by what the table says."""
        async with wire.client(self._table) as over:
            service = self._service(over)
            if await service.filters() is False:
                return (_NO_FILTERS,)
            said = [await _trouble(service, attribute) for attribute in self._table.identifiers.values()]
        return tuple(dict.fromkeys(sentence for sentence in said if sentence))

    def _service(self, over: httpx.AsyncClient) -> Service:
        return Service(over, self._table.url, self._right, self._table.search)

    async def _people(self, service: Service, question: Question) -> list[Person]:
        kind, attribute = next(
            (kind, attribute)
            for kind, attribute in self._table.identifiers.items()
            if kind in question.identifiers
        )
        value = question.identifiers[kind].strip()
        # What it is found by comes back, too: a service that does not know filters sends other people.
        wanted = sorted({*WANTED[question.kind], FILTERS[attribute]})
        # Names and addresses are the same in small letters, which not every service knows.
        written = [value] if attribute in ("externalId", "employeeNumber") else [value, value.lower()]
        for each in dict.fromkeys(written):
            people = await service.find(FILTERS[attribute], each, wanted)
            if not all(value.casefold() in _values(person, attribute) for person in people):
                raise StepFailed("filter_ignored", permanent=True)
            if people:
                return people
        return []


_NO_FILTERS = (
    "It says that it knows no filters. It would send everybody, and nothing is taken of that. Have"
    " filters turned on there, or have an export dropped into a folder, and use csv."
)

#: a value that nobody has
_NOBODYS = "tatflow-check-nobody"


async def _trouble(service: Service, attribute: Attribute) -> str:
    """Why nobody would be found by an attribute; empty: as far as that shows, they would."""
    name = FILTERS[attribute]
    try:
        people = await service.find(name, _NOBODYS, [name])
    except StepFailed as failure:
        if failure.code not in ("no_search_by_post", "rejected", "several_records"):
            raise
        code = failure.code
    else:
        code = "filter_ignored" if people else ""
    match code:
        case "no_search_by_post":
            return 'It knows no searches by POST: leave search out, or set search = "get".'
        case "rejected":
            return f"It does not take a search by {attribute}. Choose another one under identifiers."
        case "filter_ignored" | "several_records":
            return (
                f"It sends people whom it was not asked for by {attribute}. Choose another under identifiers."
            )
    if await _finds_nobody(service, name):
        return (
            f"It has users, and none of them by {attribute}: everybody would be not found. Have it filled in"
            " and made searchable there, or choose another one under identifiers."
        )
    return ""


async def _finds_nobody(service: Service, name: str) -> bool:
    try:
        return await service.nobody_has(name)
    except StepFailed:
        # Not every service counts; that it does not says nothing of its searches.
        return False


def _values(person: Person, attribute: Attribute) -> set[str]:
    """What a person's attribute says; case does not count in it."""
    match attribute:
        case "userName":
            values: tuple[str, ...] = (person.user_name,)
        case "externalId":
            values = (person.external_id,)
        case "emails":
            values = person.emails
        case "employeeNumber":
            values = (person.employee_number,)
    return {value.casefold() for value in values if value}


async def _manager(service: Service, person: Person) -> tuple[str, tuple[str, ...]]:
    """What the manager is called, and what is missing of the answer."""
    manager = person.manager
    user_id = manager.user_id or manager.either
    if manager.name or " " in manager.either or not user_id:
        return manager.name or manager.either, ()
    # Many services give an id alone: a team wants to know who that is.
    try:
        return await service.name_of(user_id) or manager.either, ()
    except StepFailed as failure:
        # The person was found: whom else the service lets us read takes nothing from that.
        if not failure.permanent and failure.code != "server_error":
            raise
    return manager.either, ("manager",)


def _facts(person: Person, kind: SourceKind, manager: str) -> Iterator[Fact]:
    active = None if person.active is None else ("yes" if person.active else "no")
    told: list[tuple[str, str | None, Literal[FactorKind.STATIC, FactorKind.DYNAMIC]]] = [
        ("Employee number", person.employee_number, FactorKind.STATIC),
        ("Title", person.title, FactorKind.DYNAMIC),
        ("Department", person.department, FactorKind.DYNAMIC),
        ("Division", person.division, FactorKind.DYNAMIC),
        ("Manager", manager, FactorKind.DYNAMIC),
        ("Account active", active, FactorKind.DYNAMIC),
    ]
    if kind == SourceKind.DIRECTORY:
        told += [
            ("User name", person.user_name, FactorKind.STATIC),
            ("Kind of user", person.user_type, FactorKind.DYNAMIC),
            *(("E-mail", email, FactorKind.DYNAMIC) for email in person.emails),
        ]
    for name, value, factor in told:
        if value:
            yield Fact(name, value, factor, person.changed_on)
