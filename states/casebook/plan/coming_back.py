"""Coming back: the plan with conditions and check-ins, and what became of each check-in (W-45)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.casebook.plan.doing import remark_on
from states.casebook.plan.planning import still_ahead
from states.casebook.standing.taking_part import require_fit
from states.contents.inquiry import RemarkContent, reason
from states.contents.kept import CHECK_INS
from states.contents.plans import ReintegrationContent
from states.errors import Refused
from states.tables import CheckIn, Deadline, ReintegrationPlan, Remark, table_of
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock

_CLOCKS = table_of(Deadline)


@dataclass(frozen=True, slots=True)
class OwnCheckIn:
    """One check-in of somebody's own, opened.

    Args:
        check_in_id: its id.
        what: what was agreed.
        due_at: when it is to be held.
        done_at: when it was said to have taken place; None: it was not.
        waived: whether the team does without it.
    """

    check_in_id: str
    what: str
    due_at: datetime
    done_at: datetime | None
    waived: bool


def draft_reintegration(book: Casebook, number: str, content: ReintegrationContent, *, by: Actor) -> str:
    """Draft the plan for coming back: conditions and check-ins (W-45); returns its id.

    Raises:
        Refused: the case is not being monitored.
        BadInput: a check-in's owner is no active member, or its date has passed.
    """
    with book.page(number, by, Act.RECORD) as page:
        if page.case.state != CaseState.MONITORING:
            raise Refused(
                f"{number} is in {page.case.state}: reintegration is planned in Monitoring. "
                "Nothing was written."
            )
        plan = page.add(ReintegrationPlan(case_id=page.case.id, at=page.now, by=by.id), content)
        for agreed in content.check_ins:
            require_fit(page, agreed.owner)
            due_at = still_ahead(agreed.due_at, page.now) or page.now
            row = CheckIn(
                case_id=page.case.id,
                at=page.now,
                by=by.id,
                plan_id=plan.id,
                owner=agreed.owner,
                due_at=due_at,
            )
            page.add(row, agreed)
        page.log("reintegration_drafted", plan=plan.id, check_ins=len(content.check_ins))
        return plan.id


def own_check_ins(book: Casebook, number: str, *, by: Actor) -> list[OwnCheckIn]:
    """Open the check-ins of a case that are somebody's own; that they were read goes on record (P-08).

    Raises:
        NotPermitted: none is, and the person is not on the case.
    """
    with book.page(number, by, None) as page:
        mine = _own_check_ins(page)
        if not mine:
            permit(by, Act.READ, page.case)
        page.log("read", of="own check-ins", check_ins=[row.id for row in mine])
        return [
            OwnCheckIn(row.id, page.open(CHECK_INS, row).what, row.due_at, row.done_at, waived=row.waived)
            for row in mine
        ]


def _own_check_ins(page: Page) -> list[CheckIn]:
    """The check-ins of whoever opened the page that are agreed by a plan which began."""
    clocks = select(_CLOCKS.c.about).where(
        _CLOCKS.c.case_id == page.case.id, _CLOCKS.c.clock == Clock.CHECK_IN
    )
    began = set(page.connection.scalars(clocks))
    return [row for row in page.rows(CheckIn) if row.owner == page.by.id and row.id in began]


def settle_check_in(
    book: Casebook, number: str, check_in_id: str, *, by: Actor, waived_because: str = "", report: str = ""
) -> None:
    """Say that a check-in took place, or waive it with a reason (W-45).

    Args:
        book: the casebook.
        number: the case's number.
        check_in_id: the check-in.
        by: its owner, who need not be on the case to say that it took place; or a member on the case.
        waived_because: why it is not held; empty: it took place.
        report: how it went; empty: nothing is said.

    Raises:
        NotPermitted: it is not their own, or is to be waived, and they are not on the case.
        Refused: it is done or waived already.
    """
    said = RemarkContent.read({"text": report})
    with book.page(number, by, None) as page:
        if waived_because or check_in_id not in {row.id for row in _own_check_ins(page)}:
            permit(by, Act.RECORD, page.case)
        row = page.row(CheckIn, check_in_id)
        if row.done_at is not None or row.waived:
            message = (
                f"This check-in is {'done' if row.done_at else 'waived'} already. Nothing was written: what "
                "is on record stays; put what is new in a note (`tat case note`)."
            )
            raise Refused(message)
        if waived_because:
            remark = reason(waived_because, "a waiver")
            page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=check_in_id), remark)
            page.set(CheckIn, check_in_id, waived=True)
        else:
            page.set(CheckIn, check_in_id, done_at=page.now)
        remark_on(page, check_in_id, said)
        page.stop(Clock.CHECK_IN, about=check_in_id)
        page.log("check_in_waived" if waived_because else "checked_in", check_in=check_in_id)
