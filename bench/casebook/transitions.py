"""Durable transitions a second, beside DBOS's durable steps and beside pgbench, all on one PostgreSQL.

Ours are real ones: ``begin_reintegration`` and ``resume_monitoring`` on cases that were walked there through
the whole process. Each loads the case under its lock, asks every guard, and commits state, ledger event, two
effects and the clocks that start and stop. Drafting the plan between two rounds is not timed. Eight clients
are eight threads of one process, as the console's are, or eight processes, as commands are; each takes a case
there and back. DBOS runs eight workflows of as many steps as with one client side by side in one process. A
figure is of at least two seconds with one client, and of five with eight.

The limit is the bare driver, which sends what we send (:mod:`bench.peers.replay`).
"""

import multiprocessing
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from threading import Barrier

from sqlalchemy import URL

from bench.cases.crowd import gather
from bench.peers import environment, replay
from bench.servers.databases import empty_casebook, opened, plain, postgres_database, postgres_server, shown
from bench.table import Line, rates, show
from states.access import Actor
from states.casebook import Casebook
from states.casebook.plan import coming_back, doing
from states.casebook.triggers import acting
from states.contents.plans import CheckInContent, ReintegrationContent
from states.vocabulary.cases import Level
from states.vocabulary.people import Role
from tests.cases.walking import Walk

#: who takes the cases there and back
CHAIR = Actor("chair", frozenset({Role.CHAIR, Role.MEMBER}), frozenset({"student_affairs"}))

#: how many cases; each makes two transitions a round
CASES = 40
TURNS = 3
CLIENTS = (1, 8)

#: seconds that a figure is of, at least, by how many clients
WINDOW = {1: 2.0, 8: 5.0}

#: how many steps a client of DBOS makes in one workflow, whose own beginning and end then weigh little
STEPS = {1: 250, 8: 120}

#: how many rounds are recorded, to be sent again by the bare driver
RECORDED = 8

#: what the ratios are to reach: beside DBOS committing the same rows, and beside the bare driver
ROWS_TARGET = 3.0
LIMIT_TARGET = 0.7
PGBENCH_SECONDS = 5
#: how many cases its script chooses from
PGBENCH_CASES = 64


class Ours:
    """Cases that go back and forth.

    Args:
        book: an open casebook.
    """

    def __init__(self, book: Casebook) -> None:
        self._book = book
        self._walk = Walk(book)
        # The first one alone: it opens the year's counter.
        self._numbers = [self._monitored()]
        with ThreadPoolExecutor(2) as threads:
            self._numbers += threads.map(lambda _: self._monitored(), range(CASES - 1))

    def _monitored(self) -> str:
        number = self._walk.monitored(Level.MILD)
        for action in self._walk.records(number, "plan_actions"):
            doing.complete_action(self._book, number, action["id"], by=self._walk.officer)
        return number

    def measure(self, clients: int) -> float:
        """Transitions a second, in threads: every case there and back, as often as the window lasts."""
        with ThreadPoolExecutor(clients) as threads:
            for _ in threads.map(lambda _: self._connect(), range(clients)):
                pass
            return self._rate(clients, lambda: list(threads.map(self._there_and_back, self._numbers)))

    def measure_processes(self, clients: int, url: str) -> float:
        """The same, in as many processes."""
        spawning = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(clients, spawning, _open, (url,)) as processes:
            ready = spawning.Manager().Barrier(clients)
            list(processes.map(_meet, [ready] * clients))
            return self._rate(clients, lambda: list(processes.map(_take_there_and_back, self._numbers)))

    def record(self) -> list[tuple[replay.Script, list[replay.Script]]]:
        """What rounds send: before the clock runs, and for each case."""
        rounds = []
        for _ in range(RECORDED):
            with replay.recording() as before:
                self._draft_all()
            scripts = []
            for number in self._numbers:
                with replay.recording() as script:
                    self._there_and_back(number)
                scripts.append(script)
            rounds.append((before, scripts))
        return rounds

    def _rate(self, clients: int, go: Callable[[], object]) -> float:
        took, done = 0.0, 0
        while took < WINDOW[clients]:
            self._draft_all()
            begun = time.perf_counter()
            go()
            took += time.perf_counter() - begun
            done += 2 * CASES
        return done / took

    def _draft_all(self) -> None:
        for number in self._numbers:
            self._draft(number)

    def one_by_one(self) -> list[float]:
        """Seconds that each transition takes, one after the other: every case there and back."""
        self._draft_all()
        took = []
        for number in self._numbers:
            for step in (self._begin, self._resume):
                begun = time.perf_counter()
                step(number)
                took.append(time.perf_counter() - begun)
        return took

    def _connect(self) -> None:
        with self._book.store.read() as connection:
            connection.exec_driver_sql("SELECT pg_sleep(0.02)")

    def _draft(self, number: str) -> None:
        due = self._book.clock() + timedelta(days=7)
        check_ins = tuple(CheckInContent(owner="nurse", due_at=due, what=f"invented {n}") for n in range(2))
        content = ReintegrationContent(conditions=("invented",), check_ins=check_ins)
        coming_back.draft_reintegration(self._book, number, content, by=self._walk.officer)

    def _there_and_back(self, number: str) -> None:
        there_and_back(self._book, number)

    def _begin(self, number: str) -> None:
        begin(self._book, number)

    def _resume(self, number: str) -> None:
        resume(self._book, number)


