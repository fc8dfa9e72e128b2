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


@pytest.mark.parametrize(
    ("group", "folder"), [("tatflow.sources", "tasks.sources"), ("tatflow.offices", "tasks.offices")]
)
def test_what_is_built_in_loads_like_what_strangers_bring(group: str, folder: str) -> None:
    """Each kind of source and way of an office that ships with the project is found by its entry point."""
    announced = {entry.value for entry in entry_points(group=group) if entry.value.startswith(f"{folder}.")}
    assert {type(entry.load()) for entry in entry_points(group=group)} <= {type}
    built_in = set()
    for file in (ROOT / folder.replace(".", "/")).rglob("*.py"):
        classes = re.split(r"^class (?=\w)", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
        made = (text for text in classes if "def from_config(" in text and "(Protocol)" not in text)
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        built_in |= {f"{module}:{re.split(r'[^A-Za-z]', text)[0]}" for text in made}
    assert announced == built_in


def test_every_exception_from_the_lint_is_for_files_that_are_there() -> None:
    """An exception outlives its file, and then hides what another one of that name does."""
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]
    patterns = ruff["lint"]["per-file-ignores"]
    assert [pattern for pattern in patterns if not any(ROOT.glob(pattern))] == []


def test_the_command_is_installed() -> None:
    """`tat` stands for the console's main function."""
    (entry,) = entry_points(group="console_scripts", name="tat")
    assert callable(entry.load())


def test_what_the_documents_link_to_is_there() -> None:
    """A file that was moved takes along the links to it; the README's table of places stays true."""
    gone = [
        f"{document.name}: {link}"
        for document in (ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md"))
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
        if not (document.parent / link).exists()
    ]
    assert gone == []
