"""`tat disclosure draft|to-clear|clear|release`: one text that is to be told outside, cleared on its own."""

from typing import Annotated

import typer

from console.cli.members.disclosure.disclosing import disclosures
from console.cli.terminal.answering import answer
from console.cli.terminal.files import example, read_content
from console.cli.terminal.options import As, AsJson, File, Number
from console.cli.terminal.session import acting, zone_of
from console.shown.parts import Text, Tone, code, pairs, phrase, title, when

Release = Annotated[str, typer.Argument(metavar="RELEASE_ID", help="See `tat disclosure to-clear`.")]


@disclosures.command("draft")
def draft(
    number: Number,
    file: File,
    *,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("release")] = False,
) -> None:
    """Draft the very text that is to be told outside; the offices that have to clear it see it alone."""
    from states.casebook.disclosing import releases
    from states.contents.leaving import ReleaseContent

    with acting(member) as (book, by):
        made = releases.draft(book, number, read_content(ReleaseContent, file, book), by=by)
    said = f"{number}: the text is drafted ({made[:8]}), and waits to be cleared."
    answer({"number": number, "release": made}, said, as_json=as_json)


@disclosures.command("to-clear")
def to_clear(*, member: As = "", as_json: AsJson = False) -> None:
    """Show the texts that wait for the word of your office: each on its own, without its case."""
    from states.casebook.disclosing import releases

    with acting(member) as (book, by):
        waiting = releases.to_clear(book, by=by)
        zone, offices = zone_of(book.pack), {code: each.name for code, each in book.pack.offices.items()}
    shown = [
        part
        for each in waiting
        for part in (
            title(Text(each.release_id[:8], Tone.STRONG)),
            pairs(
                (
                    ("To", phrase(code(each.to), f": {each.recipient}")),
                    ("Asked by", each.asked_by),
                    ("Drafted", when(each.drafted_at, zone)),
                    ("Needs the word of", [offices[code] for code in each.needs]),
                    ("Has that of", [offices[code] for code in each.agreed]),
                    ("Says", each.text),
                )
            ),
        )
    ]
    nothing = "" if shown else "Nothing waits for the word of your office."
    answer(waiting, *shown, nothing, as_json=as_json)


@disclosures.command("clear")
def clear(
    release: Release,
    *,
    agrees: Annotated[bool, typer.Option("--agree/--decline", help="Whether it may be told as it stands.")],
    note: Annotated[str, typer.Option("--note", show_default=False, help="How it was said, and why.")] = "",
    office: Annotated[
        str,
        typer.Option("--office", metavar="CODE", show_default=False, help="Whose word it is."),
    ] = "",
    named: Annotated[
        str, typer.Option("--named", show_default=False, help="Who of that office said so, by name.")
    ] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Agree to a text for your office, or decline it; or put on record what somebody elsewhere said."""
    from states.casebook.disclosing import releases

    with acting(member) as (book, by):
        status = releases.clear(book, release, by=by, agrees=agrees, note=note, office=office, named=named)
    answer({"release": release, "status": status}, f"The text is {status}.", as_json=as_json)


@disclosures.command("release")
def tell_release(release: Release, *, member: As = "", as_json: AsJson = False) -> None:
    """Put on record that a cleared text is told, and show its very words; then tell them."""
    from states.casebook.disclosing import releases

    with acting(member) as (book, by):
        text = releases.tell(book, release, by=by)
    said = "It is on record that this is told. Say these words, and no others:"
    answer({"release": release, "text": text}, said, "", text, as_json=as_json)
