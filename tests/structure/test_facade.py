"""What strangers import is `tatflow` and nothing else of ours; what ships as a plug-in does with no more."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tatflow.offices
import tatflow.sources
import tatflow.testing
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
OURS = ("console", "deployments", "flows", "notifications", "states", "tasks")

#: what a source or a way is plugged in with, and which everything else of its room is not
SOURCES = sorted(
    [folder for folder in (ROOT / "tasks" / "sources").iterdir() if (folder / "source.py").is_file()]
    + [ROOT / "tasks" / "sources" / "scripted.py"]
)
OFFICES = [ROOT / "tasks" / "offices" / f"{name}.py" for name in ("fhir", "mail", "packet", "webhook")]

FACADES = {tatflow.sources: SOURCES, tatflow.offices: OFFICES}
PLUG_INS = [(facade, place) for facade, places in FACADES.items() for place in places]


def imported(file: Path) -> Iterator[tuple[str, str]]:
    """Each module of ours that a file imports from, and the name."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] in OURS:
            yield from ((node.module, alias.name) for alias in node.names)
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if alias.name.partition(".")[0] in OURS)


def what(module: str, name: str) -> object:
    """What an import brings."""
    found = importlib.import_module(module)
    if not name:
        return found
    return getattr(found, name) if hasattr(found, name) else importlib.import_module(f"{module}.{name}")


@pytest.mark.parametrize(
    ("facade", "place"), PLUG_INS, ids=[f"{place.parent.name}-{place.stem}" for _, place in PLUG_INS]
)
def test_a_plug_in_that_ships_needs_no_more_than_strangers_are_given(facade: object, place: Path) -> None:
    """By what is imported, not by where from: the façade is above what ships."""
    given = [getattr(facade, name) for name in facade.__all__]  # type: ignore[attr-defined]
    own = str(place.relative_to(ROOT).with_suffix("")).replace("/", ".")
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    beyond = [
        (file.name, module, name)
        for file in files
        for module, name in imported(file)
        if not module.startswith(own) and all(what(module, name) is not each for each in given)
    ]
    assert beyond == []


def test_every_plug_in_that_ships_is_looked_at() -> None:
    """A source or a way added to pyproject.toml is held to it, too."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    looked_at = {str(place.relative_to(ROOT).with_suffix("")).replace("/", ".") for _, place in PLUG_INS}
    for kind in ("sources", "offices"):
        table = text.partition(f'[project.entry-points."tatflow.{kind}"]')[2].partition("\n\n")[0]
        modules = [line.split('"')[1].partition(":")[0] for line in table.splitlines() if "=" in line]
        assert modules
        assert [each for each in modules if not any(each.startswith(place) for place in looked_at)] == []


@pytest.mark.parametrize("module", [tatflow.sources, tatflow.offices, tatflow.testing])
def test_what_strangers_are_given_is_told(module: object) -> None:
    """Each name of the façades is in their descriptions, but for the suites', which show themselves."""
    missing = [
        name
        for name in module.__all__  # type: ignore[attr-defined]
        if f"``{name}``" not in (module.__doc__ or "") and module is not tatflow.testing
    ]
    assert missing == []


def test_what_strangers_import_loads_no_orchestrator_and_no_database() -> None:
    """A plug-in's tests start at once."""
    probe = (
        "import sys, tatflow.sources, tatflow.offices; "
        "print([name for name in ('prefect', 'sqlalchemy', 'typst', 'pytest') if name in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert ended.stdout.strip() == "[]"
