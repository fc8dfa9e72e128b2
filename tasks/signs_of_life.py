"""Signs of life of what runs on this machine: `tat up` notes them down, operators are shown them.

The note lies in the data folder, since the case database may be what is away. It is written over in place, in
room that it takes when it is made, so that a full disk does not silence it; and it is locked for as long as
the `tat up` lives that writes it.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

#: name of the note in the data folder
NOTE = "signs-of-life.json"

#: bytes that the note takes, however little is in it
SIZE = 8192

#: how often a note is read again that was read while it was written
_READS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One of the processes of an installation.

    Args:
        name: what people call it.
        log: the name of its log file.
        since: since when it runs, or has not run.
        heard_at: when it last said that its work moves on; None: not yet.
        deaths: how often it ended by itself within a day.
        died_at: when it last did; None: never.
        exit_code: how; None: never.
        running: whether it runs.
    """

    name: str
    log: str
    since: datetime
    heard_at: datetime | None = None
    deaths: int = 0
    died_at: datetime | None = None
    exit_code: int | None = None
    running: bool = True


@dataclass(frozen=True, slots=True)
class Household:
    """What `tat up` noted last.

    Args:
        noted_at: when.
        parts: its processes, what saves a life first.
        gave_up_at: when it, or the one before, last gave up; None: never.
        gave_up_on: which process could not live then.
        lives: whether the `tat up` that noted this still runs.
    """

    noted_at: datetime
    parts: tuple[Part, ...]
    gave_up_at: datetime | None = None
    gave_up_on: str = ""
    lives: bool = False


class Note:
    """The note of a running `tat up`.

    Args:
        descriptor: the open file.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, household: Household) -> None:
        """Put down how everything is now."""
        text = json.dumps(asdict(household), default=str).encode()
        os.pwrite(self._descriptor, text.ljust(SIZE), 0)


@contextmanager
def noted(home: Path) -> Iterator[Note]:
    """Hold the note for as long as the block lasts; what is in it stays until it is written."""
    descriptor = os.open(home / NOTE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_size < SIZE:
            os.pwrite(descriptor, b" " * SIZE, 0)
        yield Note(descriptor)
    finally:
        os.close(descriptor)


def of_household(home: Path) -> Household | None:
    """How everything was when `tat up` last noted it down; None: none ever ran on this data folder."""
    for _ in range(_READS):
        try:
            descriptor = os.open(home / NOTE, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            text = os.pread(descriptor, SIZE, 0).strip()
            if text:
                return _household(json.loads(text), lives=_locked(descriptor))
        except ValueError:
            # It is being written at this moment.
            time.sleep(0.01)
        finally:
            os.close(descriptor)
    return None


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _household(found: dict[str, Any], *, lives: bool) -> Household:
    parts = tuple(Part(**_timed(part, "since", "heard_at", "died_at")) for part in found["parts"])
    return Household(**_timed(found, "noted_at", "gave_up_at") | {"parts": parts, "lives": lives})


def _timed(found: dict[str, Any], *names: str) -> dict[str, Any]:
    return found | {name: datetime.fromisoformat(found[name]) for name in names if found[name]}
