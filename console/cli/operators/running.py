"""`tat init`, `tat up`, `tat health`, `tat demo`, `tat notices`: setting up, running, seeing what is sent."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from console.cli.terminal.answering import answer
from console.cli.terminal.options import AsJson
from console.cli.terminal.rendering import plain
from console.cli.terminal.session import settings
from console.shown.parts import Tone, cell, table, when
from states.errors import NotReady
from states.vocabulary.counts import counted

notices = typer.Typer(no_args_is_help=True, help="The messages that the team sends.")


def init(*, as_json: AsJson = False) -> None:
    """Make the data folder, the master key and the case database; what is there stays."""
    from deployments.supervision import data_folder
    from states.policy.reading import load_pack

    chosen = settings()
    with data_folder.locked(chosen):
        data_folder.check(chosen)
        data_folder.furnish(chosen)
        closed = data_folder.close_to_others(chosen)
        broken = data_folder.seal_ledger(chosen)
        indexed = data_folder.index_anew(chosen)
    found = counted(indexed, "case of an older release is", "cases of an older release are")
    again = f"{found} found by the names and identifiers of today now."
    chairs = load_pack(chosen.pack_in_force).chair_office
    answer(
        {"home": str(chosen.home), "indexed": indexed, "closed": closed, "broken": broken},
        f"The casebook in {chosen.home} is ready.",
        *closed,
        *([broken] if broken else []),
        *([again] if indexed else []),
        "Keep a copy of the master key elsewhere: without it nobody can read a case.",
        f"Next: tat team add MEMBER_ID --name NAME --address ADDRESS --role chair --office {chairs}",
        as_json=as_json,
    )


def up(*, as_json: AsJson = False) -> None:
    """Start everything on this machine; Ctrl-C stops it."""
    from deployments.up import up as run

    # With --json, the one document comes at the end; what happens meanwhile goes to standard error.
    stream = sys.stderr if as_json else sys.stdout

    def say(line: str) -> None:
        stream.write(f"{plain(line)}\n")
        stream.flush()

    code = run(settings(), say=say)
    if code == 0:
        say("What cases owe is kept, and goes on with the next `tat up`.")
    if as_json:
        answer({"exit_code": code}, as_json=True)
    raise typer.Exit(code)


def health(*, as_json: AsJson = False) -> None:
    """Say whether everything that `tat up` runs here gives signs of life; exit code 1 when it does not."""
    from datetime import UTC, datetime

    from deployments.orchestrator.operators_words import unwell
    from tasks.signs_of_life import of_household

    home, now = settings().home, datetime.now(UTC)
    household = of_household(home)
    if household is None or not household.lives:
        message = (
            f"`tat up` does not run on {home}: no alarm goes out, and nothing that cases owe is done. It is "
            "kept: start `tat up`, or what supervises it."
        )
        raise NotReady(message)
    said = list(unwell(household, now))
    rows = [
        (
            part.name,
            "runs" if part.running else cell("dead", Tone.LATE),
            when(part.since),
            when(part.heard_at),
            part.deaths or "never",
        )
        for part in household.parts
    ]
    columns = ("Process", "State", "#Since", "#Last sign of life", "Ended by itself within a day")
    data = {"healthy": not said, "parts": household.parts, "said": said}
    answer(data, table(columns, rows), *said, as_json=as_json)
    raise typer.Exit(int(bool(said)))


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="Walk through once, then stop and clean up.")] = False,
    log: Annotated[Path | None, typer.Option("--log", metavar="FILE", help="Another police log.")] = None,
    home: Annotated[Path | None, typer.Option("--home", metavar="FOLDER", help="An empty folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show everything with invented cases."""
    from contextlib import redirect_stdout

    from console.demo import run

    chosen = {} if log is None else {"log": log}
    if not as_json:
        raise typer.Exit(run(once=once, home=home, **chosen))
    with redirect_stdout(sys.stderr):
        code = run(once=once, home=home, **chosen)
    answer({"exit_code": code}, as_json=True)
    raise typer.Exit(code)


@notices.command("list")
def list_notices(*, as_json: AsJson = False) -> None:
    """List the messages that the team sends."""
    from notifications.messages.registry import MESSAGES

    data = [
        {"name": m.name, "purpose": m.purpose, "clauses": m.clause, "urgency": m.urgency}
        for m in MESSAGES.values()
    ]
    rows = [(m.name, m.purpose, ", ".join(m.clause)) for m in MESSAGES.values()]
    answer(data, table(("#Name", "Purpose", "Clauses"), rows), as_json=as_json)


@notices.command("preview")
def preview_notice(
    name: Annotated[str, typer.Argument(metavar="NAME", help="See `tat notices list`.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show one message as its recipients get it, with invented content."""
    from notifications.messages.preview import preview
    from states.policy.reading import load_pack

    text = preview(name, load_pack(settings().pack_in_force).templates_folder)
    answer({"name": name, "text": text}, text, as_json=as_json)
