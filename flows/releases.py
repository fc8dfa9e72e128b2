"""The flow of texts that are to be told outside: whose word they wait for, and what came of it."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.performing import perform, shown_as
from states.casebook import releases
from states.casebook.effects import Work
from tasks.composing import writer
from tasks.desk import desk, told
from tasks.notices import send_all


@flow(
    **shown_as(
        "ask-clearance",
        "Tell offices of a text that waits for their word, and what came of it (W-37, W-38).",
    )
)
async def ask_clearance(effect_id: str) -> State[Any] | None:
    """Tell offices of a text that waits for their word, and what came of it."""
    return await perform(effect_id, _ask)


async def _ask(work: Work) -> None:
    standing = await told(releases.standing_of, desk().book, work, work.payload["release"])
    await send_all(work, (await writer(work)).clearing(standing))
