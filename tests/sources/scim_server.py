"""A real SCIM server of invented people, over HTTP, open to the bearer of one token."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scim2_models import EnterpriseUser, Filter, ResourceType, ScimProvider, ServiceProviderConfig, User
from scim2_server.applications.asgi import ASGIApplication
from scim2_server.memory import AsyncInMemoryStorage, InMemoryStorage

from tasks.sources.scim import ENTERPRISE
from tests.serving import serving

TOKEN = "invented-token-7"  # noqa: S105 - of a server that lives for a test

PEOPLE: list[dict[str, Any]] = [
    {
        "userName": "sam.sample",
        "externalId": "900000001",
        "displayName": "Sam Sample",
        "title": "Lecturer",
        "active": True,
        "emails": [{"value": "sam.sample@wnmu.example"}],
        ENTERPRISE: {
            "employeeNumber": "E-7",
            "department": "Mathematics",
            "manager": {"displayName": "Max M"},
        },
    },
    {"userName": 'quote"sample', "externalId": 'a" or "b', "active": False},
    {"userName": "twin.one", "externalId": "twin"},
    {"userName": "twin.two", "externalId": "twin"},
    *({"userName": f"many.{n}", "externalId": "many"} for n in range(5)),
]


class Guarded(ASGIApplication):
    """The server, open to the bearer of the token only."""

    def needs_auth(self, request: Any) -> bool:
        """Everything is guarded."""
        del request
        return True

    def check_auth(self, request: Any) -> None:
        """See that the token is the one."""
        assert request.header("Authorization") == f"Bearer {TOKEN}"


@contextmanager
def scim_server() -> Iterator[str]:
    """Run the server; gives the address that stands before ``/Users``."""
    user = User[EnterpriseUser]
    provider = ScimProvider(
        models=[User, EnterpriseUser],
        resource_types=[ResourceType.from_resource(user)],
        config=ServiceProviderConfig(filter=Filter(supported=True, max_results=200)),
    )
    storage = InMemoryStorage()
    with provider:
        for person in PEOPLE:
            storage.create(provider.resource_types[0], user.model_validate(person))
    with serving(Guarded(AsyncInMemoryStorage(storage), provider)) as url:
        yield f"{url}/v2"
