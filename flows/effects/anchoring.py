"""Anchors of the ledger: by mail to those who keep them, and to an authority that stamps the time (P-08)."""

from states.casebook.effects.work import WorkOn
from states.contents.payloads import AnchorDue
from tasks.desk import Desk
from tasks.drafts.composing import writer
from tasks.steps.notices import send_all
from tasks.steps.stamping import stamp


async def mail_anchor(desk: Desk, work: WorkOn[AnchorDue]) -> None:
    """Mail an anchor to whoever keeps it."""
    await send_all(desk, work, (await writer(desk, work)).anchor(work.payload.anchor))


async def stamp_anchor(desk: Desk, work: WorkOn[AnchorDue]) -> None:
    """Have an anchor stamped, and keep the stamp."""
    await stamp(desk, work.payload.anchor)
