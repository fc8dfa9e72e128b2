"""`tat policy` and `tat process`: what the team follows, as tables a committee can read."""

import os
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from console.cli.terminal.answering import answer, show
from console.cli.terminal.files import new_file, read_bytes
from console.cli.terminal.options import As, AsJson
from console.cli.terminal.session import acting, settings
from console.shown.admin import process_table
from console.shown.parts import Part, Text, Tone, pairs, title
from states.errors import NotReady, UnknownRecord
from states.process import TRANSITIONS

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
    checked = load_pack(pack or chosen.pack_in_force)
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

    rows = pack_overview(load_pack(settings().pack_in_force))
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


@policy.command("download")
def download(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The zip that is made.")],
    *,
    coming: Annotated[bool, typer.Option("--next", help="The next version, not the one in force.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the plan in force to a zip, to be changed and handed in as the next version."""
    from states.casebook.team.upkeep import versions
    from states.policy.reading import load_pack

    chosen = settings()
    at = chosen.pack_to_come if coming else chosen.pack_in_force
    if not at:
        raise UnknownRecord("There is no next version of the plan. Nothing was written.")
    pack = load_pack(at)
    with os.fdopen(new_file(file), "wb") as made:
        made.write(versions.download(pack))
    data = {"version": pack.version, "digest": pack.digest}
    answer(data, f"Version {pack.version} is in {file}.", as_json=as_json)


@policy.command("hand-in")
def hand_in(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A zip of the pack's folder, or its pack.toml.")
    ],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Hand in the next version of the plan; says all that is wrong with one that is not in order."""
    from notifications.messages.rendering import check_templates
    from states.casebook.team.upkeep import versions

    with acting(member) as (book, by):
        given = read_bytes(file)
        pack = versions.hand_in(book, settings(), given, by=by, try_templates=check_templates)
    data = {"version": pack.version, "digest": pack.digest}
    said = f"Version {pack.version} is in order and kept as the next one. Nothing goes by it yet."
    answer(data, said, "Next: compare it at the console, /admin/policy/next", as_json=as_json)


@policy.command("take-back")
def take_back(*, member: As = "", as_json: AsJson = False) -> None:
    """Take the version back that was handed in."""
    from states.casebook.team.upkeep import versions

    with acting(member) as (book, by):
        versions.take_back(book, settings(), by=by)
    answer({}, "There is no next version any more.", as_json=as_json)


@policy.command("put-in-force")
def put_in_force(
    digest: Annotated[str, typer.Argument(metavar="DIGEST", help="See `tat policy check` of its file.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Put the version in force that was handed in and approved; `tat up` starts again with it by itself."""
    from states.casebook.team.upkeep import versions

    with acting(member) as (book, by):
        pack = versions.put_in_force(book, settings(), digest, by=by)
    data = {"version": pack.version, "digest": pack.digest}
    answer(data, f"Version {pack.version} is in force.", as_json=as_json)


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
        answer(TRANSITIONS, process_table.steps(), as_json=False)
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
        show(console, process_table.steps())
    return capture.get()


def _write(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"{output} cannot be written ({error.strerror}); nothing was changed. Choose another file."
        raise NotReady(message) from None
