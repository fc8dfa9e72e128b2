"""Asking a SCIM 2.0 service (RFC 7644) for its users, over :mod:`tasks.far.wire` and its bounds.

The kept client for SCIM checks every attribute of an answer, and gives up a person for one odd value that
nobody asked for; here an answer is read by :mod:`tasks.sources.scim.reading`.
"""

import json
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import quote

import httpx

from states.errors import StepFailed
from tasks.far import failures, wire
from tasks.far.credentials import Right
from tasks.sources.scim.reading import Page, Person, lowered, page_of, text_of, total_of, truth_of

#: how it is searched: by POST (RFC 7644, 3.4.3), by GET (3.4.2), or by GET where it knows no searches by POST
How = Literal["post", "get", "either"]

_USERS = "/Users"
_SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"

#: so is answered where there is no such endpoint
_NO_SUCH_THING = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})

#: how many people a page is to hold, as two show that there are several; and how many pages are asked for
_COUNT, _PAGES = 2, 5


class Service:
    """One conversation with a service, over one client.

    Args:
        over: the client.
        base: the address that its endpoints lie under.
        right: the right to ask.
        how: how it is searched.
    """

    def __init__(self, over: httpx.AsyncClient, base: str, right: Right, how: How) -> None:
        self._over = over
        self._base = base
        self._right = right
        self._how: How = how

    async def find(self, attribute: str, value: str, wanted: list[str]) -> list[Person]:
        """Find the users whose attribute has a value; two at most, which show that there are several.

        Args:
            attribute: its full name.
            value: the value.
            wanted: the attributes to fetch.

        Raises:
            StepFailed: they cannot be fetched; ``several_records``: it says that there are more than it
                shows; ``wrong_schema``: it says that there are some and shows none.
        """
        people: list[Person] = []
        for _ in range(_PAGES):
            page = await self._page(equals(attribute, value), wanted, len(people) + 1)
            people += page.people
            if page.total <= len(people) or len(people) >= _COUNT:
                return people
            if not page.people:
                break
        raise StepFailed("several_records" if people else "wrong_schema", permanent=True)

    async def _page(self, criterion: str, wanted: list[str], first: int) -> Page:
        answer = await self._searched(criterion, wanted, first)
        if answer.status_code == HTTPStatus.BAD_REQUEST:
            # Some cannot choose among attributes; of what they send no more is read than was wanted.
            answer = await self._searched(criterion, [], first)
        if not answer.is_success:
            raise StepFailed("rejected", permanent=True)
        if answer.status_code in failures.UNFINISHED:
            # It has begun to look, and says nothing yet, or not all.
            raise StepFailed("incomplete")
        return page_of(wire.read(answer, dict[str, Any]))

    async def _searched(self, criterion: str, wanted: list[str], first: int) -> httpx.Response:
        search: dict[str, Any] = {"filter": criterion, "count": _COUNT}
        if wanted:
            search["attributes"] = wanted
        if first > 1:
            search["startIndex"] = first
        absent = _NO_SUCH_THING | {HTTPStatus.BAD_REQUEST}
        if self._how != "get":
            posted = await self._ask(
                "POST", f"{_USERS}/.search", {"schemas": [_SEARCH], **search}, absent=absent
            )
            if posted.status_code not in _NO_SUCH_THING:
                return posted
            if self._how == "post":
                raise StepFailed("no_search_by_post", permanent=True)
            self._how = "get"
        return await self._got(search, absent)

    async def _got(
        self, search: dict[str, Any], absent: frozenset[HTTPStatus] = frozenset()
    ) -> httpx.Response:
        asked = {name: ",".join(each) if isinstance(each, list) else each for name, each in search.items()}
        return await self._ask("GET", f"{_USERS}?{httpx.QueryParams(asked)}", absent=absent)

    async def _counted(self, search: dict[str, Any]) -> int | None:
        answer = await self._got({**search, "attributes": ["id"], "count": 0})
        return total_of(wire.read(answer, dict[str, Any]))

    async def name_of(self, user_id: str) -> str:
        """What a user is called; empty: there is no such user, or they have no name.

        Raises:
            StepFailed: they cannot be fetched.
        """
        answer = await self._ask("GET", f"{_USERS}/{quote(user_id, safe='')}?attributes=displayName")
        if answer.status_code in _NO_SUCH_THING:
            return ""
        said = lowered(wire.read(answer, dict[str, Any]))
        return text_of(said.get("displayname"))

    async def filters(self) -> bool | None:
        """Whether the service says that it knows filters (RFC 7643, 5); None: it does not say.

        Raises:
            StepFailed: it cannot be asked.
        """
        answer = await self._ask("GET", "/ServiceProviderConfig")
        if answer.status_code in _NO_SUCH_THING:
            return None
        told = lowered(wire.read(answer, dict[str, Any])).get("filter")
        return truth_of(lowered(told).get("supported") if isinstance(told, dict) else told)

    async def nobody_has(self, attribute: str) -> bool:
        """Whether the service has users, and finds none who has an attribute at all; no user is fetched.

        Raises:
            StepFailed: it cannot be asked.
        """
        everybody = await self._counted({})
        return bool(everybody) and await self._counted({"filter": f"{attribute} pr"}) == 0

    async def _ask(
        self, method: str, url: str, posted: object = None, *, absent: frozenset[HTTPStatus] = _NO_SUCH_THING
    ) -> httpx.Response:
        """Send a request with all that shows who we are."""
        headers = {"Accept": "application/scim+json, application/json"}
        content = None
        if posted is not None:
            headers["Content-Type"] = "application/scim+json"
            content = json.dumps(posted, ensure_ascii=False).encode()
        return await self._right.send(
            self._over,
            lambda: self._over.build_request(method, self._base + url, headers=headers, content=content),
            absent=frozenset(absent),
        )


def equals(attribute: str, value: str) -> str:
    """A filter that holds for users whose attribute has a value (RFC 7644, 3.4.2.2).

    A value in a filter is written as in JSON, so that a quote in it ends nothing.

    Args:
        attribute: its full name.
        value: the value.

    Raises:
        StepFailed: ``identifier_unusable``: no identifier looks like that.
    """
    if not value or not value.isprintable():
        raise StepFailed("identifier_unusable", permanent=True)
    return f"{attribute} eq {json.dumps(value, ensure_ascii=False)}"
