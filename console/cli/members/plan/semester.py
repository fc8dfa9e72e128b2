"""`tat meeting semester-call` and its like: the semester's meeting called, answered, moved, called off."""

from typing import Annotated

import typer

from console.cli.members.plan.planning import meetings
from console.cli.terminal.answering import answer
from console.cli.terminal.options import As, AsJson
from console.cli.terminal.session import acting, here, zone_of
from console.shown.parts import pairs, read, when

#: the meeting, by its whole id: it is of no case, among whose records one could look
Meeting = Annotated[
    str, typer.Argument(metavar="MEETING_ID", help="Its whole id; see `tat meeting all --json`.")
]


@meetings.command("semester-call")
def call_semester_meeting(
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="When, as in tomorrow 5 pm.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Call the team's meeting of the semester; the invitations go out."""
    from states.calendar.moments import moment
    from states.casebook.landing import semester_calls

    with acting(member) as (book, by):
        agreed = moment(at, "--at", here(book), ahead=True)
        made = semester_calls.call(book, by=by, at=agreed)
        said = f"The semester's meeting is called for {read(when(agreed, zone_of(book.pack)))} ({made})."
    answer({"meeting": made, "at": agreed}, said, as_json=as_json)


@meetings.command("semester-move")
def move_semester_meeting(
    meeting: Meeting,
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="When, as in tomorrow 5 pm.")],
    because: Annotated[
        str, typer.Option("--because", help="Why; everybody invited reads it.", show_default=False)
    ],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Move the semester's meeting to another time; calendars are told."""
    from states.calendar.moments import moment
    from states.casebook.landing import semester_calls

    with acting(member) as (book, by):
        agreed = moment(at, "--at", here(book))
        semester_calls.move(book, meeting, by=by, at=agreed, because=because)
        said = f"The semester's meeting is moved to {read(when(agreed, zone_of(book.pack)))}."
    answer({"meeting": meeting, "at": agreed}, said, as_json=as_json)


@meetings.command("semester-cancel")
def cancel_semester_meeting(meeting: Meeting, *, member: As = "", as_json: AsJson = False) -> None:
    """Call the semester's meeting off; it is taken out of calendars."""
    from states.casebook.landing import semester_calls

    with acting(member) as (book, by):
        semester_calls.cancel(book, meeting, by=by)
    answer({"meeting": meeting}, "The semester's meeting is called off.", as_json=as_json)


@meetings.command("semester-answer")
def answer_semester_meeting(
    meeting: Meeting,
    *,
    comes: Annotated[bool, typer.Option("--comes/--cannot", help="Whether you come.")] = True,
    because: Annotated[
        str, typer.Option("--because", show_default=False, help="Why not, and who comes instead.")
    ] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Say whether you come to the semester's meeting; your newest word counts."""
    from states.casebook.landing import semester_calls
    from states.contents.inquiry import RemarkContent

    with acting(member) as (book, by):
        semester_calls.answer(book, meeting, RemarkContent.read({"text": because}), comes=comes, by=by)
    said = f"It is on record that you {'come' if comes else 'cannot come'}."
    answer({"meeting": meeting, "comes": comes}, said, as_json=as_json)


@meetings.command("semester-coming")
def show_who_comes(meeting: Meeting, *, member: As = "", as_json: AsJson = False) -> None:
    """Show when the semester's meeting is, who comes, and whether they are enough."""
    from states.casebook.landing import semester_calls

    with acting(member) as (book, by):
        found = semester_calls.invitation(book, meeting, by=by)
        pack, zone = book.pack, zone_of(book.pack)
    stands = "held" if found.held_at else "called off" if found.is_off else "called"
    shown = pairs(
        [
            ("When", when(found.at, zone)),
            ("Stands", stands),
            ("Quorum", "yes" if found.is_quorum else "not by what people said so far"),
            ("Offices that come", ", ".join(pack.office(code).name for code in found.offices)),
            ("Needed, too", ", ".join(pack.office(code).name for code in found.lacking)),
            *(
                ("Comes" if each.comes else "Cannot come", f"{each.member} {each.text}".strip())
                for each in found.said
            ),
        ]
    )
    answer(found, shown, as_json=as_json)
