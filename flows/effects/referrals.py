"""What becomes of referrals: sent to their offices, conveyed, and answered by link."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Any

from states.casebook.disclosing.consents import WITHHELD
from states.casebook.effects.work import WorkOn
from states.casebook.referrals import conveying, sending
from states.contents.payloads import OfReferral, Payload, Routing
from states.errors import StepFailed
from states.store.threads import told
from tasks.desk import Desk
from tasks.drafts.composing import writer
from tasks.steps.conveying import convey
from tasks.steps.notices import send_all
from tasks.steps.referrals import send_referral


async def route_referrals(desk: Desk, work: WorkOn[Routing]) -> None:
    """Send a plan's referrals to their offices."""
    rows = await told(sending.routed, desk.book, work)
    await _each(_one(desk, work, row) for row in rows)


async def convey_recommendations(desk: Desk, work: WorkOn[Payload]) -> None:
    """Convey recommendations to the vice president of the person's unit."""
    rows = await told(conveying.to_convey, desk.book, work)
    await _each(convey(desk, work, referral) for referral in rows)


async def send_office_link(desk: Desk, work: WorkOn[OfReferral]) -> None:
    """Send an office the link for its next answer to a referral."""
    asked = await told(sending.next_link, desk.book, work, work.payload.referral)
    if asked is not None:
        await send_all(desk, work, (await writer(desk, work)).office_link(asked))


async def _each(doing: Iterable[Awaitable[None]]) -> None:
    outcomes = await asyncio.gather(*doing, return_exceptions=True)
    failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    if failures:
        # One that cannot be reached keeps no other from hearing; the next attempt takes up the rest.
        known = [failure for failure in failures if isinstance(failure, StepFailed)]
        passing = [failure for failure in known if not failure.permanent]
        raise (passing or known or [StepFailed("referral_step_failed")])[0]


async def _one(desk: Desk, work: WorkOn[Routing], row: Any) -> None:
    if sending.to_send(work, row):
        missing = await send_referral(desk, work, row.id, row.office)
        if missing:
            await send_all(desk, work, (await writer(desk, work)).withheld(row, missing))
            raise StepFailed(WITHHELD, permanent=True)
