"""Asking a OneRoster service: routes, filters, fields and pages."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Generic, TypeVar
from urllib.parse import quote

import httpx

from states.errors import StepFailed
from tasks.far.credentials import Right
from tasks.sources.oneroster import answers
from tasks.sources.oneroster.answers import Page
from tasks.sources.oneroster.records import FIELDS, Record

R = TypeVar("R", bound=Record)

#: records in a page, as asked for; a service may send fewer
PAGE_SIZE = 100

#: pages of one collection, at most
MOST_PAGES = 20

#: how a service says that it does not take a request as it is: a filter, a field, a route
_REFUSED = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.NOT_ACCEPTABLE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.NOT_IMPLEMENTED,
    }
)

#: how it says that there is nothing at that address
_ABSENT = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True, slots=True)
class Got(Generic[R]):
    """What came of a collection.

    Args:
        records: those that are not to be deleted.
        whole: whether that is all there is, as far as the service lets one tell.
        unreadable: how many more came that cannot be read.
        unsaid: the status of an answer that held no list; None: it held one.
    """

    records: list[R] = field(repr=False)
    whole: bool = True
    unreadable: int = 0
    unsaid: int | None = None


class Service:
    """One conversation with a service, over one client.

    Args:
        over: the client.
        base: the address that its collections lie under.
        right: the right to ask.
    """

    def __init__(self, over: httpx.AsyncClient, base: str, right: Right) -> None:
        self._over = over
        self._base = base
        self._right = right
        #: collections whose fields cannot be chosen
        self._unchosen: set[str] = set()

    async def one(
        self, collection: str, sourced_id: str, shape: type[R], fields: Iterable[str] = ()
    ) -> R | None:
        """Fetch one record; None: there is none, or it is to be deleted.

        Args:
            collection: where it is.
            sourced_id: which it is.
            shape: what it is.
            fields: what is wanted of it; empty: what ``FIELDS`` names for its shape.

        Raises:
            StepFailed: it cannot be fetched, or cannot be read.
        """
        path = f"{collection}/{quote(sourced_id, safe='')}"
        response = await self._get(collection, path, {}, fields or FIELDS[shape])
        if response.status_code in _ABSENT or answers.is_empty(response):
            return None
        page = answers.page(response, shape)
        theirs = [record for record in page.records if record.sourced_id == sourced_id]
        if len(page) != 1 or not theirs:
            raise StepFailed("wrong_schema", permanent=True)
        return None if theirs[0].deleted else theirs[0]

    async def every(
        self,
        path: str,
        shape: type[R],
        *,
        condition: str = "",
        belongs: Callable[[R], bool] = lambda _: True,
        fields: Iterable[str] = (),
        size: int = PAGE_SIZE,
    ) -> Got[R]:
        """Fetch all records of a collection that a condition holds for, page by page.

        A part never passes for the whole: what the service says of totals and of a next page is held against
        what comes, and a page that comes again is no new one.

        Args:
            path: where they are.
            shape: what they are.
            condition: a filter, from :mod:`tasks.sources.oneroster.finding`; empty: all of them.
            belongs: whether the condition holds for a record; a service may not know filters.
            fields: what is wanted of them; empty: what ``FIELDS`` names for their shape.
            size: records in a page, as asked for.

        Raises:
            StepFailed: they cannot be fetched; ``filter_ignored``: the service sends records of others, too.
        """
        fixed = {"filter": condition} if condition else {}
        asked = {"limit": str(size), "offset": "0"}
        found: dict[str, R] = {}
        page: Page[R] | None = None
        came = counted = unreadable = 0
        for _ in range(MOST_PAGES):
            response = await self._get(path, path, asked | fixed, fields or FIELDS[shape])
            if response.status_code in _ABSENT or answers.is_empty(response):
                if page is None:
                    return Got([], whole=False, unsaid=response.status_code)
                ended = page.next is None and page.counts_to(counted) is not False
                return _got(found, unreadable, whole=ended)
            page = answers.page(response, shape)
            if not all(belongs(record) for record in page.records):
                raise StepFailed("filter_ignored", permanent=True)
            known = sum(record.sourced_id in found for record in page.records)
            found |= {record.sourced_id: record for record in page.records}
            came, counted = came + len(page), counted + len(page) - known
            unreadable += page.unreadable
            again = 0 < len(page) == known
            if page.next is None and (again or not len(page) or page.is_last or page.counts_to(counted)):
                whole = page.counts_to(counted)
                if whole is None:
                    whole = not again or await self._is_all(path, fixed, page)
                return _got(found, unreadable, whole=whole)
            if again:
                break
            following = page.next or {"offset": str(came)}
            asked = {"limit": str(size)} | {name: following[name] for name in following if name != "fields"}
        return _got(found, unreadable, whole=False)

    async def is_there(self, collection: str) -> bool:
        """Whether a collection is there at all: whether it shows a record, of which only the id is asked."""
        response = await self._get(collection, collection, {"limit": "1", "offset": "0"}, ("sourcedId",))
        if response.status_code in _ABSENT or answers.is_empty(response):
            return False
        return len(answers.page(response, Record)) > 0

    async def _is_all(self, path: str, fixed: dict[str, str], page: Page[R]) -> bool:
        """Whether a page that came again is all there is: so it is where the service knows no pages."""
        if len(page) == 1:
            return True
        response = await self._get(path, path, {"limit": "1", "offset": "0"} | fixed, ("sourcedId",))
        return not answers.is_empty(response) and len(answers.page(response, Record)) == len(page)

    async def _get(
        self, collection: str, path: str, query: Mapping[str, str], fields: Iterable[str]
    ) -> httpx.Response:
        """Ask; a service that does not take the choice of fields is asked without one.

        Raises:
            StepFailed: there is no answer; ``rejected``: it does not take the request; ``forbidden``: it does
                not let us see that.
        """
        response = None
        if collection not in self._unchosen:
            response = await self._try(path, {**query, "fields": _listed(fields)})
        if response is None or response.status_code in _REFUSED:
            refused = response is not None
            response = await self._try(path, query)
            if refused and response.status_code not in _REFUSED:
                self._unchosen.add(collection)
        if response.status_code in _REFUSED:
            raise StepFailed("rejected", permanent=True)
        if response.status_code == HTTPStatus.FORBIDDEN:
            raise StepFailed("forbidden", permanent=True)
        return response

    async def _try(self, path: str, query: Mapping[str, str]) -> httpx.Response:
        headers = {"Accept": "application/json"}
        return await self._right.send(
            self._over,
            lambda: self._over.build_request("GET", f"{self._base}/{path}", params=query, headers=headers),
            absent=_REFUSED | _ABSENT | {HTTPStatus.FORBIDDEN},
        )


def _got(found: Mapping[str, R], unreadable: int, *, whole: bool) -> Got[R]:
    kept = [record for record in found.values() if not record.deleted]
    return Got(kept, whole=whole and not unreadable, unreadable=unreadable)


def _listed(fields: Iterable[str]) -> str:
    return ",".join(dict.fromkeys(("sourcedId", "status", "dateLastModified", *fields)))
