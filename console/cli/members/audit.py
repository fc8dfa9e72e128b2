"""`tat audit`: who read in which cases, who was let to which, and who asked which source what, and why."""

from datetime import timedelta
from typing import Annotated

import typer

from console.cli.terminal.answering import answer
from console.cli.terminal.options import COUNTED, As, AsJson, Limit, cut
from console.cli.terminal.session import acting, zone_of
from console.shown.parts import Tone, cell, code, table, when
from console.shown.readings import readings_shown, stays_shown, tries_shown
from states.vocabulary.spelling import words

audit = typer.Typer(
    no_args_is_help=True, help="Who read what, who asked which source what, and what came back."
)


@audit.command("reads")
def list_readings(
    *,
    days: Annotated[int, typer.Option("--days", min=1, help="How far back.")] = 30,
    who: Annotated[
        str, typer.Option("--who", metavar="MEMBER_ID", show_default=False, help="Only theirs.")
    ] = "",
    odd: Annotated[bool, typer.Option("--odd", help="Only what somebody should look into.")] = False,
    limit: Limit = 50,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """List who read in which cases, and how much of what came in, by day and person; nothing of what."""
    from states.casebook.reading import reads

    with acting(member) as (book, by):
        since = book.clock() - timedelta(days=days)
        every = reads.readings(book, by=by, since=since, who=who, odd_only=odd, enough=limit + 1)
    lines, more = cut(every, limit)
    answer(
        lines, readings_shown(lines) if lines else "Nobody read anything like that.", *more, as_json=as_json
    )


@audit.command("stays")
def list_stays(*, limit: Limit = 50, member: As = "", as_json: AsJson = False) -> None:
    """List who was let to which case for a time, by the chair or by break-glass, newest first."""
    from states.casebook.team import stays

    with acting(member) as (book, by):
        lines, more = cut(stays.stays(book, by=by), limit)
        zone = zone_of(book.pack)
    nothing = "Nobody was let to a case for a time."
    answer(lines, stays_shown(lines, zone) if lines else nothing, *more, as_json=as_json)


@audit.command("refused")
def list_refused(*, limit: Limit = 50, member: As = "", as_json: AsJson = False) -> None:
    """List who tried to open a case in an emergency and was refused, newest first."""
    from states.casebook.team import stays

    with acting(member) as (book, by):
        lines, more = cut(stays.refused_tries(book, by=by), limit)
        zone = zone_of(book.pack)
    nothing = "Nobody tried to open a case in an emergency and was refused."
    answer(lines, tries_shown(lines, zone) if lines else nothing, *more, as_json=as_json)


@audit.command("queries")
def list_queries(
    *,
    days: Annotated[int, typer.Option("--days", min=1, help="How far back.")] = 90,
    odd: Annotated[bool, typer.Option("--odd", help="Only those that somebody should look into.")] = False,
    limit: Limit = 50,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """List the questions that were put to sources, newest first."""
    from states.casebook.reading import audit as auditing

    with acting(member) as (book, by):
        since = book.clock() - timedelta(days=days)
        every = auditing.queries(book, by=by, since=since, odd_only=odd, limit=limit + COUNTED)
        lines, more = cut(every, limit)
        zone = zone_of(book.pack)
    rows = [
        (
            when(line.at, zone),
            line.case_number or cell("none", Tone.BAD),
            line.by,
            code(line.kind),
            line.source,
            code(line.basis),
            code(line.code or line.status),
            cell(", ".join(words(oddity) for oddity in line.odd), Tone.LATE),
        )
        for line in lines
    ]
    columns = ("#Asked", "#Case", "By", "About", "Source", "On the basis of", "Answer", "Look into")
    nothing = (
        "Nobody asked a source anything that needs a look." if odd else "Nobody asked a source anything."
    )
    answer(lines, table(columns, rows) if rows else nothing, *more, as_json=as_json)
