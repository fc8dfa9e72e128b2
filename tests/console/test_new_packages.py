"""`tat sources new` and `tat offices new` write packages that work at once, in order by strict standards."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.scaffold import OFFICE, SOURCE, TEMPLATES, Kind, write_package
from tests.console.conftest import Tat

#: what a package may bring
KINDS: dict[str, Kind] = {"sources": SOURCE, "offices": OFFICE}

#: names of the shortest and the longest kind: lines of code are as long as they make them
NAMES = ["ab", "campus_cards", "a_source_of_thirty_characters1"]


@pytest.fixture
def plain_environment() -> dict[str, str]:
    """The environment of this test run, without what belongs to it."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TAT_"))}


@pytest.fixture
def campus_cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A new package, as `pip install -e .` leaves it, with its example API running; gives its address."""
    write_package(SOURCE, "campus_cards", tmp_path)
    source = tmp_path / "campus_cards" / "src"
    info = source / "campus_cards-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: campus-cards\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[tatflow.sources]\ncampus_cards = campus_cards:CampusCards\n")
    monkeypatch.syspath_prepend(source)
    api = importlib.import_module("campus_cards.example_api")
    with api.running() as url:
        yield url
    for name in [name for name in sys.modules if name.split(".")[0] == "campus_cards"]:
        del sys.modules[name]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_new_package_is_in_order(
    kind: str, name: str, tmp_path: Path, plain_environment: dict[str, str]
) -> None:
    """Its style is that of its own settings, which are strict; whatever the length of its name."""
    write_package(KINDS[kind], name, tmp_path)
    for command in (["ruff", "check", "--quiet", "."], ["ruff", "format", "--check", "--quiet", "."]):
        result = subprocess.run(
            [sys.executable, "-m", *command, "--no-cache"],
            cwd=tmp_path / name,
            env=plain_environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_package_has_its_types_in_order(
    kind: str, tmp_path: Path, plain_environment: dict[str, str]
) -> None:
    """Mypy finds nothing, in its strict mode."""
    write_package(KINDS[kind], "campus_cards", tmp_path)
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", os.devnull],
        cwd=tmp_path / "campus_cards",
        env=plain_environment | {"PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_package_s_own_tests_pass(kind: str, tmp_path: Path, plain_environment: dict[str, str]) -> None:
    """Every rule of its contract among them, and none is left untried."""
    write_package(KINDS[kind], "campus_cards", tmp_path)
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path / "campus_cards",
        env=plain_environment | {"PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "skipped" not in result.stdout
    assert "Warning" not in result.stdout + result.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_package_imports_of_ours_what_is_for_strangers(kind: str, tmp_path: Path) -> None:
    """And nothing else, which may move."""
    write_package(KINDS[kind], "campus_cards", tmp_path)
    imported = {
        line.split()[1].partition(".")[0]
        for file in tmp_path.rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith(("from ", "import "))
    }
    assert "tatflow" in imported
    assert imported.isdisjoint({"console", "deployments", "flows", "notifications", "states", "tasks"})


def test_every_template_is_used() -> None:
    """None lies about unwritten."""
    there = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file()}
    assert there == {*SOURCE.files, *OFFICE.files}


@pytest.mark.parametrize("group", KINDS)
def test_it_says_the_next_three_commands(
    empty: Tat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    """Nobody has to look up how to go on."""
    monkeypatch.chdir(tmp_path)
    said = empty(group, "new", "campus_cards").stdout
    assert [line.strip() for line in said.splitlines() if line.startswith("    ")] == [
        "cd campus_cards",
        "pip install -e '.[dev]'",
        "pytest",
    ]


def test_nothing_is_overwritten(empty: Tat, tmp_path: Path) -> None:
    """Whatever is in the way stays as it is."""
    (tmp_path / "campus_cards").mkdir()
    result = empty("sources", "new", "campus_cards", "--in", str(tmp_path))
    assert result.exit_code == 1
    assert "nothing was written" in result.stderr
    assert list((tmp_path / "campus_cards").iterdir()) == []


@pytest.mark.parametrize(
    "name", ["", "Campus", "campus-cards", "../up", "1st", "class", "json", "tasks", "a" * 31, "two__of"]
)
def test_a_name_that_python_cannot_take_is_refused(empty: Tat, tmp_path: Path, name: str) -> None:
    """Before anything is written."""
    where = tmp_path / "where"
    where.mkdir()
    result = empty("sources", "new", name, "--in", str(where))
    assert result.exit_code == 2
    assert "Nothing was written" in result.stderr
    assert list(where.iterdir()) == []


def test_a_new_source_answers_through_the_command(
    tat: Tat, campus_cards: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over HTTP, as in a case; without its secret it says which one is missing, and asks nobody."""
    (tat.home / "sources.toml").write_text(
        f'[registrar]\nuse = "campus_cards"\nurl = "{campus_cards}"\n'
        'token = { env = "CAMPUS_CARDS_TOKEN" }\n'
    )
    words = ("sources", "check", "registrar", "--subject", "campus_id=900000001", "--yes")
    monkeypatch.delenv("CAMPUS_CARDS_TOKEN", raising=False)
    missing = tat(*words)
    assert missing.exit_code == 1
    assert "variable CAMPUS_CARDS_TOKEN" in " ".join(missing.stdout.split())
    monkeypatch.setenv("CAMPUS_CARDS_TOKEN", "wrong-token-zq7")
    refused = tat(*words)
    assert refused.exit_code == 1
    assert "unauthorized" in refused.stdout
    assert "wrong-token-zq7" not in refused.stdout + refused.stderr
    monkeypatch.setenv("CAMPUS_CARDS_TOKEN", "example-token")
    assert tat.json(*words)["verdict"] == "found"
