"""The real scim2-server on a loopback port, with invented people and a token endpoint beside it.

Its packages are imported where they are needed: that takes seconds, which the workers that only collect
these tests are spared.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

from tests.tasks.sources.faults import Answer, Call, forward_to

if TYPE_CHECKING:
    from scim2_models import ScimProvider
    from scim2_server.memory import InMemoryStorage

#: the token that the server accepts, and what its token endpoint wants for it
TOKEN = "an-invented-token"  # noqa: S105 - of a test's own server
CLIENT_ID, CLIENT_SECRET = "tatflow", "an-invented-secret"

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
        """Write nothing down."""


def _user(name: str, number: str, **more: Any) -> dict[str, Any]:
    employment = {"employeeNumber": number, **more.pop("employment", {})}
    return {"userName": f"{name}@wnmu.example", ENTERPRISE: employment, "active": True} | more


def _people(provider: "ScimProvider") -> "InMemoryStorage":
    from scim2_models import EnterpriseUser, User  # noqa: PLC0415 - as above
    from scim2_server.memory import InMemoryStorage  # noqa: PLC0415 - as above

    storage = InMemoryStorage()
    users = next(kind for kind in provider.resource_types if kind.id == "User")

    def add(**person: Any) -> str:
        return str(storage.create(users, User[EnterpriseUser].model_validate(person)).id)

    lead = add(**_user("morgan.model", "E0000009", displayName="Morgan Model"))
    add(
        **_user(
            "sam.sample",
            "E0000001",
            title="Lecturer",
            userType="Employee",
            externalId="900000001",
            phoneNumbers=[{"value": "555-0100"}],
            emails=[{"value": "sam.sample@wnmu.example"}, {"value": "sam@wnmu.example"}],
            employment={"department": "Biology", "division": "Sciences", "manager": {"value": lead}},
        )
    )
    add(**_user("riley.example", 'E"1', active=False, employment={"manager": {"value": "gone"}}))
    add(**_user("twice.one", "E0000002", emails=[{"value": "twice@wnmu.example"}]))
    add(**_user("twice.two", "E0000003", emails=[{"value": "twice@wnmu.example"}]))
    return storage


@contextmanager
def scim_server() -> Iterator[str]:
    """A running server's address, of which ``/v2`` is the SCIM service."""
    from scim2_server.testserver.application import BearerTokenApplication  # noqa: PLC0415 - as above
    from scim2_server.testserver.cli import ThreadingWSGIServer  # noqa: PLC0415 - as above
    from scim2_server.utils import load_default_provider  # noqa: PLC0415 - as above

    provider = load_default_provider()
    application = BearerTokenApplication(_people(provider), provider, bearer_tokens=[TOKEN])
    with make_server("127.0.0.1", 0, application, ThreadingWSGIServer, _Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def with_tokens(url: str) -> Callable[[Call], Answer]:
    """The server's answers, and those of a token endpoint beside it."""
    forward = forward_to(url)

    def answer(call: Call) -> Answer:
        if call.path != "/token":
            return forward(call)
        form = parse_qs(call.content.decode())
        in_body = (form.get("client_id"), form.get("client_secret")) == ([CLIENT_ID], [CLIENT_SECRET])
        if form.get("grant_type") != ["client_credentials"] or in_body == ("Authorization" in call.headers):
            return Answer.of_json({"error": "invalid_request"}, 400)
        return Answer.of_json({"access_token": TOKEN, "token_type": "Bearer", "expires_in": 300})

    return answer
