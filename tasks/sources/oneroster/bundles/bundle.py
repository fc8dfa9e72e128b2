"""Reading one OneRoster CSV bundle: a zip of CSV files, and the manifest that says which of them are whole.

Nothing is unpacked to disk, whatever the entries are called. What is read is bounded in bytes, in the length
of a line and in time, so that a zip that grows without end ends the look-up and nothing else.
"""

import csv
import time
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Self

from states.errors import StepFailed

#: bytes that may be read out of bundles in one look-up
MOST_BYTES = 2_000_000_000

#: seconds that one look-up may read
MOST_SECONDS = 25.0

#: bytes of the longest line, and entries of a zip, at most
LONGEST_LINE, MOST_ENTRIES = 1_000_000, 500

#: what a line of a manifest may say of a file (OneRoster 1.1 and 1.2, CSV binding)
BULK, DELTA, ABSENT = "bulk", "delta", "absent"

#: a row of a file, by the names of its columns in small letters
Row = Mapping[str, str]


class Unusable(Exception):
    """A bundle is no zip, has no manifest, or a file of it is not there, or of another shape."""


class Budget:
    """What one look-up may still read."""

    def __init__(self) -> None:
        self._bytes = MOST_BYTES
        self._until = time.monotonic() + MOST_SECONDS

    def spend(self, count: int) -> None:
        """Take note of bytes that were read.

        Raises:
            StepFailed: ``too_large`` or ``timeout``: those were too many, or took too long.
        """
        self._bytes -= count
        if self._bytes < 0:
            raise StepFailed("too_large", permanent=True)
        if time.monotonic() > self._until:
            raise StepFailed("timeout")


class Bundle:
    """One bundle, opened; close it, or use it as a context.

    Args:
        path: the zip.
        budget: what may still be read.

    Raises:
        Unusable: it is none.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path, budget: Budget) -> None:
        self.made_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        self._budget = budget
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise Unusable from None
        try:
            self._entries = self._named()
            said = {row["propertyname"]: row["value"] for row in self._read("manifest.csv")}
        except BaseException:
            self._zip.close()
            raise
        self.version = said.get("oneroster.version", "")
        self._modes = {
            name.casefold().removeprefix("file."): mode.casefold()
            for name, mode in said.items()
            if name.casefold().startswith("file.")
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def mode(self, name: str) -> str:
        """Whether a file is whole (bulk), holds changes (delta), or is not in the bundle.

        Args:
            name: as in ``users``.
        """
        said = self._modes.get(name.casefold(), ABSENT)
        return said if said in (BULK, DELTA) else ABSENT

    def rows(self, name: str) -> Iterator[Row]:
        """Read a file's rows, one at a time.

        Args:
            name: as in ``users``.

        Raises:
            Unusable: it is not there, though the manifest says so, or cannot be read.
            StepFailed: it is larger than it may be.
        """
        yield from self._read(f"{name}.csv", "sourcedid")

    def _named(self) -> dict[str, zipfile.ZipInfo]:
        """The CSV files by their names, in whatever folder of the zip they lie."""
        entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        if len(entries) > MOST_ENTRIES:
            raise Unusable
        named: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            place = PurePosixPath(entry.filename.casefold())
            if place.suffix != ".csv" or place.name.startswith(".") or "__macosx" in place.parts:
                continue
            if place.name in named:
                raise Unusable
            named[place.name] = entry
        return named

    def _read(self, name: str, needed: str = "propertyname") -> Iterator[Row]:
        entry = self._entries.get(name.casefold())
        known = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        # A first bit says that it is encrypted.
        if entry is None or entry.compress_type not in known or entry.flag_bits & 1:
            raise Unusable
        try:
            with self._zip.open(entry) as stream:
                lines = csv.reader(self._lines(stream), strict=True)
                header = [column.strip().casefold() for column in next(lines, [])]
                if needed not in header or len(set(header)) != len(header):
                    raise Unusable
                for line in lines:
                    if line and len(line) != len(header):
                        raise Unusable
                    if line:
                        yield dict(zip(header, (cell.strip() for cell in line), strict=True))
        except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeError, csv.Error, RuntimeError):
            raise Unusable from None

    def _lines(self, stream: IO[bytes]) -> Iterator[str]:
        first = True
        while line := stream.readline(LONGEST_LINE):
            self._budget.spend(len(line))
            if len(line) == LONGEST_LINE:
                raise Unusable
            yield line.decode("utf-8-sig" if first else "utf-8")
            first = False
