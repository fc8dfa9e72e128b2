"""`tat duty offer|take|decline|off|back`: shifts that go over to another, and times off."""

from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.members.alarm import duty, stretch
from console.cli.terminal.answering import answer
from console.cli.terminal.options import As, AsJson
from console.cli.terminal.session import acting, found

if TYPE_CHECKING:
    from states.access import Actor
    from states.casebook import Casebook

ShiftId = Annotated[str, typer.Argument(metavar="SHIFT_ID", help="See `tat duty list`.")]


@duty.command("offer")
def offer(
    shift: ShiftId,
    to: Annotated[str, typer.Option("--to", metavar="MEMBER_ID", help="To whom.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Offer a shift to another member: it stays with whoever has it until they take it."""
    from states.casebook.alarms import swaps

    with acting(member) as (book, by):
        whole = _shift(book, by, shift)
        swaps.offer(book, whole, by=by, to=to)
    answer({"shift": whole, "to": to}, f"The shift is offered to {to}, who is told.", as_json=as_json)


@duty.command("take")
def take(shift: ShiftId, *, member: As = "", as_json: AsJson = False) -> None:
    """Take a shift over that was offered to you."""
    _answer(shift, member, takes=True, said="The shift is yours.", as_json=as_json)


@duty.command("decline")
def decline(shift: ShiftId, *, member: As = "", as_json: AsJson = False) -> None:
    """Decline a shift that was offered to you, or take your own offer back."""
    _answer(shift, member, takes=False, said="The shift stays as it was.", as_json=as_json)


def _answer(shift: str, member: str, *, takes: bool, said: str, as_json: bool) -> None:
    from states.casebook.alarms import swaps

    with acting(member) as (book, by):
        whole = _shift(book, by, shift)
        swaps.answer(book, whole, by=by, takes=takes)
    answer({"shift": whole}, said, as_json=as_json)


@duty.command("off")
def off(
    who: Annotated[str, typer.Argument(metavar="MEMBER_ID", help="Who is off.")],
    *,
    since: Annotated[str, typer.Option("--from", metavar="TIME", help="From when, as in 2026-11-27 17:00.")],
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="Until when.")],
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Put down that a member is off: their shifts then lack somebody until they are handed over."""
    from states.casebook.alarms import swaps

    with acting(member) as (book, by):
        starts_at, ends_at = stretch(book, since, until)
        made = swaps.take_off(book, who, by=by, starts_at=starts_at, ends_at=ends_at)
    answer({"time_off": made, "member": who}, f"{who} is off then ({made[:8]}).", as_json=as_json)


@duty.command("back")
def back(
    time_off: Annotated[str, typer.Argument(metavar="TIME_OFF_ID", help="See `tat duty list`.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Strike time off: the member is there after all."""
    from states.casebook.alarms import duty as roster
    from states.casebook.alarms import swaps

    with acting(member) as (book, by):
        known = [one.time_off_id for one in roster.roster(book, by=by).off]
        whole = found(known, time_off.strip().lower())
        swaps.be_back(book, whole, by=by)
    answer({"time_off": whole}, "They are there.", as_json=as_json)


def _shift(book: "Casebook", by: "Actor", start: str) -> str:
    from states.casebook.alarms import duty as roster

    return found([one.shift_id for one in roster.roster(book, by=by).shifts], start.strip().lower())
