"""`tat referral`: what was recommended to offices, how far each has come, and what came of it."""

from typing import Annotated, Any

import typer

from console.cli.members.case.casework import record_id
from console.cli.members.plan.planning import show_records
from console.cli.terminal.answering import answer
from console.cli.terminal.options import As, AsJson, Number
from console.cli.terminal.session import acting
from states.vocabulary.leaving import ReferralKind, ReferralStatus
from states.vocabulary.plans import Attendance
from states.vocabulary.sources import LegalBasis

referrals = typer.Typer(no_args_is_help=True, help="Referrals: what was recommended, and what came of it.")

Referral = Annotated[str, typer.Argument(metavar="REFERRAL_ID", help="See `tat referral list`.")]

#: an office's answer to a referral
Answer = Annotated[
    ReferralStatus, typer.Argument(metavar="ANSWER", help="acknowledged, accepted, declined or completed.")
]


@referrals.command("list")
def list_referrals(number: Number, *, member: As = "", as_json: AsJson = False) -> None:
    """Show a case's referrals, how far each has come, and what offices made of them."""
    from console.shown.case.measures.referrals import referrals as part

    show_records(number, member, ("referrals",), part, as_json=as_json)


@referrals.command("show")
def show_referral(number: Number, referral: Referral, *, member: As = "", as_json: AsJson = False) -> None:
    """Show one referral: its way, what left with it, what it waits for, and all that happened to it."""
    from console.cli.terminal.session import zone_of
    from console.shown.case.measures.referrals import referral_history
    from console.shown.case.opened import Opened
    from states.casebook.reading import timeline, whole_case
    from states.casebook.rounds import sweeping

    with acting(member) as (book, by):
        record = record_id(book, number, referral, by, "referrals")
        dossier = whole_case.dossier(book, number, by=by)
        events = [
            event
            for event in timeline.timeline(book, number, by=by)
            if record in (event.data.get("referral"), event.data.get("about"))
        ]
        waits = [clock for clock in sweeping.running(book, by=by, number=number) if clock.about == record]
        zone = zone_of(book.pack, dossier["case"]["site"])
        shown = list(referral_history(Opened(dossier, (), (), (), book.pack, zone), record, events, waits))
    (row,) = [row for row in dossier["referrals"] if row["id"] == record]
    data = {
        "number": number,
        "referral": row,
        "disclosures": [each for each in dossier["disclosures"] if each["about"] == record],
        "clocks": [{"clock": each.clock, "due_at": each.due_at, "stage": each.stage} for each in waits],
        "events": [{"at": each.at, "by": each.actor, "what": each.what, **each.data} for each in events],
    }
    answer(data, *shown, as_json=as_json)


@referrals.command("make")
def make(
    number: Number,
    kind: Annotated[
        ReferralKind,
        typer.Argument(metavar="KIND", case_sensitive=False, help="What is recommended."),
    ],
    *,
    recommendation: Annotated[
        str,
        typer.Option("--recommend", show_default=False, help="What is recommended, in the team's words."),
    ],
    basis: Annotated[
        LegalBasis | None,
        typer.Option("--basis", show_default=False, help="What permits it, if not what usually does."),
    ] = None,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Refer the person to an office at once, whatever stage the case is at."""
    from states.casebook.referrals import referring
    from states.contents.plans import ReferralContent

    with acting(member) as (book, by):
        content = ReferralContent.read({"kind": kind, "recommendation": recommendation})
        made = referring.refer(book, number, content, by=by, basis=basis)
        office = book.pack.office(made.office).name
    data = {
        "number": number,
        "referral": made.referral_id,
        "office": made.office,
        "needed": [{"guard": m.guard, "sentence": m.sentence, "who": m.who} for m in made.missing],
    }
    made_id = made.referral_id[:8]
    if not made.missing:
        answer(data, f"{number}: the referral goes to {office} now ({made_id}).", as_json=as_json)
        return
    said = (
        f"{number}: the referral to {office} is on record ({made.referral_id[:8]}), but it MAY NOT LEAVE YET."
    )
    needed = [f"  - {m.sentence} ({m.who})" for m in made.missing]
    answer(data, said, *needed, "It leaves by itself as soon as that is on record.", as_json=as_json)


@referrals.command("outcome")
def record_outcome(
    number: Number,
    referral: Referral,
    status: Answer,
    *,
    text: Annotated[
        str,
        typer.Option("--text", show_default=False, help="In the office's words; never of counseling."),
    ] = "",
    attendance: Annotated[
        Attendance | None, typer.Option("--attendance", help="Of completed counseling: whether they came.")
    ] = None,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Record what an office made of a referral; the case goes its own way."""
    from states.casebook.referrals import answers
    from states.contents.leaving import OutcomeContent

    with acting(member) as (book, by):
        record = record_id(book, number, referral, by, "referrals")
        content = OutcomeContent.read({"text": text})
        news = answers.record_outcome(book, number, record, status, content, by=by, attendance=attendance)
    data: dict[str, Any] = {"number": number, "referral": record, "status": status, "news": news}
    said = f"{number}: the referral is {status}." if news else f"{number}: that was on record already."
    answer(data, said, as_json=as_json)


@referrals.command("send-again")
def send_again(
    number: Number,
    referral: Referral,
    *,
    basis: Annotated[
        LegalBasis | None,
        typer.Option("--basis", help="What permits it, if not what usually does, such as consent."),
    ] = None,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Send a referral again: one that was held up or declined, or that the office is silent on."""
    from states.casebook.referrals import sending

    with acting(member) as (book, by):
        record = record_id(book, number, referral, by, "referrals")
        sending.send_again(book, number, record, by=by, basis=basis)
    said = f"{number}: the referral will be sent again."
    answer({"number": number, "referral": record}, said, as_json=as_json)


@referrals.command("send-link")
def send_link(number: Number, referral: Referral, *, member: As = "", as_json: AsJson = False) -> None:
    """Send an office the link for its next answer, when it cannot find the last one."""
    from states.casebook.referrals import sending

    with acting(member) as (book, by):
        record = record_id(book, number, referral, by, "referrals")
        sending.send_link(book, number, record, by=by)
    said = f"{number}: the office is sent its link again."
    answer({"number": number, "referral": record}, said, as_json=as_json)
