"""`tat effects`, `tat deadlines`, `tat ledger`: what operators look after, not what it is about."""

from typing import Annotated

import typer

from console.cli.options import As, AsJson, Limit
from console.cli.screen import answer, cell, facts, table, when, words
from console.cli.session import acting, casebook, found, zone_of
from states.errors import BadInput
from states.vocabulary import EffectStatus

effects = typer.Typer(no_args_is_help=True, help="What cases owe the world, and what is stuck.")
ledger = typer.Typer(no_args_is_help=True, help="The record of who did what: verified, and vouched for.")

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
    from states.casebook import effects as outbox

    with acting(member) as (book, by):
        lines = outbox.effects(book, by=by, number=case, status=status, limit=limit)
        zone = zone_of(book.pack)
    rows = [
        (
            line.effect_id[:8],
            line.case_number,
            words(line.kind),
            cell(line.status, "bold red" if line.status == EffectStatus.STUCK else ""),
            line.attempt,
            words(line.code),
            when(line.due_at, zone),
        )
        for line in lines
    ]
    columns = ("#Id", "#Case", "Effect", "#Status", "Tries", "Code", "#Due")
    answer(lines, table(columns, rows) if rows else "There is no such effect.", as_json=as_json)


@effects.command("redrive")
def redrive_effect(
    effect: Annotated[str, typer.Argument(metavar="EFFECT_ID", help="See `tat effects list`.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Make a stuck or waiting effect due now."""
    from states.casebook import effects as outbox

    with acting(member) as (book, by):
        start = effect.strip().lower()
        open_ = [
            line.effect_id
            for status in (EffectStatus.STUCK, EffectStatus.PENDING)
            for line in outbox.effects(book, by=by, status=status)
        ]
        # A whole id goes to the casebook, which says whether there is one that waits.
        whole = start if len(start) == 32 else found(open_, start)  # noqa: PLR2004 - hexadecimal digits of an id
        number = outbox.redrive(book, whole, by=by)
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
    from states.casebook import letting_go

    if bool(case) == all_:
        raise BadInput("Say whose effects to let go: --case NUMBER, or --all. Nothing was changed.")
    with acting(member) as (book, by):
        gone = letting_go.let_go(book, by=by, number=case)
    answer({"let_go": gone}, f"{gone} effect(s) are due now.", as_json=as_json)


def deadlines(
    *,
    case: OfCase = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those that are late.")] = False,
    limit: Limit = 50,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """List the clocks that run, soonest due first."""
    from states.casebook import timers

    with acting(member) as (book, by):
        lines = timers.running(book, by=by, number=case, overdue=overdue, limit=limit)
        zone = zone_of(book.pack)
    rows = [
        (
            line.case_number,
            words(line.clock),
            cell(when(line.due_at, zone), "bold red" if line.overdue else ""),
            f"{line.stage}, OVERDUE" if line.overdue else line.stage,
            line.owner or ("the chair" if line.case_number == "team" else "the lead"),
            line.clause,
        )
        for line in lines
    ]
    columns = ("#Case", "Clock", "#Due", "Stage", "For", "#Clause")
    answer(lines, table(columns, rows) if rows else "No such clock is running.", as_json=as_json)


def circuits(*, as_json: AsJson = False) -> None:
    """List the far sides whose last call failed (sources, offices, mail, chat), and when the next one is."""
    from states.casebook import circuits as failing

    with casebook() as book:
        lines = failing.failing(book)
        zone = zone_of(book.pack)
    rows = [
        (
            line.name,
            line.failures,
            words(line.code),
            cell("left alone", "bold red") if line.opened_at else "called",
            when(line.retry_at, zone) if line.retry_at else "at once",
        )
        for line in lines
    ]
    columns = ("Far side", "Failures in a row", "Why", "State", "#Called again")
    said = table(columns, rows) if rows else "Every far side that was called answered."
    answer(lines, said, as_json=as_json)


@ledger.command("team")
def team_events(*, limit: Limit = 50, member: As = "", as_json: AsJson = False) -> None:
    """Tell what is on record of no single case, such as who read imported rows."""
    from states.casebook import reading

    with acting(member) as (book, by):
        happened = reading.events_of_team(book, by=by, limit=limit)
        zone = zone_of(book.pack)
    rows = [(e.seq, when(e.at, zone), e.actor, words(e.what), words(e.data.get("of", ""))) for e in happened]
    columns = ("#", "#When", "Who", "What", "Of")
    answer(happened, table(columns, rows) if rows else "Nothing is on record yet.", as_json=as_json)


@ledger.command()
def verify(*, as_json: AsJson = False) -> None:
    """Walk the whole ledger; names the first broken link."""
    from states.casebook import timers

    with casebook() as book:
        walked = timers.verify(book)
    pairs = (
        ("Cases", walked.cases),
        ("Events", walked.events),
        ("Sealed contents", walked.contents),
        ("Checkpoints", walked.checkpoints),
    )
    answer(walked, "The ledger holds: nothing was changed, cut or removed.", facts(pairs), as_json=as_json)


@ledger.command()
def checkpoint(*, as_json: AsJson = False) -> None:
    """Vouch for every chain as it stands now, so that a case removed later shows."""
    from states.casebook import timers

    with casebook() as book:
        grown = timers.checkpoint(book)
    said = f"{grown} chain(s) grew since the last checkpoint; all are vouched for."
    answer({"grown": grown}, said, as_json=as_json)
