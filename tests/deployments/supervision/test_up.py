"""`tat up` as a person meets it: it starts everything, says what is wrong, and leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest

from deployments.supervision import data_folder
from deployments.supervision.listening import reserved_port
from deployments.up import up
from states.casebook import Casebook
from states.errors import NotReady
from states.files.packed import FILE, packed
from states.policy.pack import PACKS
from states.settings import Settings
from states.store.migrating import migrate
from states.vault import make_key_file
from tasks.signs_of_life import of_household
from tests.cases import furnishing
from tests.servers.chat_server import chat
from tests.waiting import PATIENCE, until

#: a `tat up` without its command line
PROGRAM = """\
import sys
from deployments.supervision.listening import reserved_port
from deployments.up import up
from states.settings import Settings
sys.exit(up(Settings(), say=lambda line: print(line, flush=True)))
"""


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """The settings of an installation that does not exist yet, on a port of its own."""
    with reserved_port() as port:
        yield Settings(home=tmp_path / "home", prefect_port=port, reception_port=0)


@pytest.fixture
def ran_before(settings: Settings, migrated: Path, prefect_folder: Path) -> Settings:
    """The settings of one that was started before, and stopped."""
    furnishing.empty(settings.home, migrated).home.chmod(0o700)
    shutil.copytree(prefect_folder, settings.home / "prefect")
    return settings


def said(settings: Settings) -> tuple[int, str]:
    """Call `up` and expect it to refuse; returns its exit code and what it said."""
    lines: list[str] = []
    return up(settings, say=lines.append), "\n".join(lines)


@contextmanager
def running(settings: Settings, program: str = PROGRAM, **given: str) -> Iterator[subprocess.Popen[str]]:
    """A `tat up` in a process of its own."""
    environment = (
        os.environ
        | given
        | {
            "TAT_HOME": str(settings.home),
            "TAT_PREFECT_PORT": str(settings.prefect_port),
            "TAT_RECEPTION_PORT": str(settings.reception_port),
        }
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_line(process: subprocess.Popen[str], start: str) -> None:
    """Read what a process says until a line begins as expected."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(start):
            return
    pytest.fail(f"It never said {start!r}, but: {lines}")


def wait_for_children(process: subprocess.Popen[str], count: int) -> list[psutil.Process]:
    """Wait until a process has so many children that have begun their work."""
    until(lambda: len(_children(process)) >= count, "Its children were never started.")
    return _children(process)


def _children(process: subprocess.Popen[str]) -> list[psutil.Process]:
    # One that was only just made still has the name of its parent.
    every = psutil.Process(process.pid).children()
    return [child for child in every if any(word.startswith("deployments.") for word in _words(child))]


def _words(child: psutil.Process) -> list[str]:
    """The words that a process was started with; none: it is gone, or just going."""
    try:
        return child.cmdline()
    except psutil.NoSuchProcess:
        return []


def of_module(children: list[psutil.Process], module: str) -> list[psutil.Process]:
    """Those children that run one of our modules."""
    return [child for child in children if f"deployments.{module}" in _words(child)]


def noted_death(settings: Settings, name: str) -> bool:
    """Whether it is noted that a child died once, by force, and runs again."""
    noted = of_household(settings.home)
    parts = () if noted is None else noted.parts
    return (1, -9, True) in [
        (part.deaths, part.exit_code, part.running) for part in parts if part.name == name
    ]


def test_it_does_not_go_live_with_placeholders(settings: Settings) -> None:
    """Reached by others than this machine, it starts nothing, and names the duty number; nothing is made."""
    code, why = said(settings.model_copy(update={"base_url": "https://tat.wnmu.edu"}))
    assert code != 0
    assert "duty.phone: 575-555-0100" in why
    assert "tat policy check --live" in why
    assert not (settings.home / "casebook.db").exists()


