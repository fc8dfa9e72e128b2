"""What tests of persons and their cases may ask for."""

from collections.abc import Iterator

import pytest

from states.access import SYSTEM
from states.casebook.record import integrity
from tests.cases.walking import Walk


@pytest.fixture
def verified(walk: Walk) -> Iterator[None]:
    """Whatever a test does, every ledger verifies afterwards."""
    yield
    integrity.checkpoint(walk.book, by=SYSTEM)
    integrity.verify(walk.book, by=SYSTEM)
