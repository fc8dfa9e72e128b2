"""`tat offices`: how referrals go out to each office, and whether they could."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from console.cli.integrators.new_packages import Folder, Name, write_new
from console.cli.terminal.answering import answer
from console.cli.terminal.options import AsJson
from console.cli.terminal.session import settings
from console.shown.parts import Code, Tone, code, codes, table
from states.vocabulary.spelling import words

if TYPE_CHECKING:
    from states.policy.pack import Pack
    from tasks.offices.contract import Way

offices = typer.Typer(no_args_is_help=True, help="Offices: how referrals go out to each of them.")


@offices.command("list")
def list_offices(*, as_json: AsJson = False) -> None:
    """List the offices that referrals go to, and how each gets them."""
    pack, ways = _ways()
    rows = [
        (_office(pack, way), way.kind, code(way.answers), codes(sorted(way.tells), in_lines=True))
        for way in ways
    ]
    columns, keys = ("Office", "#Way", "#Answers", "Is told"), ("office", "way", "answers", "tells")
    shown = table(columns, rows, keys=keys)
    answer(shown, shown, as_json=as_json)


@offices.command()
def new(name: Name, *, folder: Folder = Path(), as_json: AsJson = False) -> None:
    """Write the package of a new way to an office, in a folder of its name: it works, with a test."""
    from console.scaffold import OFFICE

    write_new(OFFICE, name, folder, as_json=as_json)


@offices.command()
def check(*, as_json: AsJson = False) -> None:
    """See that a referral could be handed to each office; sends nothing of anybody."""
    from tasks.far.codes import advice

    pack, ways = _ways()
    problems = asyncio.run(_problems(ways))
    data = [
        {
            "office": way.name,
            "way": way.kind,
            "problem": problem,
            "advice": advice(problem) if problem else "",
        }
        for way, problem in zip(ways, problems, strict=True)
    ]
    rows = [
        (
            _office(pack, way),
            way.kind,
            Code(problem, Tone.BAD) if problem else Code("", Tone.GOOD, name="in order"),
        )
        for way, problem in zip(ways, problems, strict=True)
    ]
    shown = table(("Office", "#Way", "State"), rows)
    said = [f"{words(problem)}: {advice(problem)}" for problem in sorted(set(problems)) if problem]
    answer(data, shown, *said, as_json=as_json)
    if any(problems):
        raise typer.Exit(1)


def _office(pack: "Pack", way: "Way") -> Code:
    return Code(way.name, name=pack.office(way.name).name)


def _ways() -> "tuple[Pack, list[Way]]":
    from states.policy.reading import load_pack
    from tasks.offices.registry import load_offices

    chosen = settings()
    pack = load_pack(chosen.pack_in_force)
    known = load_offices(chosen.offices_file, pack.office_codes)
    routed = dict.fromkeys(route.office for route in pack.routes)
    return pack, [known.way(code) for code in routed | dict.fromkeys(way.name for way in known.all())]


async def _problems(ways: "list[Way]") -> list[str]:
    from tasks.offices.sending import problem_of

    return list(await asyncio.gather(*(problem_of(way, timeout=10) for way in ways)))
