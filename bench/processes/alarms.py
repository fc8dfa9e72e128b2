"""From the commit of an alarm to its hand-over at a mail server, in ever worse weather.

Everything is real and a process of its own: mail server, Prefect server, relay, alarm lane. What the
environment may say: ``TAT_BENCH_ALARMS`` (alarms a row), ``TAT_BENCH_REMINDERS`` (pending),
``TAT_BENCH_HANGING`` (mailboxes that hang), ``TAT_BENCH_POSTGRES`` (SQLAlchemy URL of a server for the case
database; else SQLite).
"""

import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from uuid import uuid4

import psycopg
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import make_url, select, update

from bench.table import Line, show
from deployments.supervision import data_folder
from deployments.supervision.children import READY
from deployments.supervision.environment import child_environment, prefect_server_environment
from deployments.supervision.listening import listening_socket
from states import deadlines
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import listing, owing
from states.casebook.team import members
from states.contents.payloads import REMIND, ClockDue
from states.contents.team import MemberContent
from states.settings import Settings
from states.tables import Effect, Notice, table_of
from states.vocabulary.effects import Clock, DeadlineStage, EffectKind, EffectStatus
from states.vocabulary.people import Role
from tests.cases.walking import Walk

#: seconds within which an alarm is to be handed over, and within which after a restart
TARGET = 3.0
RESTART_TARGET = 10.0

#: seconds after which a bench gives up waiting
PATIENCE = 180.0

#: what keeps a disk busy
BUSY = """
import os, sys
with open(sys.argv[1], "wb", buffering=0) as file:
    while True:
        file.seek(0)
        file.write(os.urandom(1 << 22))
        os.fsync(file.fileno())
"""

#: seconds that the weather gets to become as bad as it can
BREWING = 8.0


@dataclass(frozen=True, slots=True)
class Weather:
    """What goes on while alarms are raised.

    Args:
        name: the row.
        reminders: how many are pending.
        hanging: how many mailboxes hang, the first of those that reminders go to.
        full: whether hanging effects take all of the relay's room.
        prefect: whether Prefect's server runs.
        apart: seconds between two alarms.
        killed: whether the lane is killed in the middle of each alarm; then the time is from its restart.
        disk: whether another process writes to the same disk and waits for each write to be on it.
    """

    name: str
    reminders: int = 0
    hanging: int = 0
    full: bool = False
    prefect: bool = True
    apart: float = 0.5
    killed: bool = False
    disk: bool = False


REMINDERS = int(os.environ.get("TAT_BENCH_REMINDERS", "5000"))
HANGING = int(os.environ.get("TAT_BENCH_HANGING", "65"))

#: ever worse: what one row brings stays for the next
ROWS = (
    Weather("quiet"),
    Weather("quiet, lane killed: from its restart", killed=True),
    Weather("quiet, and a busy disk", disk=True),
    Weather(f"{REMINDERS:,} reminders pending", REMINDERS),
    Weather(f"and {HANGING} mailboxes hang", REMINDERS, HANGING),
    Weather("and the relay's room is full of what hangs", REMINDERS, HANGING, full=True),
    Weather("and Prefect's server is stopped", REMINDERS, HANGING, full=True, prefect=False),
    Weather("eight of them, four seconds apart", REMINDERS, HANGING, full=True, prefect=False, apart=4.0),
    Weather("the lane killed: from its restart", REMINDERS, HANGING, full=True, prefect=False, killed=True),
)
POOL = Weather("a work pool without a free worker", REMINDERS, HANGING, full=True)


