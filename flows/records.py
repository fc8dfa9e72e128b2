"""Flows that gather records: every source is asked side by side, and each answer is on record as it comes."""

import asyncio
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.performing import perform, shown_as
from states.casebook.effects import Work
from states.errors import StepFailed
from tasks.lookups import ask_source, list_questions


@flow(
    **shown_as(
        "collect-records", "Ask every source that an inquiry needs; put each answer on record (W-17, U-03)."
    )
)
async def collect_records(effect_id: str) -> State[Any] | None:
    """Ask every source that an inquiry needs."""
    return await perform(effect_id, _ask_all)


@flow(**shown_as("refresh-records", "Ask the sources anew for a reassessment (W-08, A-03)."))
async def refresh_records(effect_id: str) -> State[Any] | None:
    """Ask the sources anew for a reassessment."""
    return await perform(effect_id, _ask_all)


async def _ask_all(work: Work) -> None:
    questions = await list_questions(work)
    outcomes = await asyncio.gather(*(ask_source(work, q) for q in questions), return_exceptions=True)
    failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    if failures:
        raise failures[0] if isinstance(failures[0], StepFailed) else StepFailed("source_step_failed")
