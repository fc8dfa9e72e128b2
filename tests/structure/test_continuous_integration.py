"""What `.ci/run` requires of a machine: a program that is missing fails the run, and is no skipped test."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.servers.programs import REQUIRED, installed

ROOT = Path(__file__).parents[2]

#: what tests ask for of a machine
ASKED = {"chromium", "curl", "jq", "nginx", "caddy"}


def test_a_program_that_is_missing_skips_a_test_or_fails_it_where_the_run_requires_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By its whole name; one that is there is given with its place."""
    missing = "tatflow-no-such-browser"
    for required in ("", f"{missing}-2 chromium"):
        monkeypatch.setenv(REQUIRED, required)
        with pytest.raises(pytest.skip.Exception, match="is not installed here"):
            installed(missing)
    monkeypatch.setenv(REQUIRED, f"jq {missing}")
    with pytest.raises(pytest.fail.Exception, match=f"{REQUIRED} says that it has to be"):
        installed(missing)
    assert Path(installed("sh")).name == "sh"


def test_tests_ask_for_the_programs_by_the_one_way_that_can_fail() -> None:
    """Nobody else looks whether one is there, and skips."""
    tests = {file: file.read_text("utf-8") for file in (ROOT / "tests").rglob("*.py")}
    looking = re.compile(rf"which\(.*?({'|'.join(sorted(ASKED))})")
    assert [str(file) for file, text in tests.items() if looking.search(text)] == []


@pytest.mark.parametrize(("before", "after"), [(None, ASKED), ("chromium", {"chromium"}), ("", set[str]())])
def test_continuous_integration_requires_what_it_could_not_install(
    tmp_path: Path, before: str | None, after: set[str]
) -> None:
    """On a machine that has none of it and no package index: it says so, and the tests that need it fail."""
    programs, told = tmp_path / "bin", tmp_path / "told"
    programs.mkdir()
    for name in ("bash", "dirname", "id", "env"):
        where = shutil.which(name)
        assert where
        (programs / name).symlink_to(where)
    for name, does in (
        ("make", f'[ "$1" != test ] || echo "${REQUIRED}" > "{told}"'),
        ("apt-get", "exit 1"),
        ("sudo", "exit 1"),
    ):
        (programs / name).write_text(f"#!/usr/bin/env bash\n{does}\n")
        (programs / name).chmod(0o755)
    # No server answers on it: the interpreter that would ask is none.
    interpreter = tmp_path / ".venv" / "bin" / "python"
    interpreter.parent.mkdir(parents=True)
    interpreter.symlink_to(programs / "apt-get")
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    run = subprocess.run(
        [programs / "bash", tmp_path / ".ci" / "run"],
        env={"PATH": str(programs)} | ({} if before is None else {REQUIRED: before}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert set(told.read_text().split()) == after
    absent = {name for name in ASKED if not os.access(f"/usr/sbin/{name}", os.X_OK)}
    assert set(re.findall(r"could not be installed: (\S+)", run.stderr)) == absent
