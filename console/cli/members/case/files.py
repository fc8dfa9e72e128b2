"""`tat case file`, `tat case files`, `tat case add-file`, `tat case withdraw-file`: files of a case."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.members.case.cases import cases
from console.cli.members.case.casework import record_id
from console.cli.terminal.answering import answer
from console.cli.terminal.files import new_file
from console.cli.terminal.options import As, AsJson, Number, Reason
from console.cli.terminal.session import acting, settings, zone_of
from console.shown.parts import table, when
from states.errors import BadInput

if TYPE_CHECKING:
    from states.casebook import Casebook
    from states.files.arriving import Arrived

FileId = Annotated[str, typer.Argument(metavar="FILE_ID", help="The file; see `tat case files`.")]


@cases.command("files")
def list_files(number: Number, *, member: As = "", as_json: AsJson = False) -> None:
    """List the files of a case: who added each, and who opened it."""
    from states.casebook.record import evidence

    with acting(member) as (book, by):
        lines = evidence.listed(book, number, by=by)
        zone = zone_of(book.pack)
    rows = [
        (
            each.file_id[:8],
            each.name or "without a name",
            each.media_type,
            f"{each.size:,}",
            each.by,
            when(each.at, zone),
            ", ".join(dict.fromkeys(one.by for one in each.openings)) or "nobody",
            f"withdrawn by {each.withdrawn_by}: {each.because}" if each.withdrawn_at else "",
        )
        for each in lines
    ]
    columns = ("#Id", "Name", "Type", "#Bytes", "#Added by", "#When", "Opened by", "")
    answer(lines, table(columns, rows) if rows else f"{number} has no files yet.", as_json=as_json)


@cases.command("file")
def save_file(
    number: Number,
    file_id: FileId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where it goes; nothing may be there yet.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Write a file out of the case: evidence, what came with a report, or with a message that came back.

    Strangers may have made it: open it where it can do no harm.
    """
    from states.casebook.record import evidence

    with acting(member) as (book, by):
        record = record_id(book, number, file_id, by, "attachments")
        found = evidence.opened(book, number, record, by=by)
        with os.fdopen(new_file(file), "wb") as stream:
            for each in found.part():
                stream.write(each)
    told = {"number": number, "file": record, "media_type": found.media_type, "size": found.size}
    answer(
        told | {"name": found.name, "digest": found.digest},
        f"{number}: the file was written to {file}. Strangers may have made it: open it with care.",
        as_json=as_json,
    )


@cases.command("add-file")
def add_file(
    number: Number,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file that is added.")],
    *,
    shows: Annotated[str, typer.Option("--shows", help="What it shows, or where it is from.")] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Add a file to a case as evidence: sealed as it is read, with its digest on record."""
    from states.casebook.record import evidence

    with acting(member) as (book, by):
        evidence.let_add(book, number, by=by)
        came = _arrived(book, file)
        (added,) = evidence.add(book, number, [came], by=by, shows=shows)
    said = f"{number}: {came.kind.says}, {came.size:,} bytes, SHA-256 {came.digest} ({added[:8]})."
    told = {"number": number, "file": added, "media_type": came.kind.media_type}
    answer(told | {"size": came.size, "digest": came.digest}, said, as_json=as_json)


def _arrived(book: "Casebook", file: Path) -> "Arrived":
    from states.files.arriving import AT_ONCE, arriving

    try:
        with (
            file.open("rb") as stream,
            arriving(book.place, file.name, most=settings().files_largest) as coming,
        ):
            while data := stream.read(AT_ONCE):
                coming.write(data)
            return coming.finish()
    except OSError as error:
        problem = error.strerror
    raise BadInput(f"The file cannot be read: {problem}. Nothing was written: check its name.")


@cases.command("withdraw-file")
def withdraw_file(
    number: Number, file_id: FileId, *, reason: Reason = "", member: As = "", as_json: AsJson = False
) -> None:
    """Withdraw a file that should not have been added: it stays, for its adder, the lead and the chair."""
    from states.casebook.record import evidence

    with acting(member) as (book, by):
        record = record_id(book, number, file_id, by, "attachments")
        evidence.withdraw(book, number, record, by=by, because=reason)
    answer({"number": number, "file": record}, f"{number}: the file is withdrawn.", as_json=as_json)
