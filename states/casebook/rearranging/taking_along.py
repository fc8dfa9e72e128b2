"""What goes along to another case, with a report or with a whole case: nothing stays behind (W-47)."""

from typing import Any

from states.access import may_work_on
from states.casebook.page import Page
from states.casebook.standing.roster import roster
from states.contents.kept import ATTACHMENTS, PLAN_ACTIONS, REPORT_MESSAGES, Kept
from states.contents.payloads import ASSIGN_ACTIONS, ActionsOfPlan
from states.tables import Attachment, PlanAction, ReportMessage, table_of
from states.tables.columns import new_id
from states.vocabulary.effects import Clock

#: what lies beside a report, and the columns that are emptied where it was: where a large file lies it stays,
#: and what moves is its key
_BESIDE: tuple[tuple[type[Attachment | ReportMessage], Kept[Any], dict[str, str]], ...] = (
    (Attachment, ATTACHMENTS, {"stored": ""}),
    (ReportMessage, REPORT_MESSAGES, {}),
)


def take_along(source: Page, target: Page, was: str, now: str) -> None:
    """Take along the files of a report, what was said about it with whoever reported, and the clock of that.

    Args:
        source: the case that it was in.
        target: the case that it is in.
        was: the report's id there.
        now: its id here.
    """
    for model, kind, emptied in _BESIDE:
        table = table_of(model)
        for row in source.rows(model, table.c.about == was):
            moved = {"id": new_id(), "case_id": target.case.id, "about": now}
            target.add(model(**{**row.model_dump(), **moved}), source.open(kind, row))
            source.set(model, row.id, content=source.seal(table.name, row.id, {}), **emptied)
    waits = source.running(Clock.REPORTER_ANSWER, about=was)
    if waits is not None:
        target.start(Clock.REPORTER_ANSWER, about=now, due_at=waits)


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
        goes_on.owe(ASSIGN_ACTIONS, ActionsOfPlan(meeting=row.meeting_id, action=action.id))
        ends.set(PlanAction, row.id, owner=None)
