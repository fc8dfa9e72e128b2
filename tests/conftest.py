"""What every test may ask for: an empty case database on each kind of server, and a Prefect server."""

import atexit
import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from prefect.logging.handlers import APILogHandler
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

from states.store.migrating import migrate
from tests.cases import furnishing
from tests.cases.furnishing import Furnish
from tests.cases.walking import Walk
from tests.servers import postgres_server, prefect_server
from tests.servers.templates import once
from tests.statements import remembering

#: where the PostgreSQL server of this test run lives, if a test asks for one
SERVER_FOLDER = pytest.StashKey[Path]()

#: what ends with the test run, and the PostgreSQL server with it
LIFELINE = pytest.StashKey[int]()


# How long an example takes says nothing but how slow the machine is.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


def pytest_configure(config: pytest.Config) -> None:
    """Settle on one folder for the servers; parallel workers are told it by the process that starts them."""
    # A shell that starts the suite in the background has it ignore Ctrl-C, and so would all that it starts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(config, "workerinput"):
        folder = config.workerinput["server_folder"]
    else:
        folder = tempfile.mkdtemp(prefix="tat-test-")
        # Not before the exit, when the server's package takes its lock in there for the last time.
        atexit.register(shutil.rmtree, folder)
        config.stash[LIFELINE] = postgres_server.hold_lifeline(Path(folder))
    config.stash[SERVER_FOLDER] = Path(folder)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker the folder of the server that all workers share."""
    node.workerinput["server_folder"] = str(node.config.stash[SERVER_FOLDER])


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Spare the garbage collector what stays to the end: modules and tests, by far the most that there is.

    Else it looks through all of them again and again, which takes a fifth of the run's processor time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        # What a test leaves is little beside a machine's memory, so it is looked through more seldom, too.
        gc.set_threshold(10_000, 10, 10)
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes a minute go first, dealt out to the workers: none is left with one at the end."""
    long = [item for item in items if item.get_closest_marker("long")]
    rest = [item for item in items if not item.get_closest_marker("long")]
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    # Each worker is given an equal part of the list, in its order.
    share = -(-len(items) // workers)
    dealt: list[pytest.Item] = []
    for worker in range(workers):
        mine = long[worker::workers]
        room = share - len(mine)
        dealt += mine + rest[:room]
        rest = rest[room:]
    items[:] = dealt + rest


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the PostgreSQL server, if a test asked for it, once no worker needs it any more."""
    folder = config.stash[SERVER_FOLDER]
    if hasattr(config, "workerinput"):
        return
    postgres_server.stop(folder)
    os.close(config.stash[LIFELINE])


@pytest.fixture(scope="session", autouse=True)
def worded_once() -> Iterator[None]:
    """Let casebooks be asked in the words that an earlier test found, instead of finding them anew."""
    with pytest.MonkeyPatch.context() as opening:
        opening.setattr("states.store.engine.create_engine", remembering())
        yield


@pytest.fixture(scope="session")
def postgres_url(pytestconfig: pytest.Config) -> str:
    """A PostgreSQL server's SQLAlchemy URL: the one in ``TAT_TEST_POSTGRES_URL``, else the test run's own."""
    given = os.environ.get("TAT_TEST_POSTGRES_URL")
    return given or postgres_server.for_the_run(pytestconfig.stash[SERVER_FOLDER])


@pytest.fixture(scope="session")
def migrated(pytestconfig: pytest.Config) -> Path:
    """An empty case database as a file, to be copied."""
    return once(pytestconfig.stash[SERVER_FOLDER], "casebook.db", lambda path: migrate(f"sqlite:///{path}"))


@pytest.fixture(scope="session")
def with_team(pytestconfig: pytest.Config, migrated: Path) -> Path:
    """A data folder in whose casebook the invented team is enrolled, to be copied."""

    def make(home: Path) -> None:
        furnishing.with_team(home, partial(furnishing.empty, migrated=migrated), Walk)

    return once(pytestconfig.stash[SERVER_FOLDER], "with-team", make)


@pytest.fixture
def furnish(request: pytest.FixtureRequest, migrated: Path) -> Furnish:
    """Begins a data folder: with the invented team where cases are walked, else with nothing on record."""
    if "walk" in request.fixturenames:
        return partial(furnishing.alike, other=request.getfixturevalue("with_team"))
    return partial(furnishing.empty, migrated=migrated)


@pytest.fixture(scope="session")
def migrated_on_postgres(postgres_url: str) -> Iterator[str]:
    """The SQLAlchemy URL of an empty case database on the server, to be copied."""
    with postgres_server.empty_database(postgres_url) as url:
        migrate(url)
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def casebook_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty case database's SQLAlchemy URL, gone after the test; once on each kind of server."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated"), tmp_path / "casebook.db")
        yield f"sqlite:///{tmp_path / 'casebook.db'}"
        return
    server, template = (request.getfixturevalue(each) for each in ("postgres_url", "migrated_on_postgres"))
    with postgres_server.empty_database(server, copy_of=template) as url:
        yield url


@pytest.fixture(scope="session")
def prefect_folder(pytestconfig: pytest.Config) -> Path:
    """The files of a Prefect server that has just been started for the first time, to be copied."""

    def start(folder: Path) -> None:
        folder.mkdir()
        with prefect_server.running(folder):
            pass

    return once(pytestconfig.stash[SERVER_FOLDER], "orchestrator", start) / "prefect"


@pytest.fixture(scope="session")
def prefect_url(prefect_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The API address of a Prefect server that this worker has for itself."""
    folder = tmp_path_factory.mktemp("orchestrator")
    with prefect_server.running(folder, like=prefect_folder) as (url, _):
        yield url
        # What was logged last is sent before the server goes.
        APILogHandler().flush()


@pytest.fixture
def prefect_client_settings(prefect_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let Prefect in this process talk to the worker's server."""
    updates = {PREFECT_API_URL: prefect_url, PREFECT_HOME: tmp_path_factory.mktemp("prefect-client")}
    with temporary_settings(updates):
        yield


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database's SQLAlchemy URL, gone after the test; the test runs once on each kind of server."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'casebook.db'}"
        return
    with postgres_server.empty_database(request.getfixturevalue("postgres_url")) as url:
        yield url
