"""`tat team`: its members, and the record of reviews of the plan."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.cli.terminal.answering import answer
from console.cli.terminal.files import example, read_content, read_json
from console.cli.terminal.options import As, AsJson, File, Reason
from console.cli.terminal.session import acting, casebook, from_here, here, zone_of
from console.shown.parts import table
from states.errors import BadInput
from states.vocabulary.counts import counted
from states.vocabulary.people import IdentifierKind, Role

if TYPE_CHECKING:
    from states.access import Actor
    from states.policy.pack import Pack

team = typer.Typer(no_args_is_help=True, help="The team: its members, and the reviews of the plan.")


MemberId = Annotated[str, typer.Argument(metavar="MEMBER_ID", help="See `tat team list`.")]
Roles = Annotated[list[Role] | None, typer.Option("--role", case_sensitive=False, help="What they may do.")]
Offices = Annotated[
    list[str] | None, typer.Option("--office", metavar="CODE", help="An office the member speaks for.")
]
Identifiers = Annotated[
    list[str] | None,
    typer.Option("--identifier", metavar="KIND=VALUE", help="As in campus_id=W00123; kept sealed."),
]
Mailboxes = Annotated[
    list[str] | None, typer.Option("--mailbox", metavar="ADDRESS", help="A further mailbox of theirs.")
]
Names = Annotated[
    list[str] | None, typer.Option("--also-named", metavar="NAME", help="A former or further name.")
]


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
    text: Annotated[
        str,
        typer.Option("--text", show_default=False, help="For alarms when mail is dead: an apprise URL."),
    ] = "",
    office: Offices = None,
    role: Roles = None,
    identifier: Identifiers = None,
    mailbox: Mailboxes = None,
    also_named: Names = None,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Enrol a member (a member, if no role is given); the first of an empty team, its chair, needs no --as.

    Somebody who is on the team already keeps what they have: this adds to it.
    """
    from states.access import SYSTEM, Origin
    from states.casebook.team.members import actor, enrol, members
    from states.contents.team import MemberContent

    content = MemberContent.read(
        {"name": name, "address": address, "phone": phone, "text": text}
        | _known_by(identifier or (), mailbox or (), also_named or ())
    )
    with casebook() as book:
        # The first member has nobody to be enrolled by, whoever TAT_MEMBER names already.
        by = from_here(actor(book, member)) if member and members(book, by=SYSTEM) else None
        enrol(
            book,
            id_,
            content,
            by=by,
            offices=office or (),
            roles=role or (Role.MEMBER,),
            origin=Origin.shell(),
        )
        now = actor(book, id_)
    _said(now, as_json=as_json)


