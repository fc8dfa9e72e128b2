"""Sets the demo up on embedded defaults, runs it once everything is ready, and says where to look."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.text import Text

from console.demo import cases, door, summary
from console.demo.stage import Stage
from console.invented import sources, team
from deployments.supervision.listening import reserved_port
from deployments.up import up
from states.casebook import Casebook
from states.casebook.intake import logbook
from states.casebook.team import members
from states.errors import BadInput, TatError
from states.settings import Settings

#: the part of a real campus police log that comes with tatflow
LOG = Path(__file__).parents[1] / "invented" / "campus_police_log_excerpt.csv"

#: what is said first
WELCOME = """
[bold]tatflow[/]: a threat assessment team's cases, from a first report to Closed.

You will see a real campus police log taken in, and four cases walked to
their end by a team of six. The people are invented. Each [magenta]step[/] that somebody
takes commits what the case owes the world; each [green]✓[/] is a Prefect flow run
that has carried it out.
"""

#: how one comes into the console of a demo that stays up, and why not of another
ONE_CLICK = (
    "  The team of the demo is invented: once the cases are closed, one click signs you in as any of them."
)
STOPS = "  The team of the demo is invented, and all of it stops once the cases are closed: nobody signs in."

#: what the demo's data folder says of itself, by which every page that is served from it is marked
MARK = "All people and cases in this folder are invented: the pages that are served from it say so."

#: the ports that are tried for Prefect, the usual one first
PORTS = range(4200, 4220)

#: where the reception listens, if one of these is free
RECEPTION_PORTS = range(8500, 8520)


def run(*, once: bool, log: Path = LOG, home: Path | None = None) -> int:
    """Run the demo.

    Args:
        once: whether to stop, and clean up, when the four cases are closed.
        log: the police log to import.
        home: an empty folder for the demo's data; None: a temporary one.

    Returns:
        The exit code: 0 when all four cases are closed and every effect is done.

    Raises:
        BadInput: the folder is not empty.
    """
    stay_apart(home)
    console = Console(highlight=False)
    folder = home or Path(tempfile.mkdtemp(prefix="tatflow-demo-"))
    finished = False

    def errand(still_up: Callable[[], None]) -> bool:
        nonlocal finished
        finished = _play(settings, console, log, still_up)
        if finished and not once:
            _say_where_to_look(console, settings, open_ones.enter_context(_door(settings)))
        return finished and not once

    with (
        ExitStack() as open_ones,
        reserved_port(PORTS) as prefect,
        reserved_port(RECEPTION_PORTS) as reception,
    ):
        base_url = f"http://127.0.0.1:{reception}"
        settings = Settings(home=folder, prefect_port=prefect, reception_port=reception, base_url=base_url)
        sources.write(settings)
        settings.demo_file.write_text(f"{MARK}\n", "utf-8")
        console.print(WELCOME)
        code = up(
            settings,
            say=lambda line: console.print(Text(line, "dim"), soft_wrap=True),
            errand=errand,
            coming_in=lambda _settings: [STOPS if once else ONE_CLICK],
        )
    if once and home is None and finished:
        shutil.rmtree(folder)
        console.print("The demo's data is deleted again. `make demo` without ONCE=1 stays up to look around.")
    elif home is None:
        console.print(f"The demo's data is kept in {folder}; delete it when you are done.", soft_wrap=True)
    return code or int(not finished)


def stay_apart(home: Path | None) -> None:
    """See that the demo works with no installation's casebook, keys or mail: anybody may be anyone in it.

    Of this process's environment, and so of its children's, it forgets what an installation sets.

    Args:
        home: the folder for the demo's data; None: a temporary one.

    Raises:
        BadInput: the folder is not empty.
    """
    if home is not None and home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise BadInput(f"{home} is not an empty folder. Nothing was changed: choose one that is, or none.")
    for name in [each for each in os.environ if each.upper().startswith("TAT_")]:
        del os.environ[name]


def _play(settings: Settings, console: Console, log: Path, still_up: Callable[[], None]) -> bool:
    book = Casebook.open(settings)
    try:
        stage = Stage(book, console, team.enrol(book, team.of_the_demo()), still_up)
        _import(stage, log)
        numbers = [play(stage) for play in (cases.extreme, cases.rising, cases.dismissed, cases.reopened)]
        summary.show_alert(console, settings)
        return summary.sum_up(stage, numbers, settings)
    except TatError as error:
        console.print(Text(str(error), "red"))
        return False
    finally:
        book.close()


@contextmanager
def _door(settings: Settings) -> Iterator[str]:
    """The door by which one comes into the console as any of the invented people; gives its address."""
    book = Casebook.open(settings)
    try:
        accounts = door.Accounts(book, members.actor(book, "m-chair"))
        with door.opened(door.application(accounts, settings.base_url)) as address:
            yield address
    finally:
        book.close()


def _say_where_to_look(console: Console, settings: Settings, address: str) -> None:
    console.print()
    console.print(
        "[bold]Everything stays up until Ctrl-C.[/] Open the console, as any of the invented people:"
    )
    console.print(Text(f"  {address}"), soft_wrap=True)
    console.print("Or look around in another terminal, in this folder:")
    for line in (
        "source .venv/bin/activate",
        f"export TAT_HOME={settings.home} TAT_MEMBER=m-chair",
        "tat case list",
        "tat case show TAT-2026-0001",
        "tat case timeline TAT-2026-0001",
    ):
        console.print(Text(f"  {line}"), soft_wrap=True)


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
