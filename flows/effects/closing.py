"""What closes a case out: who learns of the end, who follows up, and the look back."""

from states.casebook.closing import endings
from states.casebook.effects.work import WorkOn
from states.casebook.rounds import results
from states.contents.payloads import Ending
from states.store.threads import told
from tasks.desk import Desk
from tasks.drafts.composing import writer
from tasks.steps.notices import send_all


async def close_out(desk: Desk, work: WorkOn[Ending]) -> None:
    """Tell reporters and offices of the end of a case, and call the debrief."""
    book = desk.book
    drafting = await writer(desk, work)
    drafts = drafting.conclusion(await told(endings.reporters_to_tell, book, work), book.clock())
    drafts += drafting.handover(await told(endings.hand_overs, book, work))
    if work.payload.trigger == "close":
        meeting_id, at = await told(results.debrief, book, work)
        drafts += drafting.debrief(meeting_id, at)
    await send_all(desk, work, drafts)
