"""Durable transitions a second, beside DBOS's durable steps and beside pgbench, all on one PostgreSQL.

Ours are real ones: ``begin_reintegration`` and ``resume_monitoring`` on cases that were walked there through
the whole process. Each loads the case under its lock, asks every guard, and commits state, ledger event, two
effects and the clocks that start and stop. Drafting the plan between two rounds is not timed. Eight clients
are eight threads of one process, as the console's are, each taking a case there and back; DBOS runs eight
workflows of as many steps as with one client side by side in one process.
"""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import URL

from bench import peers
from bench.crowd import gather
from bench.databases import empty_casebook, plain, postgres_database, postgres_server, shown
from bench.table import Line, rates, show
from states.casebook import Casebook, acting, planning
from states.records import CheckInContent, ReintegrationContent
from states.vocabulary import Level
from tests.walking import Walk

#: how many cases; each makes two transitions a round
CASES = 40
ROUNDS = 5
CLIENTS = (1, 8)

#: how many steps a client of DBOS makes in one workflow, whose own beginning and end then weigh little
STEPS = 60

#: what the ratios are to reach, by how many clients
STEP_TARGETS = {1: 2.5, 8: 4.0}
PGBENCH_TARGET = 0.35
PGBENCH_SECONDS = 1
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
            planning.complete_action(self._book, number, action["id"], by=self._walk.officer)
        return number

    def measure(self, clients: int) -> float:
        """Transitions a second: every case there and back."""
        for number in self._numbers:
            self._draft(number)
        with ThreadPoolExecutor(clients) as threads:
            for _ in threads.map(lambda _: self._connect(), range(clients)):
                pass
            begun = time.perf_counter()
            for _ in threads.map(self._there_and_back, self._numbers):
                pass
            return 2 * CASES / (time.perf_counter() - begun)

    def _connect(self) -> None:
        with self._book.store.read() as connection:
            connection.exec_driver_sql("SELECT pg_sleep(0.02)")

    def _draft(self, number: str) -> None:
        due = self._book.clock() + timedelta(days=7)
        check_ins = tuple(CheckInContent(owner="nurse", due_at=due, what=f"invented {n}") for n in range(2))
        content = ReintegrationContent(conditions=("invented",), check_ins=check_ins)
        planning.draft_reintegration(self._book, number, content, by=self._walk.officer)

    def _there_and_back(self, number: str) -> None:
        self._begin(number)
        self._resume(number)

    def _begin(self, number: str) -> None:
        acting.act(self._book, number, "begin_reintegration", by=self._walk.chair)

    def _resume(self, number: str) -> None:
        acting.act(self._book, number, "resume_monitoring", by=self._walk.chair, given={"reason": "invented"})


@contextmanager
def dbos(url: URL) -> Iterator[Callable[[str, int], float]]:
    """DBOS in its own process: gives the steps a second of a kind of step and a number of clients."""
    script = str(Path(__file__).parent / "dbos_peer.py")
    with subprocess.Popen(
        [peers.python(), script, shown(url)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def measure(kind: str, clients: int) -> float:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{kind} {clients} {STEPS}\n")
            process.stdin.flush()
            return float(process.stdout.readline())

        measure("step", 8)
        measure("transaction", 8)
        yield measure


def pgbench(url: URL, clients: int) -> float:
    """Transactions a second of pgbench with a transition's three statements; 0 when there is no pgbench."""
    program = peers.pgbench()
    if program is None:
        return 0.0
    script = str(Path(__file__).parent / "pgbench.sql")
    load = ["-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(PGBENCH_SECONDS), "-f", script]
    done = subprocess.run([program, *load, plain(url)], check=True, capture_output=True, text=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found is not None, done.stdout + done.stderr
    return float(found.group(1))


def main() -> None:
    """Measure and print."""
    ours: dict[int, list[float]] = {clients: [] for clients in CLIENTS}
    theirs: dict[tuple[str, int], list[float]] = {}
    with ExitStack() as stack:
        server = stack.enter_context(postgres_server())
        url, peer_url, pgbench_url = (stack.enter_context(postgres_database(server)) for _ in range(3))
        with empty_casebook(pgbench_url) as book:
            gather(book, PGBENCH_CASES, due=0)
        book = stack.enter_context(empty_casebook(url))
        mine = Ours(book)
        with dbos(peer_url) as steps:
            for _ in range(ROUNDS):
                for clients in CLIENTS:
                    theirs.setdefault(("step", clients), []).append(steps("step", clients))
                    ours[clients].append(mine.measure(clients))
                    theirs.setdefault(("transaction", clients), []).append(steps("transaction", clients))
                    theirs.setdefault(("pgbench", clients), []).append(pgbench(pgbench_url, clients))
    show("Durable transitions a second", list(_lines(ours, theirs)), NOTES)


NOTES = (
    "ours: begin_reintegration and resume_monitoring in turns, with guards, ledger, two effects and clocks.",
    "DBOS, empty step: does nothing and commits only DBOS's own record of it, in a running workflow.",
    "DBOS, same rows: a DBOS transaction commits the three rows of a transition and DBOS's record of it.",
)


def _lines(ours: dict[int, list[float]], theirs: dict[tuple[str, int], list[float]]) -> Iterator[Line]:
    for clients in CLIENTS:
        who = "1 client" if clients == 1 else f"{clients} clients"
        for kind, name in (("step", "empty step"), ("transaction", "same rows")):
            yield rates(
                f"{who}; peer: DBOS, {name}", ours[clients], theirs[kind, clients], STEP_TARGETS[clients]
            )
        if any(theirs["pgbench", clients]):
            yield rates(f"{who}; peer: pgbench", ours[clients], theirs["pgbench", clients], PGBENCH_TARGET)
        else:
            yield Line(f"{who}; peer: pgbench", "", "pgbench not found")
