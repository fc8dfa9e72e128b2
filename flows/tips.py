"""Flows of tips: folders are emptied on a schedule, and tip lines hear that their tips were taken up."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger

from flows.performing import perform, shown_as
from states.casebook.effects import Work
from tasks.boundary import sealed
from tasks.desk import desk, told
from tasks.doors.answering import answer_tip, list_unanswered
from tasks.doors.folders import take_in


@flow(**shown_as("take-in", "Take in the reports that other systems dropped into the doors' folders (M-01)."))
async def take_in_reports() -> None:
    """Take in the reports that other systems dropped into folders."""
    came = await sealed(told)(take_in, desk().book, desk().doors)
    if came.new or came.known or came.kept:
        get_run_logger().info(
            "%s report(s) taken in, %s known already, %s kept for a person", came.new, came.known, came.kept
        )
    if came.unusable:
        get_run_logger().warning(
            "These doors' folders could not be read: %s; nothing was removed.",
            ", ".join(sorted(came.unusable)),
        )


@flow(**shown_as("answer-tip-line", "Tell tip lines that their tips were taken up, and nothing else (M-01)."))
async def answer_tip_line(effect_id: str) -> State[Any] | None:
    """Tell tip lines that their tips were taken up."""
    return await perform(effect_id, _answer)


async def _answer(work: Work) -> None:
    for tip in await list_unanswered(work):
        await answer_tip(work, tip)