@team.command("change")
def change_member(
    id_: MemberId,
    *,
    name: Annotated[str, typer.Option("--name", show_default=False)] = "",
    address: Annotated[str, typer.Option("--address", show_default=False)] = "",
    phone: Annotated[str, typer.Option("--phone", show_default=False)] = "",
    office: Offices = None,
    role: Roles = None,
    identifier: Identifiers = None,
    mailbox: Mailboxes = None,
    also_named: Names = None,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Change a member's entry; roles and offices that are given take the place of all that they had."""
    from states.casebook.team.members import actor, change

    given = {"name": name, "address": address, "phone": phone}
    given = {field: value for field, value in given.items() if value}
    known = _known_by(identifier or (), mailbox or (), also_named or ())
    with acting(member) as (book, by):
        change(book, id_, given | {f: v for f, v in known.items() if v}, by=by, offices=office, roles=role)
        now = actor(book, id_)
    _said(now, as_json=as_json)


@team.command("end")
def end_membership(
    id_: MemberId,
    to: Annotated[str, typer.Option("--hand-over-to", metavar="MEMBER_ID", help="Who takes over.")],
    *,
    on: Annotated[
        str, typer.Option("--on", metavar="DATE", help="From which day on (YYYY-MM-DD); else from now.")
    ] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """End a membership; whoever takes over gets all that is still open, in one step."""
    from states.casebook.team.ending import end

    with acting(member) as (book, by):
        day = _day(on, book.pack) if on else book.clock()
        handed = end(book, id_, by=by, on=day, hand_over_to=to)
        ahead = day > book.clock()
    when_ = f"will end on {day:%Y-%m-%d}; {to} then takes over" if ahead else f"has ended; {to} took over"
    said = f"The membership of {id_} {when_}{' in ' + counted(len(handed), 'case') if handed else ''}."
    answer({"id": id_, "on": day, "hand_over_to": to, "cases": handed}, said, as_json=as_json)


def _day(text: str, pack: "Pack") -> datetime:
    """The first moment of a day, where the institution is."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadInput("--on takes a day, as in 2026-06-30. Nothing was written.") from None
    return datetime.combine(day, time(0), zone_of(pack))


def _known_by(identifiers: Iterable[str], mailboxes: Iterable[str], names: Iterable[str]) -> dict[str, Any]:
    pairs = [given.partition("=") for given in identifiers]
    if not all(kind in set(IdentifierKind) and equals and value for kind, equals, value in pairs):
        kinds = ", ".join(IdentifierKind)
        raise BadInput(f"--identifier takes KIND=VALUE, with one of the kinds {kinds}. Nothing was written.")
    values = {kind: value for kind, _, value in pairs}
    return {"identifiers": values, "mailboxes": list(mailboxes), "other_names": list(names)}


def _said(now: "Actor", *, as_json: bool) -> None:
    data = {"id": now.id, "offices": sorted(now.offices), "roles": sorted(now.roles)}
    answer(data, f"{now.id} is on the team as {', '.join(data['roles'])}.", as_json=as_json)


@team.command("list")
def list_members(*, member: As = "", as_json: AsJson = False) -> None:
    """List the team's members."""
    from states.access import SYSTEM
    from states.casebook.team.members import members

    with acting(member) as (book, _by):
        known = members(book, by=SYSTEM)
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
    effective_at: Annotated[
        str,
        typer.Option("--effective-at", metavar="TIME", help="From when it holds."),
    ],
    *,
    approved_by: Annotated[
        str, typer.Option("--approved-by", help="Who gave it the final approval, by name, if somebody has.")
    ] = "",
    in_force: Annotated[
        bool, typer.Option("--in-force", help="It is about the version of the policy pack that is in force.")
    ] = False,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("review")] = False,
) -> None:
    """Enter a review of the plan into the record of reviews and revisions; it then waits for approval."""
    from states.calendar.moments import moment
    from states.casebook.team import reviews
    from states.contents.team import ReviewContent

    with acting(member) as (book, by):
        effective = moment(effective_at, "--effective-at", here(book))
        content = read_content(ReviewContent, file, book)
        made = reviews.record_review(
            book,
            content,
            by=by,
            approved_by=approved_by,
            effective_at=effective,
            pack=book.pack if in_force else None,
        )
    waits = "" if approved_by else f" It waits for approval: `tat team approve-review {made[:8]}`."
    answer({"review": made}, f"The review is on record ({made[:8]}).{waits}", as_json=as_json)


@team.command("approve-review")
def approve_review(
    review: Annotated[str, typer.Argument(metavar="REVIEW_ID", help="The review; see `tat team reviews`.")],
    approved_by: Annotated[str, typer.Option("--approved-by", help="Who gave the final approval, by name.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Put on record who gave a review of the plan its final approval; its reminders end."""
    from states.casebook.team import reviews

    with acting(member) as (book, by):
        reviews.approve(book, review, by=by, approved_by=approved_by)
    answer({"review": review}, "The approval is on record.", as_json=as_json)


@team.command("reviews")
def list_reviews(*, member: As = "", as_json: AsJson = False) -> None:
    """Show the record of reviews and revisions of the plan, newest first."""
    from states.casebook.team import reviews

    with acting(member) as (book, by):
        lines, typed = reviews.listed(book, by=by), here(book)
        terms = book.pack.annual_review
    data = [asdict(line) for line in lines]
    rows = [
        (
            line.review_id[:8],
            f"{line.at.astimezone(typed.zone):%Y-%m-%d}",
            line.sections_revised,
            line.version,
            line.approved_by or "waits for approval",
            f"{line.effective_at.astimezone(typed.zone):%Y-%m-%d}",
            line.by,
        )
        for line in lines
    ]
    shown = table(
        ("#Id", "Reviewed", "Sections revised", "Version", "Approved by", "Holds from", "Entered by"), rows
    )
    said = f"The final approval is with the {terms.approved_by}; the document is kept by {terms.kept_by}."
    answer(data, shown if rows else "No review is on record yet.", f"\n{said}", as_json=as_json)


@team.command("correct")
def correct_record(
    record: Annotated[
        str,
        typer.Argument(
            metavar="RECORD_ID",
            help="A review, an agreement, or a meeting of the semester: see `tat team reviews`, `tat team "
            "agreements`, `tat meeting all`.",
        ),
    ],
    file: File,
    reason: Reason,
    *,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("team_correction")] = False,
) -> None:
    """Correct fields of a record of the team's, saying why; its former wording stays."""
    from states.casebook.rearranging import of_team

    given = read_json(file)
    if not isinstance(given, dict):
        raise BadInput(
            'A correction is a JSON object of fields: {"purpose": "…"}. Nothing was written: see --example.'
        )
    with acting(member) as (book, by):
        whole = of_team.put_right(book, record, given, by=by, because=reason)
    said = f"{whole[:8]} is corrected; its former wording stays on record."
    answer({"record": whole, "fields": sorted(given)}, said, as_json=as_json)
