"""`tat team training|changes|agreements`, and what is entered of each."""

from dataclasses import asdict
from datetime import datetime, time
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.members.team import MemberId, team
from console.cli.terminal.answering import answer
from console.cli.terminal.options import As, AsJson
from console.cli.terminal.session import acting, found, here
from console.shown.parts import table

if TYPE_CHECKING:
    from states.access import Actor
    from states.calendar.moments import Here
    from states.casebook import Casebook


def first_moment(text: str, option: str, typed: "Here", *, past: bool = False) -> datetime:
    """The first moment of a day that somebody typed, where the institution is."""
    from states.calendar.moments import day

    return datetime.combine(day(text, option, typed, past=past, ahead=not past), time(0), typed.zone)


@team.command("trained")
def enter_training(
    id_: MemberId,
    kind: Annotated[str, typer.Option("--kind", metavar="CODE", help="Which: see `tat team training`.")],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="On which day they had it.")],
    *,
    lapses: Annotated[
        str, typer.Option("--lapses", metavar="DATE", help="From when it counts no more; else by the policy.")
    ] = "",
    where: Annotated[str, typer.Option("--where", help="Where, and with whom; kept sealed.")] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Enter that a member had a training; they and the chair are reminded before it lapses."""
    from states.casebook.team.upkeep import training
    from states.contents.team import TrainingContent

    with acting(member) as (book, by):
        typed = here(book)
        made = training.enter(
            book,
            id_,
            TrainingContent.read({"where": where}),
            by=by,
            kind=kind,
            done_at=first_moment(on, "--on", typed, past=True),
            lapses_at=first_moment(lapses, "--lapses", typed) if lapses else None,
        )
    answer({"training": made}, f"The training is on record ({made[:8]}).", as_json=as_json)


@team.command("take-back-training")
def take_back_training(
    training_id: Annotated[
        str, typer.Argument(metavar="TRAINING_ID", help="The training; see `tat team training`.")
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why it is taken back.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Take back a training that was entered by mistake; it stays on record with the reason."""
    from states.casebook.team.upkeep import training

    with acting(member) as (book, by):
        known = [line.training_id for line in training.listed(book, by=by).lines]
        whole = found(known, training_id.strip().lower())
        training.take_back(book, whole, by=by, because=reason)
    answer({"training": whole}, "The training counts no more.", as_json=as_json)


@team.command("training")
def list_training(*, member: As = "", as_json: AsJson = False) -> None:
    """Show who is current with which training: of everybody, or your own."""
    from console.shown.team.training import board, counted
    from states.casebook.team import members
    from states.casebook.team.upkeep import training

    with acting(member) as (book, by):
        record, zone = training.listed(book, by=by), here(book).zone
        people = board(record, members.names(book, by=by), book.pack, book.clock())
        kinds = book.pack.training
    rows = [
        (
            one.name,
            kept.title,
            kept.standing,
            f"{kept.until.astimezone(zone):%Y-%m-%d}" if kept.until else "",
            kept.line.training_id[:8] if kept.line else "",
        )
        for one in people
        for kept in one.kept
    ]
    shown = table(("Who", "Training", "Stands", "Until", "#Id"), rows)
    said = f"{counted(people)} Kinds: {', '.join(kinds)}." if kinds else "The policy names no training."
    answer(asdict(record), shown if rows else "", said, as_json=as_json)


