"""`tat calls`: reporters whom no message reaches, what they may be told, and what came of phoning them."""

from typing import Annotated

import typer

from console.cli.members.case.casework import record_id
from console.cli.terminal.answering import answer
from console.cli.terminal.options import As, AsJson, Number
from console.cli.terminal.session import acting, zone_of
from console.shown.parts import Text, Tone, code, pairs, title, when
from states.vocabulary.leaving import CallOutcome
from states.vocabulary.spelling import words

calls = typer.Typer(no_args_is_help=True, help="Calls to reporters whom no message reaches.")


@calls.command("list")
def list_calls(*, member: As = "", as_json: AsJson = False) -> None:
    """List whom to phone, where, and the words that they may be told; that you read it is on record."""
    from states.casebook.closing import calls as book_of_calls

    with acting(member) as (book, by):
        lines = book_of_calls.to_make(book, by=by)
        zone = zone_of(book.pack)
    shown = [
        part
        for line in lines
        for part in (
            title(Text(line.number, Tone.STRONG), Text(line.call_id[:8], Tone.STRONG)),
            pairs(
                (
                    ("Call", f"{line.name}, {line.phone}".strip(", ")),
                    ("Since", when(line.put_down_at, zone)),
                    ("So far", code(line.outcome)),
                    ("Say", line.say),
                )
            ),
        )
    ]
    answer(lines, *shown, "" if shown else "Nobody has to be phoned.", as_json=as_json)


@calls.command("made")
def made(
    number: Number,
    call: Annotated[str, typer.Argument(metavar="CALL_ID", help="See `tat calls list`.")],
    outcome: Annotated[
        CallOutcome,
        typer.Argument(metavar="OUTCOME", help="What came of it."),
    ],
    *,
    note: Annotated[str, typer.Option("--note", show_default=False, help="What they said.")] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Put on record what came of a call; one who was not reached stays on the list."""
    from states.casebook.closing import calls as book_of_calls

    with acting(member) as (book, by):
        record = record_id(book, number, call, by, "calls")
        book_of_calls.made(book, number, record, outcome, by=by, note=note)
    said = f"{number}: the call is on record ({words(outcome)})."
    answer({"number": number, "call": record, "outcome": outcome}, said, as_json=as_json)
