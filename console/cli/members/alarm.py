"""`tat alarm raise|list|show|take-over` and `tat duty`: emergencies, who answers them, and who is on call."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.terminal.answering import answer
from console.cli.terminal.options import COUNTED, As, AsJson, Limit, Number, Reason, cut
from console.cli.terminal.session import acting, found, here, zone_of
from console.shown.parts import Part, code, codes, pairs, phrase, sentence, table, when
from console.shown.phoning import alert, phone_now
from states.vocabulary.danger import Danger

if TYPE_CHECKING:
    from states.casebook import Casebook

alarms = typer.Typer(no_args_is_help=True, help="Emergencies: raise the alarm, see who has taken over.")
duty = typer.Typer(no_args_is_help=True, help="Who is on call for the team, day and night.")


@alarms.command("raise")
def raise_alarm(
    number: Number,
    reason: Reason,
    *,
    danger: Annotated[
        list[Danger] | None,
        typer.Option("--danger", case_sensitive=False, help="What makes it an emergency; several times."),
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], metavar="DAY", help="The day that a threat is for."),
    ] = None,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Alert the police and call an emergency meeting at once; says whom to phone now."""
    from states.casebook.intake import begun

    with acting(member) as (book, by):
        raised = begun.raise_alarm(
            book,
            number,
            by=by,
            given={"reason": reason},
            dangers=danger or (),
            threatened_for=None if on is None else on.date(),
        )
        told = phone_now(book, *raised.sites)
    answer({"number": number, **told}, alert(told), f"{number}: the alarm is out.", as_json=as_json)


@alarms.command("list")
def list_alarms(
    *,
    open_only: Annotated[bool, typer.Option("--open", help="Only those that nobody has taken over.")] = False,
    limit: Limit = 50,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """List alarms, newest first, and whether somebody has taken over."""
    from states.casebook.alarms import answers

    with acting(member) as (book, by):
        every = answers.alarms(book, by=by, open_only=open_only, limit=limit + COUNTED)
        lines, more = cut(every, limit)
        zone = zone_of(book.pack)
    rows = [
        (
            line.number,
            when(line.sounded_at, zone),
            line.site,
            line.level or "imminent",
            when(line.police_alerted_at, zone) or "NOT YET",
            "a newer one goes on" if line.followed_by else when(line.taken_over_at, zone) or "NOBODY YET",
        )
        for line in lines
    ]
    columns = ("#Case", "#Sounded", "Where", "Risk", "Police called", "Taken over")
    answer(lines, table(columns, rows) if rows else "There is no such alarm.", *more, as_json=as_json)


@alarms.command()
def show(number: Number, *, member: As = "", as_json: AsJson = False) -> None:
    """Show a case's alarms: each call, whether it was answered, and by whom."""
    from console.shown.alarms import calls as in_words
    from states.casebook.alarms import answers, outcomes

    with acting(member) as (book, by):
        shown = answers.show(book, number, by=by)
        tried = outcomes.failing(book, [each.alarm.alarm_id for each in shown], by=by)
        pack, zone = book.pack, zone_of(book.pack)
    parts: list[Part | str] = []
    for each in shown:
        alarm = each.alarm
        parts.append(sentence("Alarm of ", when(alarm.sounded_at, zone), f" at {alarm.site}"))
        parts.append(
            pairs(
                (
                    ("Sounded by", code(alarm.cause)),
                    ("Risk", alarm.level or "imminent"),
                    ("What", codes(alarm.dangers)),
                    ("For when", alarm.threatened_for),
                    ("Taken over", when(alarm.taken_over_at, zone) or "NOBODY YET"),
                )
            )
        )
        calls = [
            (
                f"{call.round}.{call.step}",
                code(call.call),
                call.via,
                when(call.sent_at or call.due_at, zone),
                said.reads if said.tried else code(call.status),
            )
            for call, said in zip(
                each.calls, in_words(each.calls, pack, tried.get(alarm.alarm_id)), strict=True
            )
        ]
        if calls:
            parts.append(table(("#No.", "Whom", "By", "#When", "Came of it"), calls))
        parts += [
            pairs(
                (
                    (
                        "Took over" if one.took_over else "Answered, did not take over",
                        phrase(when(one.at, zone), f" by {one.way}: {one.who}, {one.agency or 'no agency'}"),
                    ),
                    ("Said", one.said),
                    ("Entered by", one.by),
                )
            )
            for one in each.answers
        ]
    answer(shown, *(parts or [f"{number}: no alarm was sounded."]), as_json=as_json)


@alarms.command("take-over")
def take_over(
    number: Number,
    who: Annotated[str, typer.Option("--who", help="Who took over: a name, or a badge number.")],
    *,
    agency: Annotated[str, typer.Option("--agency", help="For which agency.")] = "",
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="When, if not now.")] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Enter who took the alarm over, as they said by phone; nobody else is called then."""
    from states.casebook.alarms import answers
    from states.contents.closing import TakeOverContent

    content = TakeOverContent.read({"who": who, "agency": agency})
    from states.calendar.moments import moment

    with acting(member) as (book, by):
        since = moment(at, "--at", here(book)) if at else None
        alarm = answers.by_team(book, number, content, by=by, at=since)
    said = f"{number}: it is on record who took over; nobody else is called ({alarm[:8]})."
    answer({"number": number, "alarm": alarm}, said, as_json=as_json)


def stretch(book: "Casebook", since: str, until: str) -> "tuple[datetime, datetime]":
    """From when until when something is on the roster, as it was typed after ``--from`` and ``--until``."""
    from states.calendar.moments import moment

    return moment(since, "--from", here(book)), moment(until, "--until", here(book))


@duty.command("add")
def add(
    who: Annotated[str, typer.Argument(metavar="MEMBER_ID", help="Who is on call.")],
    *,
    since: Annotated[str, typer.Option("--from", metavar="TIME", help="From when, as in 2026-11-27 17:00.")],
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="Until when.")],
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Put a member on call."""
    from states.casebook.alarms import duty as roster

    with acting(member) as (book, by):
        starts_at, ends_at = stretch(book, since, until)
        shift = roster.put_on_call(book, who, by=by, starts_at=starts_at, ends_at=ends_at)
    answer({"shift": shift, "member": who}, f"{who} is on call ({shift[:8]}).", as_json=as_json)


