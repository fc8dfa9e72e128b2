"""What people read of a case: everything on record that they may see. Opening one is an event (P-08)."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlmodel import SQLModel

from states.access import Act, Actor, leads
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.casebook.persons import joining, relations
from states.casebook.standing.conflicts import hidden_numbers
from states.casebook.standing.decisions import knows_why
from states.casebook.statements import all_of, kinds_of
from states.tables import (
    Alarm,
    AlarmAnswer,
    Assessment,
    Attachment,
    Call,
    CheckIn,
    Concurrence,
    Confirmation,
    Conflict,
    Consent,
    Correction,
    Determination,
    Disclosure,
    DisclosureRequest,
    Disposition,
    HandOver,
    InvitationAnswer,
    Meeting,
    Note,
    Notice,
    Plan,
    PlanAction,
    PrivacyTalk,
    ProtectiveOrder,
    Rating,
    Referral,
    ReintegrationPlan,
    Release,
    ReleaseDecision,
    Remark,
    Report,
    ReportMessage,
    Reprisal,
    Screening,
    SourceQuery,
    Stay,
    Subject,
    Target,
    TargetStep,
    Tip,
)
from states.vocabulary.cases import CaseState
from states.withholding import OnCase, Withholding, on_case

#: what everybody on a case is told of a conflict of interest
TOLD_OF_CONFLICTS = ("id", "seq", "at", "member", "status", "decided_by", "decided_at")

#: who tells what others rated to whoever has not
TOLD_ONCE_RATED = "nobody, before you have rated yourself,"

#: the kinds of record that make up a case, in the order people read them
RECORDS: tuple[type[SQLModel], ...] = (
    Subject,
    Report,
    ReportMessage,
    Tip,
    Screening,
    Alarm,
    AlarmAnswer,
    Note,
    ProtectiveOrder,
    Attachment,
    Target,
    TargetStep,
    SourceQuery,
    Rating,
    Assessment,
    Concurrence,
    Confirmation,
    Conflict,
    Stay,
    Plan,
    PlanAction,
    Meeting,
    InvitationAnswer,
    Referral,
    ReintegrationPlan,
    CheckIn,
    Disposition,
    Remark,
    Notice,
    Determination,
    Consent,
    Disclosure,
    Correction,
    DisclosureRequest,
    Release,
    ReleaseDecision,
    HandOver,
    Call,
    PrivacyTalk,
    Reprisal,
)


def dossier(book: Casebook, number: str, *, by: Actor, leaving: bool = False) -> dict[str, Any]:
    """Open a whole case: its row, and every record with its content; leaves a ``read`` event.

    Of each record, ``withheld`` names the fields that this person may not see, and who can tell; in the
    content they are empty (:mod:`states.withholding`).

    Args:
        book: the casebook.
        number: the case's number.
        by: who reads it.
        leaving: whether it is to leave the team: then it holds what whoever it is handed to may see.

    Raises:
        NotPermitted: this person may not see the case.
        CaseErased: there is nothing left to see.
    """
    with book.page(number, by, Act.READ) as page:
        opened: dict[str, Any] = {"case": page.case.model_dump()}
        for name, rows in _rows(page):
            opened[name] = [_opened(page.key, name, row) for row in rows]
        _tell_plans_apart(opened)
        opened["case_links"] = joining.of_case(page.connection, page.case.id, by=by)
        _withhold(opened, {OnCase.OUTSIDE} if leaving else on_case(by, page.case))
        _keep_apart(opened, by.id)
        if leaving:
            _keep_drafts(opened)
            _keep_names_of_takers(opened)
        _leave_withdrawn(opened, "" if leaving else by.id, all_=not leaving and leads(by, page.case))
        if leaving or not knows_why(page):
            # What somebody is in the case may tell who reported (W-40).
            opened["conflicts"] = [{k: row[k] for k in TOLD_OF_CONFLICTS} for row in opened["conflicts"]]
        for file in opened["attachments"]:
            # What opens it where it lies leaves through `evidence` alone, which puts on record that it did.
            file["content"].pop("key", None)
        opened["case_relations"] = relations.of_case(page.connection, page.case.id, by, leaving=leaving)
        _leave_unnamed(page, opened, by)
        page.log("read")
        return opened


def _withhold(opened: dict[str, Any], given: Collection[OnCase]) -> None:
    withholding = Withholding(given, [report["id"] for report in opened["reports"] if report["private"]])
    names = [str(model.__tablename__) for model in RECORDS]
    known = {row["id"]: row for name in names for row in opened[name]}
    for name in names:
        corrects = name == "corrections"
        shown = [
            withholding.shown(name, row, known[row["about"]] if corrects else None) for row in opened[name]
        ]
        opened[name] = [row | {"withheld": withheld} for row, withheld in shown]


def _keep_apart(opened: dict[str, Any], by: str) -> None:
    """Show what others rated to those alone who have rated, too, until the team has assessed (W-19)."""
    settled = max((row["seq"] for row in opened["assessments"]), default=0)
    apart = [row for row in opened["ratings"] if row["seq"] > settled]
    if any(row["by"] == by for row in apart):
        return
    for row in apart:
        row["content"] = {"level": None, "criteria": [], "supports": {}, "ability": None, "factors": []}
        row["content"] |= {"instruments": [], "reason": ""}
        row["withheld"] = dict.fromkeys(row["content"], TOLD_ONCE_RATED)


def _keep_drafts(opened: dict[str, Any]) -> None:
    """Hand out no minutes that somebody only began: nobody has put them on record."""
    for row in opened["meetings"]:
        if row["held_at"] is None:
            row["content"] = {}


def _keep_names_of_takers(opened: dict[str, Any]) -> None:
    """Hand out which agency took an alarm over, and neither an officer's name nor their own words.

    Nor what stood there before it was corrected, nor why it was, which may name them.
    """
    for row in opened["alarm_answers"]:
        row["content"] |= {"who": "", "said": ""}
    for row in opened["corrections"]:
        if row["table"] == "alarm_answers":
            row["content"] |= {"reason": "", "former": {}}


def _leave_withdrawn(opened: dict[str, Any], by: str, *, all_: bool) -> None:
    """Tell nothing of what files that should not be here show, but to whoever added them, or leads."""
    gone = {
        row["id"] for row in opened["attachments"] if row["withdrawn_at"] and row["by"] != by and not all_
    }
    for row in opened["attachments"]:
        if row["id"] in gone:
            row["content"] |= {"name": "", "digest": ""}
    for row in opened["remarks"]:
        if row["about"] in gone:
            row["content"] = {"text": ""}


def _leave_unnamed(page: Page, opened: dict[str, Any], by: Actor) -> None:
    """Name no case that is not there for whoever reads: a report may have come from one, or gone there."""
    named = [
        (row, key)
        for row in (opened["case"], *opened["reports"])
        for key in ("merged_into", "moved_to", "came_from")
        if row.get(key)
    ]
    # That there is another case is told either way: it need not be asked for where none is named.
    hidden = hidden_numbers(page.connection, by) if named else frozenset()
    for row, key in named:
        row[key] = "another case" if row[key] in hidden else row[key]


def _tell_plans_apart(opened: dict[str, Any]) -> None:
    """Say of each plan what it is now: a draft, approved, in force, superseded by a newer one, or ended."""
    case, plans = opened["case"], opened["plans"]
    for place, plan in enumerate(plans, 1):
        newer = plans[place:]
        if plan["seq"] < case["began_seq"] or (plan["in_force_since"] and case["state"] == CaseState.CLOSED):
            plan["standing"] = "ended"
        elif any(one["in_force_since"] for one in newer) or (newer and not plan["in_force_since"]):
            plan["standing"] = "superseded"
        elif plan["in_force_since"]:
            plan["standing"] = "in force"
        else:
            plan["standing"] = "draft" if plan["approved_by"] is None else "approved"


def _rows(page: Page) -> Iterator[tuple[str, Sequence[Any]]]:
    """The rows of each kind, oldest first; what the case has none of is not asked for."""
    mine = {"of_case": page.case.id}
    (there,) = kinds_of(RECORDS).rows(page.connection, mine)
    for model, has_any in zip(RECORDS, there, strict=True):
        yield str(model.__tablename__), all_of(model).rows(page.connection, mine) if has_any else ()


def _opened(key: Any, table: str, row: Any) -> dict[str, Any]:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    content = values.pop("content", b"")
    values["content"] = key.open(table, row.id, content) if content else {}
    return values
