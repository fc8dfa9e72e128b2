"""Whether a report is about somebody known: asked of a member who takes it, who is told what became of it.

Who reports from outside the team is asked nothing and told nothing of other cases: that there are some is not
theirs to learn.
"""

from dataclasses import dataclass
from typing import Any

from console.cli.terminal.answering import answer, say
from console.cli.terminal.asking import ask
from console.shown.hits import hits_shown
from console.shown.parts import pairs
from console.shown.phoning import shown_first
from states.access import MAY, Act, Actor
from states.casebook import Casebook
from states.casebook.intake.reports import Receipt
from states.casebook.persons import joining, searching
from states.contents.reports import ReportContent
from states.errors import BadInput
from states.persons.comparing import WORTH_A_LOOK
from states.persons.identity import Identity
from states.vocabulary.people import MatchReason, PersonRole

#: what joins a report to a case by itself
_JOINS = {MatchReason.SAME_CAMPUS_ID, MatchReason.SAME_EMPLOYEE_ID}


@dataclass(frozen=True, slots=True)
class Said:
    """What a member said of the cases that may be about the same person.

    Args:
        into: number of the case that is; empty: they did not say.
        apart: numbers of those that are not.
    """

    into: str = ""
    apart: tuple[str, ...] = ()


def ask_who(book: Casebook, content: ReportContent, *, by: Actor) -> Said:
    """Ask a member whether the report is about somebody known, where somebody known is like them (W-47).

    A report of imminent danger is not held up by it: the cases are suggested afterwards.
    """
    reads = not by.roles.isdisjoint(MAY[Act.READ])
    if content.imminent or not reads or not Identity.of(content.subject).entries():
        return Said()
    about = (PersonRole.SUBJECT, PersonRole.REPORTED)
    found = searching.search(book, content.subject, by=by)
    hits = [hit for hit in found if hit.role in about and hit.score >= WORTH_A_LOOK]
    if not hits or any(not _JOINS.isdisjoint(hit.reasons) for hit in hits):
        return Said()
    say(hits_shown(hits))
    apart: list[str] = []
    for hit in hits:
        said = ask(
            f"Is it the person of {hit.number}? (y / n / leave empty: the team decides later)", _answered
        )
        if said is True:
            return Said(hit.number, tuple(apart))
        if said is False:
            apart.append(hit.number)
    return Said("", tuple(apart))


def _answered(text: str) -> bool | None:
    known = {"": None, "y": True, "yes": True, "n": False, "no": False}
    if text.casefold() not in known:
        raise BadInput("Answer y or n, or leave it empty.")
    return known[text.casefold()]


def keep_apart(book: Casebook, receipt: Receipt, said: Said, *, by: Actor) -> None:
    """Put on record which of the suggested cases are about somebody else, as the member said."""
    for number in said.apart:
        if number in receipt.candidates:
            joining.confirm_link(book, receipt.number, number, by=by, same_person=False)


def show_receipt(
    book: Casebook, receipt: Receipt, phoning: dict[str, Any], *, by: Actor, as_json: bool
) -> None:
    """Say whom to phone about a danger, and what became of a report, as far as whoever reported may know it.

    Args:
        book: the casebook.
        receipt: what became of it.
        phoning: from :func:`console.shown.phoning.phone_now`; empty: nobody is in danger.
        by: who reported.
        as_json: whether one JSON document is wanted.
    """
    if not searching.may_open(book, [receipt.number], by=by):
        data: dict[str, Any] = {"report_id": receipt.report_id, "number": None, "joined": None}
        told = "The report is taken, and the team will look at it. Keep its reference:"
        answer(
            data | {"candidates": []} | phoning,
            *shown_first(phoning),
            told,
            pairs([("Report", receipt.report_id)]),
            as_json=as_json,
        )
        return
    candidates = searching.may_open(book, receipt.candidates, by=by)
    what = "is now part of" if receipt.joined else "opened"
    shown = [("Report", receipt.report_id)]
    if receipt.doubtful:
        shown.append(("Look again", "it names somebody else than that case is about"))
    if candidates:
        shown.append(("May be the same person", ", ".join(candidates)))
        shown.append(("To decide", f"tat case link {receipt.number} OTHER --same | --different"))
    data = {
        "report_id": receipt.report_id,
        "number": receipt.number,
        "joined": receipt.joined,
        "candidates": candidates,
        "doubtful": receipt.doubtful,
    }
    said = f"The report {what} {receipt.number}."
    answer(data | phoning, *shown_first(phoning), said, pairs(shown), as_json=as_json)