@team.command("change-of-law")
def enter_change(
    title: Annotated[str, typer.Option("--title", help="What changed, in a line.")],
    what: Annotated[str, typer.Option("--what", help="What it means for the team.")],
    holds: Annotated[str, typer.Option("--holds-from", metavar="DATE", help="From which day it holds.")],
    *,
    source: Annotated[str, typer.Option("--source", help="Where it is to be read.")] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Tell the team of a change of law or policy: each is reminded until they confirm that they read it."""
    from states.casebook.team.upkeep import changes
    from states.contents.team import ChangeContent

    content = ChangeContent.read({"title": title, "what": what, "source": source})
    with acting(member) as (book, by):
        typed = here(book)
        made = changes.enter(book, content, by=by, holds_at=first_moment(holds, "--holds-from", typed))
    answer({"change": made}, f"The team is told of it ({made[:8]}).", as_json=as_json)


@team.command("changes")
def list_changes(*, member: As = "", as_json: AsJson = False) -> None:
    """Show the changes of law and policy, and who has not confirmed that they read them."""
    from states.casebook.team.upkeep import changes

    with acting(member) as (book, by):
        lines, zone = changes.listed(book, by=by), here(book).zone
    rows = [
        (
            line.change_id[:8],
            line.title,
            f"{line.holds_at.astimezone(zone):%Y-%m-%d}",
            "not yet" if line.waits else "read" if line.read_at else "",
            ", ".join(line.unread_by),
        )
        for line in lines
    ]
    shown = table(("#Id", "What changed", "Holds from", "By you", "Not read by"), rows)
    answer(
        [asdict(line) for line in lines],
        shown if rows else "The team was told of no change yet.",
        as_json=as_json,
    )


@team.command("confirm")
def confirm_change(
    change: Annotated[str, typer.Argument(metavar="CHANGE_ID", help="The change; see `tat team changes`.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Confirm that you read a change of law or policy; your reminders of it end."""
    from states.casebook.team.upkeep import changes

    with acting(member) as (book, by):
        whole = found([line.change_id for line in changes.listed(book, by=by)], change.strip().lower())
        changes.confirm(book, whole, by=by)
    answer({"change": whole}, "It is on record that you read it.", as_json=as_json)


@team.command("take-back-change")
def take_back_change(
    change: Annotated[str, typer.Argument(metavar="CHANGE_ID", help="The change; see `tat team changes`.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it is taken back.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Take back a change that the team was told of by mistake."""
    from states.casebook.team.upkeep import changes

    with acting(member) as (book, by):
        whole = found([line.change_id for line in changes.listed(book, by=by)], change.strip().lower())
        changes.take_back(book, whole, by=by, because=reason)
    answer({"change": whole}, "Nobody is asked to read it any more.", as_json=as_json)


@team.command("agreement")
def enter_agreement(
    partner: Annotated[str, typer.Option("--partner", help="With which agency.")],
    kind: Annotated[
        list[str],
        typer.Option("--kind", metavar="CODE", help="What it is asked under it, as in `tat sources`."),
    ],
    signed: Annotated[str, typer.Option("--signed", metavar="DATE", help="On which day it was signed.")],
    *,
    ends: Annotated[
        str, typer.Option("--ends", metavar="DATE", help="On which day it ends; else it has no end.")
    ] = "",
    purpose: Annotated[str, typer.Option("--for", help="What for; kept sealed.")] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Put an agreement with another agency on record, which its look-ups rest on."""
    from states.casebook.team.upkeep import agreements
    from states.contents.team import AgreementContent
    from states.vocabulary.sources import SourceKind

    content = AgreementContent.read({"partner": partner, "purpose": purpose})
    with acting(member) as (book, by):
        typed = here(book)
        made = agreements.enter(
            book,
            content,
            by=by,
            kinds=[SourceKind(each) for each in kind],
            signed_at=first_moment(signed, "--signed", typed, past=True),
            ends_at=first_moment(ends, "--ends", typed) if ends else None,
        )
    answer({"agreement": made}, f"The agreement is on record ({made[:8]}).", as_json=as_json)


@team.command("agreements")
def list_agreements(*, member: As = "", as_json: AsJson = False) -> None:
    """Show the agreements with other agencies, what rests on each, and until when it holds."""
    from states.casebook.team.upkeep import agreements

    with acting(member) as (book, by):
        lines, typed = agreements.listed(book, by=by), here(book)
    rows = [
        (
            line.agreement_id[:8],
            line.partner,
            ", ".join(line.kinds),
            f"{line.signed_at.astimezone(typed.zone):%Y-%m-%d}",
            f"{line.ends_at.astimezone(typed.zone):%Y-%m-%d}" if line.ends_at else "no end",
            "ran out" if line.is_over(typed.now) else "holds",
        )
        for line in lines
    ]
    shown = table(("#Id", "With", "What rests on it", "Signed", "Ends", "Stands"), rows)
    answer([asdict(line) for line in lines], shown if rows else "No agreement is on record.", as_json=as_json)


@team.command("review-agreement")
def review_agreement(
    agreement: Annotated[str, typer.Argument(metavar="AGREEMENT_ID", help="See `tat team agreements`.")],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="On which day it was looked at.")],
    *,
    until: Annotated[
        str, typer.Option("--until", metavar="DATE", help="Until when it was renewed; else as it was.")
    ] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Put on record that an agreement was looked at again, and until when it was renewed."""
    from states.casebook.team.upkeep import agreements

    with acting(member) as (book, by):
        typed = here(book)
        whole = _agreement(book, by, agreement)
        agreements.review(
            book,
            whole,
            by=by,
            reviewed_at=first_moment(on, "--on", typed, past=True),
            ends_at=first_moment(until, "--until", typed) if until else None,
        )
    answer({"agreement": whole}, "The review is on record.", as_json=as_json)


@team.command("end-agreement")
def end_agreement(
    agreement: Annotated[str, typer.Argument(metavar="AGREEMENT_ID", help="See `tat team agreements`.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Put on record that an agreement holds no more."""
    from states.casebook.team.upkeep import agreements

    with acting(member) as (book, by):
        whole = _agreement(book, by, agreement)
        agreements.end(book, whole, by=by)
    answer({"agreement": whole}, "The agreement holds no more.", as_json=as_json)


def _agreement(book: "Casebook", by: "Actor", start: str) -> str:
    from states.casebook.team.upkeep import agreements

    return found([line.agreement_id for line in agreements.listed(book, by=by)], start.strip().lower())
