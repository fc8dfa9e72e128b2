"""`tat plan`, `tat meeting`: what the team does about a case."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.members.case.casework import record_id
from console.cli.terminal.answering import answer
from console.cli.terminal.files import example, read_content
from console.cli.terminal.options import As, AsJson, File, IfVersion, Number
from console.cli.terminal.session import acting, here, zone_of
from console.shown.parts import Part, read, sentence, table, when
from states.vocabulary.plans import MeetingKind

if TYPE_CHECKING:
    from console.shown.case.opened import Opened

plans = typer.Typer(no_args_is_help=True, help="Plans: drafted, approved, carried out, and coming back.")
meetings = typer.Typer(no_args_is_help=True, help="Meetings of the team: called, held, with minutes.")


def show_records(
    number: str,
    member: str,
    tables: tuple[str, ...],
    part: "Callable[[Opened], Iterator[Part]]",
    *,
    as_json: bool,
) -> None:
    """Show some of a case's records, as the case's page has them; that they were read goes on record."""
    from console.shown.case.opened import Opened
    from states.casebook.reading import whole_case
    from states.casebook.rounds import sweeping

    with acting(member) as (book, by):
        dossier = whole_case.dossier(book, number, by=by)
        zone = zone_of(book.pack, dossier["case"]["site"])
        clocks = sweeping.running(book, by=by, number=number)
        shown = list(part(Opened(dossier, clocks, (), (), book.pack, zone)))
    data = {"number": number} | {table: dossier[table] for table in tables}
    answer(data, *(shown or [sentence(f"{number} has none yet.")]), as_json=as_json)


@plans.command("draft")
def draft_plan(
    number: Number,
    file: File,
    *,
    if_version: IfVersion = None,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("plan")] = False,
) -> None:
    """Draft a plan with its actions and referrals; it takes the place of the draft before it."""
    from states.casebook.plan import planning
    from states.contents.plans import PlanContent

    with acting(member) as (book, by):
        made = planning.draft_plan(
            book, number, read_content(PlanContent, file, book), by=by, expected=if_version
        )
    said = f"{number}: the plan is drafted ({made[:8]}); somebody else has to approve it."
    answer({"number": number, "plan": made}, said, as_json=as_json)


@plans.command("approve")
def approve_plan(
    number: Number,
    plan: Annotated[str, typer.Argument(metavar="PLAN_ID", help="The plan; see `tat plan show`.")],
    *,
    if_version: IfVersion = None,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Approve a plan that somebody else wrote; says what it leaves as it is, and what it leaves out."""
    from console.shown.case.measures.carried import leaves_of
    from states.casebook.plan import planning

    with acting(member) as (book, by):
        record = record_id(book, number, plan, by, "plans")
        planning.approve_plan(book, number, record, by=by, expected=if_version)
        leaves = leaves_of(book, number, by=by)
    answer(
        {"number": number, "plan": record, **asdict(leaves)},
        f"{number}: the plan is approved.",
        *leaves.sentences,
        as_json=as_json,
    )


@plans.command("show")
def show_plans(number: Number, *, member: As = "", as_json: AsJson = False) -> None:
    """Show a case's plans, with actions and check-ins."""
    from console.shown.case.measures.plans import plans as part

    tables = ("plans", "plan_actions", "reintegration_plans", "check_ins")
    show_records(number, member, tables, part, as_json=as_json)


@plans.command("reintegration")
def draft_reintegration(
    number: Number,
    file: File,
    *,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("reintegration")] = False,
) -> None:
    """Draft the plan for coming back: conditions and check-ins."""
    from states.casebook.plan import coming_back
    from states.contents.plans import ReintegrationContent

    with acting(member) as (book, by):
        content = read_content(ReintegrationContent, file, book)
        made = coming_back.draft_reintegration(book, number, content, by=by)
    said = f"{number}: the reintegration plan is drafted ({made[:8]})."
    answer({"number": number, "plan": made}, said, as_json=as_json)


@plans.command("check-in")
def check_in(
    number: Number,
    check: Annotated[str, typer.Argument(metavar="CHECK_IN_ID", help="The check-in; see `tat plan show`.")],
    *,
    waive: Annotated[
        str, typer.Option("--waive", metavar="REASON", show_default=False, help="Why not.")
    ] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Say that a check-in took place, or waive it."""
    from states.casebook.plan import coming_back

    with acting(member) as (book, by):
        record = record_id(book, number, check, by, "check_ins")
        coming_back.settle_check_in(book, number, record, by=by, waived_because=waive)
    said = f"{number}: the check-in is {'waived' if waive else 'done'}."
    answer({"number": number, "check_in": record, "waived": bool(waive)}, said, as_json=as_json)


@meetings.command("schedule")
def schedule_meeting(
    number: Number,
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="When, as in tomorrow 5 pm.")],
    *,
    kind: Annotated[MeetingKind, typer.Option("--kind", case_sensitive=False)] = MeetingKind.REVIEW,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Call a meeting about a case; the invitations go out."""
    from states.calendar.moments import moment
    from states.casebook.plan import meetings as calling

    with acting(member) as (book, by):
        agreed = moment(at, "--at", here(book), ahead=True)
        made = calling.schedule(book, number, by=by, kind=kind, at=agreed)
        said = f"{number}: {kind} meeting called for {read(when(agreed, zone_of(book.pack)))} ({made[:8]})."
    answer({"number": number, "meeting": made, "at": agreed}, said, as_json=as_json)


@meetings.command("move")
def move_meeting(
    number: Number,
    meeting: Annotated[
        str, typer.Argument(metavar="MEETING_ID", help="The meeting; see `tat meeting list`.")
    ],
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="When (ISO 8601, with its time zone).")],
    because: Annotated[str, typer.Option("--because", help="Why; kept, sealed.", show_default=False)],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Move a meeting to another time; one that took place earlier, to when it did. Calendars are told."""
    from states.calendar.moments import moment
    from states.casebook.plan import meetings as moving

    with acting(member) as (book, by):
        agreed = moment(at, "--at", here(book))
        record = record_id(book, number, meeting, by, "meetings")
        moving.move(book, number, record, by=by, at=agreed, because=because)
        said = f"{number}: the meeting is moved to {read(when(agreed, zone_of(book.pack)))}."
    answer({"number": number, "meeting": record, "at": agreed}, said, as_json=as_json)


@meetings.command("cancel")
def cancel_meeting(
    number: Number,
    meeting: Annotated[
        str, typer.Argument(metavar="MEETING_ID", help="The meeting; see `tat meeting list`.")
    ],
    because: Annotated[str, typer.Option("--because", help="Why; kept, sealed.", show_default=False)],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Cancel a meeting that was called; it is taken out of calendars."""
    from states.casebook.plan import meetings as cancelling

    with acting(member) as (book, by):
        record = record_id(book, number, meeting, by, "meetings")
        cancelling.cancel(book, number, record, by=by, because=because)
    answer({"number": number, "meeting": record}, f"{number}: the meeting is canceled.", as_json=as_json)


