"""`tat import-log` and `tat intake`: a police log taken in, and its rows taken up."""

import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from console.cli.terminal.answering import answer, say
from console.cli.terminal.files import example, read_content
from console.cli.terminal.options import As, AsJson, File, Limit, Reason
from console.cli.terminal.session import acting, casebook, settings, zone_of
from console.shown.parts import Moment, Part, Text, Tone, cell, pairs, phrase, sentence, table, when
from states.errors import BadInput
from states.vocabulary.counts import counted
from states.vocabulary.people import Verdict
from states.vocabulary.spelling import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from states.casebook.intake.logbook import EntryLine
    from states.casebook.intake.taking import Imported

intake = typer.Typer(
    no_args_is_help=True,
    help="Rows of an imported log, and what a door could not read.",
)


def import_log(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The log: CSV, XLSX, or a table copied into a text file.")
    ],
    site: Annotated[str, typer.Option("--site", metavar="CODE", help="The site whose log it is.")],
    *,
    format_: Annotated[
        str,
        typer.Option("--format", metavar="NAME", show_default=False, help="See `tat intake formats`."),
    ] = "",
    save_as: Annotated[
        str,
        typer.Option(
            "--save-as",
            metavar="NAME",
            show_default=False,
            help="Keep the format by this name for next time.",
        ),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Read it as guessed, without asking.")] = False,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Take in a police log; every row is accounted for, and none is taken in twice.

    A log in a format that is known is read at once. For any other, the format is guessed from its headings
    and first rows, and shown: look at it, then say yes.
    """
    from console.shown.logs import guess
    from states.casebook.intake import logbook
    from states.intakelog import formats
    from states.intakelog.opening import open_log

    kept_in = settings().home / "logs"
    with acting(member) as (book, by):
        zone = ZoneInfo(book.pack.site(site).timezone)
        try:
            with file.open("rb") as stream:
                log = open_log(stream, formats.known(kept_in), name=format_)
                if not log.name and not yes:
                    _agree(guess(log, zone), as_json=as_json)
                if save_as:
                    formats.keep(log.format, save_as, kept_in)
                with _progress(file, shown=not as_json) as progress:
                    imported = logbook.import_log(book, stream, by=by, site=site, log=log, progress=progress)
        except OSError as error:
            message = (
                f"The log cannot be read ({error.strerror}). What was read before is kept; import it again."
            )
            raise BadInput(message) from None
    answer(imported, *_summary(imported, save_as or log.name or "as guessed"), as_json=as_json)


def at_a_terminal() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin.isatty()


def _agree(shown: "Iterable[Part | str]", *, as_json: bool) -> None:
    """Show how a log would be read, and ask whether that is right.

    Raises:
        BadInput: nobody can be asked.
        Abort: it is not.
    """
    asked = at_a_terminal() and not as_json
    if not as_json:
        for part in shown:
            say(part)
    if not asked:
        raise BadInput(
            "The format of this file is not known: how it would be read was guessed, nothing was taken in. "
            "If the guess is right, repeat with --yes (and --save-as NAME, to have it known from now on); if "
            "not, write a format (docs/logs.md) and name it with --format."
        )
    say(
        "If a column or an order is wrong, say no, write a format (docs/logs.md) and name it with --format. "
        "With --save-as NAME, the format is known from now on."
    )
    typer.confirm("Take it in like this?", abort=True, err=True)


@contextmanager
def _progress(file: Path, *, shown: bool) -> "Iterator[Callable[[int], None]]":
    """A bar over the file's bytes, on standard error."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    columns = ("Importing", BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not shown, transient=True) as progress:
        task = progress.add_task("import", total=file.stat().st_size)
        yield lambda done: progress.update(task, completed=done)


def _summary(imported: "Imported", format_: str) -> "Iterator[Part | str]":
    yield f"Read in the format: {format_}."
    rows = [
        (
            words(verdict),
            count,
            ", ".join(f"{rule or 'no rule'} {n}" for rule, n in sorted(imported.rules[verdict].items())),
        )
        for verdict, count in imported.verdicts.items()
    ]
    rows.append(("new version of a row", imported.versions, ""))
    rows.append(("further charge of a row", imported.joined, ""))
    rows.append(("already on record", imported.known, ""))
    rows.append(("in all", imported.total, ""))
    yield table(("#Verdict", "#Rows", "By which rule"), rows)
    if sum(imported.verdicts.values()) + imported.versions:
        undo = f"`tat intake undo {(imported.import_id or '')[:8]} --reason ...`"
        yield f"If this was the wrong file, or the wrong format, {undo} takes it back."
    for line, number in imported.amended:
        yield f"Line {line} changes a row that was taken up in {number}; `tat intake list` shows how."
    if imported.doubtful:
        yield (
            f"{counted(imported.doubtful, 'row carries', 'rows carry')} a doubt about dates, or about how it "
            "was read; `tat intake list` shows it."
        )
    if imported.empty or imported.no_rows:
        told = Counter(what for _, _, what in imported.no_rows)
        others = "".join(f", {what} {count}" for what, count in told.items())
        yield f"Lines that are no rows: empty {imported.empty}{others}."
    for first, last, reason in imported.unreadable:
        lines = f"line {first}" if first == last else f"lines {first} to {last}"
        yield sentence(Text(f"Unreadable, {lines}: ", Tone.LEVEL), reason)


@intake.command("list")
def list_entries(
    *,
    verdict: Annotated[Verdict | None, typer.Option("--verdict", case_sensitive=False)] = None,
    rule: Annotated[str, typer.Option("--rule", show_default=False, help="Only what this rule named.")] = "",
    replaced: Annotated[
        bool, typer.Option("--replaced", help="Also versions in whose place there is a newer one.")
    ] = False,
    withdrawn: Annotated[
        bool, typer.Option("--withdrawn", help="Also rows whose import was taken back.")
    ] = False,
    limit: Limit = 50,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """List imported rows, with what became of each and why."""
    from states.access import SYSTEM
    from states.casebook.intake import logbook

    with acting(member) as (book, by):
        lines = logbook.entries(
            book, by=by, verdict=verdict, rule=rule, limit=limit, replaced=replaced, withdrawn=withdrawn
        )
        zone = zone_of(book.pack)
        counted = logbook.counts(book, by=SYSTEM)
    shown: list[Part | str] = [
        part for line in lines for part in _entry(line, when(line.occurred_from, zone))
    ]
    shown.append(", ".join(f"{words(name)}: {count}" for name, count in counted.items()))
    answer(lines, *shown, as_json=as_json)


def _entry(line: "EntryLine", occurred: Moment | None) -> "Iterator[Part]":
    head = f"{words(line.verdict)}, line {line.line}"
    head += f", version {line.version}" if line.version > 1 else ""
    head += " (replaced)" if line.replaced else ""
    head += " (withdrawn)" if line.withdrawn else ""
    yield sentence(Text(head, Tone.STRONG), f"  {line.case_number or ''}  ", Text(line.entry_id, Tone.ID))
    said = {column.value: text for column, text in line.said.items()}
    rows = [
        ("Occurred", occurred and phrase(occurred, f" ({words(line.precision)})")),
        ("Number", said.get("number", "")),
        ("Incident", said.get("nature", "")),
        ("Comments", said.get("narrative", "")),
        ("Location", said.get("location", "")),
        ("Changed", line.changed),
        ("Because", line.sentence),
        ("Doubt", line.doubt),
        ("Withdrawn", line.withdrawn),
        ("As it stands", "" if line.fields else line.raw),
    ]
    yield pairs(rows)


@intake.command("imports")
def list_imports(*, limit: Limit = 50, member: As = "", as_json: AsJson = False) -> None:
    """List the imports of logs, with how many rows each brought in, and what became of them."""
    from states.casebook.intake import undoing

    with acting(member) as (book, by):
        found = undoing.imports(book, by=by, limit=limit)
        zone = zone_of(book.pack)
    rows = [
        (Text(each.import_id[:8], Tone.ID), when(each.at, zone), each.rows, each.taken_up, each.withdrawn)
        for each in found
    ]
    columns = ("Import", "#Begun", "#Rows", "#In cases", "#Withdrawn")
    answer(found, table(columns, rows) if rows else "No log was imported.", as_json=as_json)


@intake.command("undo")
def undo_import(
    import_id: Annotated[str, typer.Argument(metavar="IMPORT", help="See `tat intake imports`.")],
    reason: Reason = "",
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Take an import of a log back: its rows are withdrawn, but for those that are part of a case."""
    from states.casebook.intake import undoing

    with acting(member) as (book, by):
        undone = undoing.undo(book, import_id, by=by, because=reason)
    shown = [f"Withdrawn: {counted(undone.withdrawn, 'row')}. The file may be imported again."]
    if undone.restored:
        earlier = counted(
            undone.restored, "earlier version of a row counts", "earlier versions of a row count"
        )
        shown.append(f"{earlier} again.")
    for line, number in undone.left:
        where = f"is part of {number}" if number else "is part of a case that you are kept out of"
        shown.append(f"Line {line} {where}, and stays: look whether its report is to be withdrawn there.")
    answer(undone, *shown, as_json=as_json)


@intake.command("formats")
def list_formats(
    name: Annotated[
        str, typer.Argument(metavar="NAME", show_default=False, help="Print this one as the file it is.")
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """List the formats of logs that are known, or print one, to be changed and kept as your own."""
    from states.intakelog import formats

    kept_in = settings().home / "logs"
    known = formats.known(kept_in)
    if name and name not in known:
        raise BadInput(f"There is no log format of that name. There are: {', '.join(sorted(known))}.")
    if name:
        answer(known[name], formats.as_toml(known[name]).rstrip(), as_json=as_json)
        return
    own = {file.stem for file in kept_in.glob("*.toml")}
    rows = [(each, "yours" if each in own else "shipped", known[each].about) for each in sorted(known)]
    shown = (table(("Format", "From", "What it is"), rows), f"Your own are kept in {kept_in}.")
    answer(known, *shown, as_json=as_json)


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
            came.joined,
            came.known,
            came.answered,
            came.kept,
            came.empty,
            came.refused,
            cell(came.left, Tone.LATE if came.code else Tone.PLAIN),
        )
        for name, came in taken.doors.items()
    ]
    columns = ("Door", "#New", "#Joined", "#Known", "#Notices", "#Kept aside", "#Empty", "#Refused", "#Left")
    shown: list[Part | str] = [table(columns, rows) if rows else "No door has a folder."]
    if taken.total.joined:
        shown.append(f"Joined: {taken.total.joined} of the new ones went on with a case that was there.")
    if taken.total.answered:
        shown.append(f"Notices: {taken.total.answered} came from machines, and are kept with the notice.")
    if taken.total.empty:
        shown.append(f"Empty: {counted(taken.total.empty, 'row')} had nothing in them, and were passed over.")
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
    from console.cli.members.report.same_person import show_receipt
    from states.casebook.intake import logbook
    from states.contents.reports import SubjectContent

    with acting(member) as (book, by):
        receipt = logbook.take_up(book, entry, read_content(SubjectContent, file, book), by=by)
        show_receipt(book, receipt, {}, by=by, as_json=as_json)


@intake.command("set-aside")
def set_aside(
    entry: Annotated[
        str,
        typer.Argument(metavar="ENTRY_ID", help="What came in at a door, whole; see `tat intake list`."),
    ],
    reason: Reason,
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Say that what a door could not read is no report, and why; it stays on record, word for word."""
    from states.casebook.landing import kept

    with acting(member) as (book, by):
        kept.set_aside(book, entry, by=by, because=reason)
    said = f"{entry[:8]} is set aside; it stays on record, word for word."
    answer({"entry": entry}, said, as_json=as_json)
