"""Many people report at the same moment, each by a command of their own: none is refused, none is lost."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.reading import overview, whole_case
from states.casebook.record import integrity
from states.settings import Settings
from states.store import engine
from states.store.migrating import migrate
from states.vault import make_key_file
from tests.cases.walking import Walk
from tests.console.conftest import Tat
from tests.doses import dose
from tests.waiting import PATIENCE

#: how many
PEOPLE = dose(4, 50)

PROGRAM = "from console.cli import main; main()"


def test_all_reports_are_on_record(database_url: str, tmp_path: Path) -> None:
    """Each ends well, though all are about one person and so in one case; the ledger verifies."""
    url = "" if database_url.startswith("sqlite") else database_url
    settings = Settings(home=tmp_path / "home", database_url=url)
    settings.home.mkdir()
    make_key_file(settings.key_file)
    migrate(settings.casebook_url)
    book = Casebook.open(settings)
    chair = Walk(book).chair
    told = {"TAT_HOME": str(settings.home), "TAT_DATABASE_URL": url, "TAT_MEMBER": "chair"}
    report = tmp_path / "report.json"
    report.write_text(Tat(settings.home, dict(told)).example("report"))
    command = [sys.executable, "-c", PROGRAM, "report", str(report), "--json"]
    began = time.monotonic()
    running = [
        subprocess.Popen(
            command, env=os.environ | told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(PEOPLE)
    ]
    said = [each.communicate() for each in running]
    took = time.monotonic() - began
    assert [each.returncode for each in running] == [0] * PEOPLE, {error for _, error in said}
    print(f"{PEOPLE} reports at once: {took:.0f} s")  # noqa: T201 - a figure, for who asks for it with -s
    assert all(json.loads(output)["number"] for output, _ in said)
    integrity.verify(book, by=SYSTEM)
    on_record = [
        row["id"]
        for line in overview.cases(book, by=chair)
        for row in whole_case.dossier(book, line.number, by=chair)["reports"]
    ]
    assert len(on_record) == len(set(on_record)) == PEOPLE
    book.close()


def test_a_command_waits_for_its_turn(tat: Tat, walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer than a thread of a server, for which others wait."""
    report = tat.example("report")
    with ThreadPoolExecutor(1) as people:
        with walk.book.store.write():
            monkeypatch.setattr(engine, "BUSY_TIMEOUT", 50)
            reporting = people.submit(tat, "report", "-", given=report)
            wait([reporting], timeout=0.9)
        result = reporting.result()
    assert result.exit_code == 0, result.stderr


def test_who_waits_is_told_so_and_may_give_up(tat: Tat, walk: Walk, tmp_path: Path) -> None:
    """After some seconds a sentence says why nothing happens; Ctrl-C is heard at once, and writes nothing."""
    report = tmp_path / "report.json"
    report.write_text(tat.example("report"))
    told = {name: value for name, value in tat.environment.items() if value is not None}
    with walk.book.store.write():
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "report", str(report)],
            env=os.environ | told,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as waiting:
            assert waiting.stderr is not None
            assert "Others are writing" in waiting.stderr.readline()
            waiting.send_signal(signal.SIGINT)
            said, complained = waiting.communicate(timeout=PATIENCE)
        assert (waiting.returncode, said) == (130, ""), complained
    assert walk.cases() == []