@duty.command("remove")
def remove(
    shift: Annotated[str, typer.Argument(metavar="SHIFT_ID", help="See `tat duty list`.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Take a shift off the roster."""
    from states.casebook.alarms import duty as roster

    with acting(member) as (book, by):
        whole = found([one.shift_id for one in roster.roster(book, by=by).shifts], shift.strip().lower())
        roster.take_off_call(book, whole, by=by)
    answer({"shift": whole}, "The shift is off the roster.", as_json=as_json)


@duty.command("list")
def list_shifts(*, member: As = "", as_json: AsJson = False) -> None:
    """Show who is on call from now on, and when too few are."""
    from states.casebook.alarms import duty as roster

    with acting(member) as (book, by):
        now_on = roster.roster(book, by=by)
        zone = zone_of(book.pack)
    rows = [
        (
            one.shift_id[:8],
            one.member_id,
            when(one.starts_at, zone),
            when(one.ends_at, zone),
            one.offered_to,
        )
        for one in now_on.shifts
    ]
    off = [
        sentence(
            f"{one.member_id} is off ({one.time_off_id[:8]}) from ",
            when(one.starts_at, zone),
            " to ",
            when(one.ends_at, zone),
            ".",
        )
        for one in now_on.off
    ]
    gaps = [
        sentence(
            f"Fewer than {now_on.minimum} on call from ",
            when(start, zone),
            " to ",
            when(end, zone),
            ": the chair is called in their place.",
        )
        for start, end in now_on.gaps
    ]
    columns = ("#Id", "#Who", "#From", "#Until", "Offered to")
    shown = table(columns, rows) if rows else "Nobody is on the roster."
    answer(now_on, shown, *gaps, *off, as_json=as_json)
