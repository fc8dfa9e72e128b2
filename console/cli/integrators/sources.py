"""`tat sources`: where records are asked for, and whether each question of the pack has somebody to ask."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.integrators.new_packages import Folder, Name, write_new
from console.cli.terminal.answering import answer
from console.cli.terminal.options import As, AsJson, source_kind
from console.cli.terminal.session import settings
from console.shown.parts import Text, Tone, codes, table
from states.errors import BadInput
from states.vocabulary.sources import LegalBasis, SourceKind

if TYPE_CHECKING:
    from console.shown.admin.questions import Asked

sources = typer.Typer(no_args_is_help=True, help="Data sources: where records are asked for.")


@sources.command("list")
def list_sources(*, as_json: AsJson = False) -> None:
    """List the sources that are plugged in."""
    from states.policy.reading import load_pack
    from tasks.sources.registry import load_sources

    chosen = settings()
    known = load_sources(chosen.sources_file, load_pack(chosen.pack_in_force).source_kinds).all()
    data = [
        {"name": source.name, "kinds": source.kinds, "accepts": source.accepts, "needs": source.needs}
        for source in known
    ]
    rows = [
        (
            source.name,
            codes(sorted(source.kinds), in_lines=True),
            codes(sorted(frozenset().union(*source.accepts.values())), in_lines=True),
        )
        for source in known
    ]
    shown = table(("Source", "Answers about", "On the basis of"), rows)
    answer(
        data,
        shown if rows else f"No source is plugged in; {chosen.sources_file} names none.",
        as_json=as_json,
    )


@sources.command()
def new(name: Name, *, folder: Folder = Path(), as_json: AsJson = False) -> None:
    """Write the package of a new source, in a folder of its name: it works, and has a test and a README."""
    from console.scaffold import SOURCE

    write_new(SOURCE, name, folder, as_json=as_json)


@sources.command()
def check(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="One source, to try it.")] = "",
    *,
    subject: Annotated[
        list[str] | None,
        typer.Option("--subject", metavar="KIND=VALUE", help="Look this up, as in campus_id=900000001."),
    ] = None,
    kind: Annotated[
        SourceKind | None,
        typer.Option("--kind", parser=source_kind, help="What it is asked about, if it answers several."),
    ] = None,
    basis: Annotated[
        LegalBasis | None, typer.Option("--basis", help="The legal basis, if the pack does not name it.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Look it up without asking again.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Print the values found, too.")] = False,
    ticket: Annotated[
        str, typer.Option("--ticket", help="Ask what became of it, by the ticket that the source gave.")
    ] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Try one source; without a name, see that each question of the policy pack has somebody to ask."""
    if not name:
        if subject:
            raise BadInput("A look-up needs the name of a source: see `tat sources list`. Nothing was asked.")
        _check_questions(as_json=as_json)
        return
    from console.cli.integrators.trying import Wanted, try_source

    try_source(
        Wanted(name, tuple(subject or ()), kind, basis, member, yes=yes, show=show, ticket=ticket),
        as_json=as_json,
    )


def _check_questions(*, as_json: bool) -> None:
    from console.shown.admin.questions import questions
    from states.policy.reading import load_pack
    from tasks.sources.registry import load_sources

    chosen = settings()
    pack = load_pack(chosen.pack_in_force)
    found = questions(chosen, pack, load_sources(chosen.sources_file, pack.source_kinds))
    data = [
        {
            "kind": each.needed.kind,
            "source": each.source and each.source.name,
            "problem": each.problem,
            "relay_runs": found.relay_runs,
        }
        for each in found.asked
    ]
    rows = [
        (pack.called(each.needed.kind), each.source and each.source.name, _state(each))
        for each in found.asked
    ]
    shown = table(("#Question", "Source", "State"), rows)
    answer(data, shown, f"\n{found.compared}", as_json=as_json)
    if any(each.problem for each in found.asked):
        raise typer.Exit(1)


def _state(asked: "Asked") -> Text:
    if asked.problem:
        return Text(asked.problem, Tone.BAD)
    return Text("in order", Tone.GOOD) if asked.source else Text("Nobody answers this; nobody has to.")