@pytest.mark.long
def test_ctrl_c_stops_everything_and_a_second_up_is_refused(settings: Settings) -> None:
    """Everything gets ready, a second `tat up` is refused, and Ctrl-C ends all with exit code 0."""
    with running(settings) as process:
        wait_for_line(process, "Ready")
        children = wait_for_children(process, 2)
        code, sentence = said(settings.model_copy(update={"prefect_port": 1}))
        assert code == 1
        assert "Another `tat up` uses the data folder" in sentence
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert not any(child.is_running() for child in children)
    said_by_relay = (settings.home / "logs" / "relay.log").read_text()
    assert not any(word in said_by_relay for word in ("WARNING", "ERROR", "Traceback"))


def test_it_gives_up_after_the_packs_number_and_is_told_apart(ran_before: Settings) -> None:
    """A relay that dies once too often ends everything: by a code of its own, a sentence, and the chat."""
    pack = ran_before.home.parent / "pack.toml"
    pack.write_text(
        (PACKS / "wnmu" / "pack.toml").read_text().replace("\nrestarts = 20\n", "\nrestarts = 1\n")
    )
    with chat() as (where, told):
        given = {"TAT_PACK": str(pack), "TAT_OPERATORS_WEBHOOK": where}
        with running(ran_before, **given) as process:
            children = wait_for_children(process, 4)
            lanes = [child for child in children if "deployments.alarm_lane" in child.cmdline()]
            for count in (1, 2):
                [relay] = of_module(wait_for_children(process, 4), "relay.process")
                assert all(lane.is_running() for lane in lanes)
                relay.kill()
                if count == 1:
                    wait_for_line(
                        process, "The relay has ended by itself (exit code -9) and is started again"
                    )
            assert process.wait(PATIENCE) == 75
            assert process.stdout is not None
            last = process.stdout.read()
        _, alive = psutil.wait_procs(children, timeout=PATIENCE)
        assert not alive
        heard = [told.get(timeout=PATIENCE)["text"] for _ in range(2)]
    sentence = "The relay has ended by itself 2 times within 60 minutes (last with exit code -9)"
    assert sentence in last
    assert "relay.log for the reason" in last
    assert [text.startswith("tatflow: The relay has ended by itself") for text in heard] == [True, True]
    assert any(sentence in text for text in heard)
    noted = of_household(ran_before.home)
    assert noted is not None
    assert (noted.gave_up_on, noted.lives) == ("relay", False)


@pytest.mark.long
def test_whatever_becomes_of_one_process_the_others_go_on_and_none_outlives_the_supervisor(
    ran_before: Settings,
) -> None:
    """One is killed, one stands still, and all get another plan; the supervisor is killed in the end.

    One after the other in one household: starting it takes longer than all of that.
    """
    impatient = "signal.signal(signal.SIGUSR1, lambda *_: setattr(module, 'SILENT_AFTER', 1.0))"
    hasty = PROGRAM.replace(
        "sys.exit",
        f"import signal\nimport deployments.supervision.household as module\n{impatient}\nsys.exit",
    )
    with running(ran_before, hasty) as process:
        wait_for_line(process, "Ready")
        _another_plan(ran_before, process)
        _some_die(ran_before, process)
        _one_stands_still(ran_before, process)
        children = wait_for_children(process, 4)
        process.kill()
        _, alive = psutil.wait_procs(children, timeout=PATIENCE)
        assert not alive


def _another_plan(settings: Settings, process: subprocess.Popen[str]) -> None:
    """One after the other starts again, and none counts as dead; Prefect, which knows no plan, goes on."""
    text = (PACKS / "wnmu" / "pack.toml").read_text(encoding="utf-8")
    text = text.replace('version = "2013-02-05"', 'version = "2027-01-10"')
    before = wait_for_children(process, 4)
    ours = [child for child in before if not of_module([child], "orchestrator.server_process")]
    settings.policy_file.write_bytes(packed({FILE: text.encode()}))
    wait_for_line(process, "Another version of the plan was put in force")
    until(lambda: not any(child.is_running() for child in ours), "some still go by the version before")
    after = wait_for_children(process, 4)
    assert {*before} - {*ours} <= {*after}
    until(partial(all_run, settings), "not all of them run again")
    noted = of_household(settings.home)
    assert noted is not None
    assert {part.deaths for part in noted.parts} == {0}
    assert Casebook.open(settings).pack.version == "2027-01-10"


