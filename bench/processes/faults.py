"""Faults in full: the tests of kills, fuzzing and floods, with doses for which `make test` has no time.

After them, ten thousand mails of any bytes, and of the pieces that readers of mail fall over, lie in one
door's folder, beside those that took Python's own reader minutes; one ordinary mail comes last. All must be
reports, or be kept for a person, and the last one must be taken in.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from bench.table import Line, show
from states.casebook import Casebook
from states.settings import Settings
from states.store.migrating import migrate
from states.vault import make_key_file
from tasks.doors.folders import take_in
from tasks.doors.registry import Doors, MailFolderDoor
from tests.doses import DOSE
from tests.tasks.doors.strange_mails import ENDLESS, MAILS, STRANGE

ROOT = Path(__file__).parents[2]

#: what has a dose
FAULTS = (
    "tests/crash",
    "tests/tasks/doors/test_flood.py",
    "tests/deployments/supervision/test_postgres_restart.py",
    "tests/deployments/orchestrator/test_prefect_trouble.py",
    "tests/console/cli/test_many_at_once.py",
    "tests/console/test_demo.py",
    "tests/console/web/walks",
    "tests/console/web/test_every_page.py",
    "tests/states/process/test_random_walks.py",
    "tests/states/standing/test_who_sees.py",
)

MAIL_COUNT = 10_000

_NUMBERS = count()

#: the ordinary mail, whose name comes last
LAST = b"Message-ID: <last@mail.example>\nSubject: Worried\n\nHe wrote that nobody will graduate.\n"


@contextmanager
def _casebook(home: Path) -> Iterator[Casebook]:
    chosen = Settings(home=home)
    make_key_file(chosen.key_file)
    migrate(chosen.casebook_url)
    book = Casebook.open(chosen)
    try:
        yield book
    finally:
        book.close()


def _drop(folder: Path, content: bytes) -> None:
    file = folder / f"{next(_NUMBERS):06}.eml"
    file.write_bytes(content)
    os.utime(file, (1, 1))


def _drop_strange(folder: Path) -> None:
    @settings(
        max_examples=MAIL_COUNT,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(MAILS)
    def one(content: bytes) -> None:
        _drop(folder, content)

    one()


def _mails() -> Line:
    with tempfile.TemporaryDirectory(prefix="tat-bench-") as place:
        folder = Path(place) / "mail"
        folder.mkdir()
        _drop_strange(folder)
        for content in (*STRANGE.values(), ENDLESS, LAST):
            _drop(folder, content)
        dropped = len(list(folder.iterdir()))
        door = MailFolderDoor(use="mail_folder", site="silver_city", folder=folder)
        with _casebook(Path(place) / "home") as book:
            began = time.perf_counter()
            came = take_in(book, Doors({"mailroom": door})).total
            took = time.perf_counter() - began
        left = len(list(folder.iterdir()))
    assert (left, came.left, came.refused) == (0, 0, 0), came
    ours = f"{took:.0f} s: {came.new} new, {came.known} known, {came.kept} kept, {left} left"
    return Line(f"a round over {dropped:,} strange mails", ours)


def main() -> None:
    """Run every test that has a dose, and print what the mails cost; a test that fails ends the bench."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "--durations", "20"]
    subprocess.run([*command, *FAULTS], cwd=ROOT, env={**os.environ, DOSE: "full"}, check=True)
    show("Faults", [_mails()])


if __name__ == "__main__":
    main()
