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
    all_ = came.total
    if all_.new or all_.known or all_.kept:
        get_run_logger().info(
            "%s report(s) taken in, %s known already, %s kept for a person", all_.new, all_.known, all_.kept
        )
    if all_.refused:
        get_run_logger().warning(
            "%s file(s) were set aside unread; `tat intake list` says where and why.", all_.refused
        )
    if came.unusable:
        get_run_logger().warning(
            "These doors' folders, or files in them, could not be taken in: %s; what was not taken in is "
            "still there, and tried again.",
            ", ".join(f"{name} ({code})" for name, code in sorted(came.unusable.items())),
        )


@flow(**shown_as("answer-tip-line", "Tell tip lines that their tips were taken up, and nothing else (M-01)."))
async def answer_tip_line(effect_id: str) -> State[Any] | None:
    """Tell tip lines that their tips were taken up."""
    return await perform(effect_id, _answer)


async def _answer(work: Work) -> None:
    for tip in await list_unanswered(work):
        await answer_tip(work, tip)
