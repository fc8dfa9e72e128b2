"""`tat case guests|invite|guest-until|end-guest|break-glass|review-glass`: who sees a case for a time."""

from typing import Annotated

import typer

from console.cli.members.case.cases import cases
from console.cli.members.case.casework import record_id
from console.cli.terminal.answering import answer
from console.cli.terminal.options import As, AsJson, Number, Reason
from console.cli.terminal.session import acting, here, zone_of
from console.shown.parts import read, table, when
from states.vocabulary.spelling import words

Guest = Annotated[str, typer.Argument(metavar="MEMBER_ID", help="Whom it is about: see `tat team list`.")]

Until = Annotated[
    str, typer.Option("--until", metavar="TIME", help="Until when, as in `Fri 27 Nov 2026 17:00`.")
]


@cases.command("guests")
def list_guests(number: Number, *, member: As = "", as_json: AsJson = False) -> None:
    """List who is, or was, let to a case for a time: by the chair, or by break-glass."""
    from states.casebook.team.guests import listed

    with acting(member) as (book, by):
        lines = listed(book, number, by=by)
        zone = zone_of(book.pack)
    rows = [
        (
            line.stay_id[:8],
            line.member,
            words(line.way),
            read(when(line.until, zone)),
            "over" if line.is_over else "now",
            line.because,
            {True: "justified", False: "not justified", None: ""}[line.justified],
        )
        for line in lines
    ]
    columns = ("#Id", "#Member", "By", "Until", "Is", "Why", "Reviewed as")
    said = table(columns, rows) if rows else f"Nobody is, or was, let to {number} for a time."
    answer(lines, said, as_json=as_json)


@cases.command("invite")
def invite_guest(
    number: Number, who: Guest, until: Until, reason: Reason, *, member: As = "", as_json: AsJson = False
) -> None:
    """Bring an expert, or a member of another office, onto a case until a time; it ends by itself."""
    from states.calendar.moments import moment
    from states.casebook.team.guests import invite

    with acting(member) as (book, by):
        end = moment(until, "--until", here(book), ahead=True)
        stay = invite(book, number, who, by=by, until=end, because=reason)
        said = f"{number}: {who} is on it until {read(when(end, zone_of(book.pack)))}."
    answer({"number": number, "member": who, "stay": stay, "until": end}, said, as_json=as_json)


@cases.command("guest-until")
def guest_until(
    number: Number, who: Guest, until: Until, *, member: As = "", as_json: AsJson = False
) -> None:
    """Say anew until when somebody is on a case for a time."""
    from states.calendar.moments import moment
    from states.casebook.team.guests import let_until

    with acting(member) as (book, by):
        end = moment(until, "--until", here(book), ahead=True)
        let_until(book, number, who, by=by, until=end)
        said = f"{number}: {who} is on it until {read(when(end, zone_of(book.pack)))}."
    answer({"number": number, "member": who, "until": end}, said, as_json=as_json)


@cases.command("end-guest")
def end_guest(number: Number, who: Guest, *, member: As = "", as_json: AsJson = False) -> None:
    """End somebody's time on a case now; what they still had to do becomes the chair's."""
    from states.casebook.team.guests import end

    with acting(member) as (book, by):
        end(book, number, who, by=by)
    answer({"number": number, "member": who}, f"{number}: {who} is on it no more.", as_json=as_json)


@cases.command("break-glass")
def break_the_glass(number: Number, reason: Reason, *, member: As = "", as_json: AsJson = False) -> None:
    """Open a case that you are not on, in an emergency: to read it, for a time. The chair is told at once."""
    from states.casebook.team.break_glass import break_glass

    with acting(member) as (book, by):
        until = break_glass(book, number, by=by, because=reason)
        said = (
            f"{number}: you may read it until {read(when(until, zone_of(book.pack)))}. Whoever chairs is "
            "told, and somebody else will say whether it was justified."
        )
    answer({"number": number, "until": until}, said, as_json=as_json)


@cases.command("review-glass")
def review_glass(
    number: Number,
    stay: Annotated[str, typer.Argument(metavar="ID", help="Which one: see `tat case guests`.")],
    reason: Reason,
    *,
    justified: Annotated[bool, typer.Option("--justified/--not-justified", help="Whether it was right.")],
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Say, as a second person, whether a case was rightly opened in an emergency; if not, it is over."""
    from states.casebook.team.break_glass import review

    with acting(member) as (book, by):
        record = record_id(book, number, stay, by, "stays")
        review(book, number, record, by=by, justified=justified, because=reason)
    said = f"{number}: put down as {'justified' if justified else 'not justified'}."
    answer({"number": number, "stay": record, "justified": justified}, said, as_json=as_json)
