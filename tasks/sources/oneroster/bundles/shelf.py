"""Bundles one after the other, read as one: the newest that is whole, and the changes that came after it."""

import time
import zipfile
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from tasks.sources.oneroster.bundles.bundle import BULK, DELTA, Budget, Bundle, Row, Unusable

#: seconds after which a zip that cannot be opened is taken for broken rather than half-written
SETTLED_AFTER = 10.0

#: bundles that are looked into for the newest that is whole, at most
MOST_BUNDLES = 100


class Shelf:
    """The bundles that are there, opened; use it as a context.

    Args:
        paths: the zips, in any order.

    Raises:
        Unusable: one is none.
        OSError: one cannot be read.
    """

    def __init__(self, paths: Collection[Path]) -> None:
        budget = Budget()
        newest_first = sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
        with ExitStack() as opened:
            #: oldest first; none is older than the newest whose users are whole
            self.bundles: list[Bundle] = []
            for path in newest_first[:MOST_BUNDLES]:
                if not _is_written(path):
                    continue
                bundle = opened.enter_context(Bundle(path, budget))
                self.bundles.insert(0, bundle)
                if bundle.mode("users") == BULK:
                    break
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    @property
    def version(self) -> str:
        """The version of OneRoster that the newest is written in."""
        return self.bundles[-1].version

    def has(self, name: str) -> bool:
        """Whether a file is there as a whole."""
        return bool(self._chain(name))

    def latest(self, name: str, wanted: Callable[[Row], bool]) -> list[Row]:
        """The rows of a file that are wanted, each as it was written last.

        Args:
            name: the file, as in ``users``; one that is nowhere whole has none.
            wanted: whether a row is.

        Raises:
            Unusable: it cannot be read.
            StepFailed: it is larger than it may be.
        """
        found: dict[str, Row] = {}
        for bundle in self._chain(name):
            for row in bundle.rows(name):
                if wanted(row) or row["sourcedid"] in found:
                    found[row["sourcedid"]] = row
        return [row for row in found.values() if wanted(row)]

    def _chain(self, name: str) -> Sequence[Bundle]:
        """The newest bundle in which a file is whole, and those after it with changes."""
        whole = [place for place, bundle in enumerate(self.bundles) if bundle.mode(name) == BULK]
        if not whole:
            return ()
        later = self.bundles[whole[-1] + 1 :]
        return [self.bundles[whole[-1]], *(bundle for bundle in later if bundle.mode(name) == DELTA)]


def _is_written(path: Path) -> bool:
    """Whether a zip is whole, as far as one can tell: its list of entries, which comes last, is there."""
    if zipfile.is_zipfile(path):
        return True
    # The age of a file is a matter of the machine's clock, not of the case's.
    if time.time() - path.stat().st_mtime > SETTLED_AFTER:
        raise Unusable
    return False
