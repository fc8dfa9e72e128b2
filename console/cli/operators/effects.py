"""`tat effects`, `tat deadlines`, `tat circuits`: what operators look after, not what it is about."""

from typing import Annotated

import typer

from console.cli.terminal.answering import answer
from console.cli.terminal.options import COUNTED, As, AsJson, Limit, cut
from console.cli.terminal.session import acting, casebook, found, zone_of
from console.shown.parts import Tone, cell, code, table, when
from states.errors import BadInput
from states.vocabulary.counts import counted
from states.vocabulary.effects import EffectStatus

effects = typer.Typer(no_args_is_help=True, help="What cases owe the world, and what is stuck.")

#: one case's only
OfCase = Annotated[str, typer.Option("--case", metavar="NUMBER", show_default=False, help="One case's only.")]


@effects.command("list")
def list_effects(
    *,
    case: OfCase = "",
    status: Annotated[EffectStatus | None, typer.Option("--status", case_sensitive=False)] = None,
    limit: Limit = 50,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """List effects, newest first."""
    from states.casebook.effects import listing

    with acting(member) as (book, by):
        every = listing.effects(book, by=by, number=case, status=status, limit=limit + COUNTED)
        lines, more = cut(every, limit)
        zone = zone_of(book.pack)
    rows = [
        (
            line.effect_id[:8],
            line.case_number,
            code(line.kind),
            cell(line.status, Tone.LATE if line.status == EffectStatus.STUCK else Tone.PLAIN),
            line.attempt,
            code(line.code),
            when(line.due_at, zone),
        )
        for line in lines
    ]
    columns = ("#Id", "#Case", "Effect", "#Status", "Tries", "Code", "#Due")
    answer(lines, table(columns, rows) if rows else "There is no such effect.", *more, as_json=as_json)


@effects.command("redrive")
def redrive_effect(
    effect: Annotated[str, typer.Argument(metavar="EFFECT_ID", help="See `tat effects list`.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Make a stuck or waiting effect due now."""
    from states.casebook.effects import attempts, listing

    with acting(member) as (book, by):
        start = effect.strip().lower()
        # A whole id goes to the casebook, which says whether there is one that waits.
        is_whole = len(start) == 32  # noqa: PLR2004 - hexadecimal digits of an id
        whole = start if is_whole else found(listing.waiting(book, start, by=by), start)
        number = attempts.redrive(book, whole, by=by)
    said = f"{number or 'The team'}: the effect is due now, for another attempt."
    answer({"effect": whole, "number": number}, said, as_json=as_json)


@effects.command("let-go")
def let_go(
    *,
    case: OfCase = "",
    all_: Annotated[bool, typer.Option("--all", help="What every case owes.")] = False,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Let go what a restored backup holds: it may have been done before, and is done again."""
    from states.casebook.rounds import letting_go

    if bool(case) == all_:
        raise BadInput("Say whose effects to let go: --case NUMBER, or --all. Nothing was changed.")
    with acting(member) as (book, by):
        gone = letting_go.let_go(book, by=by, number=case)
    answer({"let_go": gone}, f"{counted(gone, 'effect is', 'effects are')} due now.", as_json=as_json)


def deadlines(
    *,
    case: OfCase = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those that are late.")] = False,
    limit: Limit = 50,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """List the clocks that run, soonest due first."""
    from states.casebook.rounds import sweeping

    with acting(member) as (book, by):
        every = sweeping.running(book, by=by, number=case, overdue=overdue, limit=limit + COUNTED)
        lines, more = cut(every, limit)
        zone = zone_of(book.pack)
    rows = [
        (
            line.case_number,
            code(line.clock),
            when(line.due_at, zone, Tone.LATE if line.overdue else Tone.PLAIN),
            f"{line.stage}, OVERDUE" if line.overdue else line.stage,
            line.owner or ("the chair" if line.case_number == "team" else "the lead"),
            line.clause,
        )
        for line in lines
    ]
    columns = ("#Case", "Clock", "#Due", "Stage", "For", "#Clause")
    answer(lines, table(columns, rows) if rows else "No such clock is running.", *more, as_json=as_json)


def circuits(*, as_json: AsJson = False) -> None:
    """List the far sides whose last call failed (sources, offices, mail, chat), and when the next one is."""
    from states.access import SYSTEM
    from states.casebook.effects import circuits as failing

    with casebook() as book:
        lines = failing.failing(book, by=SYSTEM)
        zone = zone_of(book.pack)
    rows = [
        (
            line.name,
            line.failures,
            code(line.code),
            cell("paused", Tone.LATE) if line.opened_at else "called",
            when(line.retry_at, zone) if line.retry_at else "at once",
        )
        for line in lines
    ]
    columns = ("Far side", "Failures in a row", "Why", "State", "#Called again")
    said = table(columns, rows) if rows else "Every far side that was called answered."
    answer(lines, said, as_json=as_json)
