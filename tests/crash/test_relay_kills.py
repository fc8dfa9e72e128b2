"""A relay that is killed with ``kill -9`` in the middle of a flow loses nothing and tells nobody twice."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.settings import PREFECT_API_URL, temporary_settings
from sqlalchemy import select

from deployments.supervision.environment import child_environment
from flows.catalog import ROUNDS
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import listing
from states.casebook.reading import overview
from states.casebook.record import integrity
from states.settings import Settings
from states.tables import Notice, table_of
from states.vocabulary.effects import EffectStatus
from tests.cases.walking import Walk
from tests.crash.consistency import check
from tests.doses import dose
from tests.installations.installing import installed, run_by_hand
from tests.waiting import PATIENCE, until

ROOT = Path(__file__).parents[2]

#: how many relays are killed
KILLS = dose(5, 20)

#: give it to have the same kills again
SEED = int(os.environ.get("TAT_TEST_CRASH_SEED", random.SystemRandom().randrange(2**32)))

#: the furthest that flows get before their relay dies, in statements and commits
FURTHEST = 120

#: how many effects at least wait for a relay that is to die; they take more statements than that
ENOUGH = 6


@pytest.fixture
def settings(tmp_path: Path, migrated: Path, prefect_folder: Path) -> Iterator[Settings]:
    """An installation with short leases, whose policy tries again at once and does not give up."""
    with installed(tmp_path, (migrated, prefect_folder), attempts=50, lease_seconds=2) as settings:
        yield settings


@pytest.fixture
def walk(settings: Settings) -> Iterator[Walk]:
    """An invented team, and the way of its cases."""
    book = Casebook.open(settings)
    yield Walk(book)
    book.close()


class Relays:
    """The process that forks relays, from outside.

    Args:
        process: its standard input and output are ours.
    """

    def __init__(self, to_it: IO[str], from_it: IO[str]) -> None:
        self._to_it = to_it
        self._said: SimpleQueue[str] = SimpleQueue()
        Thread(target=self._listen, args=(from_it,), daemon=True).start()

    def _listen(self, from_it: IO[str]) -> None:
        for line in from_it:
            self._said.put(line.strip())

    def start(self, kill_at: int = 0) -> int:
        """Start a relay that dies at a boundary, or lives; returns its process's number."""
        self._to_it.write(f"{kill_at}\n")
        self._to_it.flush()
        while not (line := self._said.get(timeout=PATIENCE)).isdigit():
            pass
        return int(line)

    def ended(self) -> int:
        """Wait for the relay's end; returns its exit code, negative for a signal."""
        while not (line := self._said.get(timeout=PATIENCE)).startswith("ended"):
            pass
        return int(line.removeprefix("ended "))


@contextmanager
def relays(settings: Settings, log: Path) -> Iterator[Relays]:
    """Start the process that forks relays, for as long as the block lasts."""
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "tests.crash.relay_forks"],
            cwd=ROOT,
            env=child_environment(settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Relays(process.stdin, process.stdout)
        except BaseException:
            process.kill()  # its relay goes with it, when its lifeline ends
            raise
        process.stdin.close()


@pytest.mark.long
def test_a_relay_killed_in_the_middle_of_flows_loses_nothing(
    settings: Settings, walk: Walk, tmp_path: Path
) -> None:
    """One after another dies; the next does all that is owed, each notice under one Message-ID only."""
    rng = random.Random(SEED)  # noqa: S311 - a test's choice, not a secret
    with relays(settings, tmp_path / "relay.log") as forks:
        for _ in range(KILLS):
            if _undone(walk) < ENOUGH:
                walk.in_inquiry()
            forks.start(rng.randint(1, FURTHEST))
            assert forks.ended() == -signal.SIGKILL, f"TAT_TEST_CRASH_SEED={SEED}"
            for line in overview.cases(walk.book, by=walk.chair):
                check(walk.book, settings.outbox, line.number)
        last = forks.start()
        until(lambda: not _undone(walk), "not all is done", moves=lambda: _undone(walk))
        api = temporary_settings({PREFECT_API_URL: settings.prefect_url})
        with api, get_client(sync_client=True) as client:
            until(partial(_reconciled, client), "dead runs still go on")
            assert len(_runs(client, StateType.CRASHED)) >= KILLS
        os.kill(last, signal.SIGTERM)
        assert forks.ended() == 0
    _check_in_the_end(settings, walk)


def _undone(walk: Walk) -> int:
    counts = listing.counts(walk.book, by=SYSTEM)
    return sum(counts.values()) - counts[EffectStatus.DONE]


def _runs(client: SyncPrefectClient, *states: StateType) -> list[FlowRun]:
    in_states = FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states)))
    return client.read_flow_runs(flow_run_filter=FlowRunFilter(state=in_states))


def _reconciled(client: SyncPrefectClient) -> bool:
    """Whether no run is shown as going on once it was reconciled; nothing is under way any more.

    Long rounds are given hours, and one may be due at the hour of the test.
    """
    run_by_hand(client, "reconcile")
    going_on = _runs(client, StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)
    long = {each.name for each in ROUNDS if each.long}
    return all(client.read_flow(run.flow_id).name in long for run in going_on)


def _check_in_the_end(settings: Settings, walk: Walk) -> None:
    integrity.verify(walk.book, by=SYSTEM)
    cases = overview.cases(walk.book, by=walk.chair)
    for line in cases:
        check(walk.book, settings.outbox, line.number)
        walk.act(line.number, "raise_alarm")
    with walk.book.store.read() as connection:
        notices = connection.execute(select(table_of(Notice))).all()
    # That nobody is on call is told to the chair, on no case.
    of_team = [row for row in notices if row.case_id is None]
    sent, gathered = (
        [row for row in notices if row.status == status and row not in of_team]
        for status in ("sent", "gathered")
    )
    assert len({(row.effect_id, row.template, row.recipient) for row in notices}) == len(notices)
    # On each of the cases: the news of the report, and an invitation, to each member, and to the dean and the
    # nurse that they were put on it; that an inquiry was opened asks nobody to act, and is gathered.
    assert (len(sent), len(gathered)) == (len(cases) * (2 * 4 + 2), len(cases) * 4)
    assert len(notices) == len(sent) + len(gathered) + len(of_team)
    assert len(list(settings.outbox.glob("*.eml"))) == len(sent) + len(of_team)
