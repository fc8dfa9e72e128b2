"""The flow that closes a case out: who learns of the end, who follows up, and the look back."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.performing import perform, shown_as
from states.casebook import endings, results
from states.casebook.effects import Work
from tasks.composing import writer
from tasks.desk import desk, told
from tasks.notices import send_all


@flow(
    **shown_as(
        "close-out",
        "Tell reporters and offices of the end of a case, and call the debrief (W-27, W-28, U-06).",
    )
)
async def close_out(effect_id: str) -> State[Any] | None:
    """Tell reporters and offices of the end of a case, and call the debrief."""
    return await perform(effect_id, _close_out)


async def _close_out(work: Work) -> None:
    book = desk().book
    drafting = await writer(work)
    drafts = drafting.conclusion(await told(endings.reporters_to_tell, book, work), book.clock())
    drafts += drafting.handover(await told(endings.hand_overs, book, work))
    if work.payload.get("trigger") == "close":
        meeting_id, at = await told(results.debrief, book, work)
        drafts += drafting.debrief(meeting_id, at)
    await send_all(work, drafts)
