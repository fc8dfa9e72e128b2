"""Faults in full: the tests of kills, fuzzing and floods, with doses for which `make test` has no time."""

import os
import subprocess
import sys
from pathlib import Path

from tests.doses import DOSE

ROOT = Path(__file__).parents[1]

#: what has a dose
FAULTS = ("tests/crash",)


def main() -> None:
    """Run every test that has a dose; a test that fails ends the bench."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "--durations", "20"]
    subprocess.run([*command, *FAULTS], cwd=ROOT, env={**os.environ, DOSE: "full"}, check=True)
