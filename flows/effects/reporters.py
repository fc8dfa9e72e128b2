"""What reporters hear while the team works: that a question waits where they come back to, and no more."""

from states.casebook.effects.work import WorkOn
from states.casebook.intake import conversations
from states.contents.payloads import OfQuestion
from states.store.threads import told
from tasks.desk import Desk
from tasks.drafts.composing import writer
from tasks.steps.notices import send_all


async def tell_reporter(desk: Desk, work: WorkOn[OfQuestion]) -> None:
    """Tell a reporter that the team has a question, unless they have answered it or want no mail by now."""
    address = await told(conversations.to_be_mailed, desk.book, work)
    if address:
        drafting = await writer(desk, work)
        await send_all(desk, work, drafting.question(address, work.payload.report))
