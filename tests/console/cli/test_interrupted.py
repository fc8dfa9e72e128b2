"""A report of imminent danger that is broken off at a real terminal: what was given by then is kept."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select

import pytest

from deployments.supervision.environment import child_environment
from states.settings import Settings
from states.vocabulary.effects import EffectKind
from tests.cases.walking import Walk
from tests.console.conftest import Tat
from tests.states.looking import owed
from tests.waiting import PATIENCE

#: opened by whoever leads a session, a terminal is the one whose Ctrl-C that session hears; a test run in the
#: background of a script ignores Ctrl-C, and so would what it starts
TAT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
os.close(os.open(os.ttyname(0), os.O_RDWR))
from console.cli import main
sys.argv = ["tat", "report"]
main()
"""


class Terminal:
    """A terminal with the form in it.

    Args:
        screen: the descriptor at its other end.
        process: the command.
    """

    def __init__(self, screen: int, process: subprocess.Popen[bytes]) -> None:
        self._screen = screen
        self.process = process
        self.shown = ""

    def answers(self, question: str, answer: str) -> None:
        """Wait for a question, and type an answer."""
        self.reads(question)
        self.types(answer)

    def types(self, keys: str) -> None:
        """Press keys."""
        os.write(self._screen, keys.encode())

    def reads(self, text: str = "") -> None:
        """Read until a text is shown; without one, until the command has ended."""
        seen = len(self.shown)
        while not text or text not in self.shown[seen:]:
            assert select([self._screen], [], [], PATIENCE)[0], f"never shown: {text}"
            try:
                read = os.read(self._screen, 4096)
            except OSError:
                # Linux says so when nobody has the terminal open any more.
                read = b""
            if not read:
                assert not text, self.shown
                return
            self.shown += read.decode(errors="replace")


@contextmanager
def terminal(home: Path) -> Iterator[Terminal]:
    """Run `tat report` in a terminal of its own, whose Ctrl-C reaches it as everybody's does."""
    screen, inside = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", TAT],
        env=child_environment(Settings(home=home)) | {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"},
        stdin=inside,
        stdout=inside,
        stderr=inside,
        start_new_session=True,
    ) as process:
        os.close(inside)
        try:
            yield Terminal(screen, process)
        finally:
            process.kill()
            os.close(screen)


@pytest.mark.clause("W-13")
@pytest.mark.parametrize("by", ["Ctrl-C", "kill -9"])
def test_what_was_answered_before_the_form_was_broken_off_is_kept(tat: Tat, walk: Walk, by: str) -> None:
    """The alarm is out after two answers; a name given after them stays, whatever ends the form."""
    with terminal(tat.home) as form:
        form.answers("in danger right now", "y\n")
        form.answers("Where is the danger", "deming\n")
        form.answers("What kind of danger", "weapon\n")
        form.answers("for which day", "\n")
        form.answers("Name of the individual", "Invented Person\n")
        form.reads("Other identification")
        if by == "Ctrl-C":
            form.types("\x03")
            form.reads()
            assert "PHONE NOW: Deming" in form.shown
            assert "what you answered is kept under" in form.shown
            assert form.process.wait() == 1
        else:
            form.process.send_signal(signal.SIGKILL)
            form.process.wait()
    (case,) = tat.json("case", "list")
    assert EffectKind.ALERT_POLICE in owed(walk.book, case["number"])
    (report,) = walk.records(case["number"], "reports")
    assert (report["begun"], report["content"]["dangers"]) == (True, ["weapon"])
    assert report["content"]["subject"]["name"] == "Invented Person"
