"""`tat import-log` and `tat intake`: a police log taken in, and its rows taken up."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console, RenderableType
from rich.text import Text

from console.cli.files import example, read_content
from console.cli.options import As, AsJson, File, Limit
from console.cli.screen import answer, cell, facts, plain, table, when, words
from console.cli.session import acting, casebook, settings, zone_of
from states.errors import BadInput
from states.vocabulary import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from states.casebook.logbook import EntryLine, Imported

intake = typer.Typer(no_args_is_help=True, help="Rows of an imported log, and taking them up as reports.")


def import_log(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The log, as CSV.")],
    site: Annotated[str, typer.Option("--site", metavar="CODE", help="The site whose log it is.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Take in a police log; every row is accounted for, and none is taken in twice."""
    from states.casebook import logbook

    with acting(member) as (book, by):
        try:
            with file.open("rb") as stream, _progress(file, shown=not as_json) as progress:
                imported = logbook.import_log(book, stream, by=by, site=site, progress=progress)
        except OSError as error:
            message = (
                f"The log cannot be read ({error.strerror}). What was read before is kept; import it again."
            )
            raise BadInput(message) from None
    answer(imported, *_summary(imported), as_json=as_json)


@contextmanager
def _progress(file: Path, *, shown: bool) -> "Iterator[Callable[[int], None]]":
    """A bar over the file's bytes, on standard error."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    columns = ("Importing", BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not shown, transient=True) as progress:
        task = progress.add_task("import", total=file.stat().st_size)
        yield lambda done: progress.update(task, completed=done)


def _summary(imported: "Imported") -> "Iterator[RenderableType]":
    rows = [
        (
            words(verdict),
            count,
            ", ".join(f"{rule or 'no rule'} {n}" for rule, n in sorted(imported.rules[verdict].items())),
        )
        for verdict, count in imported.verdicts.items()
    ]
    rows.append(("already on record", imported.known, ""))
    rows.append(("in all", imported.total, ""))
    yield table(("#Verdict", "#Rows", "By which rule"), rows)
    if imported.doubtful:
        yield f"{imported.doubtful} row(s) carry a doubt about their dates; `tat intake list` shows it."
    for first, last, reason in imported.unreadable:
        lines = f"line {first}" if first == last else f"lines {first} to {last}"
        yield Text.assemble((f"Unreadable, {lines}: ", "bold yellow"), plain(reason))


@intake.command("list")
def list_entries(
    *,
    verdict: Annotated[Verdict | None, typer.Option("--verdict", case_sensitive=False)] = None,
    rule: Annotated[str, typer.Option("--rule", show_default=False, help="Only what this rule named.")] = "",
    limit: Limit = 50,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """List imported rows, with what became of each and why."""
    from states.casebook import logbook

    with acting(member) as (book, by):
        lines = logbook.entries(book, by=by, verdict=verdict, rule=rule, limit=limit)
        zone = zone_of(book.pack)
        counted = logbook.counts(book)
    shown: list[RenderableType] = [
        part for line in lines for part in _entry(line, when(line.occurred_from, zone))
    ]
    shown.append(", ".join(f"{words(name)}: {count}" for name, count in counted.items()))
    answer(lines, *shown, as_json=as_json)


def _entry(line: "EntryLine", occurred: str) -> "Iterator[RenderableType]":
    head = f"{words(line.verdict)}, line {line.line}"
    yield Text.assemble((head, "bold"), f"  {line.case_number or ''}  ", (line.entry_id, "dim cyan"))
    pairs = [
        ("Occurred", occurred and f"{occurred} ({words(line.precision)})"),
        *((name, text) for name, text in line.fields.items() if name in ("Incident", "Comments", "Location")),
        ("Because", line.sentence),
        ("Doubt", line.doubt),
        ("As it stands", "" if line.fields else line.raw),
    ]
    yield facts(pairs)


@intake.command("take-in")
def take_in_now(*, as_json: AsJson = False) -> None:
    """Do one round of all doors: take in the files that other systems dropped; `tat up` does it each minute.

    Ends with 1 when a folder or a file could not be taken in now: what was not is still there.
    """
    from tasks.doors.folders import take_in
    from tasks.doors.registry import load_doors

    with casebook() as book:
        taken = take_in(book, load_doors(settings().doors_file))
    rows = [
        (
            name,
            came.new,
            came.known,
            came.kept,
            came.refused,
            cell(came.left, "bold red" if came.code else ""),
        )
        for name, came in taken.doors.items()
    ]
    columns = ("Door", "#New", "#Known", "#Kept aside", "#Refused", "#Left")
    shown: list[RenderableType] = [table(columns, rows) if rows else "No door has a folder."]
    if taken.total.kept or taken.total.refused:
        shown.append("`tat intake list` shows what was kept aside, and says where what was refused lies.")
    for name, code in taken.unusable.items():
        shown.append(f"{name}: not all could be taken in ({code}). What was not is still there: try again.")
    answer(taken.doors, *shown, as_json=as_json)
    if taken.unusable:
        raise typer.Exit(1)


@intake.command("take")
def take_up(
    entry: Annotated[str, typer.Argument(metavar="ENTRY_ID", help="The row; see `tat intake list`.")],
    file: File,
    *,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("subject")] = False,
) -> None:
    """Make a row a report of concern about a person, whom the log does not name."""
    from console.cli.same_person import show_receipt
    from states.casebook import logbook
    from states.records import SubjectContent

    with acting(member) as (book, by):
        receipt = logbook.take_up(book, entry, read_content(SubjectContent, file, book), by=by)
        show_receipt(book, receipt, {}, by=by, as_json=as_json)
