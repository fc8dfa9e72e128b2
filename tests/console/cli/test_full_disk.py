"""A disk that is full or read-only: nothing half-written, a sentence that says so, and reading goes on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.conftest import Tat
from tests.installations.disks import fill, small_disk

FULL = "is full, and what you did was not written. All that was on record is kept"
READ_ONLY = "can only be read, and what you did was not written"

#: what people read, besides a case
READING = (("case", "list"), ("effects", "list"), ("ledger", "verify"))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    with small_disk(tmp_path / "disk", megabytes=8) as folder:
        yield folder


def set_up(home: Path) -> tuple[Tat, str, str]:
    """A casebook with a case in it; gives the command, another report, and the case's number."""
    tat = Tat(home, {"TAT_HOME": str(home), "COLUMNS": "80", "NO_COLOR": "1"})
    words = ("--name", "invented", "--address", "c@wnmu.example", "--office", "student_affairs")
    assert tat("init").exit_code == 0
    assert tat("team", "add", "chair", *words, "--role", "chair").exit_code == 0
    report = tat.example("report")
    return tat, report, tat.json("report", "-", given=report)["number"]


def see_that_reading_goes_on(tat: Tat, number: str) -> None:
    """Cases are read, and that this was not put on record is said."""
    for words in (*READING, ("case", "show", number)):
        result = tat(*words)
        assert result.exit_code == 0, (words, result.stderr)


def test_a_full_disk(disk: Path) -> None:
    """What is done is refused with the reason; what there was can be read; with room, all goes on."""
    tat, report, number = set_up(disk / "home")
    # That it was verified, and how that ended, is an event of its own.
    before = tat.json("ledger", "verify")
    filling = fill(disk)
    result = tat("report", "-", given=report)
    assert (result.exit_code, FULL in result.stderr) == (1, True), result.stderr
    see_that_reading_goes_on(tat, number)
    for words in (("backup",), ("keys", "rotate")):
        result = tat(*words)
        assert (result.exit_code, "is full" in result.stderr) == (1, True), result.stderr
    assert not [
        file.name for file in (disk / "home").iterdir() if ".key" in file.name and not file.stat().st_size
    ]
    new = Tat(disk / "new", {"TAT_HOME": str(disk / "new")})("init")
    assert new.exit_code == 1
    assert "full" in new.stderr.lower() or "No space left" in new.stderr
    filling.unlink()
    assert tat.json("ledger", "verify") == before | {"events": before["events"] + 1}
    assert tat("report", "-", given=report).exit_code == 0
    # Whoever read meanwhile is on record from the next reading on.
    assert tat("case", "show", number).exit_code == 0
    happened = tat.json("case", "timeline", number)
    late = [event for event in happened if "while_nothing_could_be_written" in event["data"]]
    assert [event["actor"] for event in late] == ["chair"]
    assert tat("keys", "rotate").exit_code == 0


def test_a_read_only_disk(disk: Path) -> None:
    """The same of one that takes nothing, because somebody or its own faults made it so."""
    tat, report, number = set_up(disk / "home")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)  # noqa: S607 - whichever is here
    result = tat("report", "-", given=report)
    assert (result.exit_code, READ_ONLY in result.stderr) == (1, True), result.stderr
    see_that_reading_goes_on(tat, number)
    assert "Read-only" in tat("init").stderr


@pytest.mark.skipif(not os.geteuid(), reason="Root may write into any folder.")
def test_a_read_only_folder(tmp_path: Path) -> None:
    """Who lost the right to write there still reads."""
    tat, report, number = set_up(tmp_path / "home")
    tat.home.chmod(0o500)
    try:
        result = tat("report", "-", given=report)
        assert (result.exit_code, READ_ONLY in result.stderr) == (1, True), result.stderr
        see_that_reading_goes_on(tat, number)
    finally:
        tat.home.chmod(0o700)


def test_a_limit_of_the_system(tmp_path: Path) -> None:
    """A file that may not grow is told as the disk's refusal; nothing is half-written, people read on."""
    tat, report, _ = set_up(tmp_path / "home")
    # That it was verified, and how that ended, is an event of its own.
    before = tat.json("ledger", "verify")
    given = tmp_path / "report.json"
    given.write_text(report)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))\n"
        "from console.cli import main\n"
        "sys.argv = ['tat', *sys.argv[1:]]; main()"
    )

    def limited(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code, *words],
            env={**os.environ, "TAT_HOME": str(tat.home), "TAT_MEMBER": "chair"},
            capture_output=True,
            text=True,
            check=False,
        )

    refused = limited("report", str(given))
    assert (refused.returncode, "look after the disk and its limits" in refused.stderr) == (1, True)
    assert limited("case", "list").returncode == 0
    assert tat.json("ledger", "verify") == before | {"events": before["events"] + 1}
    assert tat("report", "-", given=report).exit_code == 0
