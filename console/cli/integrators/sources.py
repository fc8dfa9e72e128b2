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
from states.vocabulary.spelling import words

if TYPE_CHECKING:
    from states.policy.entries import RequiredSource
    from states.settings import Settings
    from tasks.loaded import Loaded
    from tasks.sources.contract import Source

sources = typer.Typer(no_args_is_help=True, help="Data sources: where records are asked for.")


@sources.command("list")
def list_sources(*, as_json: AsJson = False) -> None:
    """List the sources that are plugged in."""
    from states.policy.reading import load_pack
    from tasks.sources.registry import load_sources

    chosen = settings()
    known = load_sources(chosen.sources_file, load_pack(chosen.pack).source_kinds).all()
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
    from deployments.relay.state import of_running_relay
    from states.policy.reading import load_pack
    from tasks.sources.registry import load_sources

    chosen = settings()
    pack = load_pack(chosen.pack)
    known = load_sources(chosen.sources_file, pack.source_kinds)
    relay = of_running_relay(chosen)
    checked = [
        (
            needed,
            source := known.for_kind(needed.kind),
            _problem(needed, source) or _at_work(chosen, relay, source),
        )
        for needed in pack.sources
    ]
    data = [
        {
            "kind": needed.kind,
            "source": source and source.name,
            "problem": problem,
            "relay_runs": relay is not None,
        }
        for needed, source, problem in checked
    ]
    rows = [
        (
            pack.called(needed.kind),
            source and source.name,
            _state(source, problem),
        )
        for needed, source, problem in checked
    ]
    said = (
        "No relay runs on this data folder: this is what the next `tat up` will work with."
        if relay is None
        else _compared_with(chosen, relay)
    )
    answer(data, table(("#Question", "Source", "State"), rows), f"\n{said}", as_json=as_json)
    if any(problem for _, _, problem in checked):
        raise typer.Exit(1)


def _compared_with(chosen: "Settings", relay: "Loaded") -> str:
    from tasks.loaded import of_newest_worker

    if not relay.pool:
        return "Compared with what the running relay works with."
    if of_newest_worker(chosen) is None:
        return (
            "Runs are left to a work pool, and none has been done here yet: each reads these files; what its "
            "environment holds is not known."
        )
    return "Compared with what the newest run in the work pool had; each run reads these files again."


def _state(source: "Source | None", problem: str) -> Text:
    if problem:
        return Text(problem, Tone.BAD)
    return Text("in order", Tone.GOOD) if source else Text("Nobody answers this; nobody has to.")


def _at_work(chosen: "Settings", relay: "Loaded | None", source: "Source | None") -> str:
    """Where what does the work has something else than what stands in the files and the environment now."""
    from tasks.loaded import at_hand, of_newest_worker, secrets_of

    if source is None:
        return ""
    here = at_hand(chosen)
    if relay is not None and not relay.pool:
        if source.name not in relay.sources:
            return "The running relay does not know it (not configured): wait some seconds."
        if relay.sources[source.name] != here.sources.get(source.name):
            return "The running relay works with another table of it: wait some seconds."
    # A process of a pool reads the files anew for each run; its environment is its own.
    at_work = here if relay is None else (of_newest_worker(chosen) or here) if relay.pool else relay
    named = secrets_of(chosen, source.name)
    missing = ", ".join(sorted(name for name in named if not at_work.secrets.get(name)))
    return _lacking(missing, relay) if missing else ""


def _lacking(missing: str, relay: "Loaded | None") -> str:
    if relay is None:
        return f"The environment has no {missing}: set it before `tat up`."
    if relay.pool:
        return f"The work pool's newest run had no {missing}: restart its worker where it is set."
    return f"The running relay has no {missing}: restart `tat up` where it is set."


def _problem(needed: "RequiredSource", source: "Source | None") -> str:
    if source is None and needed.ask == "on_request":
        # Whoever wants it says so in the case, and is told then that there is nobody.
        return ""
    if source is None:
        return "Nobody answers this: plug a source in, or every inquiry has to waive it."
    if needed.basis not in source.accepts[needed.kind]:
        return f"The source does not accept the pack's basis, {words(needed.basis)}."
    if source.needs[needed.kind].least(dict.fromkeys(needed.identifiers, "known")) is None:
        return "The source needs an identifier that the pack does not give."
    return ""
