"""What the running relay works with: the sources file that it read, and which secrets it was given.

The relay reads its environment once, when it starts, and its files whenever they change. It leaves a note of
both in the data folder, without a value, and holds a lock on the note for as long as it runs: so that
`tat sources check` can say where the relay works with something else than what is there now.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from states.settings import Settings
from tasks.loaded import Loaded, at_hand

#: name of the note in the data folder
NOTE = "relay-state.json"


@contextmanager
def shown(settings: Settings) -> Iterator[None]:
    """Leave the note for as long as the block lasts; enter it before the files are read."""
    descriptor = os.open(settings.home / NOTE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _write(descriptor, settings)
        yield
    finally:
        os.close(descriptor)


def renew(settings: Settings) -> None:
    """Write the note anew, while :func:`shown` holds it."""
    descriptor = os.open(settings.home / NOTE, os.O_RDWR)
    try:
        _write(descriptor, settings)
    finally:
        os.close(descriptor)


def _write(descriptor: int, settings: Settings) -> None:
    # Spaces in the place of an end that is cut off: whoever reads meanwhile reads JSON.
    length = os.fstat(descriptor).st_size
    os.pwrite(descriptor, json.dumps(asdict(at_hand(settings))).encode().ljust(length), 0)


def of_running_relay(settings: Settings) -> Loaded | None:
    """What the running relay works with; None: none runs on this data folder."""
    try:
        descriptor = os.open(settings.home / NOTE, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return Loaded(**json.loads(os.pread(descriptor, os.fstat(descriptor).st_size, 0)))
    finally:
        os.close(descriptor)
    return None