def begin(book: Casebook, number: str) -> None:
    """Take a case into Reintegration."""
    acting.act(book, number, "begin_reintegration", by=CHAIR)


def resume(book: Casebook, number: str) -> None:
    """Take it back into Monitoring."""
    acting.act(book, number, "resume_monitoring", by=CHAIR, given={"reason": "invented"})


def there_and_back(book: Casebook, number: str) -> None:
    """Two transitions."""
    begin(book, number)
    resume(book, number)


#: the casebook of this process, where it is one of several
_opened: list[Casebook] = []


def _open(url: str) -> None:
    """Open the casebook of a process that takes cases there and back."""
    _opened.append(opened(url))


def _meet(ready: Barrier) -> None:
    """Wait until every process has its connection."""
    with _opened[0].store.read() as connection:
        connection.exec_driver_sql("SELECT 1")
    ready.wait()


def _take_there_and_back(number: str) -> None:
    there_and_back(_opened[0], number)


@contextmanager
def dbos(url: URL) -> Iterator[Callable[[str, int], float]]:
    """DBOS in its own process: gives the steps a second of a kind of step and a number of clients."""
    script = str(environment.DBOS)
    with subprocess.Popen(
        [environment.python(), script, shown(url)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def measure(kind: str, clients: int) -> float:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{kind} {clients} {STEPS[clients]}\n")
            process.stdin.flush()
            return float(process.stdout.readline())

        measure("step", 8)
        measure("transaction", 8)
        yield measure


def pgbench(url: URL, clients: int) -> float:
    """Transactions a second of pgbench with a transition's three statements; 0 when there is no pgbench."""
    program = environment.pgbench()
    if program is None:
        return 0.0
    script = str(environment.PGBENCH)
    load = ["-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(PGBENCH_SECONDS), "-f", script]
    done = subprocess.run([program, *load, plain(url)], check=True, capture_output=True, text=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found is not None, done.stdout + done.stderr
    return float(found.group(1))


def main() -> None:
    """Measure and print."""
    found: dict[tuple[str, int], list[float]] = {}

    def note(what: str, clients: int, rate: float) -> None:
        found.setdefault((what, clients), []).append(rate)

    with ExitStack() as stack:
        server = stack.enter_context(postgres_server())
        url, peer_url, pgbench_url = (stack.enter_context(postgres_database(server)) for _ in range(3))
        with empty_casebook(pgbench_url) as book:
            gather(book, PGBENCH_CASES, due=0)
        book = stack.enter_context(empty_casebook(url))
        mine = Ours(book)
        with dbos(peer_url) as steps:
            for _ in range(TURNS):
                for clients in CLIENTS:
                    note("step", clients, steps("step", clients))
                    note("threads", clients, mine.measure(clients))
                    note("rows", clients, steps("transaction", clients))
                    if clients > 1:
                        note("processes", clients, mine.measure_processes(clients, shown(url)))
                    note("pgbench", clients, pgbench(pgbench_url, clients))
        for _ in range(TURNS):
            for clients in CLIENTS:
                with replay.copied(book, url) as before:
                    rounds = mine.record()
                    note("limit", clients, 2 * CASES * RECORDED / replay.again(before, rounds, clients))
                note("beside it", clients, mine.measure(clients))
    show("Durable transitions a second", list(_lines(found)), NOTES)


NOTES = (
    "ours: begin_reintegration and resume_monitoring in turns, with guards, ledger, two effects and clocks.",
    "DBOS, empty step: does nothing and commits only DBOS's own record of it, in a running workflow.",
    "DBOS, same rows: a DBOS transaction commits the three rows of a transition and DBOS's record of it.",
    "the bare driver: psycopg sends what our transitions sent, in a copy of the database, and no more.",
)


def _lines(found: dict[tuple[str, int], list[float]]) -> Iterator[Line]:
    for clients in CLIENTS:
        for way in ("threads", "processes"):
            ours = found.get((way, clients))
            if ours is None:
                continue
            who = "1 client" if clients == 1 else f"{clients} clients, {way}"
            yield rates(f"{who}; peer: DBOS, same rows", ours, found["rows", clients], ROWS_TARGET)
            yield rates(f"{who}; peer: DBOS, empty step", ours, found["step", clients], None)
            if any(found["pgbench", clients]):
                yield rates(f"{who}; peer: pgbench, three statements", ours, found["pgbench", clients], None)
            else:
                yield Line(f"{who}; peer: pgbench", "", "pgbench not found")
        who = "1 client" if clients == 1 else f"{clients} clients, threads"
        beside, limit = found["beside it", clients], found["limit", clients]
        yield rates(f"{who}; peer: the bare driver, the same statements", beside, limit, LIMIT_TARGET)
