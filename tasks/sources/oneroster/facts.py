"""What is told of a person from OneRoster's records: facts, each with its kind and the day it is from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from states.vocabulary.cases import FactorKind
from tasks.sources.contract import Fact
from tasks.sources.oneroster.records import Class, Demographics, Enrollment, Session, User


@dataclass(frozen=True, slots=True)
class Attended:
    """That a person is in a class, with what belongs to it; what nobody tells is None or missing.

    Args:
        enrollment: since when, and as what.
        held: the class.
        course: what is taught in it.
        terms: when it is held.
    """

    enrollment: Enrollment | None = field(default=None, repr=False)
    held: Class | None = field(default=None, repr=False)
    course: str = field(default="", repr=False)
    terms: tuple[Session, ...] = field(default=(), repr=False)

    @property
    def until(self) -> date | None:
        """The last day: the enrollment's own, or that of the last term; None: nobody says."""
        ends = [term.end_date for term in self.terms if term.end_date is not None]
        own = self.enrollment.end_date if self.enrollment is not None else None
        return own or (max(ends) if ends and len(ends) == len(self.terms) else None)

    @property
    def observed_at(self) -> date | None:
        """As of when that is so; None: nobody says."""
        record = self.enrollment or self.held
        return record.date_last_modified if record is not None else None

    @property
    def title(self) -> str:
        """What the class is called, with its code."""
        named = self.held.title if self.held is not None else ""
        code = self.held.class_code if self.held is not None else ""
        name = ": ".join(dict.fromkeys(part for part in (self.course, named) if part)) or "a class"
        return f"{name} ({code})" if code else name


def of_person(user: User, schools: Mapping[str, str]) -> Iterator[Fact]:
    """What the person is, where, and in which grade.

    Args:
        user: the person.
        schools: names of schools by their ``sourcedId``.
    """
    for role in user.every_role:
        school = schools.get(role.org.sourced_id, "") if role.org is not None else ""
        value = f"{role.role} at {school}" if school else role.role
        value += _span(role.begin_date, role.end_date)
        yield Fact("Role", value, FactorKind.DYNAMIC, user.date_last_modified)
    if user.grades:
        yield Fact("Grade", ", ".join(user.grades), FactorKind.DYNAMIC, user.date_last_modified)


def of_classes(attended: Iterable[Attended], earlier: Iterable[Attended]) -> Iterator[Fact]:
    """Which classes the person is in, and when and where each of them meets.

    Args:
        attended: those that are not over.
        earlier: those that are.
    """
    for each in attended:
        enrollment, held = each.enrollment, each.held
        value = each.title
        if enrollment is not None:
            value += f", as {enrollment.role}" if enrollment.role else ""
            value += _span(enrollment.begin_date, enrollment.end_date)
        yield Fact("Enrolled in", value, FactorKind.DYNAMIC, each.observed_at)
        if held is not None and (held.periods or held.location):
            yield Fact("Class meets", _meeting(each, held), FactorKind.DYNAMIC, held.date_last_modified)
    over = list(earlier)
    if over:
        days = [each.observed_at for each in over if each.observed_at]
        yield Fact("Earlier enrollments", str(len(over)), FactorKind.STATIC, max(days, default=None))


def of_guardian(agent: User) -> Iterator[Fact]:
    """Who a guardian is, and how to reach them; nothing of an agent who is none."""
    for role in agent.every_role:
        if role.role in ("guardian", "parent"):
            name = f"{agent.given_name} {agent.family_name}".strip() or "name not given"
            said = [f"{name} ({role.role})", agent.email, agent.phone]
            value = ", ".join(part for part in said if part)
            yield Fact("Guardian", value, FactorKind.STATIC, agent.date_last_modified)
            return


def of_demographics(known: Demographics) -> Iterator[Fact]:
    """When the person was born, and their sex."""
    if known.birth_date is not None:
        born = known.birth_date.isoformat()
        yield Fact("Date of birth", born, FactorKind.STATIC, known.date_last_modified)
    if known.sex:
        yield Fact("Sex", known.sex, FactorKind.STATIC, known.date_last_modified)


def _meeting(each: Attended, held: Class) -> str:
    said = []
    if held.periods:
        said.append(("period " if len(held.periods) == 1 else "periods ") + ", ".join(held.periods))
    if held.location:
        said.append(held.location)
    said += [term.title + _span(term.start_date, term.end_date) for term in each.terms]
    return f"{each.title}: {'; '.join(said)}"


def _span(begin: date | None, end: date | None) -> str:
    if begin is not None and end is not None:
        return f" ({begin} to {end})"
    if begin is not None:
        return f" (since {begin})"
    return f" (until {end})" if end is not None else ""
