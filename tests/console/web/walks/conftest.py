"""A console for the walks alone: whoever is on a walk finds its case on the first page of their work."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.web.conftest import Served, console


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Served]:
    """A console in which there are no cases but those of the walks."""
    with console(tmp_path_factory.mktemp("walks"), migrated) as made:
        yield made
