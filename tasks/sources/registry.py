"""Which sources are plugged in: a TOML file with one table for each, found through entry points.

::

    [registrar]                  # the source's name
    use = "csv"                  # an entry point of the group tatflow.sources; the rest is that source's own

The sources that tatflow ships are found like those of strangers.
"""

from collections.abc import Iterable
from pathlib import Path

from states.errors import BadInput
from states.vocabulary import SourceKind
from tasks.plugins import Kind
from tasks.sources.contract import Source

GROUP = "tatflow.sources"

KIND = Kind(GROUP, Source, one="source", means="data source", kept="No source was asked")


class Sources:
    """The sources of one installation; each kind is answered by one of them at most.

    Args:
        sources: the sources, whose names differ.

    Raises:
        BadInput: two sources answer about one kind.
    """

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self._all = tuple(sources)
        self._by_kind: dict[SourceKind, Source] = {}
        for source in self._all:
            for kind in sorted(source.kinds):
                first = self._by_kind.setdefault(kind, source)
                if first is not source:
                    raise BadInput(
                        f"{source.name}: {first.name} answers about {kind} already. Let one of the two do it."
                    )

    def for_kind(self, kind: SourceKind) -> Source | None:
        """The source that answers about a kind; None: nobody does."""
        return self._by_kind.get(kind)

    def all(self) -> tuple[Source, ...]:
        """Every source, in the order of the file."""
        return self._all


def load_sources(config: Path) -> Sources:
    """Make the sources that a TOML file describes; without the file there are none.

    Args:
        config: the file.

    Raises:
        BadInput: the file, or an entry of it, cannot be used; names file and key, but no value, which may be
            a password.
    """
    return KIND.load(config, Sources)
