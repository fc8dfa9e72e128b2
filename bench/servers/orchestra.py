"""A Prefect server with two ways to carry effects: the relay, and the same flows under Prefect's ``serve``.

Each side has a casebook of its own in a data folder of its own; both talk to one Prefect server.
"""

import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings
from sqlalchemy import update

from bench.peers.served_peer import DEPLOYMENT
from deployments.supervision import data_folder
from deployments.supervision.children import Child, ChildReady, Happening
from deployments.supervision.environment import child_environment, prefect_server_environment
from deployments.supervision.listening import listening_socket
from states.access import SYSTEM, Act, Actor
from states.casebook import Casebook
from states.casebook.effects import listing
from states.contents.payloads import NOTIFY_TEAM, News
from states.settings import Settings
from states.tables import Effect, table_of
from states.vocabulary.effects import EffectStatus
from tests.cases.walking import Walk

#: how many runs at once each side of a Prefect server may have; the relay's default
LIMIT = 4

#: seconds between two looks whether an effect is done
LOOK = 0.02

#: seconds after which a bench gives up waiting
PATIENCE = 240.0

#: Prefect's own default is ten seconds, which would say nothing about how long a run takes
PEER_SETTINGS = {"PREFECT_RUNNER_POLL_FREQUENCY": "1", "PREFECT_LOGGING_LEVEL": "ERROR"}


@dataclass(frozen=True, slots=True)
class Side:
    """One way to carry effects.

    Args:
        book: its casebook.
        chair: the chair of its invented team.
        numbers: its cases, which owe nothing yet.
        api: the Prefect API.
    """

    book: Casebook
    chair: Actor
    numbers: list[str]
    api: str

    def owe(self, numbers: Sequence[str]) -> list[str]:
        """Commit a notice to the team for each of these cases; returns the effects' ids."""
        for number in numbers:
            with self.book.page(number, self.chair, Act.RECORD) as page:
                page.owe(NOTIFY_TEAM, News(trigger="assess"))
                page.log("bench")
        return [line.effect_id for line in listing.effects(self.book, by=SYSTEM, status=EffectStatus.PENDING)]

    def wait(self, *, done: int) -> None:
        """Wait until so many effects are done since the casebook was opened."""
        deadline = time.monotonic() + PATIENCE
        while listing.counts(self.book, by=SYSTEM)[EffectStatus.DONE] < done:
            assert time.monotonic() < deadline, listing.counts(self.book, by=SYSTEM)
            time.sleep(LOOK)

    def done(self) -> int:
        """How many effects are done."""
        return listing.counts(self.book, by=SYSTEM)[EffectStatus.DONE]

    def run_served(self, flow: str, parameters: Mapping[str, str]) -> None:
        """Make a flow run of one of the peer's deployments, due now."""
        with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 60}), SyncPrefectClient(self.api) as client:
            deployment = client.read_deployment_by_name(f"{flow}/{DEPLOYMENT}")
            client.create_flow_run_from_deployment(deployment.id, parameters=dict(parameters))


@contextmanager
def orchestra(*, cases: tuple[int, int], prefect_database: str = "") -> Iterator[tuple[Side, Side]]:
    """Start a Prefect server, the relay and the peer; gives our side and the peer's.

    Args:
        cases: how many cases our side and the peer's begin with.
        prefect_database: Prefect's database URL; empty: SQLite, as `tat up` sets it up.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tat-bench-")))
        listener = stack.enter_context(listening_socket("127.0.0.1", 0))
        port = listener.getsockname()[1]
        ours, peer = (
            Settings(home=folder / name, prefect_port=port, relay_concurrency=LIMIT)
            for name in ("ours", "peer")
        )
        for settings in (ours, peer):
            for part in ("logs", "prefect"):
                (settings.home / part).mkdir(parents=True)
            data_folder.furnish(settings)
        sides = [_side(stack, settings, count) for settings, count in zip((ours, peer), cases, strict=True)]
        database = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": prefect_database} if prefect_database else {}
        stack.enter_context(
            _child(
                ["deployments.orchestrator.server_process", str(listener.fileno())],
                ours,
                prefect_server_environment(ours) | database,
                keep_open=[listener.fileno()],
            )
        )
        stack.enter_context(_child(["deployments.relay.process"], ours, {}))
        stack.enter_context(_child(["bench.peers.served_peer", str(LIMIT)], peer, PEER_SETTINGS, ready=False))
        _wait_for_peer(ours.prefect_url)
        yield sides[0], sides[1]


@contextmanager
def _child(
    arguments: Sequence[str],
    settings: Settings,
    extra: Mapping[str, str],
    *,
    keep_open: Sequence[int] = (),
    ready: bool = True,
) -> Iterator[None]:
    happenings: SimpleQueue[Happening] = SimpleQueue()
    here = {"PYTHONPATH": str(Path.cwd())}
    child = Child(
        arguments[0],
        arguments,
        environment={**os.environ, **child_environment(settings), **here, **extra},
        log=settings.home / "logs" / f"{arguments[0]}.log",
        happenings=happenings,
        keep_open=keep_open,
    )
    try:
        assert not ready or isinstance(happenings.get(timeout=PATIENCE), ChildReady), arguments
        yield
    finally:
        child.stop(10.0)


def _wait_for_peer(api: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while httpx.get(f"{api}/deployments/name/remind/{DEPLOYMENT}").is_error:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def _side(stack: ExitStack, settings: Settings, count: int) -> Side:
    book = Casebook.open(settings)
    stack.callback(book.close)
    walk = Walk(book)
    numbers = [walk.in_inquiry() for _ in range(count)]
    with book.store.write() as connection:
        # What the way there owes is not what is measured.
        connection.execute(update(table_of(Effect)).values(status=EffectStatus.DONE))
    return Side(book, walk.chair, numbers, settings.prefect_url)
