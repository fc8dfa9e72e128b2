"""Sealed files of cases beside the backups: each copied once, as it is, for as long as a backup needs it.

They are encrypted under keys that lie in the backup itself. Files in a bucket are not copied: its versions,
or its replica, are their backup.
"""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from states.errors import FilesAway
from states.files.places import place_of
from states.settings import Settings
from states.tables import Attachment, Case, table_of

_ATTACHMENTS = table_of(Attachment)
_CASES = table_of(Case)

#: the folder beside the backups
BESIDE = "files"


def named(connection: Connection) -> list[str]:
    """The opaque names of all files that cases have which are not erased."""
    stored = _ATTACHMENTS.c.stored
    query = select(stored).join(_CASES, _CASES.c.id == _ATTACHMENTS.c.case_id).order_by(stored)
    return list(connection.scalars(query.where(stored != "", _CASES.c.erased_at.is_(None))))


def keep(settings: Settings, now: datetime) -> int:
    """Copy what is not beside the backups yet; returns how many files are there and needed now.

    To be called once the rows are copied: what they name lay there before.

    Raises:
        OSError: the folder cannot be read or written.
    """
    if settings.files_bucket:
        return 0
    needed = 0
    for file in sorted(settings.files_folder.glob("[0-9a-f][0-9a-f]/*")):
        copy = settings.backups / BESIDE / file.parent.name / file.name
        with suppress(FileNotFoundError):
            # One whose case is erased meanwhile is needed no more.
            _copy(file, copy)
            # By when it was needed last it is known which backups may still name it.
            os.utime(copy, (now.timestamp(),) * 2)
            needed += 1
    return needed


def thin(settings: Settings, oldest: datetime) -> None:
    """Remove copies that no backup names which is still kept.

    Args:
        settings: where backups lie.
        oldest: the moment that the oldest backup shows.
    """
    for copy in (settings.backups / BESIDE).glob("[0-9a-f][0-9a-f]/*"):
        if copy.stat().st_mtime < oldest.timestamp():
            copy.unlink()


def bring_back(settings: Settings, backups: Path, names: Iterable[str]) -> tuple[int, int]:
    """Put files back that lie beside a backup; returns how many are there now, and how many are missing.

    Nothing is put into a bucket: of the files that it should hold, those are missing that it does not show.

    Args:
        settings: of the installation that gets them.
        backups: the folder that the backup lies in.
        names: what its rows name.
    """
    if settings.files_bucket:
        return 0, len(set(names) - _in_bucket(settings))
    there = missing = 0
    for name in names:
        file = settings.files_folder / name[:2] / name
        try:
            _copy(backups / BESIDE / name[:2] / name, file)
            there += 1
        except FileNotFoundError:
            missing += 1
    return there, missing


def _in_bucket(settings: Settings) -> set[str]:
    """What lies in the bucket; nothing, as far as anybody knows, while it cannot be reached."""
    with suppress(FilesAway):
        return {name for name, _, _ in place_of(settings).lying()}
    return set()


def _copy(file: Path, to: Path) -> None:
    """Copy a file, whole or not at all; one that is there with the same length is it already."""
    if to.exists() and to.stat().st_size == file.stat().st_size:
        return
    part = to.with_name(f"{to.name}.part")
    with file.open("rb") as source:
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
    part.replace(to)
