"""`tat case move-report|split|merge|relate|…`: reports in their right case, cases beside others."""

from typing import Annotated

import typer

from console.cli.members.case.cases import cases
from console.cli.members.case.casework import record_id
from console.cli.terminal.answering import answer
from console.cli.terminal.options import As, AsJson, Number, Reason
from console.cli.terminal.session import acting
from states.vocabulary.cases import Relation
from states.vocabulary.counts import counted
from states.vocabulary.leaving import ReferralKind

ReportId = Annotated[str, typer.Argument(metavar="REPORT_ID", help="The report.")]
Other = Annotated[str, typer.Argument(metavar="OTHER", help="Number of the other case.")]
Kind = Annotated[
    Relation, typer.Option("--kind", case_sensitive=False, help="What they have to do with each other.")
]


def _left(number: str, left: int) -> str:
    if left:
        return f"{number} has {counted(left, 'report')} left."
    return f"{number} has no report left that counts: dismiss it, or merge it into the case it belongs to."


@cases.command("move-report")
def move_report(
    number: Number,
    report: ReportId,
    to: Annotated[str, typer.Option("--to", metavar="NUMBER", help="The case that it belongs to.")],
    reason: Reason,
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Move a report to the case that it belongs to; a verbal one and its follow-up go together."""
    from states.casebook.rearranging import moving

    with acting(member) as (book, by):
        whole = record_id(book, number, report, by, "reports")
        moved = moving.move_report(book, number, whole, to=to, by=by, because=reason)
    data = {"number": moved.number, "reports": moved.report_ids, "left": moved.left}
    answer(data, f"Moved to {moved.number}. {_left(number, moved.left)}", as_json=as_json)


@cases.command()
def split(
    number: Number,
    report: Annotated[
        list[str],
        typer.Option("--report", metavar="REPORT_ID", help="A report about somebody else; one or more."),
    ],
    reason: Reason,
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Open a case of their own for reports that are about somebody else."""
    from states.casebook.rearranging import moving

    with acting(member) as (book, by):
        whole = [record_id(book, number, each, by, "reports") for each in report]
        moved = moving.split(book, number, whole, by=by, because=reason)
    data = {
        "number": moved.number,
        "reports": moved.report_ids,
        "left": moved.left,
        "candidates": moved.candidates,
    }
    said = f"{moved.number} is a case of its own now: screen it. {_left(number, moved.left)}"
    if moved.candidates:
        said += f" It may be about the same person as {', '.join(moved.candidates)}."
    answer(data, said, as_json=as_json)


@cases.command()
def merge(
    number: Number,
    into: Annotated[str, typer.Option("--into", metavar="NUMBER", help="The case that goes on.")],
    reason: Reason,
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Let a case go on in another one about the same person: its reports move, and it is closed."""
    from states.casebook.rearranging import merging

    with acting(member) as (book, by):
        moved = merging.merge(book, number, into, by=by, because=reason)
    said = (
        f"{number} goes on in {into}, with {counted(len(moved.report_ids), 'report')}. What else was written "
        f"in it can still be read under {number}. `tat case unmerge` takes it back."
    )
    answer({"number": into, "merged": number, "reports": moved.report_ids}, said, as_json=as_json)


@cases.command()
def unmerge(number: Number, reason: Reason, *, member: As = "", as_json: AsJson = False) -> None:
    """Let a case stand on its own again; reopen it, then move its reports back."""
    from states.casebook.rearranging import merging

    with acting(member) as (book, by):
        merging.unmerge(book, number, by=by, because=reason)
    said = (
        f"{number} stands on its own again. Reopen it with `tat case act {number} reopen`, then move back "
        "the reports that are about it."
    )
    answer({"number": number}, said, as_json=as_json)


@cases.command("withdraw-report")
def withdraw_report(
    number: Number, report: ReportId, reason: Reason, *, member: As = "", as_json: AsJson = False
) -> None:
    """Put on record that a report was taken back, or entered by mistake; it does not count any more."""
    from states.casebook.rearranging import withdrawing

    with acting(member) as (book, by):
        whole = record_id(book, number, report, by, "reports")
        withdrawing.withdraw_report(book, number, whole, by=by, because=reason)
    said = f"{number}: the report does not count any more. `tat case reinstate-report` takes that back."
    answer({"number": number, "report": whole}, said, as_json=as_json)


@cases.command("reinstate-report")
def reinstate_report(
    number: Number, report: ReportId, reason: Reason, *, member: As = "", as_json: AsJson = False
) -> None:
    """Let a report count again that was withdrawn or marked deliberately false."""
    from states.casebook.rearranging import withdrawing

    with acting(member) as (book, by):
        whole = record_id(book, number, report, by, "reports")
        withdrawing.reinstate_report(book, number, whole, by=by, because=reason)
    answer({"number": number, "report": whole}, f"{number}: the report counts again.", as_json=as_json)


@cases.command("mark-false")
def mark_false(
    number: Number,
    report: ReportId,
    reason: Reason,
    *,
    recommendation: Annotated[
        str, typer.Option("--recommend", help="Refer whoever made it, too: what is recommended of them.")
    ] = "",
    to: Annotated[
        ReferralKind,
        typer.Option("--to", metavar="KIND", case_sensitive=False, help="What they are referred for."),
    ] = ReferralKind.CONDUCT,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Mark a report deliberately false, once a second member agrees, and open a case about who made it."""
    from states.casebook.rearranging import withdrawing
    from states.contents.plans import ReferralContent

    given = {"kind": to, "recommendation": recommendation}
    referral = ReferralContent.read(given) if recommendation else None
    with acting(member) as (book, by):
        whole = record_id(book, number, report, by, "reports")
        marked = withdrawing.mark_false(book, number, whole, by=by, because=reason, referral=referral)
    referred = marked.referred.referral_id if marked.referred else ""
    if referred:
        theirs = f", {marked.number}," if marked.number else ""
        then = f"Whoever made it has a case of their own{theirs} and is referred ({referred[:8]})."
    elif marked.number:
        then = (
            f"Whoever made it has a case of their own, {marked.number}: refer them from there "
            f"(`tat referral make {marked.number} conduct --recommend …`)."
        )
    else:
        then = "Nobody is referred from here: nobody knows who made it, or the chair and intake alone do."
    data = {"number": number, "report": whole, "about_the_reporter": marked.number, "referral": referred}
    answer(data, f"{number}: the report is marked deliberately false. {then}", as_json=as_json)


@cases.command()
def relate(
    number: Number, other: Other, kind: Kind, reason: Reason, *, member: As = "", as_json: AsJson = False
) -> None:
    """Say what two cases of different people have to do with each other."""
    from states.casebook.persons import relations

    with acting(member) as (book, by):
        made = relations.relate(book, number, other, kind, by=by, because=reason)
    data = {"number": number, "other": other, "kind": kind, "relation": made}
    answer(data, f"{number} and {other}: {kind.replace('_', ' ')}, on record of both.", as_json=as_json)


@cases.command()
def unrelate(
    number: Number, other: Other, kind: Kind, reason: Reason, *, member: As = "", as_json: AsJson = False
) -> None:
    """Take back what was said of two cases; that it was said stays on record."""
    from states.casebook.persons import relations

    with acting(member) as (book, by):
        relations.unrelate(book, number, other, kind, by=by, because=reason)
    data = {"number": number, "other": other, "kind": kind}
    answer(data, f"{number} and {other}: no longer {kind.replace('_', ' ')}.", as_json=as_json)
