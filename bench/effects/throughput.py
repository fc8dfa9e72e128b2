"""Effects and bulk notices a second: the relay beside the same flows under ``flow.serve(limit=4)``.

Once with Prefect on SQLite, as `tat up` sets it up, and once with Prefect on PostgreSQL, as larger
installations do.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
from sqlalchemy import URL

from bench.servers.databases import plain, postgres_database, postgres_server, shown
from bench.servers.orchestra import LIMIT, Side, orchestra
from bench.table import Line, rates, show
from states.access import SYSTEM
from states.casebook.effects import claiming
from states.casebook.rounds import sweeping
from states.tables import new_id
from states.vocabulary.effects import Clock, EffectKind

#: how many effects each side carries in a turn: enough to keep it busy for some seconds
OURS, PEERS = 40, 4
ROUNDS = 2

#: how many cases, and how many reminders about each fall due at once
CASES, REMINDERS = 50, 20

EFFECTS_TARGET = 8.0
NOTICES_TARGET = 100.0


def main() -> None:
    """Measure and print."""
    lines = [*_measure("SQLite", "")]
    with postgres_server() as server, ExitStack() as stack:
        database = stack.enter_context(postgres_database(server))
        if _lacks_trigrams(database):
            lines.append(Line("the same with Prefect on PostgreSQL", "", "server lacks pg_trgm"))
        else:
            lines += _measure("PostgreSQL", shown(database.set(drivername="postgresql+asyncpg")))
    show(f"Throughput; peer: flow.serve(limit={LIMIT})", lines)


def _measure(name: str, database: str) -> Iterator[Line]:
    with orchestra(cases=(CASES, PEERS), prefect_database=database) as (ours, peer):
        pairs = [(_carry(ours, ours.numbers[:OURS]), _serve(peer)) for _ in range(ROUNDS)]
        carried, served = zip(*pairs, strict=True)
        yield rates(f"effects, Prefect on {name}", carried, served, EFFECTS_TARGET)
        alone = _serve_reminders(peer)
        what = f"{CASES * REMINDERS:,} reminders, Prefect on {name}; peer: a run each"
        yield rates(what, [_drain(ours)], [alone], NOTICES_TARGET)


def _carry(side: Side, numbers: list[str]) -> float:
    done = side.done()
    begun = time.perf_counter()
    side.owe(numbers)
    side.wait(done=done + len(numbers))
    return len(numbers) / (time.perf_counter() - begun)


def _serve(side: Side) -> float:
    done = side.done()
    owed = side.owe(side.numbers)
    begun = time.perf_counter()
    for effect in owed:
        side.run_served("notify-team", {"effect_id": effect})
    side.wait(done=done + len(owed))
    return len(owed) / (time.perf_counter() - begun)


def _serve_reminders(side: Side) -> float:
    _fall_due(side, 1)
    done = side.done()
    sweeping.sweep(side.book, by=SYSTEM)
    begun = time.perf_counter()
    for _ in side.numbers:
        (claim,) = claiming.claim_due(side.book, limit=1, kinds=[EffectKind.REMIND], seconds=600, by=SYSTEM)
        side.run_served("remind", {"lease": claim.lease})
    side.wait(done=done + len(side.numbers))
    return len(side.numbers) / (time.perf_counter() - begun)


def _fall_due(side: Side, each: int) -> None:
    """Let clocks fall due on every case, so that the next sweep owes a reminder about each."""
    for number in side.numbers:
        with side.book.page(number, side.chair, None) as page:
            for _ in range(each):
                page.start(Clock.ASSESSMENT, about=new_id(), due_at=page.now)
            page.log("bench")


def _drain(side: Side) -> float:
    _fall_due(side, REMINDERS)
    done, count = side.done(), CASES * REMINDERS
    begun = time.perf_counter()
    sweeping.sweep(side.book, by=SYSTEM)
    side.wait(done=done + count)
    return count / (time.perf_counter() - begun)


def _lacks_trigrams(database: URL) -> bool:
    # Prefect's migrations need this extension, which some builds of PostgreSQL lack.
    with psycopg.connect(plain(database)) as connection:
        found = connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'").fetchone()
    return found is None
