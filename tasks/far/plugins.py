"""Plug-ins that a TOML file configures: one table for each, found through entry points by its ``use``.

What tatflow ships is found like what strangers bring. Messages name file and key, and no value, which may be
a password.
"""

import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from states.errors import BadInput
from tasks.far.toml_lines import see_line, see_line_of_syntax

T = TypeVar("T")


#: keys of each table that are not the plug-in's own
OURS = frozenset({"use", "at_once"})

#: what a far side bears at once, at most
MOST_AT_ONCE = 100


def at_once(tables: Mapping[str, Any]) -> dict[str, int]:
    """How much each far side bears at once, where its table says so.

    Raises:
        BadInput: it is no such number.
    """
    given = {name: table["at_once"] for name, table in tables.items() if "at_once" in table}
    for name, number in given.items():
        if type(number) is not int or not 0 < number <= MOST_AT_ONCE:
            raise BadInput(f"{name}.at_once: it is not a whole number from 1 to {MOST_AT_ONCE}. Correct it.")
    return given


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of plug-in.

    Args:
        group: the entry points' group.
        protocol: what each plug-in is an instance of.
        one: what one is called, as in ``source``.
        means: what one is, as in ``data source``.
        kept: what did not happen because of a mistake, as a sentence's first half.
    """

    group: str
    protocol: type[Any]
    one: str
    means: str
    kept: str

    def load(self, config: Path, combine: Callable[[Iterable[Any], Mapping[str, Any]], T]) -> T:
        """Make the plug-ins that a file describes; without the file there are none.

        Args:
            config: the file.
            combine: makes a whole of them; it is given the tables, too.

        Raises:
            BadInput: the file, or an entry of it, cannot be used.
        """
        text = ""
        try:
            text = config.read_text(encoding="utf-8")
            tables = tomllib.loads(text)
        except FileNotFoundError:
            return combine((), {})
        except OSError as error:
            raise BadInput(
                f"{config.name}: it cannot be read ({error.strerror}). {self.kept}: make it readable."
            ) from None
        except ValueError as error:
            where = see_line_of_syntax(error)
            raise BadInput(
                f"{config.name}: it is not TOML in UTF-8. {self.kept}: correct it.{where}"
            ) from None
        try:
            return combine([self.make(name, table) for name, table in tables.items()], tables)
        except BadInput as error:
            where = see_line(text, str(error).partition(":")[0])
            raise BadInput(f"{config.name}: {error}{where}") from None

    def make(self, name: str, table: object) -> Any:
        """Make the plug-in that one table describes.

        Raises:
            BadInput: the table cannot be used; names the key.
        """
        if not isinstance(table, Mapping):
            raise BadInput(
                f"{name}: every entry is a table, one for each {self.one}. Write [{name}] and its keys below."
            )
        found = self._find(name, table.get("use"))
        try:
            made = found.from_config(name, {k: v for k, v in table.items() if k not in OURS})
        except ValidationError as error:
            problem = _problem(name, error)
        except Exception as error:  # noqa: BLE001 - a stranger's code: its text may hold a password of the table
            kind = type(error).__name__
            problem = f"{name}: its table was not accepted ({kind}). Compare it with the {self.one}'s manual."
        else:
            if isinstance(made, self.protocol):
                return made
            problem = f"{name}.use: what it names is not a {self.means}. Ask whoever wrote the package."
        raise BadInput(problem)

    def _find(self, name: str, use: object) -> Any:
        known = _installed(self.group, tuple(sys.path))
        if not isinstance(use, str) or use not in known:
            names = ", ".join(sorted(known))
            raise BadInput(
                f"{name}.use: no such kind of {self.one} is installed. "
                f"Use one of these, or install it: {names}."
            )
        try:
            return known[use].load()
        except Exception as error:  # noqa: BLE001 - importing a stranger's code may raise anything
            kind = type(error).__name__
        raise BadInput(f"{name}.use: the package that brings it cannot be loaded ({kind}). Install it anew.")


@lru_cache(maxsize=16)
def _installed(group: str, _path: tuple[str, ...]) -> Mapping[str, EntryPoint]:
    """The plug-ins of a group, by name: whatever is installed is looked through once for a process."""
    return {entry.name: entry for entry in entry_points(group=group)}


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
