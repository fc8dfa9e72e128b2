"""A simulated year of Prefect runs: what Prefect's database takes, before and after Prefect's own vacuum.

`tat up` runs for a while, with a few cases. Each run that it left is then copied over a year, as often as a
day has such runs: the rows of runs, states, task runs, logs and events, under other ids and at earlier times.
Then Prefect's server starts as `tat up` starts it, and removes what is older than the installation keeps.
"""

import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from bench.table import Line, show
from deployments.supervision import data_folder, prefect_server
from deployments.supervision.children import ChildReady, Happening
from deployments.supervision.environment import child_environment
from deployments.supervision.listening import listening_socket, reserved_port
from flows.catalog import ROUNDS
from states.casebook import Casebook
from states.settings import Settings
from states.vocabulary.effects import EffectStatus
from tests.cases.walking import Walk

DAYS = 365
DAY = 86_400

#: of how many runs one is copied; every figure is multiplied by it
THINNED = 10

#: how many effects a day has, beside the rounds, in the simulated year
EFFECTS = 60

#: how many cases show what the run of an effect leaves
CASES = 3

PATIENCE = 300.0

#: seconds that Prefect may take to remove 320 days
VACUUM_PATIENCE = 3600.0

#: the tables that hold what runs leave: which of their columns are ids, and which rows belong to a run
RUN = "(SELECT :run)"
TASK_RUNS = "(SELECT id FROM task_run WHERE flow_run_id = :run)"
EVENTS = (
    "(SELECT id FROM events WHERE resource_id IN (SELECT 'prefect.flow-run.' || :run UNION ALL "
    "SELECT 'prefect.task-run.' || id FROM task_run WHERE flow_run_id = :run))"
)
#: a copy's id ends with its number
ORIGINAL = "substr({table}.id, 29, 2) <> '00'"

TABLES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "flow_run": (("id", "state_id"), f"id IN {RUN}"),
    "flow_run_state": (("id", "flow_run_id"), f"flow_run_id IN {RUN}"),
    "task_run": (("id", "flow_run_id", "state_id"), f"flow_run_id IN {RUN}"),
    "task_run_state": (("id", "task_run_id"), f"task_run_id IN {TASK_RUNS}"),
    "log": (("id", "flow_run_id", "task_run_id"), f"flow_run_id IN {RUN}"),
    "events": (("id",), f"id IN {EVENTS}"),
    "event_resources": (("id", "event_id"), f"event_id IN {EVENTS}"),
}

#: keys that are unique, and a duration that SQLite keeps as a time
KEYS = ("idempotency_key", "task_key", "dynamic_key")
NO_TIMES = ("total_run_time",)


@dataclass(frozen=True, slots=True)
class Size:
    """What a database takes.

    Args:
        runs: how many flow runs it holds.
        events: how many events.
        file: bytes of its file.
        free: bytes of it that hold nothing, and are used again.
    """

    runs: int
    events: int
    file: int
    free: int


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="tat-bench-") as folder, reserved_port() as port:
        settings = Settings(home=Path(folder, "home"), prefect_port=port, reception_port=0)
        database = settings.home / "prefect" / "prefect.db"
        _a_morning(settings)
        empty = _size(database)
        a_day = _copy(database, days=DAYS, after=0)
        year = _size(database)
        seconds = _vacuum(settings, database)
        kept = _size(database)
        _copy(database, days=30, after=DAYS)
        later = _size(database)
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("VACUUM")
        small = _size(database)
    lines = [
        Line("runs a day that rounds leave with nothing to do, and effects", f"{a_day:,.0f}"),
        Line("a fresh database", _shown(empty, times=1)),
        Line("after a year, were nothing removed", _shown(year)),
        Line(f"after Prefect's vacuum ({settings.keep_runs_days:g} days are kept)", _shown(kept)),
        Line("a month later", _shown(later)),
        Line("the same after `VACUUM`, by hand", _shown(small)),
        Line("seconds that Prefect needed to remove the rest of the year", f"{seconds * THINNED:,.0f} s"),
    ]
    notes = (
        f"One run in {THINNED} was written; the figures are multiplied by {THINNED}.",
        "SQLite gives nothing back to the disk by itself: what was removed is free for what comes.",
    )
    show("Prefect's database (SQLite) over a year", lines, notes)


def _shown(size: Size, *, times: int = THINNED) -> str:
    return (
        f"{size.file * times / 1e9:.2f} GB, {size.free * times / 1e9:.2f} free; {size.runs * times:,} runs, "
        f"{size.events * times:,} events"
    )


def _a_morning(settings: Settings) -> None:
    """Run `tat up` until every round has run once, and some effects are done."""
    settings.home.mkdir()
    data_folder.furnish(settings)
    rounds = {each.name for each in ROUNDS if each.interval_seconds}
    with closing(Casebook.open(settings)) as book, _up(settings):
        walk = Walk(book)
        for _ in range(CASES):
            walk.in_inquiry()
        database = settings.home / "prefect" / "prefect.db"
        _until(lambda: rounds <= set(_ended(database).values()), "rounds did not run")
        _until(lambda: _done(settings), "effects were not done")
        # Events are written a moment after what they tell of.
        _until(lambda: _settled(database), "events go on coming")


