"""What becomes of texts that are to be told outside: whose word they wait for, and what came of it."""

from states.casebook.disclosing import releases
from states.casebook.effects.work import WorkOn
from states.contents.payloads import OfRelease
from states.store.threads import told
from tasks.desk import Desk
from tasks.drafts.composing import writer
from tasks.steps.notices import send_all


async def ask_clearance(desk: Desk, work: WorkOn[OfRelease]) -> None:
    """Tell offices of a text that waits for their word, and what came of it."""
    standing = await told(releases.standing_of, desk.book, work, work.payload.release)
    await send_all(desk, work, (await writer(desk, work)).clearing(standing))
