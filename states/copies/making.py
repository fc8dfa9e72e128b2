"""Making a backup: one moment of the casebook, encrypted, read back, and only then under its name."""

import gzip
import io
import json
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection

from states.copies import files, rows
from states.copies.rows import walk
from states.copies.sealing import CHUNK, Opening, Sealing
from states.errors import BackupUnusable, NotReady
from states.settings import Settings
from states.store import schema
from states.store.engine import Store
from states.vault import KEY_BYTES, decoded, make_key_file, told_by

#: what a backup's file is called, by the moment that it shows
NAME = "tatflow-%Y%m%dT%H%M%SZ.backup"

#: how many backups stay, however old they are
LEAST = 3

#: files of the data folder that are copied along: what is plugged in, and the versions of the plan that were
#: handed in at the console, but no key and no message
ALONG = ("sources.toml", "offices.toml", "doors.toml", "policy.zip", "next_policy.zip")


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was read back after it was written.

    Args:
        file: where it lies.
        made_at: the moment of the casebook that it shows.
        revision: the schema of the casebook.
        rows: how many rows each table has.
    """

    file: Path
    made_at: datetime
    revision: str
    rows: dict[str, int]


def backup_key(settings: Settings) -> bytes:
    """The key that backups are encrypted with, which is another one than the master key.

    Raises:
        VaultLocked: it cannot be read, or is none.
    """
    encoded = settings.backup_key.get_secret_value().encode()
    if not encoded and settings.backup_key_command:
        encoded = told_by(settings.backup_key_command, "TAT_BACKUP_KEY_COMMAND")
    if not encoded:
        if not settings.backup_key_file.exists():
            message = (
                "There is no backup key: set TAT_BACKUP_KEY or TAT_BACKUP_KEY_COMMAND, or put "
                f"{settings.backup_key_file.name} back into the data folder. Nothing was opened."
            )
            raise BackupUnusable(message)
        encoded = settings.backup_key_file.read_bytes()
    key = decoded(encoded, "backup key")
    if len(key) != KEY_BYTES:
        message = f"The backup key has {len(key)} bytes, not {KEY_BYTES}. Nothing was opened: restore it."
        raise BackupUnusable(message)
    return key


def make(store: Store, settings: Settings, *, now: datetime) -> Backup:
    """Back the casebook up while it is in use, and remove backups that are older than the settings keep.

    Args:
        store: the case database.
        settings: where backups lie, how long they are kept, and which key they are encrypted with.
        now: what time it is.

    Raises:
        NotReady: the folder cannot be written; whatever was there before is kept.
        BackupUnusable: what was written could not be read back; it was removed.
    """
    if not settings.backup_key.get_secret_value() and not settings.backup_key_command:
        make_key_file(settings.backup_key_file)
    key = backup_key(settings)
    file = settings.backups / now.astimezone(UTC).strftime(NAME)
    part = file.with_name(f"{file.name}.part")
    try:
        settings.backups.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(store, settings, part, key, now)
        made = check(part, key)
        files.keep(settings, now)
        part.replace(file)
        _thin(settings, now)
    except OSError as error:
        message = (
            f"No backup was made: {settings.backups} could not be written ({error.strerror}). Casebook and "
            "older backups are as they were. Make room, or choose another folder: TAT_BACKUP_FOLDER."
        )
        raise NotReady(message) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return Backup(file, made.made_at, made.revision, made.rows)


def _write(store: Store, settings: Settings, part: Path, key: bytes, now: datetime) -> None:
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        sealing = Sealing(file, key)
        buffered = io.BufferedWriter(sealing, CHUNK)
        with gzip.GzipFile("", "wb", 6, buffered, mtime=0) as packed, store.read() as connection:
            for line in _lines(connection, settings, now):
                packed.write(line.encode() + b"\n")
        buffered.flush()
        sealing.finish()
        file.flush()
        os.fsync(file.fileno())


def _lines(connection: Connection, settings: Settings, now: datetime) -> Iterator[str]:
    schema.require(connection)
    along = {
        name: b64encode((settings.home / name).read_bytes()).decode()
        for name in ALONG
        if (settings.home / name).is_file()
    }
    yield json.dumps({"made_at": now.isoformat(), "revision": schema.found(connection), "files": along})
    yield from rows.lines(connection)


def check(file: Path, key: bytes) -> Backup:
    """Read a whole backup, and see that nothing is missing.

    Raises:
        BackupUnusable: it does not open, or is not whole.
    """
    with file.open("rb") as source:
        begins, given = opened(source, key)
        found = walk(given)
    return Backup(file, datetime.fromisoformat(begins["made_at"]), begins["revision"], found)


def opened(source: BinaryIO, key: bytes) -> tuple[dict[str, Any], Iterator[str]]:
    """A backup's first line, and those behind it.

    Raises:
        BackupUnusable: it is none, was changed, or the key is another one.
    """
    packed = gzip.GzipFile(fileobj=io.BufferedReader(Opening(source, key), CHUNK))
    text = io.TextIOWrapper(packed, encoding="utf-8")
    begins: dict[str, Any] = json.loads(text.readline())
    return begins, (line.rstrip("\n") for line in text)


def kept(settings: Settings) -> list[tuple[datetime, Path]]:
    """The backups that there are, oldest first, by the moment that each shows."""
    found = []
    for file in settings.backups.glob("tatflow-*.backup"):
        with suppress(ValueError):
            found.append((datetime.strptime(file.name, NAME).replace(tzinfo=UTC), file))
    return sorted(found)


def newest_file(settings: Settings) -> tuple[datetime, int] | None:
    """When the newest backup was made, and how many bytes it has; None when there is none."""
    there = kept(settings)
    return (there[-1][0], there[-1][1].stat().st_size) if there else None


def newest(settings: Settings) -> datetime | None:
    """When the newest backup was made; None when there is none."""
    there = kept(settings)
    return there[-1][0] if there else None


def make_due(store: Store, settings: Settings, *, now: datetime) -> Backup | None:
    """Back up when the newest backup is as old as the settings say; None when it is not."""
    last = newest(settings)
    every = timedelta(hours=settings.backup_hours)
    # A backup from the future was made by a clock that was wrong: it puts nothing off.
    if not every or (last is not None and timedelta(0) <= now - last < every):
        return None
    return make(store, settings, now=now)


def _thin(settings: Settings, now: datetime) -> None:
    """Remove backups that are older than the settings keep them, but never the newest three."""
    for made_at, file in kept(settings)[:-LEAST]:
        if now - made_at > timedelta(days=settings.backup_days):
            file.unlink()
    files.thin(settings, kept(settings)[0][0])
    # What a backup leaves that was killed; another one may just be being written.
    for part in settings.backups.glob("tatflow-*.part"):
        if now.timestamp() - part.stat().st_mtime > timedelta(days=1).total_seconds():
            part.unlink(missing_ok=True)