@contextmanager
def _up(settings: Settings) -> Iterator[None]:
    command = [str(Path(sys.prefix, "bin", "tat")), "up"]
    environment = child_environment(settings)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert any(line.startswith("Ready") for line in process.stdout), "`tat up` was never ready"
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _ended(database: Path) -> dict[str, str]:
    """Which runs have ended, and of which flow each is."""
    query = (
        "SELECT r.id, f.name FROM flow_run r JOIN flow f ON f.id = r.flow_id WHERE r.state_type = 'COMPLETED'"
    )
    with closing(sqlite3.connect(database)) as connection:
        return dict(connection.execute(query).fetchall())


def _done(settings: Settings) -> bool:
    with closing(sqlite3.connect(settings.home / "casebook.db")) as connection:
        query = "SELECT count(*) FROM effects WHERE status IN (?, ?)"
        (open_,) = connection.execute(query, (EffectStatus.PENDING, EffectStatus.CLAIMED)).fetchone()
    return bool(open_ == 0)


def _settled(database: Path) -> bool:
    before = _size(database).events
    time.sleep(5)
    return _size(database).events == before


def _size(database: Path) -> Size:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        runs, events, pages, free, bytes_ = (
            connection.execute(query).fetchone()[0]
            for query in (
                "SELECT count(*) FROM flow_run WHERE state_type != 'SCHEDULED'",
                "SELECT count(*) FROM events",
                "PRAGMA page_count",
                "PRAGMA freelist_count",
                "PRAGMA page_size",
            )
        )
    return Size(runs, events, pages * bytes_, free * bytes_)


def _copy(database: Path, *, days: int, after: int) -> float:
    """Write the runs of days that have passed since; returns how many a day has.

    Args:
        database: Prefect's.
        days: how many.
        after: how many days were written before, whose ids are taken.
    """
    every = {each.name: each.interval_seconds for each in ROUNDS if each.interval_seconds}
    ended = _ended(database)
    originals = [run for run, flow in ended.items() if flow in every and _original(run)]
    by_effects = [run for run, flow in ended.items() if flow not in every and _original(run)]
    of_rounds = {ended[run]: run for run in originals}
    with closing(sqlite3.connect(database)) as connection:
        for flow, run in of_rounds.items():
            _copy_run(connection, run, seconds=every[flow] or DAY, days=days, after=after)
        for run in by_effects:
            _copy_run(connection, run, seconds=DAY * len(by_effects) / EFFECTS, days=days, after=after)
        connection.commit()
    return sum(DAY / (seconds or DAY) for seconds in every.values()) + EFFECTS


def _original(run: str) -> bool:
    """Whether a run was really run: a copy's id ends with its number."""
    return not run[-8:].startswith("00")


def _copy_run(connection: sqlite3.Connection, run: str, *, seconds: float, days: int, after: int) -> None:
    step = seconds * THINNED
    count, first = round(days * DAY / step), round(after * DAY / step)
    for table, (ids, belongs) in TABLES.items():
        columns = [(name, type_) for _, name, type_, *_ in connection.execute(f"PRAGMA table_info({table})")]
        names = ", ".join(f'"{name}"' for name, _ in columns)
        values = ", ".join(_value(name, type_, ids) for name, type_ in columns)
        connection.execute(
            f"WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < :count) "  # noqa: S608
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, copy WHERE {belongs} "
            f"AND {ORIGINAL.format(table=table)}",
            {"run": run, "count": count, "first": first, "step": step},
        )


def _value(name: str, type_: str, ids: tuple[str, ...]) -> str:
    if name in ids:
        return f"substr({name}, 1, 28) || printf('%08x', n + :first)"
    if name in KEYS:
        return f"{name} || '-' || (n + :first)"
    if type_ == "DATETIME" and name not in NO_TIMES:
        shift = "'-' || CAST(n * :step AS INTEGER) || ' seconds'"
        return f"strftime('%Y-%m-%d %H:%M:%S', {name}, {shift}) || substr({name}, 20)"
    return f'"{name}"'


def _vacuum(settings: Settings, database: Path) -> float:
    """Start Prefect's server and wait until it has removed what is too old; returns for how many seconds."""
    happenings: SimpleQueue[Happening] = SimpleQueue()
    with listening_socket("127.0.0.1", settings.prefect_port) as listener:
        server = prefect_server.start(settings, listener, happenings)
    try:
        assert isinstance(happenings.get(timeout=PATIENCE), ChildReady)
        begun = time.monotonic()
        _until(lambda: _too_old(database, settings) == 0, "Prefect removes nothing", VACUUM_PATIENCE)
        return time.monotonic() - begun
    finally:
        server.stop(30.0)


def _too_old(database: Path, settings: Settings) -> int:
    before = f"-{settings.keep_runs_days} days"
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        (runs,) = connection.execute(
            "SELECT count(*) FROM flow_run WHERE end_time < datetime('now', ?)", (before,)
        ).fetchone()
        (events,) = connection.execute(
            "SELECT count(*) FROM events WHERE occurred < datetime('now', ?)", (before,)
        ).fetchone()
    return int(runs + events)


def _until(so: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not so():
        assert time.monotonic() < deadline, what
        time.sleep(1.0)
