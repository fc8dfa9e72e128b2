"""The case that is asked for, and those it is hidden from."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from states.casebook.inquiry import triage
from tests.console.web.conftest import Served, console
from tests.console.web.table.asking import OUT, Asking, Hidden, made


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Served]:
    """A console that no other test uses: many who write at once wait for each other, and look at all cases.

    The cases that the examples of calls name as the other one are the officer's, too.
    """
    with console(tmp_path_factory.mktemp("table"), migrated) as served:
        for _ in range(2):
            other = served.walk.reported()
            triage.assign(
                served.book, other, by=served.walk.chair, lead="officer", offices=["university_police"]
            )
        yield served


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
