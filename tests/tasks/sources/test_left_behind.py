"""A source, a driver or a way that hangs for good is left behind, and holds up nothing but itself."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from states.errors import StepFailed
from states.store.threads import Overdue, in_own_loop, in_threads, in_threads_within
from tasks.sources.sql.database import Statement, make_engine
from tests.waiting import PATIENCE

#: what stands for a MySQL driver: it connects, and then waits for a word without end, as the real one does
MUTE_DRIVER = """
import socket

paramstyle = "format"
__version__ = "1.1.0"
VERSION = (1, 1, 0, "final")


class Error(Exception):
    pass


def connect(host=None, port=0, **_more):
    socket.create_connection((host, port)).recv(1)
"""


@pytest.fixture
def mute() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


async def test_what_blocks_its_loop_is_left_behind_and_nobody_waits_for_it() -> None:
    """Its own threads are all that it takes; this event loop and everybody else's threads go on."""
    go_on = threading.Event()

    async def blocks() -> str:
        go_on.wait()
        return "late"

    asked = [in_own_loop("test that blocks", 2, blocks, seconds=0.1) for _ in range(5)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [TimeoutError] * 5
    assert await in_threads("test that goes on", 1, lambda: "on time") == "on time"
    go_on.set()


async def test_what_never_returns_leaves_fresh_threads_to_others() -> None:
    """Each in turn is left behind in its thread; one that had no turn in time never begins."""
    go_on, begun = threading.Event(), []

    def blocks(which: int) -> None:
        begun.append(which)
        go_on.wait()

    # Long enough for a thread to begin, on any machine.
    for which in range(3):
        with pytest.raises(Overdue) as late:
            await in_threads_within(1.0, "test that never returns", 1, blocks, which)
        assert late.value.begun
    both = [in_threads_within(2.0, "test with one thread", 1, blocks, which) for which in (3, 4)]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert [outcome.begun for outcome in outcomes if isinstance(outcome, Overdue)] == [True, False]
    go_on.set()
    assert await in_threads_within(PATIENCE, "test with one thread", 1, lambda: "on time") == "on time"
    assert begun == [0, 1, 2, 3]


async def test_what_lets_itself_be_stopped_is_told_to() -> None:
    """Whoever gives up waiting ends it, and its thread is free again."""
    ended = threading.Event()

    async def sleeps() -> str:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()
        return "late"

    with pytest.raises(TimeoutError):
        await in_own_loop("test that sleeps", 1, sleeps, seconds=0.05)

    async def free() -> str:
        return "free"

    assert await in_own_loop("test that sleeps", 1, free, seconds=3600) == "free"
    assert ended.is_set()


async def test_what_would_end_this_process_ends_a_question() -> None:
    """A stranger's ``sys.exit`` is an error of that stranger."""

    async def leaves() -> None:
        raise SystemExit

    with pytest.raises(RuntimeError, match=r"^SystemExit$"):
        await in_own_loop("test that leaves", 1, leaves, seconds=3600)


async def test_a_driver_that_cannot_be_stopped_is_killed(
    mute: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that takes connections and never speaks costs no thread, however often it is asked."""
    (tmp_path / "pymysql.py").write_text(MUTE_DRIVER)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    engine = make_engine(make_url(f"mysql+pymysql://reader@127.0.0.1:{mute}/records"))

    async def ask() -> str:
        try:
            await Statement(engine, "SELECT 1", {}, most=1, seconds=1.0).rows()
        except StepFailed as failure:
            return failure.code
        return ""

    for _ in range(2):
        assert await asyncio.gather(*(ask() for _ in range(4))) == ["timeout"] * 4
    together = threading.Barrier(4)
    waiting = [in_threads("database 127.0.0.1", 4, together.wait) for _ in range(4)]
    assert sorted(await asyncio.gather(*waiting)) == [0, 1, 2, 3]
