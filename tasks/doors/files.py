"""The files in a door's folder: regular ones of that folder alone, opened without following anything.

Whoever may write into the folder is a stranger. A link would let them have a file of ours taken in (or
removed) that they cannot read themselves, so that what is no plain file of the folder is never opened.
"""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from states.tables import new_id

#: seconds for which a file must not have changed before it counts as whole
SETTLED_AFTER = 2.0

#: seconds by which a file may seem to be of tomorrow, as when two machines' clocks differ; one that is more
#: so was written before a clock was set back
AHEAD = 60.0

#: bytes that a file may have: a mail with as much attached as mail systems pass on
MOST_BYTES = 40_000_000


class Wrong(Enum):
    """Why a file is set aside unread."""

    TOO_LARGE = "It is too large to be read."
    HEADING_TWICE = "Two of its columns have the same heading, so that nobody can say which one is meant."
    NO_FILE = "It is no plain file of the folder (a link, say), and was not opened."


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was read.

    Args:
        name: its name in the folder.
        content: what is in it.
        same: tells it from another file of the same name.
    """

    name: str
    content: bytes
    same: tuple[int, int]


class DropFolder:
    """An open folder into which strangers drop files.

    Args:
        descriptor: the open folder.
        ending: how the names of its files end, in lower case.
    """

    def __init__(self, descriptor: int, ending: str) -> None:
        self._folder = descriptor
        self._ending = ending

    def tokens(self) -> list[str]:
        """What tells each settled file from an earlier one under its name, without opening it."""
        seen = {name: self._look(name) for name in self.names()}
        return [f"{name} {found.st_mtime_ns}" for name, found in seen.items() if found is not None]

    def names(self) -> list[str]:
        """The names of the files that nobody writes any more, in order; hidden ones are left alone."""
        with os.scandir(self._folder) as entries:
            names = sorted(entry.name for entry in entries)
        seen = [n for n in names if n.casefold().endswith(self._ending) and not n.startswith(".")]
        return [name for name in seen if self._settled(name)]

    def _settled(self, name: str) -> bool:
        found = self._look(name)
        age = 0.0 if found is None else time.time() - found.st_mtime
        return age >= SETTLED_AFTER or age < -AHEAD

    def read(self, name: str) -> Found | Wrong | None:
        """Read a file, or say why it must not be read; None when it is gone, or just became another.

        Args:
            name: its name in the folder.

        Raises:
            OSError: it cannot be read.
        """
        seen = self._look(name)
        if seen is None:
            return None
        if not _is_plain(seen):
            return Wrong.NO_FILE
        how = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(name, how, dir_fd=self._folder)
        with os.fdopen(descriptor, "rb") as file:
            opened = os.fstat(descriptor)
            if _same(opened) != _same(seen) or not _is_plain(opened):
                return None
            content = file.read(MOST_BYTES + 1)
        return Wrong.TOO_LARGE if len(content) > MOST_BYTES else Found(name, content, _same(seen))

    def remove(self, found: Found) -> None:
        """Remove a file that was taken in, unless there is another one under its name by now."""
        seen = self._look(found.name)
        if seen is not None and _same(seen) == found.same:
            with suppress(FileNotFoundError):
                os.unlink(found.name, dir_fd=self._folder)

    def set_aside(self, name: str) -> str:
        """Give a file a name under which nobody looks at it again; returns that name.

        Raises:
            OSError: it cannot be renamed.
        """
        aside = f"aside-{new_id()}"
        os.rename(name, aside, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        return aside

    def _look(self, name: str) -> os.stat_result | None:
        with suppress(FileNotFoundError):
            return os.stat(name, dir_fd=self._folder, follow_symlinks=False)
        return None


def _is_plain(seen: os.stat_result) -> bool:
    # A file with a second name lies elsewhere, too.
    return stat.S_ISREG(seen.st_mode) and seen.st_nlink == 1


def _same(seen: os.stat_result) -> tuple[int, int]:
    return seen.st_dev, seen.st_ino


@contextmanager
def opened(folder: Path, ending: str) -> Iterator[DropFolder]:
    """Open a door's folder.

    Args:
        folder: where it is.
        ending: how the names of its files end, in lower case.

    Raises:
        OSError: it cannot be opened.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield DropFolder(descriptor, ending)
    finally:
        os.close(descriptor)
