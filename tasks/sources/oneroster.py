"""A source that asks a registrar's OneRoster service (1EdTech OneRoster 1.1 or 1.2, Rostering, REST).

::

    [registrar]
    use = "oneroster"
    version = "1.2"                                # or "1.1"
    url = "https://sis.example.edu"                # what stands before /ims/oneroster/…
    token_url = "https://sis.example.edu/token"    # OAuth 2.0, client credentials
    client_id = "tatflow"
    client_secret = { env = "REGISTRAR_SECRET" }   # or { block = "name-of-a-prefect-secret" }
    scope = "…"                                    # may be left out: the least that the rest needs
    guardians = false                              # may be left out: whether guardians are asked for
    demographics = false                           # may be left out: whether birth date and sex are asked for

    [registrar.identifiers]                        # may be left out: these two
    campus_id = "identifier"                       # or sourcedId, username, userMasterIdentifier (1.2 only)
    email = "email"

It tells the person's roles and schools; the classes that they are in now or will be, each with when it
meets (in the school's periods: OneRoster knows no clock times) and where; and how many enrollments there were
before. It asks for the fields that it tells, and for no others. Of two people with one identifier it tells
neither.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_snake

from states.errors import StepFailed
from states.vocabulary import IdentifierKind, LegalBasis, SourceKind
from tasks import wire
from tasks.access import Access
from tasks.secrets import Secret
from tasks.sources import oneroster_facts as facts
from tasks.sources.contract import (
    Fact,
    Found,
    LookupRequest,
    Needs,
    NotFound,
    Provenance,
    Reply,
    Unavailable,
)
from tasks.sources.oneroster_records import (
    GUARDIAN_FIELDS,
    SUBJECT_FIELDS,
    Class,
    Course,
    Demographics,
    Enrollment,
    Org,
    Reference,
    Session,
    User,
    Version,
)
from tasks.sources.oneroster_service import Service, equals, require_all

T = TypeVar("T")

#: where each version's collections lie
PATHS: dict[Version, str] = {"1.1": "/ims/oneroster/v1p1", "1.2": "/ims/oneroster/rostering/v1p2"}

#: what each version's scopes begin with
SCOPES: dict[Version, str] = {
    "1.1": "https://purl.imsglobal.org/spec/or/v1p1/scope/",
    "1.2": "https://purl.imsglobal.org/spec/or/v1p2/scope/",
}

#: requests under way at once within one look-up
AT_ONCE = 4


class _Table(BaseModel):
    """The source's table in the sources file."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    version: Version
    url: wire.Address
    token_url: wire.Address
    client_id: str = Field(min_length=1)
    client_secret: Secret
    scope: str = ""
    guardians: bool = False
    demographics: bool = False
    identifiers: dict[
        Literal[IdentifierKind.CAMPUS_ID, IdentifierKind.EMAIL],
        Literal["sourcedId", "identifier", "username", "email", "userMasterIdentifier"],
    ] = Field(default={IdentifierKind.CAMPUS_ID: "identifier", IdentifierKind.EMAIL: "email"}, min_length=1)

    @model_validator(mode="after")
    def _known_to_the_version(self) -> Self:
        if "/ims/oneroster" in self.url:
            raise ValueError("url must end before /ims/oneroster, which the version adds")
        if self.version == "1.1" and "userMasterIdentifier" in self.identifiers.values():
            raise ValueError("OneRoster 1.1 has no userMasterIdentifier")
        return self

    @property
    def least_scope(self) -> str:
        """The scope to ask for."""
        names = ["roster-core.readonly"] + (["roster-demographics.readonly"] if self.demographics else [])
        return self.scope or " ".join(SCOPES[self.version] + name for name in names)


