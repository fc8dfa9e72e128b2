"""Verifying the whole ledger: how many events a minute, and how much memory the more of them take.

The chains are copies of one that was walked there through the whole process, with all its rows. Each
verification is a process of its own, so that what it took at most is its own. ``TAT_BENCH_EVENTS`` says how
many events there are at most; a million takes some minutes to write.
"""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import URL

from bench.cases.copying import fill
from bench.servers.databases import empty_casebook, postgres_database, postgres_server, shown, sqlite_database
from bench.table import Line, show
from states.ledger import verifying
from states.store.engine import Store
from states.vault import KEY_BYTES, Vault
from states.vocabulary.cases import Level
from tests.cases.walking import Walk

MANY = int(os.environ.get("TAT_BENCH_EVENTS", "1000000"))
FEW = MANY // 10

#: events a minute
TARGET = 1_000_000
#: how much more memory ten times as many events may take
MEMORY_TARGET = 1.25


def main() -> None:
    """Measure and print."""
    lines: list[Line] = []
    with ExitStack() as stack:
        urls = [stack.enter_context(sqlite_database()) for _ in range(2)]
        lines += _measure("SQLite", *urls)
    with ExitStack() as stack:
        server = stack.enter_context(postgres_server())
        urls = [stack.enter_context(postgres_database(server)) for _ in range(2)]
        lines += _measure("PostgreSQL", *urls)
    show("Verifying the ledger", lines)


def _measure(name: str, few: URL, many: URL) -> Iterator[Line]:
    (_, _, small), (events, seconds, large) = (
        _verified(url, count) for url, count in ((few, FEW), (many, MANY))
    )
    rate = 60 * events / seconds
    what = f"{events:,} events and their rows, a minute; beside it the aim ({name})"
    yield Line(what, f"{rate:,.0f}", f"{TARGET:,}", rate / TARGET, 1)
    what = f"memory at most, {MANY:,} events; peer: {FEW:,} ({name})"
    yield Line(what, f"{large:.0f} MiB", f"{small:.0f} MiB", large / small, MEMORY_TARGET, at_most=True)


def _verified(url: URL, events: int) -> tuple[int, float, float]:
    with empty_casebook(url) as book:
        fill(book, Walk(book).monitored(Level.MILD), events)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(verify, shown(url)).result()


def verify(url: str) -> tuple[int, float, float]:
    """How many events a verification walked, the seconds that it took, and the MiB that it took at most."""
    store = Store(url)
    begun = time.perf_counter()
    with store.read() as connection:
        walked = verifying.verify(connection, Vault(bytes(KEY_BYTES)))
    took = time.perf_counter() - begun
    store.close()
    # Not what `getrusage` says: that counts what the process was forked from.
    (peak,) = (
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return walked.events, took, int(peak.split()[1]) / 1024
