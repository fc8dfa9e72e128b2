"""`tat sources`: where records are asked for, and whether each question of the pack has somebody to ask."""

from typing import TYPE_CHECKING

import typer
from rich.text import Text

from console.cli.options import AsJson
from console.cli.screen import answer, table, words
from console.cli.session import settings

if TYPE_CHECKING:
    from states.policy_entries import RequiredSource
    from tasks.sources.contract import Source

sources = typer.Typer(no_args_is_help=True, help="Data sources: where records are asked for.")


@sources.command("list")
def list_sources(*, as_json: AsJson = False) -> None:
    """List the sources that are plugged in."""
    from tasks.sources.registry import load_sources

    chosen = settings()
    known = load_sources(chosen.sources_file).all()
    data = [
        {"name": source.name, "kinds": source.kinds, "accepts": source.accepts, "needs": source.needs}
        for source in known
    ]
    rows = [
        (
            source.name,
            "\n".join(words(kind) for kind in sorted(source.kinds)),
            "\n".join(words(basis) for basis in sorted(source.accepts)),
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
def check(*, as_json: AsJson = False) -> None:
    """See that each question of the policy pack has a source that can answer it; asks none of them."""
    from states.policy import load_pack
    from tasks.sources.registry import load_sources

    chosen = settings()
    known = load_sources(chosen.sources_file)
    checked = [
        (needed, source := known.for_kind(needed.kind), _problem(needed, source))
        for needed in load_pack(chosen.pack).sources
    ]
    data = [
        {"kind": needed.kind, "source": source and source.name, "problem": problem}
        for needed, source, problem in checked
    ]
    rows = [
        (
            words(needed.kind),
            source and source.name,
            Text(problem, style="red") if problem else Text("in order", style="green"),
        )
        for needed, source, problem in checked
    ]
    answer(data, table(("#Question", "Source", "State"), rows), as_json=as_json)
    if any(problem for _, _, problem in checked):
        raise typer.Exit(1)


def _problem(needed: "RequiredSource", source: "Source | None") -> str:
    if source is None and needed.ask == "on_request":
        return ""
    if source is None:
        return "Nobody answers this: plug a source in, or every inquiry has to waive it."
    if needed.basis not in source.accepts:
        return f"The source does not accept the pack's basis, {words(needed.basis)}."
    if source.needs[needed.kind].least(dict.fromkeys(needed.identifiers, "known")) is None:
        return "The source needs an identifier that the pack does not give."
    return ""
