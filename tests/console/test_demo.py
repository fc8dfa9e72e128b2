"""The demo, from an empty folder to four closed cases, as `make demo ONCE=1` runs it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.long
@pytest.mark.clause("A-01")
def test_the_demo_walks_four_cases_to_closed(tmp_path: Path) -> None:
    """`tat demo --once` ends with 0 once four cases are Closed and all they owe is done."""
    program = "import sys; from console.cli import main; sys.argv = ['tat', *sys.argv[1:]]; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "demo", "--once", "--home", str(tmp_path / "home")],
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
    assert "Subject: EMERGENCY Silver City (main campus): call 575-555-0100 " in said
    # What has no flow run yet names none, and what is deleted at once is not said to be kept.
    assert not re.findall(r"✓ \w+ +flow run(?! [0-9a-f]{8})", done.stdout)
    assert "is kept" not in said
