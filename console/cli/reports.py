"""`tat report` and `tat assess`."""

from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from console.cli.files import example, read_content
from console.cli.options import As, AsJson, File, IfVersion, Number
from console.cli.screen import answer
from console.cli.session import acting, casebook, here
from states.vocabulary import Level


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
        typer.Option("--received-at", metavar="TIME", help="When it was received, if not now."),
    ] = "",
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("report")] = False,
) -> None:
    """Take a report of concern; anybody may report."""
    from console.cli.form import fill_in
    from console.cli.same_person import Said, ask_who, keep_apart, show_receipt
    from states.access import REPORTER
    from states.casebook import intake
    from states.casebook.team import actor
    from states.moments import moment
    from states.records import ReportContent

    with casebook() as book:
        received = moment(received_at, "--received-at", here(book)) if received_at else None
        by = actor(book, member) if member else REPORTER
        content = read_content(ReportContent, file, book) if file else fill_in(book.pack, here(book))
        # A file asks nobody; whom it is like is suggested.
        said = Said() if file else ask_who(book, content, by=by)
        receipt = intake.report(book, content, by=by, received_at=received, into=said.into)
        keep_apart(book, receipt, said, by=by)
        show_receipt(book, receipt, by=by, as_json=as_json)


class WithCriteria(TyperCommand):
    """A command whose help lists the criteria that it asks for, with their ids."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """List each level's criteria below the options."""
        with formatter.section("Criteria"):
            formatter.write_dl(criteria())
        super().format_epilog(ctx, formatter)


def criteria() -> list[tuple[str, str]]:
    """The ids and the words of every criterion of the policy pack, gravest level first."""
    from console.cli.session import settings
    from states.policy import load_pack

    levels = load_pack(settings().pack).levels
    return [(each.id, each.text) for level in Level for each in levels[level].criteria]


def assess(
    number: Number,
    file: File,
    *,
    if_version: IfVersion = None,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("assessment", beside=criteria)] = False,
) -> None:
    """File the team's assessment; `tat case act NUMBER assess` then puts it in force."""
    from states.casebook import inquiry
    from states.records import AssessmentContent

    with acting(member) as (book, by):
        content = read_content(AssessmentContent, file, book)
        made = inquiry.file_assessment(book, number, content, by=by, expected=if_version)
    answer(
        {"number": number, "assessment": made, "level": content.level},
        f"{number}: an assessment at {content.level} is on file ({made[:8]}).",
        as_json=as_json,
    )
