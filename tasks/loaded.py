"""What a process works with: the sources file that it read, and which secrets it was given; never a value.

A process of a work pool takes both up anew for each run, in an environment of its own. The newest one leaves
a note of them in the data folder, so that `tat sources check` says what runs there see.
"""

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256

from states.settings import Settings

#: name of the note that a process of a work pool leaves in the data folder
NOTE = "worker-state.json"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a process works with, or would if it started now.

    Args:
        sources: SHA-256 of each table of the sources file, by the source's name.
        secrets: whether there is something under each environment variable that the file names.
        pool: whether runs are left to a work pool, whose processes read both anew.
    """

    sources: dict[str, str]
    secrets: dict[str, bool]
    pool: bool = False


def at_hand(settings: Settings) -> Loaded:
    """What a relay that starts now, in this environment, would work with; nothing of a file that is wrong."""
    pool = settings.execution == "pool"
    try:
        tables = tomllib.loads(settings.sources_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Loaded({}, {}, pool)
    digests = {
        name: sha256(json.dumps(table, sort_keys=True, default=str).encode()).hexdigest()
        for name, table in tables.items()
    }
    return Loaded(digests, {name: bool(os.environ.get(name)) for name in sorted(_variables(tables))}, pool)


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


def leave_note(settings: Settings) -> None:
    """Leave the note of this process in the place of the one before; a folder that takes none is no harm."""
    half = settings.home / f".{NOTE}.{os.getpid()}"
    try:
        half.touch(mode=0o600)
        half.write_text(json.dumps(asdict(at_hand(settings))), encoding="utf-8")
        half.replace(settings.home / NOTE)
    except OSError:
        half.unlink(missing_ok=True)


def of_newest_worker(settings: Settings) -> Loaded | None:
    """What the newest process of a work pool works with; None: none has run yet."""
    try:
        return Loaded(**json.loads((settings.home / NOTE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
