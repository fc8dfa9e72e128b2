"""What a place for sealed files gives, whichever of the two it is, and which one an installation has."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from states.files.folder import Folder
from states.settings import Settings


class Writing(Protocol):
    """A file that is being written: whole once its block ends, and not there at all if that fails."""

    def write(self, data: bytes) -> None:
        """Write on."""


class Place(Protocol):
    """Where sealed files lie, each whole or not at all, under an opaque name.

    Whatever cannot be done for now raises :class:`~states.errors.FilesAway`.
    """

    def writing(self, name: str) -> AbstractContextManager[Writing]:
        """Write a file that is there once the block ends, and no trace of it if the block fails."""

    def reading(self, name: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes of a file from one to the one before another; FileDamaged: it is not there."""

    def lying(self) -> Iterator[tuple[str, int, datetime]]:
        """Every whole file that lies there: its name, how many bytes it has, and since when."""

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""

    def tidy(self, before: datetime) -> int:
        """Remove what was begun before a moment and never became whole; returns how many it were."""


def place_of(settings: Settings) -> Place:
    """Where an installation keeps its files: the bucket that the settings name, else its own folder.

    Raises:
        BadInput: the settings of the bucket cannot be used.
    """
    if not settings.files_bucket:
        return Folder(settings.files_folder)
    # The client of S3 takes a second to load, and few need it.
    from states.files.bucket import Bucket  # noqa: PLC0415

    return Bucket.of(settings)
