"""What holds for the whole tree: it can be built anywhere, and says nothing of where it was written."""

import re
import subprocess
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: folders that only exist on the machine somebody works on
SOMEBODYS_FOLDER = re.compile(r"(?<![\w.~-])/(?:Users|home|root|work)/|\.\./shared\b")


def shipped() -> list[Path]:
    """Every file that is in the repository or about to be, as git sees it."""
    answer = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - whichever git is here
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    files = (ROOT / name for name in answer.stdout.decode().split("\0") if name)
    return [file for file in files if file.is_file()]


def lock() -> str:
    """The text of the lock."""
    return (ROOT / "requirements.lock").read_text(encoding="utf-8")


def required(section: list[str]) -> set[str]:
    """The plain names of some requirements."""
    return {re.split(r"[\[<>=~!; ]", requirement)[0] for requirement in section}


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    """What is shipped works for whoever clones it, wherever that is."""
    this = Path(__file__)
    telling = [
        str(file.relative_to(ROOT))
        for file in shipped()
        if file != this and SOMEBODYS_FOLDER.search(file.read_bytes().decode("utf-8", "replace"))
    ]
    assert telling == []


def test_the_lock_names_no_package_index() -> None:
    """Whoever installs chooses the index; the hashes say that it gave the right files."""
    assert re.findall(r"^.*(?:://|--(?:extra-)?index-url|--find-links).*$", lock(), flags=re.MULTILINE) == []


def test_every_package_in_the_lock_has_a_hash() -> None:
    """Nothing is installed that was not seen when the lock was made."""
    entries = [entry for entry in re.split(r"\n(?=\S)", lock()) if "==" in entry]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_lock_holds_every_package_that_the_project_asks_for() -> None:
    """A dependency added to pyproject.toml without `make lock` is noticed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = required(project["dependencies"]) | required(project["optional-dependencies"]["dev"])
    locked = set(re.findall(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==", lock(), flags=re.MULTILINE))
    assert wanted - locked == set()


@pytest.mark.parametrize("name", ["csv", "partner", "scim", "scripted", "sql"])
def test_built_in_sources_load_like_those_of_strangers(name: str) -> None:
    """Each data source that ships with the project is found through its entry point."""
    (entry,) = entry_points(group="tatflow.sources", name=name)
    assert isinstance(entry.load(), type)


def test_the_command_is_installed() -> None:
    """`tat` stands for the console's main function."""
    (entry,) = entry_points(group="console_scripts", name="tat")
    assert callable(entry.load())
