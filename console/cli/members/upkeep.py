"""`tat team training|trained|take-back-training`: what keeps the team fit for its work."""

from dataclasses import asdict
from datetime import datetime, time
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.members.team import MemberId, team
from console.cli.terminal.answering import answer
from console.cli.terminal.options import As, AsJson
from console.cli.terminal.session import acting, found, here
from console.shown.parts import table

if TYPE_CHECKING:
    from states.calendar.moments import Here


def first_moment(text: str, option: str, typed: "Here", *, past: bool = False) -> datetime:
    """The first moment of a day that somebody typed, where the institution is."""
    from states.calendar.moments import day

    return datetime.combine(day(text, option, typed, past=past, ahead=not past), time(0), typed.zone)


@team.command("trained")
def enter_training(
    id_: MemberId,
    kind: Annotated[str, typer.Option("--kind", metavar="CODE", help="Which: see `tat team training`.")],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="On which day they had it.")],
    *,
    lapses: Annotated[
        str, typer.Option("--lapses", metavar="DATE", help="From when it counts no more; else by the policy.")
    ] = "",
    where: Annotated[str, typer.Option("--where", help="Where, and with whom; kept sealed.")] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Enter that a member had a training; they and the chair are reminded before it lapses."""
    from states.casebook.team import training
    from states.contents.team import TrainingContent

    with acting(member) as (book, by):
        typed = here(book)
        made = training.enter(
            book,
            id_,
            TrainingContent.read({"where": where}),
            by=by,
            kind=kind,
            done_at=first_moment(on, "--on", typed, past=True),
            lapses_at=first_moment(lapses, "--lapses", typed) if lapses else None,
        )
    answer({"training": made}, f"The training is on record ({made[:8]}).", as_json=as_json)


@team.command("take-back-training")
def take_back_training(
    training_id: Annotated[
        str, typer.Argument(metavar="TRAINING_ID", help="The training; see `tat team training`.")
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why it is taken back.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Take back a training that was entered by mistake; it stays on record with the reason."""
    from states.casebook.team import training

    with acting(member) as (book, by):
        known = [line.training_id for line in training.listed(book, by=by).lines]
        whole = found(known, training_id.strip().lower())
        training.take_back(book, whole, by=by, because=reason)
    answer({"training": whole}, "The training counts no more.", as_json=as_json)


@team.command("training")
def list_training(*, member: As = "", as_json: AsJson = False) -> None:
    """Show who is current with which training: of everybody, or your own."""
    from console.shown.training import board, counted
    from states.casebook.team import members, training

    with acting(member) as (book, by):
        record, zone = training.listed(book, by=by), here(book).zone
        people = board(record, members.names(book, by=by), book.pack, book.clock())
        kinds = book.pack.training
    rows = [
        (
            one.name,
            kept.title,
            kept.standing,
            f"{kept.line.lapses_at.astimezone(zone):%Y-%m-%d}" if kept.line and kept.line.lapses_at else "",
            kept.line.training_id[:8] if kept.line else "",
        )
        for one in people
        for kept in one.kept
    ]
    shown = table(("Who", "Training", "Stands", "Lapses", "#Id"), rows)
    said = f"{counted(people)} Kinds: {', '.join(kinds)}." if kinds else "The policy names no training."
    answer(asdict(record), shown if rows else "", said, as_json=as_json)
