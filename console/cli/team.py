"""`tat team`: its members, and the record of reviews of the plan."""

from typing import Annotated

import typer

from console.cli.files import example, read_content
from console.cli.options import As, AsJson, File
from console.cli.screen import answer, table
from console.cli.session import acting, casebook, here
from states.vocabulary import Role

team = typer.Typer(no_args_is_help=True, help="The team: its members, and the reviews of the plan.")


@team.command("add")
def add_member(
    id_: Annotated[
        str,
        typer.Argument(metavar="MEMBER_ID", help="Letters, digits, dashes; shown in ledgers, so no name."),
    ],
    name: Annotated[str, typer.Option("--name", help="The member's name.")],
    address: Annotated[str, typer.Option("--address", help="A mail address, or the URL of another channel.")],
    *,
    phone: Annotated[str, typer.Option("--phone", show_default=False)] = "",
    office: Annotated[
        list[str] | None, typer.Option("--office", metavar="CODE", help="An office the member speaks for.")
    ] = None,
    role: Annotated[
        list[Role] | None, typer.Option("--role", case_sensitive=False, help="member, if none is given.")
    ] = None,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Enrol a member, or correct an entry; the first of an empty team needs no --as."""
    from states.casebook.team import actor, enrol, members
    from states.records import MemberContent

    content = MemberContent.read({"name": name, "address": address, "phone": phone})
    with casebook() as book:
        # The first member has nobody to be enrolled by, whoever TAT_MEMBER names already.
        by = actor(book, member) if member and members(book) else None
        enrol(book, id_, content, by=by, offices=office or (), roles=role or (Role.MEMBER,))
    data = {"id": id_, "offices": sorted(office or ()), "roles": sorted(role or (Role.MEMBER,))}
    answer(data, f"{id_} is on the team as {', '.join(data['roles'])}.", as_json=as_json)


@team.command("list")
def list_members(*, member: As = "", as_json: AsJson = False) -> None:
    """List the team's members."""
    from states.casebook.team import members

    with acting(member) as (book, _by):
        known = members(book)
    data = [
        {"id": person.id, "roles": person.roles, "offices": person.offices} | content.model_dump()
        for person, content in known
    ]
    rows = [
        (
            person.id,
            content.name,
            ", ".join(sorted(person.roles)),
            ", ".join(sorted(person.offices)),
            content.address,
        )
        for person, content in known
    ]
    answer(data, table(("#Id", "Name", "Roles", "Offices", "Address"), rows), as_json=as_json)


@team.command("review")
def record_review(
    file: File,
    approved_by: Annotated[str, typer.Option("--approved-by", help="Who approved the revision.")],
    effective_at: Annotated[
        str,
        typer.Option("--effective-at", metavar="TIME", help="From when it holds."),
    ],
    *,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("review")] = False,
) -> None:
    """Enter a review of the plan into the record of reviews and revisions."""
    from states.casebook import team as recording
    from states.moments import moment
    from states.records import ReviewContent

    with acting(member) as (book, by):
        effective = moment(effective_at, "--effective-at", here(book))
        content = read_content(ReviewContent, file, book)
        made = recording.record_review(book, content, by=by, approved_by=approved_by, effective_at=effective)
    answer({"review": made}, f"The review is on record ({made[:8]}).", as_json=as_json)
