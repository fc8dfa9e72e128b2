"""Handing over: what somebody still had to do in a case becomes another's; nothing stays with nobody."""

from typing import Any

from sqlalchemy import Connection, select

from states.access import named
from states.casebook.page import Page
from states.contents.payloads import SCHEDULE_CHECKINS, CheckInsOfPlan
from states.guards.open_actions import STILL_OPEN
from states.tables import Case, CheckIn, Deadline, PlanAction, Target, table_of
from states.vocabulary.cases import CaseState

_CASES = table_of(Case)
_ACTIONS = table_of(PlanAction)
_CHECK_INS = table_of(CheckIn)
_TARGETS = table_of(Target)
_DEADLINES = table_of(Deadline)


def hand_over(page: Page, member: str, to: str) -> bool:
    """Give another all that somebody leads, owns or is waited for in a case; says whether there was anything.

    What is done stays theirs, and so does what they wrote.

    Args:
        page: the case.
        member: id of whoever had it.
        to: id of whoever has it from now on.
    """
    handed: dict[str, Any] = {}
    if page.case.lead == member:
        page.case.lead = to
        handed["lead"] = True
    mine = (_ACTIONS.c.case_id == page.case.id, _ACTIONS.c.owner == member, *STILL_OPEN)
    handed["actions"] = list(page.connection.scalars(select(_ACTIONS.c.id).where(*mine)))
    for action in handed["actions"]:
        page.set(PlanAction, action, owner=to)
    agreed = (
        *(_CHECK_INS.c.case_id == page.case.id, _CHECK_INS.c.owner == member),
        *(_CHECK_INS.c.done_at.is_(None), _CHECK_INS.c.waived.is_(False)),
    )
    check_ins = page.connection.execute(select(_CHECK_INS.c.id, _CHECK_INS.c.plan_id).where(*agreed)).all()
    handed["check_ins"] = [row.id for row in check_ins]
    if check_ins and page.case.state == CaseState.REINTEGRATION:
        entries = tuple(row.id for row in check_ins)
        page.owe(SCHEDULE_CHECKINS, CheckInsOfPlan(plan=check_ins[-1].plan_id, check_ins=entries))
    for row in check_ins:
        page.set(CheckIn, row.id, owner=to)
    followed = (
        *(_TARGETS.c.case_id == page.case.id, _TARGETS.c.owner == member),
        _TARGETS.c.settled_at.is_(None),
    )
    handed["targets"] = list(page.connection.scalars(select(_TARGETS.c.id).where(*followed)))
    for target in handed["targets"]:
        page.set(Target, target, owner=to)
    waited = (
        *(_DEADLINES.c.case_id == page.case.id, _DEADLINES.c.owner == member),
        _DEADLINES.c.satisfied_at.is_(None),
    )
    clocks = list(page.connection.scalars(select(_DEADLINES.c.id).where(*waited)))
    for clock in clocks:
        page.set(Deadline, clock, owner=to)
    if not any(handed.values()) and not clocks:
        return False
    page.log("handed_over", member=member, to=to, clocks=len(clocks), **handed)
    return True


def cases_of(connection: Connection, member: str) -> list[str]:
    """Ids of the cases that somebody leads, is on by name, or still has to do something in, in order."""
    open_ = select(_CASES.c.id).where(_CASES.c.erased_at.is_(None), _CASES.c.id.in_(named(member)))
    found = set(connection.scalars(open_))
    for owned in (
        select(_ACTIONS.c.case_id).where(_ACTIONS.c.owner == member, *STILL_OPEN),
        select(_CHECK_INS.c.case_id).where(
            _CHECK_INS.c.owner == member, _CHECK_INS.c.done_at.is_(None), _CHECK_INS.c.waived.is_(False)
        ),
        select(_TARGETS.c.case_id).where(_TARGETS.c.owner == member, _TARGETS.c.settled_at.is_(None)),
        select(_DEADLINES.c.case_id).where(_DEADLINES.c.owner == member, _DEADLINES.c.satisfied_at.is_(None)),
    ):
        found |= {case_id for case_id in connection.scalars(owned) if case_id is not None}
    return sorted(found)


def has_work(connection: Connection, member: str) -> bool:
    """Whether somebody still leads, is on by name, or has something to do in a case."""
    return bool(cases_of(connection, member))
