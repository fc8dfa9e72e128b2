"""Sets the demo up on embedded defaults, runs it once everything is ready, and says where to look."""

import shutil
import socket
import tempfile
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text

from console.demo import cases, sources, team
from console.demo.stage import Stage
from deployments.up import up
from states.casebook import Casebook, effects, logbook, reading, timers
from states.errors import TatError
from states.settings import Settings
from states.vocabulary import CaseState, EffectStatus

#: the part of a real campus police log that comes with tatflow
LOG = Path(__file__).parent / "campus_police_log_excerpt.csv"

#: the ports that are tried for Prefect, the usual one first
PORTS = range(4200, 4220)


def run(*, once: bool, log: Path = LOG, home: Path | None = None) -> int:
    """Run the demo.

    Args:
        once: whether to stop, and clean up, when the four cases are closed.
        log: the police log to import.
        home: an empty folder for the demo's data; None: a temporary one.

    Returns:
        The exit code: 0 when all four cases are closed and every effect is done.
    """
    console = Console(highlight=False, soft_wrap=True)
    folder = home or Path(tempfile.mkdtemp(prefix="tatflow-demo-"))
    settings = Settings(home=folder, prefect_port=_free_port())
    sources.write(settings)
    finished = False

    def errand(still_up: Callable[[], None]) -> bool:
        nonlocal finished
        finished = _play(settings, console, log, still_up)
        if finished and not once:
            console.print("[bold]Everything stays up until Ctrl-C.[/bold] Look around in another terminal:")
            console.print(f"  export TAT_HOME={folder} TAT_MEMBER=m-chair; .venv/bin/tat case list")
        return finished and not once

    code = up(settings, say=lambda line: console.print(f"[dim]{line}[/dim]"), errand=errand)
    if once and home is None and finished:
        shutil.rmtree(folder)
        console.print("The demo's data is deleted again. `make demo` without ONCE=1 stays up to look around.")
    elif home is None:
        console.print(f"The demo's data is kept in {folder}; delete it when you are done.")
    return code or int(not finished)


def _play(settings: Settings, console: Console, log: Path, still_up: Callable[[], None]) -> bool:
    book = Casebook.open(settings)
    try:
        stage = Stage(book, console, team.enrol(book), still_up)
        _import(stage, log)
        numbers = [play(stage) for play in (cases.extreme, cases.rising, cases.dismissed, cases.reopened)]
        return _sum_up(stage, numbers, settings)
    except TatError as error:
        console.print(f"[red]{error}[/red]")
        return False
    finally:
        book.close()


def _import(stage: Stage, log: Path) -> None:
    stage.title(f"Importing a real campus police log ({log.name})")
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with log.open("rb") as stream, Progress(*columns, console=stage.console) as progress:
        task = progress.add_task("rows", total=log.stat().st_size)
        imported = logbook.import_log(
            stage.book,
            stream,
            by=stage.chair,
            site="silver_city",
            progress=lambda offset: progress.update(task, completed=offset),
        )
    for verdict, count in imported.verdicts.items():
        stage.console.print(f"  {count:>5}  {verdict.replace('_', ' ')}")
    stage.console.print(f"  {imported.total:>5}  rows, each accounted for and kept word for word")


def _sum_up(stage: Stage, numbers: list[str], settings: Settings) -> bool:
    stage.title("Summary")
    table = Table(box=None, pad_edge=False)
    for heading in ("Case", "State", "Level", "Ledger events", "Effects done", "Notices"):
        table.add_column(heading)
    lines = {line.number: line for line in reading.cases(stage.book, by=stage.chair)}
    closed = True
    for number in numbers:
        line = lines[number]
        owed = effects.effects(stage.book, number=number)
        done = sum(effect.status == EffectStatus.DONE for effect in owed)
        closed &= line.state == CaseState.CLOSED and done == len(owed)
        events = len(reading.timeline(stage.book, number, by=stage.chair))
        notices = len(stage.records(number)["notices"])
        level = line.level or line.provisional_level or ""
        table.add_row(number, line.state, level, str(events), f"{done} of {len(owed)}", str(notices))
    stage.console.print(table)
    verified = timers.verify(stage.book)
    stage.console.print(f"The ledger verifies: {verified.events} events of {verified.cases} cases.")
    stage.console.print(f"Flow runs:  {settings.prefect_url.removesuffix('/api')}/runs")
    stage.console.print(
        f"Messages:   {settings.outbox} ({len(list(settings.outbox.glob('*.eml')))} .eml files)"
    )
    _show_alert(stage.console, settings)
    verdict = "[green]All four cases are Closed and every effect is done.[/green]"
    stage.console.print(verdict if closed else "[red]Not every case is closed with every effect done.[/red]")
    return closed


def _show_alert(console: Console, settings: Settings) -> None:
    """Show the one message that everything else waits for: what the police got."""
    for path in settings.outbox.glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        if mail["X-Tatflow-Message"] == "alert_police":
            body = mail.get_body(("plain",))
            text = "" if body is None else body.get_content().strip()
            console.print(Panel(Text(text), title=f"What the police got: {mail['Subject']}", width=80))
            return


def _free_port() -> int:
    for port in PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    return PORTS[0]
