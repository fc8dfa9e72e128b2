"""What a OneRoster service sends, as far as it is asked for: the shapes of 1.1 and 1.2, and their fields.

Services differ in what they leave out and in how: a missing entry, ``null`` and an empty text are one. What
contradicts the specification is not guessed at. Entries that nobody asked for are dropped unread.
"""

from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

R = TypeVar("R")

Version = Literal["1.1", "1.2"]


def _text(value: object) -> object:
    return "" if value is None else value.strip() if isinstance(value, str) else value


def _texts(value: object) -> object:
    # Written as one text by services that keep them so in their CSV files, too; periods may be numbers.
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list):
        return [] if parts is None else parts
    texts = [str(part) if isinstance(part, int) else part for part in parts]
    return [text.strip() if isinstance(text, str) else text for text in texts if text not in ("", None)]


def _day(value: object) -> object:
    # A time is cut to its day; an empty text is no day.
    return (value[:10] or None) if isinstance(value, str) else value


def _none_is_empty(value: object) -> object:
    return [] if value is None else value


def _identity(value: str) -> str:
    # It goes into paths and filters of further requests.
    if not value or value in (".", "..") or not value.isprintable() or " " in value:
        raise ValueError("it cannot stand in an address")
    return value


Text = Annotated[str, BeforeValidator(_text)]
Texts = Annotated[list[str], BeforeValidator(_texts)]
Day = Annotated[date | None, BeforeValidator(_day)]
Many = Annotated[list[R], BeforeValidator(_none_is_empty)]
SourcedId = Annotated[str, AfterValidator(_identity)]


class _Shape(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True, hide_input_in_errors=True)


class Reference(_Shape):
    """Where another record is: a ``GUIDRef``. Its address is not followed: it may lead anywhere."""

    sourced_id: SourcedId


class Record(_Shape):
    """What every record has."""

    sourced_id: SourcedId
    status: Text = "active"
    date_last_modified: Day = None

    @property
    def deleted(self) -> bool:
        """Whether the service keeps the record only to say that it is to be deleted."""
        return self.status == "tobedeleted"


class Role(_Shape):
    """What a user is at a school (1.2)."""

    role: Text
    org: Reference | None = None
    begin_date: Day = None
    end_date: Day = None


class User(Record):
    """A person, who has one role in 1.1, and any number in 1.2."""

    identifier: Text = ""
    username: Text = ""
    email: Text = ""
    user_master_identifier: Text = ""
    role: Text = ""
    roles: Many[Role] = []
    orgs: Many[Reference] = []
    grades: Texts = []
    agents: Many[Reference] = []
    given_name: Text = ""
    family_name: Text = ""
    phone: Text = ""

    @property
    def every_role(self) -> list[Role]:
        """The roles, whichever version they are written in."""
        if self.roles or not self.role:
            return self.roles
        return [Role(role=self.role, org=org) for org in self.orgs] or [Role(role=self.role)]


class Enrollment(Record):
    """That a user is in a class."""

    user: Reference
    class_: Reference = Field(alias="class")
    role: Text = ""
    begin_date: Day = None
    end_date: Day = None


class Class(Record):
    """A class: what meets, in which periods, where."""

    title: Text = ""
    class_code: Text = ""
    location: Text = ""
    periods: Texts = []
    course: Reference | None = None
    terms: Many[Reference] = []


class Course(Record):
    """What is taught in a class."""

    title: Text = ""


class Session(Record):
    """A term."""

    title: Text = ""
    start_date: Day = None
    end_date: Day = None


class Org(Record):
    """A school or another organization."""

    name: Text = ""


class Demographics(Record):
    """The two entries of a person's demographics that are ever asked for."""

    birth_date: Day = None
    sex: Text = ""


class Page(BaseModel, Generic[R]):
    """A part of a collection."""

    model_config = ConfigDict(hide_input_in_errors=True)

    items: list[R] = Field(validation_alias=AliasChoices("users", "enrollments"))


class One(BaseModel, Generic[R]):
    """One record."""

    model_config = ConfigDict(hide_input_in_errors=True)

    item: R = Field(
        validation_alias=AliasChoices(
            "user", "class", "course", "academicSession", "term", "org", "demographics"
        )
    )


#: for each kind of record what is asked for beside ``sourcedId``, ``status`` and ``dateLastModified``
FIELDS: dict[type[Any], tuple[str, ...]] = {
    Enrollment: ("user", "class", "role", "beginDate", "endDate"),
    Class: ("title", "classCode", "location", "periods", "course", "terms"),
    Course: ("title",),
    Session: ("title", "startDate", "endDate"),
    Org: ("name",),
    Demographics: ("birthDate", "sex"),
}

#: what is asked for of a user: 1.1 does not know ``roles``, 1.2 does not know ``role``
SUBJECT_FIELDS: dict[Version, tuple[str, ...]] = {
    "1.1": ("role", "orgs", "grades"),
    "1.2": ("roles", "grades"),
}

#: what is asked for of a guardian
GUARDIAN_FIELDS: dict[Version, tuple[str, ...]] = {
    "1.1": ("role", "givenName", "familyName", "email", "phone"),
    "1.2": ("roles", "givenName", "familyName", "email", "phone"),
}
