"""Which sources are plugged in: a TOML file with one table for each, found through entry points.

::

    [registrar]                  # the source's name
    use = "csv"                  # an entry point of the group tatflow.sources
    at_once = 2                  # how many questions it bears at once; may be left out: 4
                                 # the rest is that source's own

The sources that tatflow ships are found like those of strangers.
"""

import tomllib
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from states.errors import BadInput
from states.vocabulary import SourceKind
from tasks.sources.contract import Source

GROUP = "tatflow.sources"

#: the keys of a table that are not its source's own
OURS = ("use", "at_once")

#: how many questions a source bears at once: usually, and at most
AT_ONCE = 4
MOST_AT_ONCE = 100


class Sources:
    """The sources of one installation; each kind is answered by one of them at most.

    Args:
        sources: the sources, whose names differ.
        at_once: how many questions each bears at once, where it is not the usual number.

    Raises:
        BadInput: two sources answer about one kind.
    """

    def __init__(self, sources: Iterable[Source] = (), at_once: Mapping[str, int] | None = None) -> None:
        self._all = tuple(sources)
        self._at_once = at_once or {}
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

    def at_once(self, source: Source) -> int:
        """How many questions a source bears at once."""
        return self._at_once.get(source.name, AT_ONCE)

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
    try:
        tables = tomllib.loads(config.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Sources()
    except OSError as error:
        raise BadInput(
            f"{config.name}: it cannot be read ({error.strerror}). No source was asked: make it readable."
        ) from None
    except ValueError:
        raise BadInput(f"{config.name}: it is not TOML in UTF-8. No source was asked: correct it.") from None
    try:
        at_once = {
            name: _at_once(name, table)
            for name, table in tables.items()
            if isinstance(table, Mapping) and "at_once" in table
        }
        return Sources((_make(name, table) for name, table in tables.items()), at_once)
    except BadInput as error:
        raise BadInput(f"{config.name}: {error}") from None


def _at_once(name: str, table: Mapping[str, Any]) -> int:
    given = table["at_once"]
    if type(given) is int and 0 < given <= MOST_AT_ONCE:
        return given
    raise BadInput(f"{name}.at_once: it is not a whole number from 1 to {MOST_AT_ONCE}. Correct it.")


def _make(name: str, table: object) -> Source:
    if not isinstance(table, Mapping):
        raise BadInput(
            f"{name}: every entry is a table, one for each source. Write [{name}] and its keys below."
        )
    source_class = _find(name, table.get("use"))
    try:
        source = source_class.from_config(name, {k: v for k, v in table.items() if k not in OURS})
    except ValidationError as error:
        problem = _problem(name, error)
    except Exception as error:  # noqa: BLE001 - a stranger's code: its text may hold a password of the table
        kind = type(error).__name__
        problem = f"{name}: its table was not accepted ({kind}). Compare it with the source's manual."
    else:
        if isinstance(source, Source):
            return source
        problem = f"{name}.use: what it names is not a data source. Ask whoever wrote the package."
    raise BadInput(problem)


def _find(name: str, use: object) -> Any:
    known = {entry.name: entry for entry in entry_points(group=GROUP)}
    if not isinstance(use, str) or use not in known:
        names = ", ".join(sorted(known))
        raise BadInput(
            f"{name}.use: no such kind of source is installed. Use one of these, or install it: {names}."
        )
    try:
        return known[use].load()
    except Exception as error:  # noqa: BLE001 - importing a stranger's code may raise anything
        kind = type(error).__name__
    raise BadInput(f"{name}.use: the package that brings it cannot be loaded ({kind}). Install it anew.")


def _problem(name: str, error: ValidationError) -> str:
    # A mistyped key shows as an unknown one and a missing one: the unknown one is the cause.
    details = sorted(
        error.errors(include_url=False, include_input=False),
        key=lambda detail: detail["type"] != "extra_forbidden",
    )
    key = ".".join([name, *(str(part) for part in details[0]["loc"] if part != "[key]")])
    match details[0]["type"]:
        case "extra_forbidden":
            return f"{key}: there is no such key. Correct or remove it."
        case "missing":
            return f"{key}: it is missing. Add it."
        case _:
            return f"{key}: {details[0]['msg'].removeprefix('Value error, ')}. Correct it."
