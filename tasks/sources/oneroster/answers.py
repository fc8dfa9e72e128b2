"""Reading what a OneRoster service answered: its records, however wrapped, and whether it has more of them.

The specification wraps a collection by its plural (``{"users": […]}``) and a record by its singular. Some
services wrap one record in the plural, send it in a list, or wrap nothing; all of that can be told apart. An
answer without any records is an empty list where it says so, and otherwise no list at all.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl, urlsplit

import httpx
from pydantic import ValidationError

from states.errors import StepFailed
from tasks.far import failures, wire
from tasks.sources.oneroster.records import Record

R = TypeVar("R", bound=Record)

#: what a record or a collection of them may be wrapped by, folded
_WRAPPERS = frozenset(
    word
    for pair in (
        ("user", "users"),
        ("student", "students"),
        ("teacher", "teachers"),
        ("enrollment", "enrollments"),
        ("class", "classes"),
        ("course", "courses"),
        ("academicsession", "academicsessions"),
        ("term", "terms"),
        ("org", "orgs"),
        ("school", "schools"),
        ("demographic", "demographics"),
    )
    for word in pair
)

#: digits of a total that are read: one that has more is too large all the same
_DIGITS = 18

#: how a link is called that leads to another page (RFC 8288)
_PAGES = frozenset({"first", "prev", "previous", "next", "last"})


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """What one answer holds.

    Args:
        records: those that can be read, in their order.
        unreadable: how many more there are in it that cannot.
        total: how many the service says there are in all; None: it does not say.
        next: the query of the next page, as the service gives it; None: it names none.
        linked: whether it names other pages at all.
    """

    records: list[R] = field(repr=False)
    unreadable: int = 0
    total: int | None = None
    next: Mapping[str, str] | None = field(default=None, repr=False)
    linked: bool = False

    @property
    def is_last(self) -> bool:
        """Whether the service names other pages, and none after this one."""
        return self.linked and self.next is None

    def counts_to(self, counted: int) -> bool | None:
        """Whether so many are as many as the service says there are; None: it does not say."""
        return None if self.total is None else counted >= self.total

    def __len__(self) -> int:
        """How many records came."""
        return len(self.records) + self.unreadable


def is_empty(response: httpx.Response) -> bool:
    """Whether an answer says nothing: it has no content."""
    return (
        response.status_code == HTTPStatus.NO_CONTENT or not response.content.removeprefix(wire.MARK).strip()
    )


def page(response: httpx.Response, shape: type[R]) -> Page[R]:
    """Read an answer that holds records.

    Args:
        response: from :meth:`tasks.far.credentials.Right.send`.
        shape: what they are.

    Raises:
        StepFailed: ``wrong_schema``: it holds none, and does not say that there are none.
    """
    content = _json(response)
    entries = _entries(content)
    # It has begun to look, or could not: neither says that there is nobody.
    if not entries and response.status_code in failures.UNFINISHED:
        raise StepFailed("incomplete")
    if not entries and failures.says_failure(content):
        raise StepFailed("wrong_schema", permanent=True)
    records = [record for entry in entries if (record := _read(entry, shape)) is not None]
    unreadable = len(entries) - len(records)
    links = {rel: link.get("url", "") for link in response.links.values() for rel in _relations(link)}
    # Of the next page's address the query alone is taken: what shows who we are goes nowhere else.
    following = dict(parse_qsl(urlsplit(links["next"]).query)) if "next" in links else None
    return Page(records, unreadable, _total(response, content), following, linked=bool(_PAGES & links.keys()))


def _json(response: httpx.Response) -> Any:
    try:
        return json.loads(response.content.removeprefix(wire.MARK))
    except (ValueError, RecursionError):
        pass
    raise StepFailed("wrong_schema", permanent=True)


def _entries(content: Any) -> list[Any]:
    if isinstance(content, dict):
        if "sourcedId" in content:
            return [content]
        wrapped = [value for key, value in content.items() if key.casefold() in _WRAPPERS]
        if len(wrapped) != 1:
            raise StepFailed("wrong_schema", permanent=True)
        content = wrapped[0]
    if content is None:
        return []
    return content if isinstance(content, list) else [content]


def _read(entry: Any, shape: type[R]) -> R | None:
    try:
        return shape.model_validate(entry)
    except ValidationError:
        return None


def _total(response: httpx.Response, content: Any) -> int | None:
    # In the header of the specification; some say it in the body.
    given = [response.headers.get("X-Total-Count", "").strip()]
    if isinstance(content, dict):
        given.append(str(content.get("totalCount", "")))
    said = [int(text[:_DIGITS]) for text in given if text.isdecimal()]
    return max(said, default=None)


def _relations(link: Mapping[str, str]) -> list[str]:
    return link.get("rel", "").lower().split()
