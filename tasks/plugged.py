"""Sources, offices and doors as their files say now: a changed file is taken up anew, whole or not at all.

What is under way goes on with what it began with: a desk never changes, a new one takes its place.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from states.errors import BadInput
from states.settings import Settings
from tasks.desk import Desk
from tasks.doors.registry import load_doors
from tasks.offices.registry import load_offices
from tasks.provider.asking import Provider
from tasks.provider.table import load_provider
from tasks.sources.registry import load_sources

_log = logging.getLogger(__name__)

#: seconds that a file has to have been left alone before it is read: an editor may be in the middle of it
SETTLED = 1.0

#: what tells a file from what it was; None: it is not there
_Stamp = tuple[int, int, int] | None


class Plugged:
    """Watches the files of one installation; make it before the desk is opened.

    Args:
        settings: the installation's settings.
        say: tells operators that a file is wrong, or right again; with the line at fault, and no value.
    """

    def __init__(self, settings: Settings, say: Callable[[str], object] = _log.warning) -> None:
        self._files: dict[str, tuple[Path, Callable[[Path, Desk], Any]]] = {
            "sources": (
                settings.sources_file,
                lambda file, desk: load_sources(file, desk.book.pack.source_kinds),
            ),
            "offices": (
                settings.offices_file,
                lambda file, desk: load_offices(file, desk.book.pack.office_codes),
            ),
            "doors": (settings.doors_file, lambda file, _: load_doors(file)),
            "provider": (
                settings.sign_in_file,
                lambda file, desk: Provider(load_provider(file, desk.book.pack.office_codes)),
            ),
        }
        self._say = say
        self._known = {what: _stamp(file) for what, (file, _) in self._files.items()}
        self._seen: dict[str, tuple[_Stamp, float]] = {}
        self._wrong: set[str] = set()
        self._looking = Lock()

    def look(self, desk: Desk) -> Desk:
        """The desk as the files say now; the same one where none changed, or what changed cannot be used.

        Args:
            desk: what was worked with until now.
        """
        with self._looking:
            changed = {what: self._read(what, desk) for what in self._files if self._is_new(what)}
        taken = {what: made for what, made in changed.items() if made is not None}
        return replace(desk, **taken) if taken else desk

    def _is_new(self, what: str) -> bool:
        """Whether a file is another one than was read last, and left alone since."""
        stamp = _stamp(self._files[what][0])
        if stamp == self._known[what]:
            self._seen.pop(what, None)
            return False
        now = time.monotonic()
        before, since = self._seen.get(what, (stamp, now))
        if before != stamp:
            since = now
        self._seen[what] = (stamp, since)
        # By the file's own time, where that is the past: whoever looks seldom need not look twice.
        old = stamp is not None and time.time() - stamp[0] / 1e9 >= SETTLED
        if now - since < SETTLED and not old:
            return False
        self._known[what] = stamp
        return True

    def _read(self, what: str, desk: Desk) -> Any:
        file, load = self._files[what]
        try:
            made = load(file, desk)
        except BadInput as error:
            self._wrong.add(what)
            self._say(f"{error} What {file.name} said before is worked with until then.")
            return None
        if what in self._wrong:
            self._wrong.remove(what)
            self._say(f"{file.name} is in order again, and worked with from now on.")
        return made


def _stamp(file: Path) -> _Stamp:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