class OneRosterSource:
    """Answers from a registrar's OneRoster service (W-17, U-03).

    Args:
        name: the source's name.
        table: its table in the sources file.
    """

    kinds = frozenset({SourceKind.REGISTRAR})
    accepts = frozenset({LegalBasis.SCHOOL_OFFICIAL, LegalBasis.HEALTH_OR_SAFETY, LegalBasis.CONSENT})

    def __init__(self, name: str, table: _Table) -> None:
        self.name = name
        in_order = tuple(kind for kind in IdentifierKind if kind in table.identifiers)
        self.needs: Mapping[SourceKind, Needs] = {SourceKind.REGISTRAR: Needs(one_of=in_order)}
        self._table = table
        self._access = Access(table.token_url, table.client_id, table.client_secret, table.least_scope)

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
        provenance = Provenance(self.name)
        # A client for each look-up: it belongs to an event loop, and is closed before the look-up ends.
        async with wire.client() as over:
            service = Service(over, self._table.url + PATHS[self._table.version], self._access)
            users = await self._users(service, request.identifiers)
            if not users:
                return NotFound(provenance)
            if len(users) > 1:
                return Unavailable("several_records", permanent=True)
            told = await self._tell(service, users[0], request.now.date())
        return Found(tuple(told), provenance)

    async def _users(self, service: Service, known: Mapping[IdentifierKind, str]) -> list[User]:
        kind, name = next((kind, name) for kind, name in self._table.identifiers.items() if kind in known)
        value = known[kind].strip()

        def is_theirs(user: User) -> bool:
            return str(getattr(user, to_snake(name))).casefold() == value.casefold()

        fields = [*SUBJECT_FIELDS[self._table.version], name] + ["agents"] * self._table.guardians
        # A few show that there are several, even when some are to be deleted: no more need to travel.
        found = await service.some("users", equals(name, value), User, fields, most=5)
        require_all(found, is_theirs)
        return list({user.sourced_id: user for user in found if not user.deleted}.values())

    async def _tell(self, service: Service, user: User, today: date) -> list[Fact]:
        theirs = equals("user.sourcedId", user.sourced_id)
        enrollments = await service.every(
            "enrollments", theirs, Enrollment, lambda one: one.user.sourced_id == user.sourced_id
        )
        schools = await _names(service, [role.org for role in user.every_role])
        told = [*facts.of_person(user, schools)]
        told += await _of_classes(service, enrollments, today)
        if self._table.guardians:
            told += [fact for one in await self._agents(service, user) for fact in facts.of_guardian(one)]
        if self._table.demographics:
            known = await service.one("demographics", user.sourced_id, Demographics)
            told += facts.of_demographics(known) if known is not None else ()
        return told

    async def _agents(self, service: Service, user: User) -> list[User]:
        fields = GUARDIAN_FIELDS[self._table.version]
        found = await _each(
            [agent.sourced_id for agent in user.agents],
            lambda sourced_id: service.one("users", sourced_id, User, fields),
        )
        return [agent for agent in found.values() if agent is not None]


async def _of_classes(service: Service, enrollments: Iterable[Enrollment], today: date) -> list[Fact]:
    """What is told of somebody's enrollments; classes of those that are over are not even asked for."""
    # The specification means the first day after it; not every service does: the day itself still counts.
    earlier, open_ones = _split(enrollments, lambda one: one.end_date is not None and one.end_date < today)
    classes = await _each(
        [one.class_.sourced_id for one in open_ones],
        lambda sourced_id: service.one("classes", sourced_id, Class),
    )
    known = [held for held in classes.values() if held is not None]
    courses = await _each(
        [held.course.sourced_id for held in known if held.course is not None],
        lambda sourced_id: service.one("courses", sourced_id, Course),
    )
    terms = await _each(
        [term.sourced_id for held in known for term in held.terms],
        lambda sourced_id: service.one("academicSessions", sourced_id, Session),
    )
    attended = [_attended(one, classes[one.class_.sourced_id], courses, terms) for one in open_ones]
    over, current = _split(attended, lambda one: one.until is not None and one.until < today)
    return [*facts.of_classes(current, [*earlier, *(one.enrollment for one in over)])]


def _attended(
    enrollment: Enrollment,
    held: Class | None,
    courses: Mapping[str, Course | None],
    terms: Mapping[str, Session | None],
) -> facts.Attended:
    if held is None:
        return facts.Attended(enrollment)
    course = courses[held.course.sourced_id] if held.course is not None else None
    sessions = [terms[term.sourced_id] for term in held.terms]
    return facts.Attended(
        enrollment,
        held,
        course.title if course is not None else "",
        tuple(session for session in sessions if session is not None),
    )


async def _names(service: Service, orgs: Iterable[Reference | None]) -> dict[str, str]:
    found = await _each(
        [org.sourced_id for org in orgs if org is not None],
        lambda sourced_id: service.one("orgs", sourced_id, Org),
    )
    return {sourced_id: org.name for sourced_id, org in found.items() if org is not None}


async def _each(sourced_ids: Sequence[str], fetch: Callable[[str], Awaitable[T]]) -> dict[str, T]:
    """Fetch each record once, a few at a time; the first failure ends it.

    Raises:
        StepFailed: one could not be fetched.
    """
    places = asyncio.Semaphore(AT_ONCE)

    async def placed(sourced_id: str) -> T:
        async with places:
            return await fetch(sourced_id)

    failures: Sequence[BaseException] = ()
    try:
        async with asyncio.TaskGroup() as group:
            tasks = {
                sourced_id: group.create_task(placed(sourced_id)) for sourced_id in dict.fromkeys(sourced_ids)
            }
    except* StepFailed as several:
        failures = several.exceptions
    for failure in failures:
        if isinstance(failure, StepFailed):
            raise StepFailed(failure.code, permanent=failure.permanent)
    return {sourced_id: task.result() for sourced_id, task in tasks.items()}


def _split(many: Iterable[T], is_over: Callable[[T], bool]) -> tuple[list[T], list[T]]:
    ended: list[T] = []
    going_on: list[T] = []
    for one in many:
        (ended if is_over(one) else going_on).append(one)
    return ended, going_on
