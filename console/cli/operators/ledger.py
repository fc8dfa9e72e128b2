"""`tat ledger`: the record of who did what, verified, vouched for, held against what was kept elsewhere."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.terminal.answering import Whole, answer
from console.cli.terminal.options import As, AsJson, Limit
from console.cli.terminal.session import acting, casebook, database, from_here, settings, zone_of
from console.shown.parts import pairs, table, when
from states.errors import BadInput
from states.vocabulary.counts import counted
from states.vocabulary.spelling import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from states.casebook.record.anchoring import Checked

ledger = typer.Typer(no_args_is_help=True, help="The record of who did what: verified, and vouched for.")


@ledger.command("team")
def team_events(*, limit: Limit = 50, member: As = "", as_json: AsJson = False) -> None:
    """Tell what is on record of no single case, such as who read imported rows."""
    from states.casebook.reading import timeline

    with acting(member) as (book, by):
        happened = timeline.events_of_team(book, by=by, limit=limit)
        zone = zone_of(book.pack)
    rows = [(e.seq, when(e.at, zone), e.actor, words(e.what), words(e.data.get("of", ""))) for e in happened]
    columns = ("#", "#When", "Who", "What", "Of")
    answer(happened, table(columns, rows) if rows else "Nothing is on record yet.", as_json=as_json)


@ledger.command()
def verify(*, as_json: AsJson = False) -> None:
    """Walk the whole ledger, and compare every row with it; how it ended is kept."""
    from states.access import SYSTEM
    from states.casebook.record import verification

    with casebook() as book, _progress() as progress:
        walked = verification.verify(book, settings(), progress=progress, by=SYSTEM)
    rows = (
        ("Cases", walked.cases),
        ("Events", walked.events),
        ("Rows", walked.rows),
        ("Sealed contents", walked.contents),
        ("Checkpoints", walked.checkpoints),
    )
    answer(
        walked,
        "The ledger holds: no event was changed or cut, and every row is as events tell.",
        pairs(rows),
        as_json=as_json,
    )


@ledger.command("check-files")
def check_files(
    *,
    reading: Annotated[
        bool, typer.Option("--read", help="Read each through, too, and compare it with its digest.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """See that every file that a case names is where files are kept, and whole; shows nothing of any."""
    from states.access import SYSTEM
    from states.casebook.record import tidying

    with casebook() as book:
        found = tidying.check(book, by=SYSTEM, reading=reading)
    bad = [(number, file[:8], "missing") for number, file in found.missing]
    bad += [(number, file[:8], "damaged") for number, file in found.damaged]
    said = f"{counted(found.files, 'file')}: each is where it lies{', and as it was' if reading else ''}."
    trouble = "Restore these from a backup:"
    answer(found, *([trouble, table(("Case", "File", "Is"), bad)] if bad else [said]), as_json=as_json)
    if bad:
        raise typer.Exit(1)


@contextmanager
def _progress() -> "Iterator[Callable[[int, int], None]]":
    """How many events are through, and of how many, on standard error, if that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        *(TextColumn("Verifying"), BarColumn(), MofNCompleteColumn(), TextColumn("events")),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("events", total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


@ledger.command()
def checkpoint(*, as_json: AsJson = False) -> None:
    """Vouch for every chain as it stands now, so that a case removed later shows."""
    from states.access import SYSTEM
    from states.casebook.record import anchoring

    with casebook() as book:
        sealed = anchoring.seal(book, settings(), by=from_here(SYSTEM))
    said = f"{counted(sealed.grown, 'chain')} grew since the last checkpoint; all are vouched for."
    answer(sealed, *([sealed.broken] if sealed.broken else [said]), as_json=as_json)
    if sealed.broken:
        raise typer.Exit(1)


@ledger.command("anchor")
def anchor_now(*, member: As = "", as_json: AsJson = False) -> None:
    """Show an anchor of the ledger as it is now, and have it go out to those who keep it."""
    from states.casebook.record import anchoring

    with acting(member) as (book, by):
        told = anchoring.owe(book, settings(), by=by)
        to = [book.pack.office(code).name for code in book.pack.anchors.to]
    said = f"It goes out to: {', '.join(to)}. Keep it where nobody of the team can change it."
    data = {"number": told.number, "at": told.at, "anchor": told.line, "to": to}
    answer(data, Whole(told.line), said, as_json=as_json)


@ledger.command("check-anchor")
def check_anchor(
    line: Annotated[str, typer.Argument(metavar="LINE", help="An anchor, as it was printed or mailed.")] = "",
    *,
    file: Annotated[
        Path | None,
        typer.Option("--anchor-file", metavar="FILE", help="A file with anchors: letters, a mailbox."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether the database still is what it was when an anchor was told; needs no master key."""
    from states.casebook.record import anchoring
    from states.ledger import anchors

    if bool(line) == (file is not None):
        raise BadInput("Give one anchor, or the file that holds some: --anchor-file. Nothing was compared.")
    if file is not None and not file.is_file():
        raise BadInput("There is no such file. Nothing was compared.")
    given = anchors.read(file.read_text(encoding="utf-8", errors="replace") if file is not None else line)
    with database() as connection:
        checked = [anchoring.check(connection, anchor) for anchor in dict.fromkeys(given)]
    data = [{"holds": each.holds, "finding": each.compared.finding, "checked": each} for each in checked]
    answer(data, *(sentence for each in checked for sentence in _said(each)), as_json=as_json)
    if not all(each.holds for each in checked):
        raise typer.Exit(1)


def _said(checked: "Checked") -> list[str]:
    """What an anchor tells of a casebook, in sentences."""
    from states.ledger.anchors import Finding

    anchor, newest = checked.compared.anchor, checked.compared.newest
    last = f"the newest here is {newest.said}" if newest else "none that is signed is here"
    said = {
        Finding.HOLDS: f"GOOD: {anchor.said} is here as it was. So is everything up to then.",
        Finding.MISSING: (
            f"MISSING: {anchor.said} is not here; {last}. An older copy of the database was put in place, or "
            "its history was cut."
        ),
        Finding.DIFFERENT: (
            f"DIFFERENT: another checkpoint stands where {anchor.said} did; {last}. History was written "
            "anew, or an older copy was put in place and worked with."
        ),
    }[checked.compared.finding]
    if checked.broken and checked.compared.finding is Finding.HOLDS:
        said = f"{anchor.said} is here, but not all that it covers is as it was.".capitalize()
    sentences = [said]
    if checked.holds:
        others = [key for key in checked.keys if key != anchor.key]
        by = "another key, which that one named its successor" if others else "the same key"
        sentences.append(f"{counted(checked.since, 'checkpoint')} came after it, signed by {by}; {last}.")
    if checked.broken:
        sentences.append(f"BROKEN: {checked.broken}")
    return sentences + [
        f"On record since {at:%Y-%m-%d %H:%M} UTC: {words(what)}." for what, at in checked.copies
    ]


@ledger.command("accept-copy")
def accept_copy(*, member: As = "", as_json: AsJson = False) -> None:
    """Put on record that an older copy of the database was put in place on purpose."""
    from states.casebook.record import anchoring

    with acting(member) as (book, by):
        newest = anchoring.accept_copy(book, settings(), by=by)
    said = (
        "It is on record that an older copy was put in place. From now on this machine goes by "
        f"{newest.said}; auditors will find their anchors from between missing: tell them why."
    )
    answer({"number": newest.number, "at": newest.at}, said, as_json=as_json)
