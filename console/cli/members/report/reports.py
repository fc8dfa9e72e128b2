"""`tat report` and `tat assess`."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from console.cli.terminal.answering import answer, say
from console.cli.terminal.files import example, read_content, read_json
from console.cli.terminal.options import As, AsJson, File, IfVersion, Number
from console.cli.terminal.session import acting, casebook, here
from console.shown.phoning import alert, phone_if_grave, phone_now, shown_first
from states.errors import BadInput
from states.vocabulary.cases import Level

if TYPE_CHECKING:
    from datetime import datetime

    from states.access import Actor
    from states.casebook import Casebook
    from states.casebook.intake.begun import Begun
    from states.contents.reports import ReportContent


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
    goes_on: Annotated[
        str,
        typer.Option(
            "--goes-on", metavar="REPORT", help="The rest of a report of danger whose alarm is out already."
        ),
    ] = "",
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("report")] = False,
) -> None:
    """Take a report of concern; anybody may report."""
    from console.cli.members.report.same_person import show_receipt
    from states.access import REPORTER
    from states.calendar.moments import moment
    from states.casebook.intake import begun, reports
    from states.casebook.team.members import actor
    from states.contents.reports import ReportContent

    with casebook() as book:
        received = moment(received_at, "--received-at", here(book)) if received_at else None
        by = actor(book, member) if member else REPORTER
        if not file:
            _ask(book, by, received, as_json=as_json)
            return
        given = read_json(file)
        try:
            content = ReportContent.read(given, here(book))
            # A file asks nobody; whom it is like is suggested.
            receipt = (
                begun.write_down(book, goes_on, content, by=by, finished=True)
                if goes_on
                else reports.report(book, content, by=by, received_at=received)
            )
        except BadInput as problem:
            if goes_on:
                raise
            _alarm_all_the_same(book, given, problem, by=by)
            raise
        told = _phone(book, content) if content.imminent else {}
        show_receipt(book, receipt, told, by=by, as_json=as_json)


def _phone(book: "Casebook", content: "ReportContent") -> dict[str, Any]:
    """Whom to phone about a danger, wherever the report says that the person may be."""
    return phone_now(book, content.subject.site, *content.subject.further_sites)


def _ask(book: "Casebook", by: "Actor", received: "datetime | None", *, as_json: bool) -> None:
    """Ask for a report; of a danger the alarm goes out after two answers, and what is answered is kept."""
    from console.cli.members.report.form import fill_in
    from console.cli.members.report.same_person import ask_who, keep_apart, show_receipt
    from states.casebook.intake import begun, reports

    asking = _Asking(book, by)
    try:
        content = fill_in(book.pack, here(book), asking)
    except (typer.Abort, KeyboardInterrupt):
        if asking.begun is None:
            raise typer.Abort from None
        said = f"The alarm is out, and what you answered is kept under {asking.begun.report_id}."
        sys.stderr.write(f"\n{said} Tell the rest by phone: {book.pack.duty_line}.\n")
        raise typer.Exit(1) from None
    if asking.begun is None:
        who = ask_who(book, content, by=by)
        receipt = reports.report(book, content, by=by, received_at=received, into=who.into)
        keep_apart(book, receipt, who, by=by)
        show_receipt(book, receipt, {}, by=by, as_json=as_json)
        return
    receipt = begun.write_down(book, asking.begun.report_id, content, by=by, finished=True)
    show_receipt(book, receipt, _phone(book, content), by=by, as_json=as_json)


def _alarm_all_the_same(book: "Casebook", given: object, problem: BadInput, *, by: "Actor") -> None:
    """Sound the alarm of a file that reports imminent danger, whatever else in it does not fit (W-13).

    Raises:
        BadInput: the alarm is out; says what does not fit, and how the rest is given.
    """
    from states.casebook.intake import begun
    from states.vocabulary.danger import Danger

    if not isinstance(given, dict) or str(given.get("imminent")).lower() not in {"true", "yes", "1"}:
        return
    subject, dangers = given.get("subject"), given.get("dangers")
    said = subject.get("site") if isinstance(subject, dict) else None
    site = said if isinstance(said, str) and said in book.pack.sites else book.pack.home_site
    known = [each for each in Danger if isinstance(dangers, list) and each in dangers]
    out = begun.begin_imminent(book, site, by=by, dangers=known)
    say(alert(phone_now(book, site)))
    message = (
        f"The alarm is out, as {out.number}. The rest of the file is not taken in yet. {problem} "
        f"Give it with: tat report FILE --goes-on {out.report_id}"
    )
    raise BadInput(message) from None


class _Asking:
    """Sounds the alarm and keeps what was answered, while the rest is still being asked for."""

    def __init__(self, book: "Casebook", by: "Actor") -> None:
        self._book, self._by = book, by
        self.begun: Begun | None = None

    def begin(self, site: str) -> None:
        """Sound the alarm, and say whom to phone."""
        from states.casebook.intake import begun

        self.begun = begun.begin_imminent(self._book, site, by=self._by)
        say(alert(phone_now(self._book, site)))
        sys.stderr.write("The police are being alerted. Now the rest, as far as you can:\n\n")

    def keep(self, given: dict[str, Any]) -> None:
        """Keep what was answered so far."""
        from states.casebook.intake import begun
        from states.contents.reports import ReportContent

        if self.begun is None:
            return
        told = {"behaviour_of_concern": begun.NOT_TOLD} | given
        content = ReportContent.read(told)
        begun.write_down(self._book, self.begun.report_id, content, by=self._by)


class WithCriteria(TyperCommand):
    """A command whose help lists the criteria that it asks for, with their ids."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """List each level's criteria below the options."""
        with formatter.section("Criteria"):
            formatter.write_dl(criteria())
        super().format_epilog(ctx, formatter)


def criteria() -> list[tuple[str, str]]:
    """The ids and the words of every criterion of the policy pack, gravest level first."""
    from console.cli.terminal.session import settings
    from states.policy.reading import load_pack

    levels = load_pack(settings().pack_in_force).levels
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
    from states.casebook.inquiry import assessing
    from states.contents.inquiry import AssessmentContent

    with acting(member) as (book, by):
        content = read_content(AssessmentContent, file, book)
        made = assessing.file_assessment(book, number, content, by=by, expected=if_version)
        told = phone_if_grave(book, number, content.level, by=by)
    answer(
        {"number": number, "assessment": made, "level": content.level, **told},
        *shown_first(told),
        f"{number}: an assessment at {content.level} is on file ({made[:8]}).",
        as_json=as_json,
    )
