"""Readings of cases while nothing could be put on record: kept aside, put on record later (P-08).

A file in the data folder takes them, in room that it took when the casebook was made: so a full disk does not
keep them out, whichever database is full. Each is sealed with its case's key, so that nobody without the keys
makes one up or reads whose it is; a case that is erased takes its readings with it. They cannot be kept where
the whole disk takes nothing (read-only, or a file system that writes everything anew): then a line in the log
is all there is.
"""

import fcntl
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from states.tables import new_id
from states.vault import DataKey

#: name of the file in the data folder
NAME = "readings-to-put-on-record"

#: bytes that it takes: some five hundred readings
ROOM = 256 * 1024

#: under what its lines are sealed
SEALED_AS = "readings"


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading that is not on record yet.

    Args:
        id: its own id, by which one that is on record twice is told apart.
        case_id: the case's id.
        sealed: who read, and when.
    """

    id: str
    case_id: str
    sealed: bytes

    def opened(self, key: DataKey) -> dict[str, str]:
        """Who read (``by``), and when (``at``, ISO 8601).

        Raises:
            VaultLocked: the line was changed, or is another case's.
        """
        return key.open(SEALED_AS, self.id, self.sealed)


class Unwritten:
    """The readings that are not on record yet.

    Args:
        home: the data folder.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / NAME

    def make_room(self) -> None:
        """Take the room, unless it is taken."""
        with self._open(os.O_RDWR | os.O_CREAT) as descriptor:
            missing = ROOM - os.fstat(descriptor).st_size
            if missing > 0:
                os.pwrite(descriptor, bytes(missing), ROOM - missing)
                os.fsync(descriptor)

    def keep(self, key: DataKey, case_id: str, *, by: str, at: datetime) -> bool:
        """Keep a reading until it can be put on record; returns whether there was room for it."""
        id_ = new_id()
        sealed = key.seal(SEALED_AS, id_, {"by": by, "at": at.isoformat()})
        found = {"id": id_, "case_id": case_id, "sealed": b64encode(sealed).decode()}
        line = json.dumps(found).encode() + b"\n"
        try:
            with self._open(os.O_RDWR) as descriptor:
                taken = len(os.pread(descriptor, ROOM, 0).rstrip(b"\0"))
                if taken + len(line) > min(ROOM, os.fstat(descriptor).st_size):
                    return False
                os.pwrite(descriptor, line, taken)
                os.fsync(descriptor)
        except OSError:
            return False
        return True

    @contextmanager
    def taken(self) -> Iterator[list[Reading]]:
        """The readings that wait; they are forgotten at the end of the block, unless it fails."""
        if not self._any():
            yield []
            return
        with self._open(os.O_RDWR) as descriptor:
            kept = os.pread(descriptor, ROOM, 0).rstrip(b"\0")
            yield [_reading(json.loads(line)) for line in kept.splitlines()]
            os.pwrite(descriptor, bytes(len(kept)), 0)
            os.fsync(descriptor)

    def _any(self) -> bool:
        try:
            with self._path.open("rb", buffering=0) as file:
                return file.read(1) not in (b"", b"\0")
        except OSError:
            return False

    @contextmanager
    def _open(self, how: int) -> Iterator[int]:
        descriptor = os.open(self._path, how, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)


def _reading(found: dict[str, Any]) -> Reading:
    return Reading(found["id"], found["case_id"], b64decode(found["sealed"]))
