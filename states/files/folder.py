"""A folder of this machine as the place where sealed files lie."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from states.errors import FileDamaged, FilesAway

#: bytes that are read at a time
AT_ONCE = 1 << 18

#: the folder in it for what is not whole yet
ARRIVING = "arriving"

#: what no room means, whoever set its bounds
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Folder:
    """A folder of this machine, made when the first file comes; its owner alone may look into it.

    Args:
        path: the folder.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def where(self, name: str) -> Path:
        """Where a file lies, or would."""
        return self._path / name[:2] / name

    @contextmanager
    def writing(self, name: str) -> Iterator["_File"]:
        """Write a file under another name, and call it by its own once all of it is on the disk.

        Raises:
            FilesAway: the disk is full, or the folder cannot be written.
        """
        part, whole = self._path / ARRIVING / name, self.where(name)
        try:
            for folder in (part.parent, whole.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                yield _File(descriptor)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            part.replace(whole)
            _sync(whole.parent)
        except OSError as error:
            raise _away(error) from None
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def reading(self, name: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes of a file from one to the one before another.

        Raises:
            FileDamaged: it is not there.
            FilesAway: it cannot be read.
        """
        try:
            with self.where(name).open("rb") as file:
                file.seek(start)
                left = end - start
                while left > 0 and (data := file.read(min(AT_ONCE, left))):
                    left -= len(data)
                    yield data
        except FileNotFoundError:
            raise FileDamaged(name) from None
        except OSError as error:
            raise _away(error) from None

    def lying(self) -> Iterator[tuple[str, int, datetime]]:
        """Every whole file that lies there: its name, how many bytes it has, and since when."""
        for file in self._path.glob("[0-9a-f][0-9a-f]/*"):
            with suppress(FileNotFoundError):
                told = file.stat()
                yield file.name, told.st_size, datetime.fromtimestamp(told.st_mtime, UTC)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there.

        Raises:
            FilesAway: it cannot be removed.
        """
        try:
            self.where(name).unlink(missing_ok=True)
        except OSError as error:
            raise _away(error) from None

    def tidy(self, before: datetime) -> int:
        """Remove what was begun before a moment and never became whole; returns how many it were."""
        left = 0
        for file in (self._path / ARRIVING).glob("*"):
            with suppress(FileNotFoundError):
                if file.stat().st_mtime < before.timestamp():
                    file.unlink()
                    left += 1
        return left


class _File:
    """A file that is being written; what was taken lies at the system, with nothing of it held back here."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, data: bytes) -> None:
        """Write on.

        Raises:
            FilesAway: the disk is full, or cannot be written.
        """
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError as error:
            raise _away(error) from None


def _sync(folder: Path) -> None:
    """Let the disk know of a new name in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _away(error: OSError) -> FilesAway:
    if error.errno in _NO_ROOM:
        return FilesAway("There is no room left where files are kept. Nothing of it was kept: make room.")
    return FilesAway(
        f"The folder where files are kept cannot be used ({error.strerror}). Nothing was kept or shown: "
        "see whose it is."
    )