def _some_die(settings: Settings, process: subprocess.Popen[str]) -> None:
    """`kill -9` of the relay or of an alarm lane is said and mended, and touches no other process."""
    for name, module in (("relay", "relay.process"), ("alarm lane", "alarm_lane")):
        before = wait_for_children(process, 4)
        victim = min(of_module(before, module), key=lambda child: child.create_time())
        victim.kill()
        wait_for_line(process, f"The {name} has ended by itself")
        after = wait_for_children(process, 4)
        assert {child.pid for child in before} - {child.pid for child in after} == {victim.pid}
        until(partial(noted_death, settings, name), "that it died is not noted")


def _one_stands_still(settings: Settings, process: subprocess.Popen[str]) -> None:
    """A relay that was stopped claims nothing, whatever is due: that is noticed, said and mended."""
    until(partial(is_heard, settings, "relay"), "the relay gives no sign of life")
    [relay] = of_module(wait_for_children(process, 4), "relay.process")
    relay.suspend()
    process.send_signal(signal.SIGUSR1)
    wait_for_line(process, "The relay stands still")
    wait_for_line(process, "The relay has ended by itself")
    until(lambda: not relay.is_running(), "the relay is still there")


def is_heard(settings: Settings, name: str) -> bool:
    """Whether it is noted that a child gave a sign of life since it started."""
    noted = of_household(settings.home)
    return noted is not None and any(part.name == name and part.heard_at for part in noted.parts)


def all_run(settings: Settings) -> bool:
    """Whether it is noted that every child runs."""
    noted = of_household(settings.home)
    return noted is not None and all(part.running for part in noted.parts)


def test_a_taken_port_is_named_before_anything_starts(settings: Settings) -> None:
    """A port in use is refused with a sentence that names it and the setting."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", settings.prefect_port))
        other.listen()
        code, sentence = said(settings)
    assert code == 1
    assert f"Port {settings.prefect_port} is taken" in sentence
    assert "TAT_PREFECT_PORT" in sentence
    assert not settings.key_file.exists()


def test_a_taken_port_of_the_reception_is_named(settings: Settings) -> None:
    """What was started already is stopped again."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        code, sentence = said(settings.model_copy(update={"reception_port": taken}))
    assert code == 1
    assert f"Port {taken} is taken by another program, so the reception was not started" in sentence
    assert "TAT_RECEPTION_PORT" in sentence


def test_a_folder_that_cannot_be_made_is_refused(settings: Settings) -> None:
    """A data folder in an impossible place is refused with a sentence."""
    settings.home.write_text("a file where the folder should be")
    code, sentence = said(settings)
    assert code == 1
    assert "TAT_HOME" in sentence


def test_a_key_without_its_database_is_refused(settings: Settings) -> None:
    """A half-made folder never silently becomes an empty casebook."""
    make_key_file(settings.key_file)
    code, sentence = said(settings)
    assert code == 1
    assert "a master key but no case database" in sentence


def test_a_database_without_its_key_is_refused(settings: Settings) -> None:
    """A casebook whose key is missing does not get a new one, which would not open it."""
    settings.home.mkdir()
    migrate(settings.casebook_url)
    code, sentence = said(settings)
    assert code == 1
    assert "a case database but not its master key" in sentence
    assert not settings.key_file.exists()


def test_a_first_start_that_was_interrupted_goes_on(settings: Settings) -> None:
    """A folder that was being set up when the power went is set up to the end, with the key it has."""
    settings.home.mkdir()
    (settings.home / data_folder.UNFINISHED).touch()
    make_key_file(settings.key_file)
    key = settings.key_file.read_bytes()
    data_folder.check(settings)
    data_folder.furnish(settings)
    data_folder.check(settings)
    assert settings.key_file.read_bytes() == key
    settings.key_file.unlink()
    with pytest.raises(NotReady):
        data_folder.check(settings)
