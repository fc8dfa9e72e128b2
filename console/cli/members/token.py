"""`tat token`: what programs come in with, through the API."""

from datetime import timedelta
from typing import Annotated

import typer

from console.cli.terminal.answering import Whole, answer
from console.cli.terminal.options import As, AsJson
from console.cli.terminal.session import acting, found, zone_of
from console.shown.parts import Moment, codes, table, when
from states.vocabulary.programs import Scope

tokens = typer.Typer(no_args_is_help=True, help="Tokens: what programs come in with, through the API.")


@tokens.command("make")
def make(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the program is called, as a code.")],
    scopes: Annotated[
        list[Scope], typer.Option("--scope", case_sensitive=False, help="What it is for; several times.")
    ],
    *,
    hours: Annotated[float, typer.Option("--hours", help="How long it works.")] = 24.0,
    system: Annotated[bool, typer.Option("--system", help="A system's, which reports and no more.")] = False,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Make a token, and show it once. It acts as you, and never may do more than you."""
    from states.casebook.accounts import tokens as making

    with acting(member) as (book, by):
        made = making.make(book, name, by=by, scopes=scopes, lasts=timedelta(hours=hours), for_system=system)
        zone = zone_of(book.pack)
    until = Moment(made.ends_at, zone).reads
    said = f"Keep it where nobody else reads it; it works until {until}:"
    data = {"id": made.id, "token": made.secret, "ends_at": made.ends_at}
    answer(data, said, Whole(made.secret), as_json=as_json)


@tokens.command("list")
def list_tokens(*, member: As = "", as_json: AsJson = False) -> None:
    """List your tokens; whoever runs accounts sees everybody's."""
    from states.casebook.accounts import tokens as making

    with acting(member) as (book, by):
        lines, zone = making.tokens(book, by=by), zone_of(book.pack)
    rows = [
        (
            line.id[:8],
            line.name,
            line.member or "a system",
            codes(line.scopes),
            when(line.ends_at, zone),
            when(line.seen_at, zone),
            when(line.revoked_at, zone),
        )
        for line in lines
    ]
    columns = ("#Id", "Program", "#Of", "For", "#Until", "#Last used", "#Revoked")
    answer(lines, table(columns, rows) if rows else "There is no token.", as_json=as_json)


@tokens.command("revoke")
def revoke(
    token: Annotated[str, typer.Argument(metavar="TOKEN_ID", help="See `tat token list`.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """End a token at once."""
    from states.casebook.accounts import tokens as making

    with acting(member) as (book, by):
        whole = found([line.id for line in making.tokens(book, by=by)], token.strip().lower())
        making.revoke(book, whole, by=by)
    answer({"token": whole}, "The token does not work any more.", as_json=as_json)
