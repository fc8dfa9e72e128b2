"""What is told of a person who was found: part by part, so that one that cannot be had loses no other.

A part that the service does not let us have, or sends unreadable, is missing, and the answer says which. What
may be there in a minute (it is away, or busy) is not: then the whole question is put again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar
from urllib.parse import quote

from states.errors import StepFailed
from tasks.sources.contract import Fact
from tasks.sources.oneroster import facts
from tasks.sources.oneroster.facts import Attended
from tasks.sources.oneroster.finding import equals
from tasks.sources.oneroster.records import (
    GUARDIAN_FIELDS,
    Class,
    Course,
    Demographics,
    Enrollment,
    Org,
    Session,
    User,
    Version,
)
from tasks.sources.oneroster.service import Got, Service

T = TypeVar("T")

#: requests under way at once within one look-up
AT_ONCE = 4

#: the parts that may be missing, in the order in which they are told
PARTS = (
    "roles",
    "grades",
    "schools",
    "enrollments",
    "some_enrollments",
    "enrollment_dates",
    "classes",
    "courses",
    "terms",
    "guardians",
    "demographics",
)


class Telling:
    """Tells of one person, and keeps which parts are missing.

    Args:
        service: whom to ask.
        user: the person.
        version: the version of OneRoster that is spoken.
        today: the day that the question is put on.
    """

    def __init__(self, service: Service, user: User, version: Version, today: date) -> None:
        self._service = service
        self._user = user
        self._version = version
        self._today = today
        self._missing: set[str] = set()

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts that could not be had, so far."""
        return tuple(part for part in PARTS if part in self._missing)

    async def person(self) -> list[Fact]:
        """What the person is, where, and in which grade."""
        user = self._user
        # Both versions have everybody in a role: whoever comes without one comes without a part.
        if not user.every_role or user.orgs is None:
            self._missing.add("roles")
        if user.grades is None:
            self._missing.add("grades")
        orgs = [role.org.sourced_id for role in user.every_role if role.org is not None]
        found = await self._each("schools", orgs, lambda one: self._service.one("orgs", one, Org))
        schools = {sourced_id: org.name for sourced_id, org in found.items() if org is not None}
        return [*facts.of_person(user, schools)]

    async def classes(self) -> list[Fact]:
        """Which classes they are in; those that are over are not even asked for where that shows before."""
        enrollments = await self._enrollments()
        if enrollments is None:
            attended = [Attended(held=held) for held in await self._classes_alone()]
            return await self._with_terms(attended, [])
        # The specification means the first day after it; not every service does: the day itself still counts.
        over, open_ones = _split(enrollments, self._is_over)
        found = await self._each(
            "classes",
            [one.class_.sourced_id for one in open_ones],
            lambda one: self._service.one("classes", one, Class),
        )
        attended = [Attended(one, found.get(one.class_.sourced_id)) for one in open_ones]
        return await self._with_terms(attended, [Attended(one) for one in over])

    async def guardians(self) -> list[Fact]:
        """Who the guardians are, and how to reach them."""
        fields = GUARDIAN_FIELDS[self._version]
        if self._user.agents is None:
            self._missing.add("guardians")
        agents = [agent.sourced_id for agent in self._user.agents or ()]
        found = await self._each(
            "guardians", agents, lambda one: self._service.one("users", one, User, fields)
        )
        return [fact for one in found.values() if one is not None for fact in facts.of_guardian(one)]

    async def demographics(self) -> list[Fact]:
        """When the person was born, and their sex."""
        asked = self._service.one("demographics", self._user.sourced_id, Demographics)
        theirs = await self._part("demographics", asked)
        if theirs is not None:
            return [*facts.of_demographics(theirs)]
        # None of this person is no part missing, as long as there are some of others.
        if not await self._part("demographics", self._service.is_there("demographics")):
            self._missing.add("demographics")
        return []

    def _is_over(self, one: Enrollment) -> bool:
        return one.end_date is not None and one.end_date < self._today

    async def _enrollments(self) -> list[Enrollment] | None:
        """The person's enrollments; None: the service does not let us ask for them."""
        theirs = self._user.sourced_id
        try:
            got = await self._service.every(
                "enrollments",
                Enrollment,
                condition=equals("user.sourcedId", theirs),
                belongs=lambda one: one.user.sourced_id == theirs,
            )
        except StepFailed as failure:
            if not failure.permanent and failure.code != "server_error":
                raise
            return None
        if got.unsaid is not None and got.unsaid != 204:  # noqa: PLR2004 - it says that there is no content
            return None
        if got.unsaid is None and not got.whole:
            self._missing.add("some_enrollments")
        return got.records

    async def _classes_alone(self) -> list[Class]:
        """The person's classes, by a route of their own, where enrollments cannot be asked for."""
        failure = None
        for route in self._routes():
            try:
                got: Got[Class] = await self._service.every(route, Class)
            except StepFailed as refused:
                failure = failure if refused.permanent else refused
                continue
            if got.unsaid in (None, 204):
                self._missing |= {"enrollment_dates"} | (set() if got.whole else {"some_enrollments"})
                return got.records
        if failure is not None:
            raise StepFailed(failure.code)
        self._missing.add("enrollments")
        return []

    def _routes(self) -> Iterator[str]:
        """Where a service may tell of somebody's classes (1.1 and 1.2)."""
        roles = {role.role for role in self._user.every_role}
        theirs = quote(self._user.sourced_id, safe="")
        yield f"users/{theirs}/classes"
        for collection, role in (("students", "student"), ("teachers", "teacher")):
            if role in roles or not roles:
                yield f"{collection}/{theirs}/classes"

    async def _with_terms(self, attended: Sequence[Attended], over: Sequence[Attended]) -> list[Fact]:
        """Tell of classes, with the courses and terms that they belong to."""
        held = [each.held for each in attended if each.held is not None]
        courses = await self._each(
            "courses",
            [one.course.sourced_id for one in held if one.course is not None],
            lambda one: self._service.one("courses", one, Course),
        )
        terms = await self._each(
            "terms",
            [term.sourced_id for one in held for term in one.terms],
            lambda one: self._service.one("academicSessions", one, Session),
        )
        whole = [known(each, courses, terms) for each in attended]
        ended, current = _split(whole, lambda one: one.until is not None and one.until < self._today)
        return [*facts.of_classes(current, [*over, *ended])]

    async def _part(self, part: str, asked: Awaitable[T]) -> T | None:
        """What was asked for; None, and the part is missing, when it will not be had by asking again.

        Raises:
            StepFailed: it may be had by asking again.
        """
        try:
            return await asked
        except StepFailed as failure:
            if not failure.permanent:
                raise
        self._missing.add(part)
        return None

    async def _each(
        self, part: str, sourced_ids: Iterable[str], fetch: Callable[[str], Awaitable[T | None]]
    ) -> dict[str, T | None]:
        """Fetch each record of a part once, a few at a time; what may be had by asking again ends it.

        Raises:
            StepFailed: one may be had by asking again.
        """
        places = asyncio.Semaphore(AT_ONCE)

        async def placed(sourced_id: str) -> T | None:
            async with places:
                return await self._part(part, fetch(sourced_id))

        failures: Sequence[BaseException] = ()
        try:
            async with asyncio.TaskGroup() as group:
                tasks = {one: group.create_task(placed(one)) for one in dict.fromkeys(sourced_ids)}
        except* StepFailed as several:
            failures = several.exceptions
        for failure in failures:
            if isinstance(failure, StepFailed):
                raise StepFailed(failure.code, permanent=failure.permanent)
        found = {sourced_id: task.result() for sourced_id, task in tasks.items()}
        if found and not any(found.values()):
            # One record that is referred to and not there happens; all of them, where nobody is asked.
            self._missing.add(part)
        return found


def known(
    each: Attended, courses: Mapping[str, Course | None], terms: Mapping[str, Session | None]
) -> Attended:
    """A class with what is taught in it and when it is held, as far as that is known.

    Args:
        each: the class.
        courses: courses by their ``sourcedId``; None: there is none, or it could not be had.
        terms: terms, in the same way.
    """
    if each.held is None:
        return each
    course = courses.get(each.held.course.sourced_id) if each.held.course is not None else None
    sessions = [terms.get(term.sourced_id) for term in each.held.terms]
    return Attended(
        each.enrollment,
        each.held,
        course.title if course is not None else "",
        tuple(session for session in sessions if session is not None),
    )


def _split(many: Iterable[T], is_over: Callable[[T], bool]) -> tuple[list[T], list[T]]:
    ended: list[T] = []
    going_on: list[T] = []
    for one in many:
        (ended if is_over(one) else going_on).append(one)
    return ended, going_on
