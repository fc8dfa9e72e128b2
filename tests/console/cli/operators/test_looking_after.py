"""Looking after a casebook that runs: its ledger, what cases owe, its clocks, signs of life."""

import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from tasks.signs_of_life import Household, Part, noted
from tests.cases.walking import Walk
from tests.console.conftest import Tat


def test_a_changed_ledger_is_told(tat: Tat, walk: Walk) -> None:
    """Verification counts what it walked over, and names the first broken link."""
    number = walk.reported()
    # The case's chain, and the team's, in which its members stand.
    assert tat.json("ledger", "checkpoint") == {"grown": 2, "broken": ""}
    assert tat.json("ledger", "verify")["checkpoints"] == 1
    walk.book.close()
    with sqlite3.connect(tat.home / "casebook.db") as connection:
        connection.execute("UPDATE events SET actor = 'nobody' WHERE seq = 1")
    connection.close()
    result = tat("ledger", "verify", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    said = json.loads(result.stderr)
    assert said["error"] == "LedgerBroken"
    assert number in said["message"]


def test_a_verification_says_how_far_it_is_to_people_only(tat: Tat, monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard error, where that is a terminal, and not a word anywhere else."""
    assert tat("ledger", "verify").stderr == ""
    # Rich takes this for a terminal.
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = tat("ledger", "verify")
    assert "Verifying" in result.stderr
    assert "Verifying" not in result.stdout


def test_running_clocks_are_listed_by_case(tat: Tat, walk: Walk) -> None:
    """Deadlines are listed soonest first, of one case if asked, with their clause."""
    number = walk.in_inquiry()
    walk.reported()
    lines = tat.json("deadlines", "--case", number)
    assert {line["case_number"] for line in lines} == {number}
    assert [line["due_at"] for line in lines] == sorted(line["due_at"] for line in lines)
    assert tat.json("deadlines", "--overdue") == []
    assert "source answer" in tat("deadlines").stdout


def test_effects_are_listed_without_what_they_are_about(tat: Tat, walk: Walk) -> None:
    """The list of effects holds codes and no word that anybody wrote."""
    walk.in_inquiry()
    shown, listed = tat("effects", "list").stdout, tat.json("effects", "list")
    assert "collect_records" in {each["kind"] for each in listed}
    assert "TAT-2026-0001" in shown
    assert "invented" not in shown + json.dumps(listed)
    assert tat("effects", "list", "--status", "lost").exit_code == 2


@pytest.mark.usefixtures("walk")
def test_only_operators_redrive(tat: Tat) -> None:
    """A plain member does not redrive."""
    number = tat.json("report", "-", given='{"behaviour_of_concern": "x", "subject": {"site": "deming"}}')[
        "number"
    ]
    (effect,) = tat.json("effects", "list", "--case", number)
    assert tat("effects", "redrive", effect["effect_id"], member="nurse").exit_code == 1
    assert tat("effects", "redrive", effect["effect_id"], member="keeper").exit_code == 0


def test_health_tells_who_gives_no_sign_of_life(tat: Tat) -> None:
    """Without a `tat up` that runs, or with a process that is dead or silent, the exit code is 1."""
    nothing = tat("health")
    assert (nothing.exit_code, nothing.stdout) == (1, "")
    assert "`tat up` does not run" in nothing.stderr
    now = datetime.now(UTC)
    well = Part("alarm lane", "alarm-lane.log", since=now)
    dead = Part("relay", "relay.log", since=now, deaths=2, died_at=now, exit_code=-9, running=False)
    silent = Part("reception", "reception.log", since=now - timedelta(hours=1))
    with noted(tat.home) as note:
        note.write(Household(now, (well,)))
        assert tat.json("health")["healthy"] is True
        note.write(Household(now, (well, dead, silent)))
        found = tat("health", "--json")
    assert found.exit_code == 1
    assert [sentence.split(":")[0] for sentence in json.loads(found.stdout)["said"]] == [
        "The relay is dead, and is started again",
        f"The reception gives no sign of life since {silent.since:%Y-%m-%d %H}",
    ]
    assert tat("health").exit_code == 1


def test_an_auditor_needs_a_line_and_the_database_and_no_key(tat: Tat, walk: Walk) -> None:
    """Good is 0, an older copy 1, mistyped 2, each in sentences; `tat init` says that the copy is older."""
    walk.reported()
    tat.json("ledger", "checkpoint")
    walk.book.close()
    copy = tat.home.parent / "copy.db"
    shutil.copyfile(tat.home / "casebook.db", copy)
    walk.reported()
    tat.json("ledger", "checkpoint")
    walk.book.close()
    key = (tat.home / "master.key").read_bytes()
    (tat.home / "master.key").unlink()
    line = (tat.home / "ledger.mark").read_text()
    letter = tat.home.parent / "letter.txt"
    letter.write_text(f"Keep this:\n> {line}")
    for words in ((line,), ("--anchor-file", str(letter))):
        result = tat("ledger", "check-anchor", *words, member=None)
        assert result.exit_code == 0, result.stderr
        assert "GOOD: checkpoint 2 of" in result.stdout
    mistyped = line.replace(" 2 ", " 3 ", 1)
    result = tat("ledger", "check-anchor", mistyped, member=None)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "mistyped" in result.stderr
    shutil.copyfile(copy, tat.home / "casebook.db")
    result = tat("ledger", "check-anchor", line, member=None)
    assert result.exit_code == 1
    assert "MISSING: checkpoint 2 of" in result.stdout
    assert "the newest here is checkpoint 1 of" in " ".join(result.stdout.split())
    (tat.home / "master.key").write_bytes(key)
    told = tat.json("init")
    assert "does not hold checkpoint 2 of" in told["broken"]
    assert tat("ledger", "verify").exit_code == 1
    assert tat.json("ledger", "accept-copy")["number"] == 2
    assert tat("ledger", "verify").exit_code == 0
