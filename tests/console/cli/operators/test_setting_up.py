"""Set up: a folder, its key and its database, each refused in a sentence where it cannot be used."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from base64 import urlsafe_b64encode
from contextlib import closing

import pytest

from deployments.supervision.listening import reserved_port
from tests.cases.walking import Walk
from tests.console.conftest import Tat


def test_a_new_folder_becomes_a_casebook(empty: Tat) -> None:
    """`tat init` makes folder, key and database, and doing it again changes nothing."""
    assert empty("init").exit_code == 0
    key = (empty.home / "master.key").read_bytes()
    assert empty("init").exit_code == 0
    assert (empty.home / "master.key").read_bytes() == key
    assert (empty.home / "master.key").stat().st_mode & 0o777 == 0o600
    first = ("team", "add", "chair", "--name", "invented", "--address", "c@wnmu.example", "--role", "chair")
    assert empty(*first, "--office", "student_affairs").exit_code == 0
    assert empty.json("case", "list") == []


@pytest.mark.clause("W-02")
def test_what_comes_next_works_as_it_is_said(empty: Tat) -> None:
    """`tat init` names the command that enrolls the chair, who speaks for an office of the pack."""
    said = " ".join(empty("init").stdout.split())
    told = said.partition("Next: tat ")[2]
    entry = {"MEMBER_ID": "head", "NAME": "invented", "ADDRESS": "head@wnmu.example"}
    assert empty(*(entry.get(word, word) for word in told.split()), member=None).exit_code == 0


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        (("account", "link", "nurse"), r"http://\S+/account/set-up/[0-9a-f]{40,}"),
        (("token", "make", "invented-program", "--scope", "read"), r"tat_\w{60,}"),
        (("ledger", "anchor"), r"tatflow-anchor 1( \S+){6}"),
    ],
)
@pytest.mark.usefixtures("walk")
def test_what_somebody_copies_stands_on_one_line(tat: Tat, words: tuple[str, ...], whole: str) -> None:
    """A link, a token and an anchor are no use in two pieces, however narrow the terminal."""
    narrow = Tat(tat.home, tat.environment | {"COLUMNS": "40"})
    result = narrow(*words)
    assert result.exit_code == 0, result.stderr
    assert any(re.fullmatch(whole, line) for line in result.stdout.splitlines())


def test_a_lost_key_is_not_replaced(tat: Tat, walk: Walk) -> None:
    """Beside a database that nothing can read any more, no new key is made."""
    walk.reported()
    (tat.home / "master.key").unlink()
    for command in (("init",), ("case", "list"), ("up",)):
        result = tat(*command)
        assert result.exit_code == 1
        assert not (tat.home / "master.key").exists()


@pytest.mark.usefixtures("walk")
def test_a_wrong_setting_is_told_by_name(tat: Tat) -> None:
    """A variable that cannot be used is named; what it holds is not told."""
    broken = Tat(tat.home, tat.environment | {"TAT_PREFECT_PORT": "secret-word"})
    result = broken("case", "list")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "TAT_PREFECT_PORT" in result.stderr
    assert "secret-word" not in result.stderr


@pytest.mark.parametrize(
    ("content", "way_out"), [(b"", "`tat init` makes one"), (b"no database at all" * 90, "restore a backup")]
)
def test_a_database_that_is_not_set_up_is_told(content: bytes, way_out: str, tat: Tat) -> None:
    """A database without its tables, or a file that is none, is a sentence that names the way out."""
    (tat.home / "casebook.db").write_bytes(content)
    result = tat("case", "list")
    assert (result.exit_code, result.stdout) == (1, "")
    assert way_out in result.stderr


def test_a_wrong_master_key_is_told_before_anything_is_done(empty: Tat) -> None:
    """A casebook proves its key from the day it is made: set-up, start and commands refuse another one."""
    assert empty("init").exit_code == 0
    wrong = urlsafe_b64encode(bytes(32)).decode()
    (empty.home / "wrong").write_text(wrong)
    for name, value in (("TAT_MASTER_KEY", wrong), ("TAT_KEY_COMMAND", f"cat {empty.home / 'wrong'}")):
        # Whatever else runs on this machine: the key is what it fails for.
        with reserved_port() as port:
            ours: dict[str, str | None] = {name: value, "TAT_PREFECT_PORT": str(port)}
        locked_out = Tat(empty.home, empty.environment | ours)
        for words in (("init",), ("up",), ("case", "list"), ("ledger", "verify")):
            result = locked_out(*words)
            assert result.exit_code == 1, words
            assert "does not fit this casebook" in result.stderr + result.stdout, words
            assert "eady" not in result.stdout
    right = Tat(empty.home, empty.environment | {"TAT_KEY_COMMAND": f"cat {empty.home / 'master.key'}"})
    assert right("init").exit_code == 0
    for command, why in (
        ("false", "it ended with 1"),
        ("/nowhere/key", "FileNotFoundError"),
        ("'", "ValueError"),
    ):
        failing = Tat(empty.home, empty.environment | {"TAT_KEY_COMMAND": command})("init")
        assert (failing.exit_code, why in failing.stderr) == (1, True), failing.stderr


def test_another_master_key_takes_the_place_of_one_that_a_command_gives(empty: Tat) -> None:
    """The new one is given in a file; once it is in place, nothing opens with the old one."""
    assert empty("init").exit_code == 0
    old, new = empty.home / "master.key", empty.home.parent / "new.key"
    new.write_bytes(urlsafe_b64encode(b"n" * 32))
    commanded = Tat(empty.home, empty.environment | {"TAT_KEY_COMMAND": f"cat {old}"})
    assert commanded("keys", "rotate").exit_code == 2
    assert empty("keys", "rotate", "--to", str(new)).exit_code == 2
    for wrapped in (1, 0):
        changed = commanded.json("keys", "rotate", "--to", str(new))
        assert changed["wrapped"] == wrapped
    assert empty("init").exit_code == 1
    assert Tat(empty.home, empty.environment | {"TAT_KEY_COMMAND": f"cat {new}"})("init").exit_code == 0


def test_what_others_can_read_is_told_and_closed(empty: Tat) -> None:
    """Folder, key and database are their owner's after `tat init`; until then each command says so."""
    assert empty("init").exit_code == 0
    private = [empty.home, empty.home / "master.key", empty.home / "casebook.db"]
    assert [path.stat().st_mode & 0o777 for path in private] == [0o700, 0o600, 0o600]
    for path in private:
        path.chmod(0o755)
    assert "Others on this machine can read" in empty("circuits").stderr
    closed = empty("init", "--json")
    assert len(json.loads(closed.stdout)["closed"]) == 3
    assert [path.stat().st_mode & 0o077 for path in private] == [0, 0, 0]
    assert empty("circuits").stderr == ""


