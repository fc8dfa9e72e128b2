"""`tat offices`: how referrals go out to each office, and whether they could."""

import asyncio
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from console.cli.options import AsJson
from console.cli.screen import answer, table, words
from console.cli.session import settings

if TYPE_CHECKING:
    from states.policy import Pack
    from tasks.offices.contract import Way

offices = typer.Typer(no_args_is_help=True, help="Offices: how referrals go out to each of them.")


@offices.command("list")
def list_offices(*, as_json: AsJson = False) -> None:
    """List the offices that referrals go to, and how each gets them."""
    pack, ways = _ways()
    data = [
        {"office": way.name, "way": way.kind, "answers": way.answers, "tells": sorted(way.tells)}
        for way in ways
    ]
    rows = [
        (pack.office(way.name).name, way.kind, words(way.answers), "\n".join(map(words, sorted(way.tells))))
        for way in ways
    ]
    answer(data, table(("Office", "#Way", "#Answers", "Is told"), rows), as_json=as_json)


@offices.command()
def check(*, as_json: AsJson = False) -> None:
    """See that a referral could be handed to each office; sends nothing of anybody."""
    pack, ways = _ways()
    problems = asyncio.run(_problems(ways))
    data = [
        {"office": way.name, "way": way.kind, "problem": problem}
        for way, problem in zip(ways, problems, strict=True)
    ]
    rows = [
        (
            pack.office(way.name).name,
            way.kind,
            Text(words(problem), style="red") if problem else Text("in order", style="green"),
        )
        for way, problem in zip(ways, problems, strict=True)
    ]
    answer(data, table(("Office", "#Way", "State"), rows), as_json=as_json)
    if any(problems):
        raise typer.Exit(1)


def _ways() -> "tuple[Pack, list[Way]]":
    from states.policy import load_pack
    from tasks.offices.registry import load_offices

    chosen = settings()
    pack = load_pack(chosen.pack)
    known = load_offices(chosen.offices_file, pack.office_codes)
    routed = dict.fromkeys(route.office for route in pack.routes)
    return pack, [known.way(code) for code in routed | dict.fromkeys(way.name for way in known.all())]


async def _problems(ways: "list[Way]") -> list[str]:
    from tasks.offices.sending import problem_of

    return list(await asyncio.gather(*(problem_of(way, timeout=10) for way in ways)))
