"""`tat keys`: the master key, and the change to another."""

from pathlib import Path
from typing import Annotated

import typer

from console.cli.terminal.answering import answer
from console.cli.terminal.options import AsJson
from console.cli.terminal.session import settings
from states.errors import BadInput

keys = typer.Typer(no_args_is_help=True, help="The master key that everything is sealed under.")


@keys.command()
def rotate(
    *,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FILE",
            help="A file with the new key, when the old one is not in the key file.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change to another master key while nothing runs; killed in the middle, it goes on when called again."""
    from deployments.supervision import data_folder
    from states.casebook import keys as changing
    from states.vault import open_vault

    chosen = settings()
    if chosen.changes_key_file == (to is not None):
        message = (
            "The master key lies in the key file, where tatflow makes another: leave --to out."
            if to is not None
            else "The master key comes from TAT_MASTER_KEY or TAT_KEY_COMMAND: put a new one into a file, 32 "
            "bytes in URL-safe base64, and name it with --to."
        )
        raise BadInput(f"{message} Nothing was done.")
    changing.require_casebook(chosen)
    with data_folder.locked(chosen):
        if to is not None:
            wrapped, kept = changing.rotate(chosen, open_vault(chosen, to)), None
        else:
            wrapped, kept = changing.rotate_key_file(chosen)
    said = (
        f"{wrapped} data keys are wrapped under the new master key."
        if wrapped
        else "Every data key is wrapped under the new master key already."
    )
    then = (
        f"Keep a copy of {chosen.key_file.name} elsewhere. Backups from before open with {kept.name} alone: "
        "move it to where you keep keys, and destroy it once the last of them is gone."
        if kept is not None
        else "Put the new key where the old one came from before you start anything; keep the old one for "
        "as long as there are backups from before."
    )
    data = {"wrapped": wrapped, "kept": str(kept) if kept else ""}
    answer(data, said, then, as_json=as_json)
