"""`tat case correct`: what is on record is set right, and what stood there before stays readable."""

from typing import Annotated

import typer

from console.cli.members.case.cases import cases
from console.cli.members.case.casework import record_id
from console.cli.terminal.answering import answer
from console.cli.terminal.files import example, read_json
from console.cli.terminal.options import As, AsJson, File, IfVersion, Number, Reason
from console.cli.terminal.session import acting
from states.errors import BadInput


@cases.command()
def correct(
    number: Number,
    record: Annotated[
        str, typer.Argument(metavar="RECORD_ID", help="The entry: any of those that `tat case show` shows.")
    ],
    file: File,
    reason: Reason,
    *,
    if_version: IfVersion = None,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("correction")] = False,
) -> None:
    """Correct fields of an entry, saying why; its former wording stays. FILE has only what is corrected."""
    from states.casebook.rearranging import corrections
    from states.casebook.rearranging.following import ENTRIES

    given = read_json(file)
    if not isinstance(given, dict):
        raise BadInput(
            'A correction is a JSON object of fields: {"text": "…"}. Nothing was written: see --example.'
        )
    with acting(member) as (book, by):
        about = record_id(book, number, record, by, *(entry.table for entry in ENTRIES))
        made = corrections.put_right(book, number, about, given, by=by, because=reason, expected=if_version)
    data = {"number": number, "record": about, "correction": made, "fields": sorted(given)}
    said = f"{number}: {about[:8]} is corrected ({made[:8]}); its former wording stays on record."
    answer(data, said, as_json=as_json)
