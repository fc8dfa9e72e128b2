"""What a SCIM 2.0 service says (RFC 7643), read leniently: what was asked for, and nothing else of an answer.

Names of attributes and schemas are compared without regard to case (RFC 7643, 2.1). A number or a truth value
may come as a text and a text as a number, a manager as an id, one address where a list belongs. What nobody
asked for is not looked at, so that no odd value of it keeps a person from being read.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from states.errors import StepFailed
from tasks.far import failures

#: what the addition for employees is called (RFC 7643, 4.3)
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

#: digits that a total may have
_DIGITS = 18

#: how that of SCIM 1.1 is called, which some services still send
_ENTERPRISE_1 = "urn:scim:schemas:extension:enterprise:1.0"


@dataclass(frozen=True, slots=True)
class Manager:
    """Whom somebody reports to.

    Args:
        name: what they are called; empty: it is not said.
        user_id: what the service knows them by; empty: it is not said.
        either: a text that stands for one of the two, where the service does not say for which.
    """

    name: str = field(default="", repr=False)
    user_id: str = field(default="", repr=False)
    either: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    """A user, as far as we read one; what is not said is empty."""

    user_name: str = field(default="", repr=False)
    external_id: str = field(default="", repr=False)
    emails: tuple[str, ...] = field(default=(), repr=False)
    employee_number: str = field(default="", repr=False)
    title: str = field(default="", repr=False)
    user_type: str = field(default="", repr=False)
    department: str = field(default="", repr=False)
    division: str = field(default="", repr=False)
    manager: Manager = field(default=Manager(), repr=False)
    active: bool | None = field(default=None, repr=False)
    changed_on: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the users that a service found.

    Args:
        people: those that it sent.
        total: how many it says that it found.
    """

    people: tuple[Person, ...] = field(repr=False)
    total: int


def page_of(answer: Mapping[str, Any]) -> Page:
    """Read a list of users (RFC 7644, 3.4.2).

    Raises:
        StepFailed: ``wrong_schema``: it is no such list.
    """
    said = lowered(answer)
    sent = said.get("resources")
    total = _number(said.get("totalresults"))
    if sent is None and total is not None:
        sent = []
    # An error may stand in a list's place, and a total that cannot be read is not one of nobody.
    given = said.get("totalresults")
    unclear = total is None and given not in (None, "") and text_of(given) != "-1"
    if (
        not isinstance(sent, list)
        or _is_error(said)
        or (not sent and (unclear or failures.says_failure(answer)))
    ):
        raise StepFailed("wrong_schema", permanent=True)
    people = tuple(person_of(each) for each in sent)
    return Page(people, len(people) if total is None else max(total, len(people)))


def _is_error(said: Mapping[str, Any]) -> bool:
    """Whether an answer says that something failed (RFC 7644, 3.12), whatever its status is."""
    schemas = said.get("schemas")
    named = schemas if isinstance(schemas, list) else [schemas]
    return any(isinstance(each, str) and each.lower().endswith(":error") for each in named)


def total_of(answer: Mapping[str, Any]) -> int | None:
    """How many users a list says that were found; None: it does not say."""
    return _number(lowered(answer).get("totalresults"))


def person_of(sent: object) -> Person:
    """Read a user.

    Raises:
        StepFailed: ``wrong_schema``: it is no object.
    """
    if not isinstance(sent, Mapping):
        raise StepFailed("wrong_schema", permanent=True)
    said = lowered(sent)
    employment = lowered(said.get(ENTERPRISE.lower()) or said.get(_ENTERPRISE_1))
    return Person(
        user_name=text_of(said.get("username")),
        external_id=text_of(said.get("externalid")),
        emails=tuple(_addresses(said.get("emails"))),
        employee_number=text_of(employment.get("employeenumber", said.get("employeenumber"))),
        title=text_of(said.get("title")),
        user_type=text_of(said.get("usertype")),
        department=text_of(employment.get("department", said.get("department"))),
        division=text_of(employment.get("division", said.get("division"))),
        manager=_manager(employment.get("manager", said.get("manager"))),
        active=truth_of(said.get("active")),
        changed_on=_day(lowered(said.get("meta")).get("lastmodified")),
    )


def lowered(sent: object) -> dict[str, Any]:
    """An object's entries, by name in lower case; of what is no object, none."""
    return {str(name).lower(): value for name, value in sent.items()} if isinstance(sent, Mapping) else {}


def text_of(sent: object) -> str:
    """A text, or a number as one; of an object what it is shown as; empty: nothing that a person reads."""
    match sent:
        case bool() | None:
            return ""
        case str() | int():
            return str(sent).strip()
        case float():
            return str(int(sent)) if sent.is_integer() else str(sent)
        case Mapping():
            said = lowered(sent)
            return next(
                (text for name in ("displayname", "display", "value") if (text := text_of(said.get(name)))),
                "",
            )
    return ""


def truth_of(sent: object) -> bool | None:
    """Whether something holds, in a truth value, a text or a number; None: it does not say."""
    return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(
        str(sent).strip().lower()
    )


def _number(sent: object) -> int | None:
    text = text_of(sent)
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None


def _addresses(sent: object) -> Iterator[str]:
    each = sent if isinstance(sent, list) else [sent]
    for one in each:
        address = text_of(lowered(one).get("value") if isinstance(one, Mapping) else one)
        # What stands there for none, as in n/a, is none.
        if "@" in address:
            yield address


def _manager(sent: object) -> Manager:
    said = lowered(sent)
    name = text_of(said.get("displayname")) or text_of(said.get("display"))
    return Manager(name, text_of(said.get("value")), text_of(sent) if not said else "")


def _day(sent: object) -> date | None:
    with suppress(ValueError):
        return datetime.fromisoformat(text_of(sent)).date()
    return None
