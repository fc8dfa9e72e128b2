"""`tat case erase|allow-erasure|early-erasures`: the end of a record, on time or with a reason before it."""

from typing import Annotated

import typer

from console.cli.members.case.cases import cases
from console.cli.terminal.answering import answer
from console.cli.terminal.asking import agrees
from console.cli.terminal.options import As, AsJson, Number, Reason
from console.cli.terminal.session import acting, zone_of
from console.shown.parts import table, when


@cases.command()
def erase(
    number: Number,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you are sure.")] = False,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Erase a closed case for good, once it is kept long enough or the chair allows it; its ledger stays."""
    from states.casebook.closing import disposition

    with acting(member) as (book, by):
        if not yes and not agrees(f"Nobody can read {number} after this, ever. Erase it?"):
            raise typer.Abort
        disposition.erase(book, number, by=by)
    answer({"number": number, "erased": True}, f"{number} is erased. Its ledger remains.", as_json=as_json)


@cases.command("allow-erasure")
def allow_erasure(number: Number, reason: Reason, *, member: As = "", as_json: AsJson = False) -> None:
    """Allow, as the chair, that a closed case is erased before its retention ends; the reason is kept."""
    from states.casebook.closing import disposition

    with acting(member) as (book, by):
        made = disposition.allow_erasure(book, number, by=by, because=reason)
    said = f"{number}: the custodian may erase it before its retention ends ({made[:8]})."
    answer({"number": number, "permit": made}, said, as_json=as_json)


@cases.command("early-erasures")
def early_erasures(number: Number, *, member: As = "", as_json: AsJson = False) -> None:
    """Tell why a case may be, or was, erased before its retention ended."""
    from states.casebook.closing import disposition

    with acting(member) as (book, by):
        given = disposition.early_erasures(book, number, by=by)
        zone = zone_of(book.pack)
    rows = [(when(each.at, zone), each.by, each.reason) for each in given]
    shown = table(("#When", "Who", "Why"), rows) if rows else f"Nobody allowed {number} to be erased early."
    answer(given, shown, as_json=as_json)
