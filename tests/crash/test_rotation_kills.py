"""A change to another master key that is killed anywhere: everything opens as before, and it goes on."""

import os
import random
import signal
from pathlib import Path

import pytest

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.persons import searching
from states.casebook.reading import whole_case
from states.casebook.record import integrity
from states.contents.reports import SubjectContent
from states.errors import VaultLocked
from states.settings import Settings
from states.vault import make_key_file
from tests.cases.walking import Walk
from tests.crash.store_forks import forking
from tests.doses import dose

#: how many kills each kind of server gets, besides those around the end
KILLS = dose(2, 12)

#: give it to have the same kills again
SEED = int(os.environ.get("TAT_TEST_CRASH_SEED", random.SystemRandom().randrange(2**32)))

WANTED = SubjectContent(name="invented-subject-name", site="deming")


def _open(settings: Settings, number: str) -> Casebook:
    """The casebook, once a case was read in it, and found by its person's name."""
    book = Casebook.open(settings)
    chair = Walk(book).chair
    whole_case.dossier(book, number, by=chair)
    assert [hit.number for hit in searching.search(book, WANTED, by=chair)] == [number]
    return book


@pytest.mark.long
def test_a_killed_rotation_locks_nobody_out_and_goes_on(casebook_url: str, tmp_path: Path) -> None:
    """At random statements and between the files: cases are read and found; afterwards one key alone fits."""
    settings = Settings(home=tmp_path, database_url=casebook_url)
    make_key_file(settings.key_file)
    book = Casebook.open(settings)
    number = Walk(book, lambda field: f"invented-{field.replace('.', '-')}").reported()
    book.close()
    first = settings.key_file.read_bytes()
    rng = random.Random(SEED)  # noqa: S311 - a test's choice, not a secret
    with forking() as forks:
        boundaries = forks.rotate(settings).boundaries
        moments = [
            *rng.sample(range(1, boundaries - 3), min(KILLS, boundaries - 4)),
            *range(boundaries - 3, boundaries + 1),
        ]
        for moment in moments:
            before = settings.key_file.read_bytes()
            assert forks.rotate(settings, kill_at=moment).exit_code == -signal.SIGKILL, SEED
            _open(settings, number).close()
            assert forks.rotate(settings).exit_code == 0, SEED
            opened = _open(settings, number)
            integrity.verify(opened, by=SYSTEM)
            opened.close()
            assert settings.key_file.read_bytes() != before, SEED
    settings.key_file.write_bytes(first)
    with pytest.raises(VaultLocked, match="does not fit this casebook"):
        Casebook.open(settings)
