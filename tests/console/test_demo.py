"""The demo, from an empty folder to four closed cases, as `make demo` and `make demo ONCE=1` run it."""

import html
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.console.web.conftest import BROWSER
from tests.console.web.report.test_steps import on_receipt, stepped
from tests.waiting import PATIENCE, until

#: `tat`, in this environment
TAT = "import sys; from console.cli import main; sys.argv = ['tat', *sys.argv[1:]]; main()"

#: the mark that each page of a demo carries
MARK = "DEMO: all people and cases are invented."


@pytest.mark.long
@pytest.mark.clause("A-01")
def test_the_demo_walks_four_cases_to_closed(tmp_path: Path) -> None:
    """`tat demo --once` ends with 0 once four cases are Closed and all they owe is done."""
    done = subprocess.run(
        [sys.executable, "-c", TAT, "demo", "--once", "--home", str(tmp_path / "home")],
        env=os.environ | {"COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    said = " ".join(done.stdout.split())
    assert "All four cases are Closed and every effect is done." in said
    assert "found 0 times in Prefect's database" in said
    assert "and 0 times in the case database" in said
    assert "What the police got" in said
    # Whole, with the last digit of the number to call.
    alert = " ".join(done.stdout.replace("\N{BOX DRAWINGS LIGHT VERTICAL}", " ").split())
    assert "Silver City (main campus): call now / llame ya 575-555-0100 (TAT-" in alert
    # What has no flow run yet names none, and what is deleted at once is not said to be kept.
    assert not re.findall(r"✓ \w+ +flow run(?! [0-9a-f]{8})", done.stdout)
    assert "is kept" not in said


@pytest.mark.long
@pytest.mark.clause("A-01", "W-16")
def test_the_demo_stays_up_with_its_cases_and_takes_a_report_from_the_form(tmp_path: Path) -> None:
    """It prints the console's address; one click opens the four cases, and what comes in after."""
    home = tmp_path / "home"
    demo = subprocess.Popen(
        [sys.executable, "-c", TAT, "demo", "--home", str(home)],
        env=os.environ | {"COLUMNS": "80", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with demo:
        try:
            said, door = "", ""
            assert demo.stdout is not None
            for line in demo.stdout:
                said += line
                if (door := line.strip()).startswith("http://"):
                    break
            printed = re.search(r"Console +(http://127\.0\.0\.1:\d+)", said)
            assert printed, said[-2000:]
            console = printed[1]
            assert "All four cases are Closed" in " ".join(said.split())
            numbers = set(re.findall(r"TAT-\d{4}-\d{4}", said))
            _looks_around(console, door, numbers)
            _reports(console, door, numbers)
        finally:
            demo.send_signal(signal.SIGINT)
            rest = demo.communicate(timeout=PATIENCE)[0]
    assert demo.returncode == 0, rest[-2000:]


@contextmanager
def _chair(console: str, door: str) -> Iterator[httpx.Client]:
    """A browser in which one click has made somebody the chair."""
    with httpx.Client(base_url=console, headers=BROWSER, timeout=PATIENCE) as browser:
        assert browser.post(f"{door}/m-chair").status_code == 200
        yield browser


def _looks_around(console: str, door: str, numbers: set[str]) -> None:
    """Each of the four cases opens, and is marked."""
    assert len(numbers) == 4
    with _chair(console, door) as browser:
        for number in numbers:
            case = browser.get(f"/cases/{number}")
            assert (case.status_code, MARK in case.text, number in case.text) == (200, True, True)


def _reports(console: str, door: str, numbers: set[str]) -> None:
    """A report from the form is in the chair's work, and can be read there."""
    with httpx.Client(base_url=console, headers=BROWSER, timeout=PATIENCE) as stranger:
        assert MARK in stepped(stranger, "", site="deming", danger="no").text
        stepped(stranger, "what", behavior_of_concern="An invented worry, told to the demo.")
        assert on_receipt(stepped(stranger, "send"))
    with _chair(console, door) as browser:

        def new() -> set[str]:
            return set(re.findall(r"TAT-\d{4}-\d{4}", browser.get("/").text)) - numbers

        until(new, "the report is in nobody's work")
        (number,) = new()
        shown = html.unescape(browser.get(f"/cases/{number}/reports").text)
        assert "An invented worry, told to the demo." in shown
