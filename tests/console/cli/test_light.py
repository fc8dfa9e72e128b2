"""Help and lists start at once, leave nothing behind, and end quietly where nobody reads on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cases.walking import Walk
from tests.console.conftest import Tat


def test_no_word_shows_help(empty: Tat) -> None:
    """`tat` alone shows what there is, and is no success."""
    result = empty()
    assert result.exit_code == 2
    assert "import-log" in result.stdout + result.stderr
    assert empty("--help").exit_code == 0


def test_a_pipe_that_closes_early_is_no_drama() -> None:
    """`tat … | head -1` prints no traceback."""
    command = f"{sys.executable} -c 'from console.cli import main; main()' process show --json | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, env=dict(os.environ))  # noqa: S607
    assert done.stdout == b"[\n"
    assert done.stderr == b""


@pytest.mark.parametrize(
    "words", [["--help"], ["process", "show"], ["case", "can", "--help"], ["notices", "list"]]
)
def test_commands_that_need_no_casebook_are_light(words: list[str], empty: Tat) -> None:
    """Neither help nor lists of our own load the casebook or Prefect."""
    code = (
        "import sys; from console.cli import main\n"
        f"sys.argv = ['tat', *{words!r}]\n"
        "try: main()\n"
        "finally: sys.stderr.write(' '.join(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert {"prefect", "sqlalchemy", "states.casebook"}.isdisjoint(done.stderr.split())
    assert empty.home.name == "home"


def test_reading_cases_needs_no_prefect(tat: Tat, walk: Walk) -> None:
    """`tat case list` does not load the orchestrator, which takes seconds."""
    walk.reported()
    code = (
        "import sys; from console.cli import main\n"
        "sys.argv = ['tat', 'case', 'list', '--as', 'chair']\n"
        "try: main()\n"
        "finally: sys.stderr.write(' '.join(sorted(sys.modules)))"
    )
    environment = {**os.environ, "TAT_HOME": str(tat.home)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, env=environment
    )
    assert "TAT-" in done.stdout
    assert {"prefect", "fastapi", "httpx"}.isdisjoint(done.stderr.split())


def test_paths_stay_where_they_are(tmp_path: Path, empty: Tat) -> None:
    """Help leaves nothing behind."""
    empty("--help")
    assert list(tmp_path.iterdir()) == []
