"""`tat target`: who may be in danger, what was done for them, and the follow-up with them."""

from typing import Annotated

import typer

from console.cli.members.case.casework import record_id
from console.cli.members.plan.planning import show_records
from console.cli.terminal.answering import answer
from console.cli.terminal.files import example, read_content
from console.cli.terminal.options import As, AsJson, File, Number, Reason
from console.cli.terminal.session import acting, here, zone_of
from console.shown.parts import read, when

targets = typer.Typer(
    no_args_is_help=True, help="Who may be in danger: what was done for them, and the follow-up."
)

TargetId = Annotated[
    str, typer.Argument(metavar="TARGET_ID", help="Who is in danger; see `tat target list`.")
]
What = Annotated[str, typer.Option("--what", show_default=False, help="In a sentence; kept, sealed.")]


@targets.command("add")
def add_target(
    number: Number,
    file: File,
    *,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("target")] = False,
) -> None:
    """Put somebody who may be in danger on record: a target, a victim, or staff who are affected."""
    from states.casebook.protecting import targets as endangered
    from states.contents.plans import TargetContent

    with acting(member) as (book, by):
        made = endangered.add(book, number, read_content(TargetContent, file, book), by=by)
    said = f"{number}: who may be in danger is on record ({made[:8]}); the clock of the follow-up runs."
    answer({"number": number, "target": made}, said, as_json=as_json)


@targets.command("list")
def list_targets(number: Number, *, member: As = "", as_json: AsJson = False) -> None:
    """Show who may be in danger, what was done for them, and how the follow-up goes."""
    from console.shown.case.in_danger import targets as part

    show_records(number, member, ("targets", "target_steps"), part, as_json=as_json)


@targets.command("done")
def record_measure(
    number: Number, target: TargetId, what: What, *, member: As = "", as_json: AsJson = False
) -> None:
    """Record what was done for somebody in danger; the follow-up goes on."""
    from states.casebook.protecting import targets as endangered

    with acting(member) as (book, by):
        record = record_id(book, number, target, by, "targets")
        step = endangered.record_measure(book, number, record, what, by=by)
    data = {"number": number, "target": record, "step": step}
    answer(data, f"{number}: what was done is on record ({step[:8]}).", as_json=as_json)


@targets.command("follow-up")
def follow_up(
    number: Number,
    target: TargetId,
    what: What,
    *,
    again: Annotated[
        str,
        typer.Option("--next", metavar="TIME", show_default=False, help="When they are spoken with again."),
    ] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Record how a follow-up went; without --next it has come to its end."""
    from states.calendar.moments import by as by_when
    from states.casebook.protecting import targets as endangered

    with acting(member) as (book, by):
        next_at = by_when(again, "--next", here(book)) if again else None
        record = record_id(book, number, target, by, "targets")
        step = endangered.follow_up(book, number, record, what, by=by, next_at=next_at)
        goes_on = (
            f"the next one is due {read(when(next_at, zone_of(book.pack)))}" if next_at else "it has ended"
        )
    data = {"number": number, "target": record, "step": step, "next_at": next_at}
    answer(data, f"{number}: the follow-up is on record ({step[:8]}); {goes_on}.", as_json=as_json)


@targets.command("waive")
def waive(
    number: Number, target: TargetId, reason: Reason, *, member: As = "", as_json: AsJson = False
) -> None:
    """Say why there is no follow-up with somebody who may be in danger."""
    from states.casebook.protecting import targets as endangered

    with acting(member) as (book, by):
        record = record_id(book, number, target, by, "targets")
        endangered.waive(book, number, record, by=by, because=reason)
    answer({"number": number, "target": record}, f"{number}: the follow-up is waived.", as_json=as_json)
