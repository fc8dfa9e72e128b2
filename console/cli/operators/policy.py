"""`tat policy` and `tat process`: what the team follows, as tables a committee can read."""

import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from console.cli.terminal.answering import answer, show
from console.cli.terminal.options import As, AsJson
from console.cli.terminal.session import acting, settings
from console.shown.parts import Part, Table, Text, Tone, pairs, table, title
from states.errors import NotReady
from states.process import TRANSITIONS, Transition, When
from states.vocabulary.cases import CaseState
from states.vocabulary.spelling import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from states.policy.overview import OverviewRow

policy = typer.Typer(no_args_is_help=True, help="The policy pack: the institution's plan as data.")
process = typer.Typer(no_args_is_help=True, help="The process: what may happen to a case.")

#: where it is said whether the version in force is approved: a pack alone does not know
APPROVAL = "Whether the version in force is approved: tat policy approval"

#: characters of a line of the process table in a file
TABLE_WIDTH = 120


class Format(StrEnum):
    """How the process is drawn."""

    TABLE = "table"
    MERMAID = "mermaid"
    SVG = "svg"


@policy.command()
def check(
    pack: Annotated[
        str,
        typer.Argument(metavar="[PACK]", help="A shipped pack or a TOML file; the one in force, if none."),
    ] = "",
    *,
    live: Annotated[
        bool, typer.Option("--live", help="Whether it may go live: no number or address is a placeholder.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check a pack whole; names file and key of what is wrong."""
    from states.policy import placeholders
    from states.policy.reading import load_pack

    chosen = settings()
    checked = load_pack(pack or chosen.pack)
    if live:
        placeholders.require_none(checked, chosen)
    data = {"name": checked.name, "version": checked.version, "digest": checked.digest}
    said = f"The pack {checked.name} ({checked.institution}, {checked.version}) is in order."
    answer(data, said, f"Digest {checked.digest}", *([] if pack else [APPROVAL]), as_json=as_json)


@policy.command("show")
def show_policy(*, as_json: AsJson = False) -> None:
    """Show every entry of the pack in force, with its clause and what the pack chose."""
    from states.policy.overview import pack_overview
    from states.policy.reading import load_pack

    rows = pack_overview(load_pack(settings().pack))
    shown = [part for row in rows for part in _entry(row)]
    answer(rows, *shown, f"\n{APPROVAL}", as_json=as_json)


@policy.command("approval")
def show_approval(*, member: As = "", as_json: AsJson = False) -> None:
    """Say whether the body that has the final approval approved the version in force, and what to do."""
    from states.casebook.team import approval

    with acting(member) as (book, by):
        found = approval.standing(book, by=by)
    hint = "" if found.standing is approval.Standing.APPROVED else "Next: tat team review --help (--in-force)"
    answer(asdict(found), found.said, *([hint] if hint else []), as_json=as_json)


def _entry(row: "OverviewRow") -> "Iterator[Part]":
    yield title(Text(row.entry, Tone.STRONG), Text(row.clause, Tone.CLAUSE))
    yield pairs((("Says", row.value), ("Chosen", row.chosen)))


@process.command("show")
def show_process(
    *,
    format_: Annotated[Format, typer.Option("--format", case_sensitive=False)] = Format.TABLE,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", show_default=False, help="Write it to a file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the process as a table, as Mermaid text, or as a picture (SVG)."""
    if output is not None:
        _write(output, _drawn(format_))
        answer({"format": format_, "file": str(output)}, f"Written to {output}.", as_json=as_json)
    elif as_json:
        answer(
            TRANSITIONS if format_ is Format.TABLE else {"format": format_, "text": _drawn(format_)},
            as_json=True,
        )
    elif format_ is Format.TABLE:
        answer(TRANSITIONS, _table(), as_json=False)
    else:
        sys.stdout.write(_drawn(format_))


def _drawn(format_: Format) -> str:
    from console.shown import process_picture

    if format_ is Format.MERMAID:
        return process_picture.mermaid()
    if format_ is Format.SVG:
        return process_picture.svg()
    console = Console(width=TABLE_WIDTH, color_system=None, markup=False, highlight=False)
    with console.capture() as capture:
        show(console, _table())
    return capture.get()


def _write(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"{output} cannot be written ({error.strerror}); nothing was changed. Choose another file."
        raise NotReady(message) from None


def _table() -> Table:
    columns = ("#Trigger", "#From -> to", "Needs", "Then owes", "#Clauses")
    return table(columns, (_row(row) for row in TRANSITIONS))


def _row(row: Transition) -> tuple[object, ...]:
    owed = [
        f"{words(effect.what)} (if {words(effect.condition)})" if isinstance(effect, When) else words(effect)
        for effect in row.effects
    ]
    return (
        row.trigger,
        "\n".join(["any state"] if len(row.sources) == len(CaseState) else row.sources)
        + (f"\n-> {row.target}" if row.target else "\n(stays)"),
        "\n".join(words(guard) for guard in row.guards),
        "\n".join(owed),
        "\n".join(row.clauses),
    )
