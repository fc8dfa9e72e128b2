"""Asking a SCIM 2.0 service (RFC 7644) for its users, over :mod:`tasks.wire` and its bounds."""

import json
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any

import httpx
from scim2_client import BaseAsyncSCIMClient, SCIMClientException
from scim2_models import (
    EnterpriseUser,
    ListResponse,
    ResourceType,
    ResponseParameters,
    SCIMException,
    ScimPolicy,
    ScimProvider,
    SearchRequest,
    User,
)

from states.errors import StepFailed
from tasks import wire
from tasks.access import Access, Bearer

#: a user with what RFC 7643, 4.3 adds for employees
Person = User[EnterpriseUser]

#: what the schema of that addition is called
ENTERPRISE = str(EnterpriseUser.__schema__)

#: users and nothing else; what a service adds of its own is passed over
_PROVIDER = ScimProvider(
    models=[User, EnterpriseUser],
    resource_types=[ResourceType.from_resource(Person)],
    policy=ScimPolicy(unknown=ScimPolicy.Unknown.ignore),
)

#: no status of an error is an answer
_NONE: frozenset[int] = frozenset()


class Service(BaseAsyncSCIMClient):
    """One conversation with a service, over one client.

    Args:
        over: the client.
        base: the address that its endpoints lie under.
        access: the right to ask.
    """

    def __init__(self, over: httpx.AsyncClient, base: str, access: Access | Bearer) -> None:
        # Some services answer with a media type of their own: what they say is read all the same.
        super().__init__(provider=_PROVIDER, check_response_content_type=False)
        self._over = over
        self._base = base
        self._access = access

    async def find(
        self, attribute: str, value: str, wanted: list[str], *, in_address: bool
    ) -> list[User[EnterpriseUser]]:
        """Find the users whose attribute has a value; two at most, which show that there are several.

        Args:
            attribute: its full name.
            value: the value.
            wanted: the attributes to fetch.
            in_address: whether the value goes into the address (RFC 7644, 3.4.2), rather than into what is
                posted (3.4.3).

        Raises:
            StepFailed: they cannot be fetched.
        """
        search: SearchRequest[Any] = SearchRequest(
            filter=equals(attribute, value), attributes=wanted, count=2
        )
        asked = (
            self.query(Person, query_parameters=search, absent=_NONE)
            if in_address
            else self.search(Person, search, absent=_NONE)
        )
        answer = await _read(asked)
        if not isinstance(answer, ListResponse):
            raise StepFailed("wrong_schema", permanent=True)
        return [user for user in answer.resources or () if isinstance(user, User)]

    async def name_of(self, user_id: str) -> str:
        """What a user is called; empty: there is no such user, or they have no name.

        Raises:
            StepFailed: they cannot be fetched.
        """
        query: ResponseParameters[Any] = ResponseParameters(attributes=["displayName"])
        missing = frozenset({HTTPStatus.NOT_FOUND})
        answer = await _read(self.query(Person, user_id, query, raise_scim_errors=False, absent=missing))
        return (answer.display_name or "") if isinstance(answer, User) else ""

    async def request(self, method: str, url: str, **kwargs: Any) -> httpx.Response:
        """Send a request for the library; a token that is refused is replaced once.

        Raises:
            StepFailed: there is no answer.
        """
        absent: frozenset[int] = kwargs.pop("absent")
        token = await self._access.token(self._over)
        response = await self._send_with(token, method, url, absent, **kwargs)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            token = await self._access.token(self._over, refused=token)
            response = await self._send_with(token, method, url, absent, **kwargs)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            raise StepFailed("unauthorized", permanent=True)
        return response

    async def _send_with(
        self, token: str, method: str, url: str, absent: frozenset[int], **kwargs: Any
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/scim+json, application/json"}
        if "json" in kwargs:
            headers["Content-Type"] = "application/scim+json"
        return await wire.send(
            self._over,
            lambda: self._over.build_request(method, self._base + url, headers=headers, **kwargs),
            absent=absent | {HTTPStatus.UNAUTHORIZED},
        )


async def _read(asked: Awaitable[object]) -> object:
    try:
        return await asked
    except (SCIMClientException, SCIMException, ValueError):
        # What they say quotes the service.
        pass
    raise StepFailed("wrong_schema", permanent=True)


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
