"""Asking a OneRoster service: pages, filters and fields."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

import httpx

from states.errors import StepFailed
from tasks import wire
from tasks.access import Access
from tasks.sources.oneroster_records import FIELDS, One, Page, Record

R = TypeVar("R", bound=Record)

#: records in a page, as asked for; a service may send fewer
PAGE_SIZE = 100

#: pages of one collection, at most
MOST_PAGES = 20


class Service:
    """One conversation with a service, over one client.

    Args:
        over: the client.
        base: the address that its collections lie under.
        access: the right to ask.
    """

    def __init__(self, over: httpx.AsyncClient, base: str, access: Access) -> None:
        self._over = over
        self._base = base
        self._access = access

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
            StepFailed: it cannot be fetched.
        """
        path = f"{collection}/{quote(sourced_id, safe='')}"
        response = await self._get(path, {"fields": _listed(fields or FIELDS[shape])}, HTTPStatus.NOT_FOUND)
        if response.status_code == HTTPStatus.NOT_FOUND:
            return None
        record: R = wire.read(response, One[shape]).item  # type: ignore[valid-type]
        return None if record.deleted else record

    async def some(
        self, collection: str, condition: str, shape: type[R], fields: Iterable[str], *, most: int
    ) -> list[R]:
        """Fetch the first records of a collection that a condition holds for.

        Args:
            collection: where they are.
            condition: a filter, from :func:`equals`.
            shape: what they are.
            fields: what is wanted of them.
            most: how many at most.

        Raises:
            StepFailed: they cannot be fetched.
        """
        query = {"filter": condition, "fields": _listed(fields), "limit": str(most), "offset": "0"}
        return wire.read(await self._get(collection, query), Page[shape]).items  # type: ignore[valid-type]

    async def every(
        self, collection: str, condition: str, shape: type[R], belongs: Callable[[R], bool]
    ) -> list[R]:
        """Fetch all records of a collection that a condition holds for, page by page.

        Args:
            collection: where they are.
            condition: a filter, from :func:`equals`.
            shape: what they are.
            belongs: whether the condition holds for a record; a service may not know filters.

        Raises:
            StepFailed: they cannot be fetched; ``filter_ignored``: the service sends records of others, too;
            ``too_large``: there are more than ``MOST_PAGES`` pages; ``incomplete``: fewer come than it says.
        """
        found: dict[str, R] = {}
        offset = 0
        for _ in range(MOST_PAGES):
            query = {
                "filter": condition,
                "fields": _listed(FIELDS[shape]),
                "limit": str(PAGE_SIZE),
                "offset": str(offset),
            }
            response = await self._get(collection, query)
            page: list[R] = wire.read(response, Page[shape]).items  # type: ignore[valid-type]
            require_all(page, belongs)
            nothing_new = all(record.sourced_id in found for record in page)
            found |= {record.sourced_id: record for record in page}
            offset += len(page)
            more = _says_more(response, len(found))
            if more is False or (more is None and nothing_new):
                return [record for record in found.values() if not record.deleted]
            if nothing_new:
                # It says that there are more and does not send them: a part must not pass for the whole.
                raise StepFailed("incomplete")
        raise StepFailed("too_large", permanent=True)

    async def _get(self, path: str, query: Mapping[str, str], *absent: HTTPStatus) -> httpx.Response:
        token = await self._access.token(self._over)
        response = await self._try(path, query, token, absent)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            # It was revoked before its time, or the clocks differ: once, a new one is worth a try.
            token = await self._access.token(self._over, refused=token)
            response = await self._try(path, query, token, absent)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            raise StepFailed("unauthorized", permanent=True)
        return response

    async def _try(
        self, path: str, query: Mapping[str, str], token: str, absent: Iterable[HTTPStatus]
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        return await wire.send(
            self._over,
            lambda: self._over.build_request("GET", f"{self._base}/{path}", params=query, headers=headers),
            absent=frozenset({HTTPStatus.UNAUTHORIZED, *absent}),
        )


def equals(field: str, value: str) -> str:
    """A filter that holds for records whose field has a value.

    The specification puts a value between single quotes, and does not say what becomes of one inside it. It
    is doubled, as nearly everywhere. Since a service may read that otherwise, a value with a space in it, as
    ``OR`` needs it, is not sent at all; and what comes back is compared with what was asked for.

    Args:
        field: the field.
        value: the value.

    Raises:
        StepFailed: ``identifier_unusable``: no identifier looks like that.
    """
    if not value or not value.isprintable() or " " in value:
        raise StepFailed("identifier_unusable", permanent=True)
    return f"{field}='{value.replace(chr(39), chr(39) * 2)}'"


def require_all(page: Iterable[R], belongs: Callable[[R], bool]) -> None:
    """Stop when a service sends records that were not asked for: they are of other people.

    Raises:
        StepFailed: ``filter_ignored``: it did.
    """
    if not all(belongs(record) for record in page):
        raise StepFailed("filter_ignored", permanent=True)


def _listed(fields: Iterable[str]) -> str:
    return ",".join(dict.fromkeys(("sourcedId", "status", "dateLastModified", *fields)))


def _says_more(response: httpx.Response, received: int) -> bool | None:
    """Whether the service says that it has more than what was received; None: it says nothing about it."""
    total = response.headers.get("X-Total-Count", "").strip()
    if total.isdecimal():
        return received < int(total)
    if "Link" in response.headers:
        # That there is a next page is read from it, its address is not: our token goes nowhere else.
        return "next" in response.links
    return None
