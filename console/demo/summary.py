"""What the demo shows at the end: each case's way, the message that counts, and that no name has leaked."""

from collections.abc import Sequence
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from console.demo.stage import Stage
from states.access import SYSTEM
from states.casebook.effects import listing
from states.casebook.reading import overview
from states.casebook.record import integrity
from states.settings import Settings
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import EffectStatus


def show_alert(console: Console, settings: Settings) -> None:
    """Show the one message that could not wait: what the police got."""
    for path in settings.outbox.glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        if mail["X-Tatflow-Message"] == "alert_police":
            body = mail.get_body(("plain",))
            text = "" if body is None else body.get_content().strip()
            console.print()
            # A title is cut where it is too long, and what is at its end is the number to call.
            shown = Text(f"Subject: {mail['Subject']}\n\n{text}")
            console.print(Panel(shown, title="What the police got", width=min(console.width, 100)))
            return


def sum_up(stage: Stage, numbers: Sequence[str], settings: Settings) -> bool:
    """Show what became of the cases; returns whether all are closed and nothing is owed.

    Args:
        stage: the demo.
        numbers: its cases.
        settings: where its data lies, and its Prefect.
    """
    console = stage.console
    stage.title("Summary")
    closed = _show_cases(stage, numbers)
    verified = integrity.verify(stage.book, by=SYSTEM)
    console.print()
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(
        "Ledger", f"{verified.events} events of {verified.cases} cases: every link of the chain holds"
    )
    grid.add_row("Names", _search_for_names(stage, numbers, settings))
    grid.add_row("Flow runs", f"{settings.prefect_url.removesuffix('/api')}/runs")
    grid.add_row("Messages", f"{len(list(settings.outbox.glob('*.eml')))} .eml files in {settings.outbox}")
    console.print(grid)
    console.print()
    verdict = "[bold green]All four cases are Closed and every effect is done.[/]"
    console.print(verdict if closed else "[bold red]Not every case is Closed with every effect done.[/]")
    return closed


def _show_cases(stage: Stage, numbers: Sequence[str]) -> bool:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("Case", "Its way", "Level", "Effects", "Notices"):
        table.add_column(heading, justify="right" if heading in {"Effects", "Notices"} else "left")
    lines = {line.number: line for line in overview.cases(stage.book, by=stage.chair)}
    closed = True
    for number in numbers:
        line = lines[number]
        owed = listing.effects(stage.book, by=SYSTEM, number=number)
        done = sum(effect.status == EffectStatus.DONE for effect in owed)
        closed &= line.state == CaseState.CLOSED and done == len(owed)
        notices = len(stage.records(number)["notices"])
        level = line.level or line.provisional_level or ""
        way = " → ".join(stage.ways[number])
        table.add_row(Text(number, "cyan", no_wrap=True), way, level, f"{done} of {len(owed)}", str(notices))
    stage.console.print(table)
    return closed


def _search_for_names(stage: Stage, numbers: Sequence[str], settings: Settings) -> str:
    """Search both databases, byte by byte, for the people that the cases are about."""
    names = [stage.records(number)["subjects"][-1]["content"]["name"] for number in numbers]
    searched = [
        _content(settings.home / place) for place in (Path("prefect", "prefect.db"), Path("casebook.db"))
    ]
    found = [sum(content.count(name.encode()) for name in names) for content in searched]
    control = searched[0].count(numbers[0].encode())
    return (
        f"{', '.join(names)}: found {found[0]} times in Prefect's database (where {numbers[0]} stands "
        f"{control} times), and {found[1]} times in the case database as it lies on the disk"
    )


def _content(database: Path) -> bytes:
    """A SQLite database as it lies on the disk, its log included."""
    log = database.with_name(f"{database.name}-wal")
    return database.read_bytes() + (log.read_bytes() if log.exists() else b"")
