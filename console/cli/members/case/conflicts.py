"""`tat case conflicts|recuse|decide-conflict`: who is kept out of a case, and who decides on it."""

from typing import Annotated

import typer

from console.cli.members.case.cases import cases
from console.cli.terminal.answering import answer
from console.cli.terminal.options import As, AsJson, Number, Reason
from console.cli.terminal.session import acting
from console.shown.parts import table
from states.vocabulary.spelling import words


@cases.command("conflicts")
def list_conflicts(number: Number, *, member: As = "", as_json: AsJson = False) -> None:
    """List who is kept out of a case; whoever chairs in it sees why, too."""
    from states.casebook.standing.decisions import conflicts

    with acting(member) as (book, by):
        lines = conflicts(book, number, by=by)
    rows = [
        (
            line.member,
            "held back until decided" if line.status == "held" else words(line.status),
            words(line.role or ""),
            words(line.match or ""),
            "; ".join(f"{said.by}: {said.text}" for said in line.said),
        )
        for line in lines
    ]
    columns = ("#Member", "Status", "May be the", "Found by", "Said")
    answer(lines, table(columns, rows) if rows else f"Nobody is kept out of {number}.", as_json=as_json)


@cases.command("recuse")
def recuse_oneself(number: Number, reason: Reason, *, member: As = "", as_json: AsJson = False) -> None:
    """Keep yourself out of a case; from then on there is no such case for you."""
    from states.casebook.standing.decisions import recuse

    with acting(member) as (book, by):
        recuse(book, number, by=by, because=reason)
    answer({"number": number, "recused": by.id}, f"{number}: you are kept out of it now.", as_json=as_json)


@cases.command("decide-conflict")
def decide_conflict(
    number: Number,
    who: Annotated[str, typer.Argument(metavar="MEMBER_ID", help="Whom it is about.")],
    reason: Reason,
    *,
    keep_out: Annotated[
        bool, typer.Option("--keep-out/--let-in", help="Whether they have no part in the case.")
    ],
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Decide, as whoever chairs, whether a member is kept out of a case."""
    from states.casebook.standing.decisions import decide

    with acting(member) as (book, by):
        out = decide(book, number, who, by=by, keep_out=keep_out, because=reason)
    said = f"{number}: {who} {'is kept out of it' if keep_out else 'may take part in it again'}."
    answer({"number": number, "member": who, "kept_out": out}, said, as_json=as_json)
