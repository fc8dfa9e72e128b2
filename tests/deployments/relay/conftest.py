"""What tests of the relay may ask for."""

import pytest

from tests.cases.walking import Walk


@pytest.fixture
def number(walk: Walk) -> str:
    """A case that owes several effects."""
    return walk.in_inquiry()
