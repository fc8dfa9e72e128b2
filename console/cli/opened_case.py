"""A case that somebody opened, and how each of its records is shown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from console.cli.screen import facts, plain, when, words
from states.casebook.effects import EffectLine
from states.casebook.timers import DeadlineLine
from states.machine import Available
from states.policy import Pack

Row = Mapping[str, Any]
Pairs = list[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that somebody opened.

    Args:
        dossier: every record, as :func:`states.casebook.reading.dossier` gives it.
        clocks: the clocks that run for it.
        effects: what it owes the world, and owed.
        possible: the guard explainer's answers.
        pack: the policy.
        zone: the time zone of the case's site.
    """

    dossier: Mapping[str, Any]
    clocks: Sequence[DeadlineLine]
    effects: Sequence[EffectLine]
    possible: Sequence[Available]
    pack: Pack
    zone: tzinfo

    def when(self, moment: datetime | None) -> str:
        """A moment by the clock of the case's site."""
        return when(moment, self.zone)

    def of(self, table_name: str, **match: object) -> list[Row]:
        """Records of one kind, oldest first; those with these values."""
        return [r for r in self.dossier[table_name] if all(r[name] == value for name, value in match.items())]


def record(
    opened: Opened, row: Row, what: str, pairs: Iterable[tuple[str, object]]
) -> Iterator[RenderableType]:
    """A record: what it is, when and by whom, its id's first characters, and what it says."""
    by = f"  {opened.when(row['at'])}  by {row['by']}  " if "by" in row else "  "
    yield Text.assemble((plain(what), "bold"), (plain(by), "dim"), (row["id"][:8], "dim cyan"))
    yield facts([*pairs, *corrected(opened, row)])


def corrected(opened: Opened, row: Row) -> Pairs:
    """How a record was corrected: by whom, why, and what stood there before."""
    told: Pairs = []
    for each in opened.of("corrections", about=row["id"]):
        told.append(
            ("Corrected", f"{opened.when(each['at'])} by {each['by']}: {each['content']['reason']}"),
        )
        told += [
            (f"Formerly {words(name)}", _formerly(was)) for name, was in each["content"]["former"].items()
        ]
    return told


def _formerly(was: object) -> str:
    if isinstance(was, Mapping):
        return (
            "; ".join(f"{words(name)}: {_formerly(part)}" for name, part in was.items() if part) or "nothing"
        )
    if isinstance(was, list):
        return ", ".join(map(_formerly, was)) or "nothing"
    return "nothing" if was in (None, "") else str(was)
