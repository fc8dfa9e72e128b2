"""`tat trends` and `tat reports`: what came in, how grave it was, how long things took, without people."""

import sys
from typing import Annotated

import typer

from console.cli.terminal.answering import answer
from console.cli.terminal.options import As, AsJson
from console.cli.terminal.session import acting, zone_of
from console.shown.parts import Part, Rank, sentence, table, title, when
from states.errors import BadInput
from states.vocabulary.figures import Chart, Grouping

reports = typer.Typer(no_args_is_help=True, help="What the team reports on each semester, and sends.")

About = Annotated[str, typer.Argument(metavar="PERIOD", help="As in 'Spring 2026'; see `tat reports list`.")]

Charts = Annotated[
    list[Chart] | None,
    typer.Option("--chart", case_sensitive=False, help="Only these; all, if none is given."),
]


def trends(
    *,
    chart: Charts = None,
    of: Annotated[
        str,
        typer.Option(
            "--of", metavar="GROUP", show_default=False, help="As in site:deming or affiliation:student."
        ),
    ] = "",
    period: Annotated[
        str,
        typer.Option("--period", show_default=False, help="All groups of one period, as in 'Spring 2026'."),
    ] = "",
    by: Annotated[
        Grouping, typer.Option("--by", case_sensitive=False, help="By what a period is broken down.")
    ] = Grouping.SITE,
    as_csv: Annotated[bool, typer.Option("--csv", help="As a file, for spreadsheets.")] = False,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Show figures of the periods that are over; none is about fewer than five people."""
    from console.shown.learning import figures as showing
    from notifications.messages.figures import LEGEND
    from states.casebook.figures import counting

    with acting(member) as (book, who):
        every, pack = counting.figures(book, by=who), book.pack
    looking = showing.looked_at(pack, every, of, period, by)
    if (of or period) and looking == showing.Looking():
        raise BadInput(
            "There is no such group or period. Name one as in --of site:deming, or --period 'Spring 2026', "
            "among those that are over. Nothing is shown."
        )
    charts = [each for each in chart or Chart if every[each]]
    if as_csv:
        sys.stdout.write(showing.as_csv(pack, every, charts, looking))
        return
    shown = [showing.shown(pack, every[each], looking) for each in charts]
    parts = [
        part
        for each in shown
        for part in (title(each.title, rank=Rank.SECTION), sentence(each.counts), each.table)
    ]
    data = [showing.as_data(figure) for each in charts for figure in every[each]]
    if not parts:
        answer(data, "No period is over yet.", as_json=as_json)
        return
    answer(data, *parts, LEGEND, as_json=as_json)


@reports.command("list")
def list_reports(*, member: As = "", as_json: AsJson = False) -> None:
    """List the periods that are over, newest first, and how far their reports have come."""
    from states.casebook.figures import reporting

    with acting(member) as (book, by):
        lines, zone = reporting.listed(book, by=by), zone_of(book.pack)
    rows = [
        (
            line.period.name,
            line.version,
            line.by,
            line.approved_by or "not yet",
            when(line.approved_at, zone),
        )
        for line in lines
    ]
    answer(lines, table(("#Period", "#Version", "Written by", "Approved by", "#When"), rows), as_json=as_json)


@reports.command("show")
def show_report(about: About, *, member: As = "", as_json: AsJson = False) -> None:
    """Show a period's report as it would be sent: figures, what the team says to them, what it recommends."""
    from console.shown.learning.figures import shown_of_report
    from notifications.messages.figures import LEGEND
    from states.casebook.figures import reporting

    with acting(member) as (book, by):
        written, pack = reporting.report(book, about, by=by), book.pack
    parts: list[Part] = []
    for each in shown_of_report(pack, written):
        parts += [title(each.title, rank=Rank.SECTION), sentence(each.counts), each.table]
        if said := written.texts.beside.get(each.chart):
            parts.append(sentence(said))
    recommended = written.texts.recommendations or "Nothing yet."
    parts += [title("What we recommend", rank=Rank.SECTION), sentence(recommended)]
    answer(written, *parts, LEGEND, as_json=as_json)


@reports.command("write")
def write_report(
    about: About,
    *,
    beside: Annotated[
        list[str] | None,
        typer.Option("--beside", metavar="CHART=TEXT", help="What the team says to a chart, as in levels=…"),
    ] = None,
    recommend: Annotated[
        str | None, typer.Option("--recommend", show_default=False, help="What the team recommends.")
    ] = None,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Write a period's report anew; what is not given stays as it was, and earlier versions are kept."""
    from states.casebook.figures import reporting
    from states.contents.team import ReportTexts

    with acting(member) as (book, by):
        now = reporting.report(book, about, by=by)
        given = dict(each.partition("=")[::2] for each in beside or ())
        texts = ReportTexts.read(
            {
                "beside": {**now.texts.beside, **given},
                "recommendations": now.texts.recommendations if recommend is None else recommend,
            }
        )
        made = reporting.write(book, about, texts, by=by, seen=now.report_id)
    said = f"The report is kept. Somebody else approves it: `tat reports approve '{about}'`."
    answer({"report": made}, said, as_json=as_json)


@reports.command("approve")
def approve_report(about: About, *, member: As = "", as_json: AsJson = False) -> None:
    """Approve a report that somebody else wrote: it goes to the president and all vice presidents."""
    from states.casebook.figures import reporting

    with acting(member) as (book, by):
        seen = reporting.report(book, about, by=by).report_id
        reporting.approve(book, about, by=by, seen=seen)
        told = ", ".join(book.pack.office(code).name for code in book.pack.told_of_semesters)
    answer({"approved": about}, f"The report is approved, and goes to: {told}.", as_json=as_json)
