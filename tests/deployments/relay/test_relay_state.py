"""`tat sources check` says where the running relay works with something else than what is there now."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deployments.relay.state import of_running_relay, shown
from states.settings import Settings
from tasks.loaded import Loaded, at_hand

TABLE = """
[cards]
use = "sql"
url = {{ env = "{variable}" }}
{more}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data folder with a source whose secret is in the environment."""
    (tmp_path / "sources.toml").write_text(TABLE.format(variable="TEST_CARDS_URL", more=""))
    return Settings(home=tmp_path)


@contextmanager
def relay_of(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the note, as the relay does; it ends with the block."""
    program = (
        "import sys\n"
        "from deployments.relay.state import shown\n"
        "from states.settings import Settings\n"
        "with shown(Settings()):\n"
        "    print('up', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env=os.environ | {"TAT_HOME": str(settings.home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "up\n"
        yield process
        process.stdin.close()


def test_the_note_says_what_the_relay_read_and_no_value(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Digests of tables, and whether there is a secret under each name."""
    assert of_running_relay(settings) is None
    monkeypatch.setenv("TEST_CARDS_URL", "invented-secret")
    with relay_of(settings):
        loaded = of_running_relay(settings)
        assert loaded == at_hand(settings)
        assert loaded is not None
        assert loaded.secrets == {"TEST_CARDS_URL": True}
        assert "invented-secret" not in (settings.home / "relay-state.json").read_text()
        settings.sources_file.write_text(TABLE.format(variable="TEST_CARDS_URL", more="at_once = 2"))
        assert of_running_relay(settings) == loaded != at_hand(settings)
    assert of_running_relay(settings) is None, "a relay that has ended runs no more, whatever it left"


def test_a_relay_that_was_killed_runs_no_more(settings: Settings) -> None:
    """Its lock goes with it."""
    with relay_of(settings) as process:
        process.kill()
        process.wait()
    assert (settings.home / "relay-state.json").exists()
    assert of_running_relay(settings) is None


def test_a_file_that_cannot_be_read_is_a_relay_that_knows_nothing(settings: Settings) -> None:
    """As the relay itself finds no source in it."""
    settings.sources_file.write_text("[")
    with shown(settings):
        assert at_hand(settings) == Loaded({}, {})
