"""What a bench hands back, and how it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison.

    Args:
        what: what was measured, with its unit.
        ours: our figure.
        peer: the peer's figure, or why there is none.
        ratio: how many times better ours is; None when there is nothing to compare.
        target: the ratio asked for; None when none is.
        at_most: whether the ratio is to stay below the target rather than to reach it.
    """

    what: str
    ours: str
    peer: str = ""
    ratio: float | None = None
    target: float | None = None
    at_most: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None when there is none."""
        if self.ratio is None or self.target is None:
            return None
        return self.ratio <= self.target if self.at_most else self.ratio >= self.target


def rates(what: str, ours: Sequence[float], peer: Sequence[float], target: float | None) -> Line:
    """Compare two series of rates (a second), taken in turns; the ratio is the median over the turns."""
    ratio = median(mine / other for mine, other in zip(ours, peer, strict=True))
    return Line(what, f"{median(ours):,.1f} /s", f"{median(peer):,.1f} /s", ratio, target)


def show(title: str, lines: Sequence[Line], notes: Sequence[str] = ()) -> None:
    """Print a table of comparisons."""
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("what")
    for name in ("ours", "peer", "ratio", "target"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("met")
    for line in lines:
        bound = "≤" if line.at_most else "≥"
        table.add_row(
            line.what,
            line.ours,
            line.peer,
            "" if line.ratio is None else f"{line.ratio:.2f}x",
            "" if line.target is None else f"{bound} {line.target:g}x",
            {True: "yes", False: "[bold]NO[/bold]", None: ""}[line.met],
        )
    console = Console(width=None if Console().is_terminal else 118)
    console.print(table)
    for note in notes:
        console.print(f"  {note}", highlight=False)
    console.print()
