"""The sweep over due clocks: 1,000 are due, once among 10,000 open cases and once among 1,000,000."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median

from sqlalchemy import URL

from bench.cases.crowd import fall_due, gather
from bench.servers.databases import empty_casebook, postgres_database, postgres_server, sqlite_database
from bench.table import Line, show
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.rounds import sweeping
from states.vocabulary.effects import DeadlineStage

DUE = 1_000
FEW, MANY = 10_000, 1_000_000
ROUNDS = 9
TARGET = 1.25


@contextmanager
def crowded(url: URL, count: int) -> Iterator[Casebook]:
    """A casebook with that many open cases."""
    with empty_casebook(url) as book:
        gather(book, count, due=DUE)
        sweeping.sweep(book, by=SYSTEM)  # sets the team's own clocks
        yield book


def measure(book: Casebook) -> float:
    """Seconds that one sweep takes."""
    fall_due(book, DUE)
    begun = time.perf_counter()
    moved = sweeping.sweep(book, by=SYSTEM)
    took = time.perf_counter() - begun
    assert moved[DeadlineStage.REMINDED] == DUE, moved
    return took


def compare(name: str, few: Casebook, many: Casebook) -> Line:
    """Sweep both in turns; the ratio is the median over the rounds."""
    measure(few), measure(many)
    pairs = [(measure(few), measure(many)) for _ in range(ROUNDS)]
    ratio = median(large / small for small, large in pairs)
    small, large = (median(side) for side in zip(*pairs, strict=True))
    what = f"{DUE:,} due among {MANY:,} cases; peer: among {FEW:,} ({name})"
    return Line(what, f"{large:.2f} s", f"{small:.2f} s", ratio, TARGET, at_most=True)


def main() -> None:
    """Measure and print."""
    lines = []
    with ExitStack() as stack:
        few, many = (stack.enter_context(sqlite_database()) for _ in range(2))
        lines.append(
            compare(
                "SQLite", stack.enter_context(crowded(few, FEW)), stack.enter_context(crowded(many, MANY))
            )
        )
    with ExitStack() as stack:
        server = stack.enter_context(postgres_server())
        few, many = (stack.enter_context(postgres_database(server)) for _ in range(2))
        lines.append(
            compare(
                "PostgreSQL", stack.enter_context(crowded(few, FEW)), stack.enter_context(crowded(many, MANY))
            )
        )
    show("Sweep", lines)
