"""`tat case file`: what came with a report, or came back from a mail system, written into a file."""

import os
from pathlib import Path
from typing import Annotated

import typer

from console.cli.members.case.cases import cases
from console.cli.members.case.casework import record_id
from console.cli.terminal.answering import answer
from console.cli.terminal.files import new_file
from console.cli.terminal.options import As, AsJson, Number
from console.cli.terminal.session import acting


@cases.command("file")
def save_file(
    number: Number,
    file_id: Annotated[str, typer.Argument(metavar="FILE_ID", help="The file; see `tat case show`.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where it goes; nothing may be there yet.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Write a file that came with a report, or with a message that came back, out of the case.

    Strangers sent it: open it where it can do no harm.
    """
    from states.casebook.record import files

    with acting(member) as (book, by):
        record = record_id(book, number, file_id, by, "attachments")
        found = files.read(book, number, record, by=by)
        with os.fdopen(new_file(file), "wb") as stream:
            stream.write(found.data)
    told = {"number": number, "file": record, "media_type": found.media_type, "size": len(found.data)}
    answer(
        told | {"name": found.name, "digest": found.digest},
        f"{number}: the file was written to {file}. Strangers sent it: open it where it can do no harm.",
        as_json=as_json,
    )
