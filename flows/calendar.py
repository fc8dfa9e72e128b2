"""Flows that put dates into calendars: reassessments and check-ins. The clocks themselves run already."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.performing import perform, shown_as
from states.casebook import results
from states.casebook.effects import Work
from states.vocabulary import PlanKind
from tasks.composing import writer
from tasks.desk import desk, told
from tasks.notices import send_all


@flow(**shown_as("schedule-reassessment", "Put the next reassessment into the calendars of the case (W-08)."))
async def schedule_reassessment(effect_id: str) -> State[Any] | None:
    """Put the next reassessment into the calendars of the case."""
    return await perform(effect_id, _reassessment)


async def _reassessment(work: Work) -> None:
    due = await told(results.reassessment_due, desk().book, work)
    if due is None:
        return
    entry, at = due
    kind = await told(results.plan_kind, desk().book, work)
    await send_all(work, (await writer(work)).reassessment(entry, at, PlanKind(kind)))


@flow(
    **shown_as(
        "schedule-checkins", "Put the check-ins of a reintegration into their owners' calendars (W-45)."
    )
)
async def schedule_checkins(effect_id: str) -> State[Any] | None:
    """Put the check-ins of a reintegration into their owners' calendars."""
    return await perform(effect_id, _check_ins)


async def _check_ins(work: Work) -> None:
    drafting = await writer(work)
    rows = await told(results.check_ins, desk().book, work)
    drafts = [
        draft
        for number, (row, sequence) in enumerate(rows, start=1)
        if row.id in work.payload.get("check_ins", [row.id])
        for draft in drafting.check_in(row.id, row.owner, row.due_at, number, len(rows), sequence=sequence)
    ]
    await send_all(work, drafts)
