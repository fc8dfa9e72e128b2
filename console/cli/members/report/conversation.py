"""`tat case conversation` and `tat case ask-reporter`: what is said with whoever reported."""

from dataclasses import asdict
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from console.cli.members.case.cases import cases
from console.cli.members.case.casework import record_id
from console.cli.terminal.answering import answer
from console.cli.terminal.options import As, AsJson, Number
from console.cli.terminal.session import acting
from console.shown.parts import Part, sentence, title, when


@cases.command("conversation")
def conversation(
    number: Number,
    *,
    read: Annotated[
        str,
        typer.Option("--read", metavar="REPORT_ID", help="Say that its answer was read."),
    ] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Show what was asked of those who reported, and what they answered."""
    from states.casebook.intake import conversations
    from states.casebook.reading import overview

    with acting(member) as (book, by):
        if read:
            record = record_id(book, number, read, by, "reports")
            conversations.take_note(book, number, record, by=by)
        found = conversations.conversations(book, number, by=by)
        zone = ZoneInfo(book.pack.site(overview.sites_of(book, number, by=by)[0]).timezone)
    parts: list[Part] = []
    for one in found:
        parts.append(title(f"Report {one.report_id[:8]}", when(one.received_at, zone)))
        if one.waits_since is not None:
            parts.append(sentence("An answer waits since", when(one.waits_since, zone)))
        for each in one.messages:
            who = f"{each.by}, for the team" if each.from_team else "Whoever reported"
            parts += [sentence(when(each.at, zone), f"{who}:"), sentence(each.text, indent=2)]
        if not one.messages:
            parts.append(sentence("Nothing was asked yet: `tat case ask-reporter`."))
    answer([asdict(one) for one in found], *parts, as_json=as_json)


@cases.command("ask-reporter")
def ask_reporter(
    number: Number,
    report: Annotated[str, typer.Argument(metavar="REPORT_ID", help="The report that they told.")],
    text: Annotated[str, typer.Option("--text", help="What is asked; kept, sealed.", show_default=False)],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Ask whoever told a report; they read it when they come back with their receipt."""
    from states.casebook.intake import conversations

    with acting(member) as (book, by):
        record = record_id(book, number, report, by, "reports")
        conversations.ask(book, number, record, text, by=by)
    said = f"{number}: asked. They read it when they come back with number and secret."
    answer({"number": number, "report": record}, said, as_json=as_json)
