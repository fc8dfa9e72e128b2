"""The guard explainer on screen: what is possible, what stands in the way, and who can clear it."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from console.cli.screen import plain

if TYPE_CHECKING:
    from states.machine import Available


def explained(answers: Iterable["Available"]) -> Iterator[RenderableType]:
    """The guard explainer for people: what is possible first."""
    for each in sorted(answers, key=lambda answer: not answer.possible):
        mark, style = ("\N{CHECK MARK}", "green") if each.possible else ("\N{BALLOT X}", "red")
        yield Text.assemble((f"{mark} {each.row.trigger}", f"bold {style}"), (f"  -> {each.target}", "dim"))
        yield Padding(Text(each.row.says, style="dim"), (0, 0, 0, 2))
        if each.urged:
            yield Padding(Text(plain(f"Now: {each.urged}"), style="bold yellow"), (0, 0, 0, 2))
        if each.possible:
            continue
        grid = Table.grid(padding=(0, 1))
        for missing in each.missing:
            whose = f" For: {missing.who} ({missing.clause})."
            grid.add_row("-", Text.assemble(plain(missing.sentence), (whose, "cyan")))
        yield Padding(grid, (0, 0, 0, 4))


def as_data(each: "Available") -> dict[str, Any]:
    """One trigger of the guard explainer, for programs."""
    return {
        "trigger": each.row.trigger,
        "says": each.row.says,
        "target": each.target,
        "possible": each.possible,
        "urged": each.urged,
        "missing": each.missing,
    }
