"""What tests of the API work with: the served console, and programs that come in with tokens."""

from collections.abc import Callable, Collection, Iterator
from datetime import timedelta

import httpx
import pytest

from console.api.document import ROOT
from console.api.pace import Pace
from states.casebook.accounts import tokens
from states.casebook.team import members
from states.vocabulary.programs import Scope
from tests.console.web.conftest import Served, served
from tests.servers.serving import TRUST
from tests.waiting import PATIENCE

__all__ = ["served"]

#: makes a program that comes in with a token of a member
Programs = Callable[..., httpx.Client]


@pytest.fixture
def program(served: Served) -> Iterator[Programs]:
    """Makes programs of members; for everything but what is grave, unless they say for what."""
    clients: list[httpx.Client] = []
    # Tests are faster than programs.
    mounted = next(each for each in served.app.routes if getattr(each, "path", "") == ROOT)
    mounted.app.state.pace = Pace(lambda: 0.0, burst=100_000)  # type: ignore[attr-defined]

    def make(
        member: str, scopes: Collection[Scope] = (Scope.READ, Scope.WRITE, Scope.REPORT)
    ) -> httpx.Client:
        by = members.actor(served.book, member)
        made = tokens.make(served.book, "a-program", by=by, scopes=scopes, lasts=timedelta(minutes=50))
        head = {"Authorization": f"Bearer {made.secret}"}
        clients.append(
            httpx.Client(base_url=f"{served.url}/api", headers=head, timeout=PATIENCE, verify=TRUST)
        )
        return clients[-1]

    yield make
    for client in clients:
        client.close()
