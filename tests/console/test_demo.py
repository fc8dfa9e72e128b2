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
from tests.doses import dose
from tests.waiting import PATIENCE, until

#: `tat`, in this environment
TAT = "import sys; from console.cli import main; sys.argv = ['tat', *sys.argv[1:]]; main()"

#: the mark that each page of a demo carries
MARK = "DEMO: all people and cases are invented."


#: in which ways a demo is run: the one that ends by itself walks the same cases as the one that stays up
WAYS = ("until Ctrl-C", "once")[: dose(1, 2)]


@pytest.mark.long
@pytest.mark.clause("A-01", "W-16")
@pytest.mark.parametrize("way", WAYS)
def test_the_demo_walks_four_cases_to_closed_and_takes_a_report_from_the_form(
    tmp_path: Path, way: str
) -> None:
    """It prints the console's address; one click opens the cases, and what comes in after.

    Run once, it ends with 0 when all four are Closed and all they owe is done.
    """
    once = way == "once"
    demo = subprocess.Popen(
        [
            *(sys.executable, "-c", TAT, "demo", "--home", str(tmp_path / "home")),
            *(["--once"] if once else []),
        ],
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
                if not once and (door := line.strip()).startswith("http://"):
                    break
            if not once:
                printed = re.search(r"Console +(http://127\.0\.0\.1:\d+)", said)
                assert printed, said[-2000:]
                numbers = set(re.findall(r"TAT-\d{4}-\d{4}", said))
                _looks_around(printed[1], door, numbers)
                _reports(printed[1], door, numbers)
        finally:
            demo.send_signal(signal.SIGINT)
            rest = demo.communicate(timeout=PATIENCE)[0]
    assert demo.returncode == 0, rest[-2000:]
    _walked(said)


def _walked(printed: str) -> None:
    """What a demo says of the four cases."""
    said = " ".join(printed.split())
    assert "All four cases are Closed and every effect is done." in said
    assert "found 0 times in Prefect's database" in said
    assert "and 0 times in the case database" in said
    assert "What the police got" in said
    # Whole, with the last digit of the number to call.
    alert = " ".join(printed.replace("\N{BOX DRAWINGS LIGHT VERTICAL}", " ").split())
    assert "Silver City (main campus): call now / llame ya 575-555-0100 (TAT-" in alert
    # What has no flow run yet names none, and what is deleted at once is not said to be kept.
    assert not re.findall(r"✓ \w+ +flow run(?! [0-9a-f]{8})", printed)
    assert "is kept" not in said


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
