"""The case that is asked for, and those it is hidden from."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.web.conftest import console
from tests.console.web.table.asking import OUT, Asking, Hidden, made


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Hidden]:
    """The cases, and those from whom they are hidden, in a console that no other test uses."""
    with console(tmp_path_factory.mktemp("hidden"), migrated) as served:
        yield made(served)


@pytest.fixture(scope="module")
def everybody(hidden: Hidden) -> Iterator[list[Asking]]:
    """Each of those from whom the case is hidden."""
    with asyncio.Runner() as runner:
        found = [Asking(hidden.served, member, runner) for member in OUT]
        for each in found:
            each.begin()
        yield found