@meetings.command("hold")
def hold_meeting(
    number: Number,
    meeting: Annotated[
        str, typer.Argument(metavar="MEETING_ID", help="The meeting; see `tat meeting list`.")
    ],
    file: File,
    *,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("minutes")] = False,
) -> None:
    """Record that a meeting took place: who was there, and the minutes."""
    from states.casebook.plan import meetings as holding
    from states.contents.plans import MinutesContent

    with acting(member) as (book, by):
        content = read_content(MinutesContent, file, book)
        record = record_id(book, number, meeting, by, "meetings")
        quorate = holding.hold(book, number, record, content, by=by)
    of_quorum = (
        "the meeting had a quorum."
        if quorate
        else "the meeting had NO quorum: it does not count, the clock goes on, and the team is called again."
    )
    said = f"{number}: the minutes are on record; {of_quorum}"
    answer({"number": number, "meeting": record, "quorate": quorate}, said, as_json=as_json)


@meetings.command("answer")
def answer_invitation(
    number: Number,
    meeting: Annotated[
        str, typer.Argument(metavar="MEETING_ID", help="The meeting; see `tat meeting list`.")
    ],
    *,
    comes: Annotated[bool, typer.Option("--comes/--cannot", help="Whether you come.")] = True,
    because: Annotated[
        str, typer.Option("--because", show_default=False, help="Why not, and who comes instead.")
    ] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Say whether you come to a meeting; your newest word counts."""
    from states.casebook.landing import invitations
    from states.contents.inquiry import RemarkContent

    with acting(member) as (book, by):
        record = record_id(book, number, meeting, by, "meetings")
        invitations.answer(book, record, RemarkContent.read({"text": because}), comes=comes, by=by)
    said = f"{number}: it is on record that you {'come' if comes else 'cannot come'}."
    answer({"number": number, "meeting": record, "comes": comes}, said, as_json=as_json)


@meetings.command("list")
def list_meetings(number: Number, *, member: As = "", as_json: AsJson = False) -> None:
    """Show a case's meetings, with their minutes."""
    from console.shown.case.measures.meetings import meetings as part

    show_records(number, member, ("meetings",), part, as_json=as_json)


@meetings.command("all")
def list_all_meetings(*, member: As = "", as_json: AsJson = False) -> None:
    """Show the meetings ahead and those held, of all cases that are yours to read, and the team's."""
    from states.casebook.reading import meetings as listing

    with acting(member) as (book, by):
        lines = listing.listed(book, by=by)
        zone = zone_of(book.pack)
    rows = [
        (
            line.meeting_id[:8],
            line.number or "the team's",
            line.kind,
            line.level or "",
            when(line.held_at or line.at, zone),
            "held" if line.held_at else "called",
        )
        for line in lines
    ]
    columns = ("#Id", "#Case", "#Kind", "#Level", "#When", "#How it stands")
    answer(lines, table(columns, rows) if rows else sentence("There is none yet."), as_json=as_json)


@meetings.command("minutes")
def show_semester_minutes(
    meeting: Annotated[
        str,
        typer.Argument(metavar="MEETING_ID", help="Its whole id; see `tat meeting all --json`."),
    ],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Show the minutes of a meeting without a case; those of a case's meetings: `tat meeting list`."""
    from states.casebook.landing import semester_meetings

    with acting(member) as (book, by):
        held = semester_meetings.read(book, meeting, by=by)
    answer(held, sentence(held.said.minutes), as_json=as_json)


@meetings.command("semester")
def hold_semester_meeting(
    file: File,
    *,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("team_minutes")] = False,
) -> None:
    """Record the team's meeting of a semester without active cases."""
    from states.casebook.landing import semester_meetings
    from states.contents.plans import TeamMinutesContent

    with acting(member) as (book, by):
        content = read_content(TeamMinutesContent, file, book)
        made = semester_meetings.hold(book, content, by=by)
    answer({"meeting": made}, f"The semester's meeting is on record ({made[:8]}).", as_json=as_json)