def main() -> None:
    """Measure and print."""
    lines = []
    for execution, rows in (("warm", ROWS), ("pool", (POOL,))):
        with ExitStack() as stack:
            town = Town(stack, execution)
            for weather in rows:
                seconds = _measure(town, weather)
                target = RESTART_TARGET if weather.killed else TARGET
                p50, p99 = _percentiles(seconds)
                shown = f"{p50:.2f} s, {p99:.2f} s"
                what = f"{weather.name} ({len(seconds)} alarms)"
                print(f"  {what}: {shown}", file=sys.stderr)
                lines.append(Line(what, shown, f"{target:.0f} s", p99 / target, 1, at_most=True))
    show("Alarms: commit to hand-over, 50th and 99th percentile; beside it the target", lines)


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    if len(seconds) == 1:
        return seconds[0], seconds[0]
    cuts = quantiles(seconds, n=100, method="inclusive")
    return cuts[49], cuts[98]


def _measure(town: "Town", weather: Weather) -> list[float]:
    town.brew(weather)
    count = 8 if weather.apart > 1 else int(os.environ.get("TAT_BENCH_ALARMS", "20"))
    if weather.killed:
        return [town.killed_in_the_middle() for _ in range(max(count // 2, 1))]
    raised = []
    with town.disk_busy() if weather.disk else nullcontext():
        for _ in range(count):
            raised.append(town.raise_alarm())
            time.sleep(weather.apart)
        return [town.seconds(number, at) for number, at in raised]


class Town:
    """An installation, its mail server, and the weather.

    Args:
        stack: what ends it all.
        execution: ``warm`` or ``pool``.
    """

    def __init__(self, stack: ExitStack, execution: str) -> None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tat-bench-")))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            mail_port = probe.getsockname()[1]
        listener = stack.enter_context(listening_socket("127.0.0.1", 0))
        self._stack = stack
        self._arrived: dict[str, float] = {}
        self._changed = threading.Condition()
        self.settings = Settings(
            home=folder,
            database_url=stack.enter_context(_database(folder)),
            smtp_url=SecretStr(f"smtp://127.0.0.1:{mail_port}"),
            prefect_port=listener.getsockname()[1],
            execution=execution,
        )
        for part in ("logs", "prefect"):
            (folder / part).mkdir(parents=True)
        data_folder.furnish(self.settings)
        self.book = Casebook.open(self.settings)
        stack.callback(self.book.close)
        self._walk = Walk(self.book)
        self._numbers = [self._walk.in_inquiry() for _ in range(4)]
        self._clocks: list[str] = []
        with self.book.store.write() as connection:
            # What the way there owes is not what is measured.
            connection.execute(update(table_of(Effect)).values(status=EffectStatus.DONE))
        mail = self._start(["bench.servers.mail_server", str(mail_port), "hanging"])
        threading.Thread(target=self._listen, args=[mail], daemon=True).start()
        self._prefect = self._start(
            ["deployments.orchestrator.server_process", str(listener.fileno())],
            prefect_server_environment(self.settings),
            keep=[listener.fileno()],
        )
        self._start(["deployments.relay.process"])
        # Two, as under `tat up`.
        self._lanes = [self._start(["deployments.alarm_lane"]) for _ in range(2)]

    def brew(self, weather: Weather) -> None:
        """Make the weather at least as bad as this."""
        self._enrol(weather)
        pending = listing.counts(self.book, by=SYSTEM)[EffectStatus.PENDING]
        with self.book.store.write() as connection:
            for n in range(weather.reminders - pending):
                deadline = self._clocks[n % len(self._clocks)]
                told = ClockDue(deadline=deadline, stage=DeadlineStage.REMINDED)
                owing.owe_without_case(self.book, connection, REMIND, uuid4().hex, told)
        for _ in range(6 if weather.full else 0):
            for number in self._numbers:
                with self.book.page(number, self._walk.chair, None) as page:
                    page.owe_each((EffectKind.NOTIFY_TEAM, EffectKind.CONVENE_TEAM), {"trigger": "assess"})
                    page.log("bench")
        time.sleep(BREWING if weather.reminders else 0.0)
        if not weather.prefect:
            _end(self._prefect)

    def _enrol(self, weather: Weather) -> None:
        """Enrol those whom reminders go to, and let the mailboxes of the first of them hang."""
        owners = [f"member{n}" for n in range(HANGING if weather.reminders else 0)]
        for n, owner in enumerate(owners):
            kind = "hanging" if n < weather.hanging else "healthy"
            content = MemberContent(name="invented", address=f"{kind}.{n}@wnmu.example", phone="1")
            members.enrol(
                self.book, owner, content, by=self._walk.chair, offices=["aa_eeo"], roles=[Role.MEMBER]
            )
        if self._clocks or not owners:
            return
        now = self.book.clock()
        entry = self.book.pack.reminders(Clock.ANNUAL_REVIEW)
        assert entry is not None
        with self.book.store.write() as connection:
            self._clocks = [
                deadlines.start(
                    connection,
                    case_id=None,
                    clock=Clock.ANNUAL_REVIEW,
                    about=owner,
                    owner=owner,
                    now=now,
                    due_at=now,
                    entry=entry,
                )["id"]
                for owner in owners
            ]

    def raise_alarm(self) -> tuple[str, float]:
        """Raise an alarm on a new case; gives the case's number and the moment of the commit."""
        number = self._walk.reported()
        self._walk.act(number, "raise_alarm", {"reason": "invented"})
        return number, time.monotonic()

    def seconds(self, number: str, since: float) -> float:
        """Wait until the first call of a case's alarm is handed over; gives the seconds that it took."""
        notices, lines = table_of(Notice), listing.effects(self.book, by=SYSTEM, number=number)
        calls = [line.effect_id for line in lines if line.kind in self.book.pack.alarms]
        deadline = time.monotonic() + PATIENCE
        while True:
            with self.book.store.read() as connection:
                mine = connection.scalars(
                    select(notices.c.message_id).where(notices.c.effect_id.in_(calls))
                ).all()
            arrived = [self._arrived[message] for message in mine if message in self._arrived]
            if arrived:
                return max(min(arrived) - since, 0.0)
            assert time.monotonic() < deadline, "an alarm was never handed over"
            with self._changed:
                self._changed.wait(0.1)

    def killed_in_the_middle(self) -> float:
        """Kill a lane at some moment after an alarm is raised, start it again; gives the seconds since."""
        number, _ = self.raise_alarm()
        time.sleep(random.uniform(0.0, 0.6))  # noqa: S311 - a moment, not a secret
        which = random.randrange(2)  # noqa: S311 - as above
        _end(self._lanes[which])
        restarted = time.monotonic()
        self._lanes[which] = self._start(["deployments.alarm_lane"], ready=False)
        seconds = self.seconds(number, restarted)
        # One is killed at a time: the next alarm finds two again.
        said = self._lanes[which].stdout
        assert said is not None
        assert said.readline().strip() == READY
        return seconds

    @contextmanager
    def disk_busy(self) -> Iterator[None]:
        """Let another process write to the case database's disk, and wait for each write to be on it."""
        with subprocess.Popen([sys.executable, "-c", BUSY, str(self.settings.home / "busy")]) as process:
            try:
                yield
            finally:
                process.kill()

    def _listen(self, mail: subprocess.Popen[str]) -> None:
        assert mail.stdout is not None
        for line in mail.stdout:
            at, _, message = line.split()
            with self._changed:
                self._arrived.setdefault(message, float(at))
                self._changed.notify_all()

    def _start(
        self,
        arguments: list[str],
        extra: dict[str, str] | None = None,
        *,
        keep: Sequence[int] = (),
        ready: bool = True,
    ) -> subprocess.Popen[str]:
        here = {"PYTHONPATH": str(Path.cwd())}
        with (self.settings.home / "logs" / f"{arguments[0]}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                env=child_environment(self.settings) | here | (extra or {}),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                pass_fds=tuple(keep),
                text=True,
            )
        self._stack.callback(_end, process)
        assert process.stdout is not None
        if ready:
            assert process.stdout.readline().strip() == READY, arguments
        return process


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    server = os.environ.get("TAT_BENCH_POSTGRES", "")
    if not server:
        yield f"sqlite:///{folder / 'casebook.db'}"
        return
    name = f"tat_bench_{uuid4().hex}"
    address = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
