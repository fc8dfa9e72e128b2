"""Files of cases go with the backups: each copied once, kept as long as one needs it, and brought back."""

import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from deployments.supervision import data_folder
from states import copies
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.record import evidence, tidying
from states.files.arriving import Arrived, Arriving
from states.settings import Settings
from tests.cases.walking import Walk
from tests.servers.storage import bucket_storage


def arrived(book: Casebook) -> Arrived:
    """A file that has arrived."""
    file = Arriving(book.place, "invented.txt", most=1000)
    file.write(b"SAYSIT")
    return file.finish()


def test_files_of_cases_are_in_a_backup_and_come_back(tmp_path: Path) -> None:
    """Sealed as they lie; one whose case is erased leaves with the last backup that names it."""
    settings = Settings(home=tmp_path / "home", backup_folder=str(tmp_path / "backups"), backup_days=1)
    with data_folder.locked(settings):
        data_folder.furnish(settings)
    book = Casebook.open(settings)
    walk, beside = Walk(book), settings.backups / "files"
    number, closed = walk.reported(), walk.dismissed()
    (kept,) = evidence.add(book, number, [arrived(book)], by=walk.chair)
    evidence.add(book, closed, [arrived(book)], by=walk.chair)
    first = copies.make(book.store, settings, now=book.clock())
    copied = {path: path.stat().st_ino for path in beside.rglob("*") if path.is_file()}
    assert (len(copied), any(b"SAYSIT" in path.read_bytes() for path in copied)) == (2, False)
    walk.erase(closed)
    assert len(list(settings.files_folder.glob("[0-9a-f][0-9a-f]/*"))) == 1
    for day in (2, 3, 4):
        copies.make(book.store, settings, now=book.clock() + timedelta(days=day))
    (left,) = [path for path in beside.rglob("*") if path.is_file()]
    assert left.stat().st_ino == copied[left], "it was copied once"
    newest = max(settings.backups.glob("*.backup"))
    assert not first.file.exists()
    book.close()
    other = Settings(home=tmp_path / "other", backup_folder=settings.backup_folder)
    other.home.mkdir()
    for key in (settings.key_file, settings.backup_key_file):
        shutil.copy(key, other.home)
    restored = copies.restore(other, newest, now=first.made_at + timedelta(days=5))
    assert (restored.brought, restored.missing) == (1, 0)
    again = Casebook.open(other)
    assert b"".join(evidence.opened(again, number, kept, by=walk.chair).part()) == b"SAYSIT"
    assert tidying.check(again, by=SYSTEM, reading=True).damaged == ()
    again.close()


def test_files_in_a_bucket_are_not_in_a_backup_and_are_missed_when_the_bucket_has_lost_them(
    tmp_path: Path,
) -> None:
    """The backup holds their keys; what the bucket does not show is counted, also while it is away."""
    key = SecretStr("invented")
    with bucket_storage() as url:
        bucket: dict[str, Any] = {
            "files_bucket": "evidence/backed-up",
            "files_endpoint": url,
            "files_access_key": key,
            "files_secret_key": key,
            "backup_folder": str(tmp_path / "backups"),
        }
        settings = Settings(home=tmp_path / "home", **bucket)
        with data_folder.locked(settings):
            data_folder.furnish(settings)
        book = Casebook.open(settings)
        walk = Walk(book)
        number = walk.reported()
        evidence.add(book, number, [arrived(book), arrived(book)], by=walk.chair)
        made = copies.make(book.store, settings, now=book.clock())
        assert not list((settings.backups / "files").glob("*/*"))
        lost, _, _ = next(iter(book.place.lying()))
        book.place.remove(lost)
        book.close()
        counted = _restored(tmp_path / "other", settings, bucket, made)
    away = _restored(tmp_path / "away", settings, bucket, made)
    assert (counted, away) == ((0, 1), (0, 2))


def _restored(
    home: Path, settings: Settings, bucket: Mapping[str, Any], made: copies.Backup
) -> tuple[int, int]:
    """How many files a restored casebook got, and how many it misses."""
    other = Settings(home=home, **bucket)
    other.home.mkdir()
    for file in (settings.key_file, settings.backup_key_file):
        shutil.copy(file, other.home)
    restored = copies.restore(other, made.file, now=made.made_at + timedelta(days=1))
    return restored.brought, restored.missing
