"""Which sources are plugged in: a TOML file with one table for each, found through entry points.

::

    [registrar]                  # the source's name
    use = "csv"                  # an entry point of the group tatflow.sources
    at_once = 2                  # how many questions it bears at once; may be left out: 4
                                 # the rest is that source's own

The sources that tatflow ships are found like those of strangers.
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from states.errors import BadInput
from states.vocabulary.sources import SourceKind
from tasks.far.plugins import Kind, at_once
from tasks.sources.contract import Source

GROUP = "tatflow.sources"

#: how many questions a source usually bears at once
AT_ONCE = 4

KIND = Kind(
    GROUP,
    Source,
    one="source",
    means="data source",
    kept="No source was asked",
)


class Sources:
    """The sources of one installation; each kind is answered by one of them at most.

    Args:
        sources: the sources, whose names differ.
        at_once: how many questions each bears at once, where it is not the usual number.
        own: the kinds that the policy pack declares beside those that are built in.

    Raises:
        BadInput: two sources answer about one kind, or one about a kind that there is not.
    """

    def __init__(
        self,
        sources: Iterable[Source] = (),
        at_once: Mapping[str, int] | None = None,
        own: Collection[str] = (),
    ) -> None:
        self._all = tuple(sources)
        self._at_once = at_once or {}
        self._by_kind: dict[SourceKind, Source] = {}
        for source in self._all:
            for kind in sorted(source.kinds):
                if kind.is_own and kind not in own:
                    known = ", ".join([*SourceKind, *sorted(own)])
                    raise BadInput(
                        f"{source.name}: it answers about {kind}, which is neither built in nor declared by "
                        "the policy pack (source_kinds). Declare it there, or let it answer about one of "
                        f"these: {known}."
                    )
                first = self._by_kind.setdefault(kind, source)
                if first is not source:
                    raise BadInput(
                        f"{source.name}: {first.name} answers about {kind} already. Let one of the two do it."
                    )

    def for_kind(self, kind: SourceKind) -> Source | None:
        """The source that answers about a kind; None: nobody does."""
        return self._by_kind.get(kind)

    def at_once(self, source: Source) -> int:
        """How many questions a source bears at once."""
        return self._at_once.get(source.name, AT_ONCE)

    def all(self) -> tuple[Source, ...]:
        """Every source, in the order of the file."""
        return self._all


def load_sources(config: Path, own: Collection[str] = ()) -> Sources:
    """Make the sources that a TOML file describes; without the file there are none.

    Args:
        config: the file.
        own: the kinds that the policy pack declares beside those that are built in.

    Raises:
        BadInput: the file, or an entry of it, cannot be used; names file and key, but no value, which may be
            a password.
    """

    def combine(sources: Iterable[Source], tables: Mapping[str, Any]) -> Sources:
        return Sources(sources, at_once(tables), own)

    return KIND.load(config, combine)
