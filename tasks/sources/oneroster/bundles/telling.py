"""What is told of a person who is in the bundles: file by file, so that a missing one loses no other."""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Any, TypeVar

from pydantic import ValidationError

from tasks.sources.contract import Fact
from tasks.sources.oneroster import facts
from tasks.sources.oneroster.bundles.bundle import Row, Unusable
from tasks.sources.oneroster.bundles.shelf import Shelf
from tasks.sources.oneroster.facts import Attended
from tasks.sources.oneroster.records import (
    Class,
    Course,
    Demographics,
    Enrollment,
    Org,
    Record,
    Role,
    Session,
    User,
)
from tasks.sources.oneroster.telling import PARTS, known

R = TypeVar("R", bound=Record)

#: what a column of a file is called in the record that it belongs to
_NAMES = {
    "orgsourcedids": "orgs",
    "agentsourcedids": "agents",
    "usersourcedid": "user",
    "classsourcedid": "class",
    "coursesourcedid": "course",
    "termsourcedids": "terms",
}

#: columns that hold several ids
_LISTS = frozenset({"orgs", "agents", "terms"})


class Telling:
    """Tells of one person, and keeps which parts are missing.

    Args:
        shelf: the bundles.
        row: the person's row.
        today: the day that the question is put on.
    """

    def __init__(self, shelf: Shelf, row: Row, today: date) -> None:
        self._shelf = shelf
        self._row = row
        self._today = today
        self._missing: set[str] = set()

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts that could not be had, so far."""
        return tuple(part for part in PARTS if part in self._missing)

    def all(self, *, guardians: bool, demographics: bool) -> Iterator[Fact]:
        """All facts.

        Args:
            guardians: whether guardians are told, too.
            demographics: whether birth date and sex are.

        Raises:
            Unusable: the person's row cannot be read.
            StepFailed: the bundles are larger than they may be.
        """
        user = _record(self._row, User)
        if user is None:
            raise Unusable
        yield from self._person(user)
        yield from self._classes(user)
        if guardians:
            agents = {agent.sourced_id for agent in user.agents or ()}
            rows = self._rows("guardians", "users", lambda row: row["sourcedid"] in agents)
            for row in rows:
                agent = _record(row, User)
                if agent is None:
                    self._missing.add("guardians")
                elif not agent.deleted:
                    yield from facts.of_guardian(self._with_roles(agent))
        if demographics:
            for each in self._records("demographics", "demographics", {user.sourced_id}, Demographics):
                yield from facts.of_demographics(each)

    def _person(self, user: User) -> Iterator[Fact]:
        told = self._with_roles(user)
        if not told.every_role:
            self._missing.add("roles")
        orgs = {role.org.sourced_id for role in told.every_role if role.org is not None}
        schools = {org.sourced_id: org.name for org in self._records("schools", "orgs", orgs, Org)}
        yield from facts.of_person(told, schools)

    def _with_roles(self, user: User) -> User:
        """The person with their roles: in 1.2 they are a file of their own."""
        if user.role:
            return user
        rows = self._rows("roles", "roles", lambda row: row.get("usersourcedid") == user.sourced_id)
        there = [row for row in rows if row.get("status", "").casefold() != "tobedeleted"]
        roles = [
            Role(
                role=row.get("role"),
                org=row.get("orgsourcedid"),
                beginDate=row.get("begindate"),
                endDate=row.get("enddate"),
            )
            for row in there
        ]
        return user.model_copy(update={"roles": roles})

    def _classes(self, user: User) -> Iterator[Fact]:
        rows = self._rows(
            "enrollments", "enrollments", lambda row: row.get("usersourcedid") == user.sourced_id
        )
        enrollments = [one for one in self._readable("some_enrollments", rows, Enrollment) if not one.deleted]
        over = [one for one in enrollments if one.end_date is not None and one.end_date < self._today]
        open_ones = [one for one in enrollments if one not in over]
        wanted = {one.class_.sourced_id for one in open_ones}
        held = {one.sourced_id: one for one in self._records("classes", "classes", wanted, Class)}
        of_courses = {one.course.sourced_id for one in held.values() if one.course is not None}
        courses = {one.sourced_id: one for one in self._records("courses", "courses", of_courses, Course)}
        of_terms = {term.sourced_id for one in held.values() for term in one.terms}
        terms = {one.sourced_id: one for one in self._records("terms", "academicSessions", of_terms, Session)}
        attended = [
            known(Attended(one, held.get(one.class_.sourced_id)), courses, terms) for one in open_ones
        ]
        ended = [one for one in attended if one.until is not None and one.until < self._today]
        current = [one for one in attended if one not in ended]
        yield from facts.of_classes(current, [*(Attended(one) for one in over), *ended])

    def _records(self, part: str, name: str, wanted: Collection[str], shape: type[R]) -> list[R]:
        """The records of a file with certain ids, but those that are to be deleted."""
        if not wanted:
            return []
        rows = self._rows(part, name, lambda row: row["sourcedid"] in wanted)
        return [record for record in self._readable(part, rows, shape) if not record.deleted]

    def _readable(self, part: str, rows: Collection[Row], shape: type[R]) -> list[R]:
        records = [record for row in rows if (record := _record(row, shape)) is not None]
        if len(records) < len(rows):
            self._missing.add(part)
        return records

    def _rows(self, part: str, name: str, wanted: Callable[[Row], bool]) -> list[Row]:
        if self._shelf.has(name):
            try:
                return self._shelf.latest(name, wanted)
            except Unusable:
                pass
        self._missing.add(part)
        return []


def _record(row: Row, shape: type[R]) -> R | None:
    fields = {info.alias or name for name, info in shape.model_fields.items()}
    by_column = {field.casefold(): field for field in fields}
    given: dict[str, Any] = {}
    for column, cell in row.items():
        name = _NAMES.get(column, by_column.get(column))
        if name in fields:
            given[name] = [one.strip() for one in cell.split(",")] if name in _LISTS else cell
    try:
        return shape.model_validate(given)
    except ValidationError:
        return None
