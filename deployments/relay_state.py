"""What the running relay works with: the sources file that it read, and which secrets it was given.

The relay reads its files and its environment once, when it starts. It leaves a note of both in the data
folder, without a value, and holds a lock on the note for as long as it runs: so that `tat sources check` can
say where the relay works with something else than what is there now.
"""

import fcntl
import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256

from states.settings import Settings

#: name of the note in the data folder
NOTE = "relay-state.json"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a process works with, or would if it started now.

    Args:
        sources: SHA-256 of each table of the sources file, by the source's name.
        secrets: whether there is something under each environment variable that the file names.
    """

    sources: dict[str, str]
    secrets: dict[str, bool]


def at_hand(settings: Settings) -> Loaded:
    """What a relay that starts now, in this environment, would work with; nothing of a file that is wrong."""
    try:
        tables = tomllib.loads(settings.sources_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Loaded({}, {})
    digests = {
        name: sha256(json.dumps(table, sort_keys=True, default=str).encode()).hexdigest()
        for name, table in tables.items()
    }
    return Loaded(digests, {name: bool(os.environ.get(name)) for name in sorted(_variables(tables))})


def secrets_of(settings: Settings, source: str) -> set[str]:
    """The environment variables that one source's table names."""
    try:
        tables = tomllib.loads(settings.sources_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    return _variables(tables.get(source))


def _variables(part: object) -> set[str]:
    if isinstance(part, Mapping):
        if set(part) == {"env"} and isinstance(part["env"], str):
            return {part["env"]}
        return {name for each in part.values() for name in _variables(each)}
    return {name for each in part for name in _variables(each)} if isinstance(part, list) else set()


@contextmanager
def shown(settings: Settings) -> Iterator[None]:
    """Leave the note for as long as the block lasts; enter it before the files are read."""
    descriptor = os.open(settings.home / NOTE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(asdict(at_hand(settings))).encode(), 0)
        yield
    finally:
        os.close(descriptor)


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
