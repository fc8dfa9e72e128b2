"""What the owner of an account hears of it (P-08)."""

from states.casebook.effects.work import WorkOn
from states.contents.payloads import AccountChanged
from tasks.desk import Desk
from tasks.drafts.composing import writer
from tasks.steps.notices import send_all


async def tell_account(desk: Desk, work: WorkOn[AccountChanged]) -> None:
    """Tell a member what was done about their account: they may not have done it themselves."""
    await send_all(desk, work, (await writer(desk, work)).account(work.payload))
