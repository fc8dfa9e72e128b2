"""A console for each test of the team's pages: they tell of everybody, and of whatever was entered before."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.web.conftest import Served, console


@pytest.fixture
def served(tmp_path: Path, migrated: Path) -> Iterator[Served]:
    """A console that no other test uses."""
    with console(tmp_path, migrated) as made:
        yield made
