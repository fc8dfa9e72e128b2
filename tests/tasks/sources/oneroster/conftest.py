"""What the tests of the OneRoster source share: a service of invented people, and a source that asks it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from states.correspondence.question import Question
from states.vocabulary.people import IdentifierKind
from tasks.sources.oneroster.source import OneRosterSource
from tests.tasks.sources.faults import FarSide
from tests.tasks.sources.oneroster.server import CLIENT_ID, CLIENT_SECRET, Roster

Asking = Callable[..., Question]
Making = Callable[..., OneRosterSource]


@pytest.fixture
def roster() -> Roster:
    """The service behind the far side."""
    return Roster()


@pytest.fixture
def far(roster: Roster) -> Iterator[FarSide]:
    """The far side: the service, until it is told to fail."""
    with FarSide(roster.answer) as running:
        yield running


@pytest.fixture
def made(far: FarSide, monkeypatch: pytest.MonkeyPatch) -> Making:
    """Makes a source that asks the far side; keyword arguments change its table."""
    monkeypatch.setenv("REGISTRAR_SECRET", CLIENT_SECRET)

    def make(**changes: Any) -> OneRosterSource:
        usual = {
            "version": "1.2",
            "url": far.url,
            "token_url": f"{far.url}/token",
            "client_id": CLIENT_ID,
            "client_secret": {"env": "REGISTRAR_SECRET"},
        }
        table = {key: value for key, value in (usual | changes).items() if value is not None}
        return OneRosterSource.from_config("registrar", table)

    return make


def by(kind: IdentifierKind, value: str) -> dict[str, Any]:
    """What a question finds somebody by."""
    return {"identifiers": {kind: value}}
