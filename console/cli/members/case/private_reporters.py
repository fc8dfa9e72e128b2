"""`tat case talked-with-reporter|lift-privacy`: privacy is given up after a talk with the reporter."""

from typing import Annotated

import typer

from console.cli.members.case.cases import cases
from console.cli.members.case.casework import record_id
from console.cli.terminal.answering import answer
from console.cli.terminal.files import example, read_content
from console.cli.terminal.options import As, AsJson, File, Number, Reason
from console.cli.terminal.session import acting

Report = Annotated[str, typer.Argument(metavar="REPORT_ID", help="The report; see `tat case show`.")]


@cases.command("talked-with-reporter")
def talked(
    number: Number,
    report: Report,
    file: File,
    *,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("privacy_talk")] = False,
) -> None:
    """Record that you talked with a reporter who asked for privacy, before it is given up."""
    from states.casebook.standing import privacy
    from states.contents.reports import PrivacyTalkContent

    with acting(member) as (book, by):
        record = record_id(book, number, report, by, "reports")
        made = privacy.talk(book, number, record, read_content(PrivacyTalkContent, file, book), by=by)
    said = f"{number}: the talk is on record ({made[:8]})."
    answer({"number": number, "talk": made}, said, as_json=as_json)


@cases.command("lift-privacy")
def lift(number: Number, report: Report, reason: Reason, *, member: As = "", as_json: AsJson = False) -> None:
    """Give up a reporter's privacy, once somebody has talked with them."""
    from states.casebook.standing import privacy

    with acting(member) as (book, by):
        record = record_id(book, number, report, by, "reports")
        privacy.lift(book, number, record, by=by, because=reason)
    said = f"{number}: the reporter is named to everybody on the case from now on."
    answer({"number": number, "report": record}, said, as_json=as_json)
