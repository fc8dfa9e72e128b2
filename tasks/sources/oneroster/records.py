"""What a OneRoster service sends, as far as it is asked for: the shapes of 1.1 and 1.2, and their fields.

Services differ in what they leave out and in how: a missing entry, ``null``, an empty text and a day of zeros
are one; an id may be a number; a reference may be an id alone; what should be a list may come without one.
What is needed and contradicts the specification is not guessed at. What does no harm when it is missing is
then ``None``: it came, and cannot be read. Entries that nobody asked for are dropped unread.
"""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WrapValidator,
)
from pydantic.alias_generators import to_camel

R = TypeVar("R")

Version = Literal["1.1", "1.2"]

#: days that stand for no day: what databases and programs write where they have none
_NO_DAYS = ("0000-00-00", "0001-01-01", "9999-12-31")


def _text(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return "" if value is None else value.strip() if isinstance(value, str) else value


def _texts(value: object) -> object:
    # Written as one text by services that keep them so in their CSV files, too; periods may be numbers.
    parts = value.split(",") if isinstance(value, str) else [value] if isinstance(value, int) else value
    if not isinstance(parts, list):
        return [] if parts is None else parts
    texts = [_text(part) for part in parts]
    return [text for text in texts if text != ""]


def _day(value: object) -> object:
    # A time is cut to its day; an empty text is no day.
    if value is None or (isinstance(value, str) and (not value.strip() or value.strip()[:10] in _NO_DAYS)):
        return None
    if not isinstance(value, str):
        raise ValueError("it is no day")  # noqa: TRY004 - pydantic makes an error of a ValueError
    return date.fromisoformat(value.strip()[:10])


def _word(value: object) -> object:
    # `Student` and `STUDENT` are `student`; `districtAdministrator` is a word of the specification.
    text = _text(value)
    return text.lower() if isinstance(text, str) and text[:1].isupper() else text


def _listed(value: object) -> object:
    if value in (None, ""):
        return []
    return [each for each in (value if isinstance(value, list) else [value]) if each not in (None, "", {})]


def _empty_if_none(value: object) -> object:
    return [] if value is None else value


def _reference(value: object) -> object:
    return {"sourcedId": value} if isinstance(value, str | int) else value


def _none_if_empty(value: object) -> object:
    return None if value in ("", {}, []) else value


def _identity(value: str) -> str:
    # It goes into paths and filters of further requests.
    if not value or value in (".", "..") or not value.isprintable() or " " in value:
        raise ValueError("it cannot stand in an address")
    return value


def _read_or_none(value: object, read: Callable[[object], R]) -> R | None:
    try:
        return read(value)
    except ValidationError:
        return None


#: of what may be missing: None when it came and cannot be read
_SOFT = WrapValidator(_read_or_none)

Text = Annotated[str, BeforeValidator(_text)]
Word = Annotated[str, BeforeValidator(_word)]
Texts = Annotated[list[str], BeforeValidator(_texts)]
Day = Annotated[date | None, BeforeValidator(_day)]
SoftDay = Annotated[Day, _SOFT]
Many = Annotated[list[R], BeforeValidator(_listed)]
SoftMany = Annotated[Many[R] | None, BeforeValidator(_empty_if_none), _SOFT]
SoftTexts = Annotated[Texts | None, BeforeValidator(_empty_if_none), _SOFT]
SourcedId = Annotated[str, BeforeValidator(_text), AfterValidator(_identity)]


class _Shape(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True, hide_input_in_errors=True)


class _Reference(_Shape):
    sourced_id: SourcedId


#: where another record is: a ``GUIDRef``. Its address is not followed: it may lead anywhere.
Reference = Annotated[_Reference, BeforeValidator(_reference)]
MaybeReference = Annotated[Reference | None, BeforeValidator(_none_if_empty)]


class Record(_Shape):
    """What every record has."""

    sourced_id: SourcedId
    status: Text = "active"
    date_last_modified: SoftDay = None

    @property
    def deleted(self) -> bool:
        """Whether the service keeps the record only to say that it is to be deleted."""
        return "".join(letter for letter in self.status.casefold() if letter.isalpha()) == "tobedeleted"


class Role(_Shape):
    """What a user is at a school (1.2)."""

    role: Word
    org: MaybeReference = None
    begin_date: Day = None
    end_date: Day = None


class User(Record):
    """A person, who has one role in 1.1, and any number in 1.2."""

    identifier: Text = ""
    username: Text = ""
    email: Text = ""
    user_master_identifier: Text = ""
    role: Word = ""
    roles: SoftMany[Role] = []
    orgs: SoftMany[Reference] = []
    grades: SoftTexts = []
    agents: SoftMany[Reference] = []
    given_name: Text = ""
    family_name: Text = ""
    phone: Text = ""

    @property
    def every_role(self) -> list[Role]:
        """The roles, whichever version they are written in."""
        if self.roles or not self.role:
            return self.roles or []
        return [Role(role=self.role, org=org) for org in self.orgs or ()] or [Role(role=self.role)]


class Enrollment(Record):
    """That a user is in a class."""

    user: Reference
    class_: Reference = Field(alias="class")
    role: Word = ""
    begin_date: Day = None
    end_date: Day = None


class Class(Record):
    """A class: what meets, in which periods, where."""

    title: Text = ""
    class_code: Text = ""
    location: Text = ""
    periods: Texts = []
    course: MaybeReference = None
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
