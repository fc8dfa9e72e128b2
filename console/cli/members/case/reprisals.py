"""`tat case treated-badly`: whether whoever reported is treated badly, and what is done about it (W-41)."""

from typing import Annotated

import typer

from console.cli.members.case.cases import cases
from console.cli.members.case.casework import record_id
from console.cli.terminal.answering import answer
from console.cli.terminal.files import example, read_content
from console.cli.terminal.options import As, AsJson, File, Number
from console.cli.terminal.session import acting

Report = Annotated[str, typer.Argument(metavar="REPORT_ID", help="The report; see `tat case show`.")]


@cases.command("treated-badly")
def treated_badly(
    number: Number,
    report: Report,
    file: File,
    *,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("reprisal")] = False,
) -> None:
    """Record that a reporter is treated badly, that you asked them, or what was done about it.

    The word is `said` (they say so), `seen` (somebody else saw it), `nothing` (asked: nobody treats them
    badly), `not_asked` (with a reason), or `acted` (what was done about it).
    """
    from states.casebook.standing import reprisal
    from states.contents.reports import ReprisalContent

    with acting(member) as (book, by):
        record = record_id(book, number, report, by, "reports")
        made = reprisal.record(book, number, record, read_content(ReprisalContent, file, book), by=by)
    said = f"{number}: it is on record ({made[:8]})."
    answer({"number": number, "entry": made}, said, as_json=as_json)
