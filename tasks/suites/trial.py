"""One plug-in on trial: how it is made, how it is ended, and every value that it must keep to itself."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from states.vocabulary.people import IdentifierKind

#: identifiers that belong to nobody, and that no text holds by accident
INVENTED: Mapping[IdentifierKind, str] = {kind: f"Zq7-{kind}-Zq7" for kind in IdentifierKind} | {
    IdentifierKind.DATE_OF_BIRTH: "1871-03-29",
    IdentifierKind.OCCURRED_ON: "1871-10-08",
}

#: values that people do have, and that careless code trips over
ODD = ('O\'Brien; -- "%s" {x}', "Ünïcödé \N{SNOWMAN}", "x" * 5000, "0", "\\", "a\nb\x00c")

#: what a failure of the outside says; it could as well quote a row
QUOTED = "Zq7-quoted-Zq7"

#: when every question of a trial is asked
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)

#: seconds that anything may take which ought to happen at once
PATIENCE = 2.0

#: shorter values than this are part of other words too often to be looked for
SHORTEST_GIVEN = 4


class Broken(Exception):
    """The plug-in breaks a rule; says which way, and what to do about it."""


class Unmade(Broken):
    """The plug-in cannot even be made."""


class NotTried(Exception):
    """A rule could not be tried; says what it would take."""


class Watched(Mapping[IdentifierKind, str]):
    """Identifiers that remember which kinds somebody asked for.

    Args:
        given: the identifiers.
    """

    def __init__(self, given: Mapping[IdentifierKind, str]) -> None:
        self._given = dict(given)
        self.touched: set[str] = set()

    def __getitem__(self, kind: IdentifierKind) -> str:
        self.touched.add(str(kind))
        return self._given[kind]

    def __contains__(self, kind: object) -> bool:
        # To see whether there is one is no reading.
        return kind in self._given

    def __iter__(self) -> Iterator[IdentifierKind]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)


@dataclass(slots=True)
class Trial:
    """What a plug-in is tried with.

    Args:
        plug_in: the class, as its entry point names it.
        table: its table of the configuration file, without ``use``.
        name: the table's name.
        timeout: how long it may take, in seconds.
    """

    plug_in: Any
    table: Mapping[str, Any] = field(default_factory=dict, repr=False)
    name: str = "tried"
    timeout: float = 10.0
    #: whether it was seen to hang: the other rules do not wait for it again
    hangs: bool = False

    #: what it has to be an instance of, where that is written down, and what that asks for
    protocol: ClassVar[type[Any]] = object
    one: ClassVar[str] = "plug-in"
    written_down: ClassVar[str] = ""
    parts: ClassVar[str] = ""
    option: ClassVar[str] = ""

    def make(self) -> Any:
        """Make the plug-in as the registry does.

        Raises:
            Unmade: it cannot be made of its table, or is none.
        """
        try:
            made = self.plug_in.from_config(self.name, dict(self.table))
        except Exception as error:  # noqa: BLE001 - a stranger's code: its text may hold a password of the table
            kind = type(error).__name__
        else:
            if isinstance(made, self.protocol):
                return made
            raise Unmade(
                f"What from_config makes is no {self.one}: it must have {self.parts}. "
                f"Compare the class with {self.written_down}."
            )
        raise Unmade(
            f"from_config did not accept the table ({kind}). Correct the table that you gave with "
            f"{self.option}-config, or the model that from_config checks it with."
        )

    async def end(self, running: asyncio.Future[Any], seconds: float) -> None:
        """Wait until something has ended.

        Raises:
            Broken: it goes on and on.
        """
        ended, _ = await asyncio.wait({running}, timeout=seconds)
        if not ended:
            self.hangs = True
            raise Broken(
                "It goes on after it was stopped. Let asyncio.CancelledError through: catch Exception at "
                "most, never BaseException, and clean up in `finally` without waiting."
            )

    def secrets(self) -> set[str]:
        """The secrets that the table names."""
        return {os.environ.get(name, "") for name in _variables(self.table)} - {""}


def long_enough(values: set[str], shortest: int = SHORTEST_GIVEN) -> set[str]:
    """Values that are looked for in what is said."""
    return {value for value in values if len(value) >= shortest}


def _variables(table: object) -> Iterator[str]:
    """Names of the environment variables that a table keeps secrets in."""
    if isinstance(table, Mapping):
        for key, value in table.items():
            if key == "env" and isinstance(value, str):
                yield value
            yield from _variables(value)
    elif isinstance(table, (list, tuple)):
        for value in table:
            yield from _variables(value)
