"""What tests of flows work with: a desk, an invented team, and runs on a real Prefect server."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from deployments.relay.warm import warm_client
from states.casebook import Casebook
from tasks.desk import Desk
from tasks.sources.registry import Sources, load_sources
from tests.cases.furnishing import Furnish
from tests.cases.walking import Walk
from tests.installations.running import Runs
from tests.installations.seating import Seat


@pytest.fixture
def desk(furnish: Furnish, tmp_path: Path) -> Iterator[Desk]:
    """A desk with a casebook without cases, and no sources."""
    settings = furnish(tmp_path)
    book = Casebook.open(settings)
    yield Desk(settings, book, load_sources(settings.sources_file))
    book.close()


@pytest.fixture
def seat(desk: Desk) -> Seat:
    """Where flows are done: at that desk, unless a test puts another in its place."""
    return Seat(desk)


At = Callable[[datetime], Casebook]


@pytest.fixture
def at(desk: Desk, seat: Seat) -> At:
    """Sits down at the desk at another time."""

    def sit(now: datetime) -> Casebook:
        book = desk.book.at(now)
        seat.take(Desk(desk.settings, book, desk.sources))
        return book

    return sit


@pytest.fixture
def walk(desk: Desk) -> Walk:
    """An invented team, and the way of its cases."""
    return Walk(desk.book)


PlugIn = Callable[..., None]


@pytest.fixture
def plug_in(desk: Desk, seat: Seat) -> PlugIn:
    """Plugs data sources in: those that are given, or those that the text of a sources file describes."""

    def sit(*sources: Any, described: str = "") -> None:
        if described:
            desk.settings.sources_file.write_text(described)
        found = Sources(sources) if sources else load_sources(desk.settings.sources_file)
        seat.take(Desk(desk.settings, desk.book, found))

    return sit


@pytest.fixture
async def runs(seat: Seat, prefect_client_settings: None) -> AsyncIterator[Runs]:
    """Runs flows at this test's desk."""
    del prefect_client_settings
    async with warm_client() as client:
        yield Runs(seat, client)