def test_a_program_writes_into_no_newer_casebook(tat: Tat, walk: Walk) -> None:
    """Commands, relay, reception and lane each say that a newer program is needed, and change not a byte."""
    walk.book.close()
    with closing(sqlite3.connect(tat.home / "casebook.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = (tat.home / "casebook.db").read_bytes()
    report = tat.example("report")
    for words in (("report", "-"), ("case", "list"), ("effects", "list"), ("init",), ("keys", "rotate")):
        result = tat(*words, given=report)
        assert (result.exit_code, "of a newer tatflow" in result.stderr) == (1, True), words
    for module in ("deployments.alarm_lane", "deployments.relay.process", "console.web"):
        # Its standard input is its lifeline: it stays open.
        with subprocess.Popen(
            [sys.executable, "-m", module, "0"],
            env={**os.environ, "TAT_HOME": str(tat.home)},
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            said = process.stderr.read()
            assert (process.wait(), "of a newer tatflow" in said) == (1, True), said
        assert "Traceback" not in said
    assert (tat.home / "casebook.db").read_bytes() == before


@pytest.mark.parametrize("url", ["nonsense", "nonsense://secret-word@host/db"])
def test_an_address_that_is_none_is_usage(url: str, tat: Tat) -> None:
    """An address of no database is told by its variable, without a word of it."""
    result = Tat(tat.home, tat.environment | {"TAT_DATABASE_URL": url})("case", "list")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "TAT_DATABASE_URL" in result.stderr
    assert "secret-word" not in result.stderr
