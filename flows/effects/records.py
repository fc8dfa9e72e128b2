"""What gathers records: every source is asked side by side, and each answer is on record as it comes."""

import asyncio

from states.casebook.effects.work import Work
from states.casebook.lookups import questions
from states.errors import StepFailed
from states.store.threads import told
from tasks.desk import Desk
from tasks.steps.lookups import ask_source


async def ask_sources(desk: Desk, work: Work) -> None:
    """Ask every source that an inquiry, or a reassessment, waits for."""
    asked = await told(questions.questions, desk.book, work)
    outcomes = await asyncio.gather(
        *(ask_source(desk, work, question) for question in asked), return_exceptions=True
    )
    failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    if failures:
        raise failures[0] if isinstance(failures[0], StepFailed) else StepFailed("source_step_failed")
