"""`tat report` and `tat assess`."""

from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.files import example, read_json
from console.cli.options import As, AsJson, File, IfVersion, Number
from console.cli.screen import answer, facts
from console.cli.session import acting, casebook, moment

if TYPE_CHECKING:
    from states.casebook.intake import Receipt
    from states.records import ReportContent


def report(
    file: Annotated[
        str,
        typer.Argument(
            metavar="[FILE]", help="A JSON file; - reads standard input; without one, you are asked."
        ),
    ] = "",
    *,
    received_at: Annotated[
        str,
        typer.Option("--received-at", metavar="TIME", help="When it was received, if not now (ISO 8601)."),
    ] = "",
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("report")] = False,
) -> None:
    """Take a report of concern; anybody may report."""
    from states.access import REPORTER
    from states.casebook import intake
    from states.casebook.team import actor

    received = moment(received_at, "--received-at") if received_at else None
    with casebook() as book:
        by = actor(book, member) if member else REPORTER
        content = _content(file)
        receipt = intake.report(book, content, by=by, received_at=received)
    show_receipt(receipt, as_json=as_json)


def _content(file: str) -> "ReportContent":
    from console.cli.form import fill_in
    from console.cli.session import settings
    from states.policy import load_pack
    from states.records import ReportContent

    return ReportContent.read(read_json(file)) if file else fill_in(load_pack(settings().pack))


def show_receipt(receipt: "Receipt", *, as_json: bool) -> None:
    """Say what became of a report."""
    what = "is now part of" if receipt.joined else "opened"
    shown = [("Report", receipt.report_id)]
    if receipt.candidates:
        shown.append(("May be the same person", ", ".join(receipt.candidates)))
        shown.append(("To decide", f"tat case link {receipt.number} OTHER --same | --different"))
    answer(receipt, f"The report {what} {receipt.number}.", facts(shown), as_json=as_json)


def assess(
    number: Number,
    file: File,
    *,
    if_version: IfVersion = None,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("assessment")] = False,
) -> None:
    """File the team's assessment; `tat case act NUMBER assess` then puts it in force."""
    from states.casebook import inquiry
    from states.records import AssessmentContent

    with acting(member) as (book, by):
        content = AssessmentContent.read(read_json(file))
        made = inquiry.file_assessment(book, number, content, by=by, expected=if_version)
    answer(
        {"number": number, "assessment": made, "level": content.level},
        f"{number}: an assessment at {content.level} is on file ({made[:8]}).",
        as_json=as_json,
    )
