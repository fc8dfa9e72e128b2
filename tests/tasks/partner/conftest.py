"""What tests of the partner protocol work with: a casebook, a stand-in that runs, and a question to it."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from states.casebook import Casebook
from states.correspondence.question import Question
from states.settings import Settings
from states.vault import make_key_file
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tests.servers.partner_serving import Partner, partner_at


@pytest.fixture
def book(migrated: Path, tmp_path: Path) -> Iterator[Casebook]:
    """An empty casebook."""
    settings = Settings(home=tmp_path)
    make_key_file(settings.key_file)
    (tmp_path / "casebook.db").write_bytes(migrated.read_bytes())
    book = Casebook.open(settings)
    yield book
    book.close()


@pytest.fixture
async def partner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Partner]:
    """A stand-in that runs and calls nobody back."""
    async with partner_at(tmp_path, monkeypatch) as running:
        yield running


#: makes a question to a partner
Ask = Callable[..., Question]


@pytest.fixture
def question() -> Ask:
    """Makes a question about Sam Sample's weapons; keyword arguments change it."""

    def make(**changes: Any) -> Question:
        usual: dict[str, Any] = {
            "kind": SourceKind.WEAPONS_REGISTRATION,
            "identifiers": {IdentifierKind.NAME: "Sam Sample", IdentifierKind.DATE_OF_BIRTH: "2001-02-03"},
            "purpose": "Whether weapons are registered to the person",
            "basis": LegalBasis.PARTNER_AGREEMENT,
            "requester": "officer",
            "case_number": "TAT-2026-0001",
            "id": "query-1",
            "now": datetime.now(UTC),
        }
        return Question(**(usual | changes))

    return make
