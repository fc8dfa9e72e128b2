"""What goes along to another case, with a report or with a whole case: nothing stays behind (W-47)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import SQLModel

from states.access import may_work_on
from states.casebook.page import Page
from states.casebook.standing.roster import roster
from states.contents.kept import (
    ATTACHMENTS,
    CALLS,
    CONCURRENCES,
    CORRECTIONS,
    PLAN_ACTIONS,
    PRIVACY_TALKS,
    REMARKS,
    REPORT_MESSAGES,
    REPRISALS,
    Kept,
)
from states.contents.payloads import ASSIGN_ACTIONS, ActionsOfPlan
from states.tables import (
    Attachment,
    Call,
    Concurrence,
    Correction,
    PlanAction,
    PrivacyTalk,
    Remark,
    ReportMessage,
    Reprisal,
    table_of,
)
from states.tables.columns import new_id
from states.vocabulary.effects import Clock


@dataclass(frozen=True, slots=True)
class _Beside:
    """A kind of record that lies beside a report, or beside another such record.

    Args:
        model: its rows.
        kind: what is sealed in one.
        by: the column that names what it lies beside.
        left: columns that are emptied where it was: where a large file lies it stays, what moves is its key.
        says: what is left of its content, where that has to open still.
        clock: the clock that runs about it.
    """

    model: type[SQLModel]
    kind: Kept[Any]
    by: str = "about"
    left: Mapping[str, object] = field(default_factory=dict)
    says: Mapping[str, object] = field(default_factory=dict)
    clock: Clock | None = None


#: what lies beside a report; a new kind of record that says something of one adds its line here
BESIDE: tuple[_Beside, ...] = (
    _Beside(Attachment, ATTACHMENTS, left={"stored": ""}),
    _Beside(ReportMessage, REPORT_MESSAGES),
    _Beside(PrivacyTalk, PRIVACY_TALKS, by="report_id"),
    _Beside(Reprisal, REPRISALS, by="report_id", left={"word": ""}),
    _Beside(Concurrence, CONCURRENCES),
    _Beside(Call, CALLS, says={"say": ""}, clock=Clock.REPORTER_CALL),
    _Beside(Remark, REMARKS),
    # Its earlier wordings, and those of what was said about it.
    _Beside(Correction, CORRECTIONS),
)


def take_along(source: Page, target: Page, was: str, now: str) -> None:
    """Take along all that lies beside a report: files, talks, reasons, earlier wordings; and its clocks.

    Args:
        source: the case that it was in.
        target: the case that it is in.
        was: the report's id there.
        now: its id here.
    """
    _take_beside(source, target, was, now)
    for clock in (Clock.REPORTER_ANSWER, Clock.REPRISAL_CHECK, Clock.REPRISAL):
        waits = source.running(clock, about=was)
        if waits is not None:
            target.start(clock, about=now, due_at=waits)


def _take_beside(source: Page, target: Page, was: str, now: str) -> None:
    for beside in BESIDE:
        table = table_of(beside.model)
        for row in source.rows(beside.model, table.c[beside.by] == was):
            moved = {"id": new_id(), "case_id": target.case.id, beside.by: now}
            there: Any = beside.model(**{**row.model_dump(), **moved})
            old: Any = row
            target.add(there, source.open(beside.kind, old))
            emptied = source.seal(table.name, old.id, beside.says)
            source.set(beside.model, old.id, content=emptied, **beside.left)
            _take_clock(source, target, beside.clock, old.id, there.id)
            _take_beside(source, target, old.id, there.id)


def _take_clock(source: Page, target: Page, clock: Clock | None, was: str, now: str) -> None:
    waits = source.running(clock, about=was) if clock is not None else None
    if clock is not None and waits is not None:
        source.stop(clock, about=was)
        target.start(clock, about=now, due_at=waits)


def take_actions_along(ends: Page, goes_on: Page) -> None:
    """Let what meetings agreed on, and is not done, go on where a case goes on; the owners are told anew.

    Where its owner may not work on that case, its lead has it.

    Args:
        ends: the case that becomes part of another one, before its clocks stop.
        goes_on: the other.
    """
    team = {each.id for each in roster(goes_on.connection, at=goes_on.now) if may_work_on(each, goes_on.case)}
    for row in ends.rows(PlanAction):
        if row.meeting_id is None or row.done_at is not None or row.owner is None:
            continue
        moved = {
            "id": new_id(),
            "case_id": goes_on.case.id,
            "owner": row.owner if row.owner in team else goes_on.case.lead,
        }
        action = goes_on.add(PlanAction(**{**row.model_dump(), **moved}), ends.open(PLAN_ACTIONS, row))
        goes_on.start(Clock.PLAN_ACTION, about=action.id, owner=action.owner or "", due_at=action.due_at)
        told = ActionsOfPlan(meeting=row.meeting_id, action=action.id)
        goes_on.owe(ASSIGN_ACTIONS, told, of=action.id)
        ends.set(PlanAction, row.id, owner=None)
