"""`tat case subject|link|unlink` and `tat person`: who a case is about, and who may be the same person."""

from typing import Annotated, Any

import typer

from console.cli.members.case.cases import cases
from console.cli.members.case.casework import record_id
from console.cli.terminal.answering import answer
from console.cli.terminal.files import example, read_content
from console.cli.terminal.options import As, AsJson, Number
from console.cli.terminal.session import acting
from console.shown.hits import NOBODY, hits_shown
from console.shown.parts import pairs
from states.errors import BadInput
from states.vocabulary.counts import counted
from states.vocabulary.people import IdentifierKind

persons = typer.Typer(no_args_is_help=True, help="Persons: found by name or identifier, across cases.")

#: a reason that is asked for only where somebody decides otherwise than before
Because = Annotated[
    str,
    typer.Option("--reason", show_default=False, help="Why; needed where it contradicts what is on record."),
]

#: the number of the second case
Other = Annotated[str, typer.Argument(metavar="OTHER", help="The number of the other case.")]


@cases.command()
def subject(
    number: Number,
    file: Annotated[
        str,
        typer.Argument(metavar="[FILE]", help="A JSON file; - reads standard input. See --example."),
    ] = "",
    *,
    reason: Because = "",
    restore: Annotated[
        str,
        typer.Option(
            "--restore",
            metavar="RECORD_ID",
            show_default=False,
            help="Instead of a file: the earlier decision to go back to, as `tat case show` lists them.",
        ),
    ] = "",
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("subject")] = False,
) -> None:
    """Decide who the person is; earlier decisions and what reporters wrote stay on record."""
    from states.casebook.inquiry import correcting
    from states.contents.reports import SubjectContent

    if bool(file) == bool(restore):
        message = (
            "Give either a file that says who the person is, or --restore RECORD_ID. Nothing was written."
        )
        raise BadInput(message)
    with acting(member) as (book, by):
        if restore:
            back = record_id(book, number, restore, by, "subjects")
            decided = correcting.restore(book, number, back, by=by, because=reason)
        else:
            content = read_content(SubjectContent, file, book)
            decided = correcting.correct_subject(book, number, content, by=by, because=reason)
    shown: list[Any] = [pairs([("Leads here no more", text) for text in decided.left_out])]
    if decided.left_out:
        shown.append(
            "If one of these is the person's after all, give it under also_known_as or further_identifiers."
        )
    answer(
        {"number": number, "subject": decided.subject_id, "left_out": decided.left_out},
        f"{number}: who the person is, is on record ({decided.subject_id[:8]}).",
        *(shown if decided.left_out else ()),
        as_json=as_json,
    )


@cases.command()
def link(
    number: Number,
    other: Other,
    *,
    same: Annotated[bool, typer.Option("--same/--different", help="Whether it is the same person.")],
    reason: Annotated[
        str,
        typer.Option(
            "--reason", show_default=False, help="Why; needed where it was not suggested, or decided before."
        ),
    ] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Say whether two cases are about one person, suggested or not."""
    from states.casebook.persons import joining

    with acting(member) as (book, by):
        joining.confirm_link(book, number, other, by=by, same_person=same, because=reason)
    said = "are about the same person" if same else "are about different people"
    answer({"number": number, "other": other, "same": same}, f"{number} and {other} {said}.", as_json=as_json)


@cases.command()
def unlink(
    number: Number,
    other: Other,
    reason: Annotated[str, typer.Option("--reason", help="Why.", show_default=False)],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Take back what was said of two cases; that it was said stays on record."""
    from states.casebook.persons import joining

    with acting(member) as (book, by):
        joining.unlink(book, number, other, by=by, because=reason)
    said = f"{number} and {other}: nothing is said of them now."
    answer({"number": number, "other": other}, said, as_json=as_json)


@persons.command()
def search(
    *,
    name: Annotated[str, typer.Option("--name", show_default=False, help="A name, in any order.")] = "",
    known_by: Annotated[
        list[str] | None,
        typer.Option(
            "--id", metavar="KIND=VALUE", help="An identifier, as in license_plate=ABC123; give any number."
        ),
    ] = None,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Find somebody in the cases that you may read; that you did goes on record in each that is shown."""
    from states.casebook.persons import searching
    from states.contents.reports import SubjectContent

    with acting(member) as (book, by):
        given = [_identifier(each) for each in known_by or ()]
        wanted = SubjectContent.read(
            {"name": name, "further_identifiers": given, "site": book.pack.home_site}
        )
        hits = searching.search(book, wanted, by=by)
    answer(hits, hits_shown(hits) if hits else NOBODY, as_json=as_json)


def _identifier(text: str) -> dict[str, str]:
    kind, equals, value = text.partition("=")
    if not equals or kind.strip() not in list(IdentifierKind):
        message = (
            f"--id takes KIND=VALUE, with a kind of: {', '.join(IdentifierKind)}. Nothing was looked for."
        )
        raise BadInput(message)
    return {"kind": kind.strip(), "value": value.strip()}


@persons.command()
def index(*, member: As = "", as_json: AsJson = False) -> None:
    """Index again the people of cases that an older release indexed; it can be stopped, and goes on."""
    from states.casebook.persons import subjects as indexing

    with acting(member) as (book, by):
        done = indexing.reindex_all(book, by=by)
    cases = counted(done, "case was", "cases were")
    said = f"{cases} indexed again; every case is found by the rules of this release."
    answer({"indexed": done}, said, as_json=as_json)
