"""Flows of referrals: sent to their offices, conveyed, and asked about."""

import asyncio
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger

from flows.performing import perform, shown_as
from states.casebook import referrals
from states.casebook.effects import Work
from states.errors import StepFailed
from tasks.composing import writer
from tasks.notices import send_all
from tasks.referrals import (
    WITHHELD,
    ask_office,
    list_offices_to_ask,
    list_referrals,
    release_conveyance,
    send_referral,
)


@flow(
    **shown_as("route-referrals", "Send a plan's referrals to their offices, and convey them (W-22 to W-25).")
)
async def route_referrals(effect_id: str) -> State[Any] | None:
    """Send a plan's referrals to their offices."""
    return await perform(effect_id, _route)


async def _route(work: Work) -> None:
    rows = await list_referrals(work)
    outcomes = await asyncio.gather(*(_one(work, row) for row in rows), return_exceptions=True)
    failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    if failures:
        # One office that cannot be reached keeps no other from hearing; the next attempt takes up the rest.
        known = [failure for failure in failures if isinstance(failure, StepFailed)]
        passing = [failure for failure in known if not failure.permanent]
        raise (passing or known or [StepFailed("referral_step_failed")])[0]


async def _one(work: Work, row: Any) -> None:
    if referrals.to_send(work, row):
        missing = await send_referral(work, row.id, row.office)
        if missing:
            await send_all(work, (await writer(work)).withheld(row, missing))
            raise StepFailed(WITHHELD, permanent=True)
    if row.convey_to:
        await release_conveyance(work, row.id)
        await send_all(work, (await writer(work)).conveyance(row))


@flow(**shown_as("ask-offices", "Ask offices that do not call how far a referral has come (W-23)."))
async def ask_offices() -> None:
    """Ask offices that do not call how far their referrals have come."""
    waiting = await list_offices_to_ask()
    outcomes = await asyncio.gather(*(ask_office(one) for one in waiting), return_exceptions=True)
    failed = sum(isinstance(outcome, BaseException) for outcome in outcomes)
    get_run_logger().info("%s office(s) asked, %s with news", len(waiting), outcomes.count(True))
    if failed:
        raise StepFailed(f"{failed} of {len(waiting)} failed")
