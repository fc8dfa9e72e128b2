"""Flows of referrals: sent to their offices, conveyed, and asked about."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger

from flows.performing import perform, shown_as
from states.casebook import referrals
from states.casebook.consents import WITHHELD
from states.casebook.effects import Work
from states.errors import StepFailed
from tasks.composing import writer
from tasks.conveying import convey, list_to_convey
from tasks.desk import desk, told
from tasks.notices import send_all
from tasks.referrals import ask_office, list_offices_to_ask, list_referrals, send_referral


@flow(
    **shown_as("route-referrals", "Send a plan's referrals to their offices, and convey them (W-22 to W-25).")
)
async def route_referrals(effect_id: str) -> State[Any] | None:
    """Send a plan's referrals to their offices."""
    return await perform(effect_id, _route)


async def _route(work: Work) -> None:
    await _each(_one(work, row) for row in await list_referrals(work))


@flow(
    **shown_as(
        "convey-recommendations", "Convey recommendations to the vice president of the person's unit (W-22)."
    )
)
async def convey_recommendations(effect_id: str) -> State[Any] | None:
    """Convey recommendations to the vice president of the person's unit."""
    return await perform(effect_id, _convey)


async def _convey(work: Work) -> None:
    await _each(convey(work, referral) for referral in await list_to_convey(work))


@flow(**shown_as("send-office-link", "Send an office the link for its next answer to a referral (W-25)."))
async def send_office_link(effect_id: str) -> State[Any] | None:
    """Send an office the link for its next answer to a referral."""
    return await perform(effect_id, _send_link)


async def _send_link(work: Work) -> None:
    asked = await told(referrals.next_link, desk().book, work, work.payload["referral"])
    if asked is not None:
        await send_all(work, (await writer(work)).office_link(asked))


async def _each(doing: Iterable[Awaitable[None]]) -> None:
    outcomes = await asyncio.gather(*doing, return_exceptions=True)
    failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    if failures:
        # One that cannot be reached keeps no other from hearing; the next attempt takes up the rest.
        known = [failure for failure in failures if isinstance(failure, StepFailed)]
        passing = [failure for failure in known if not failure.permanent]
        raise (passing or known or [StepFailed("referral_step_failed")])[0]


async def _one(work: Work, row: Any) -> None:
    if referrals.to_send(work, row):
        missing = await send_referral(work, row.id, row.office)
        if missing:
            await send_all(work, (await writer(work)).withheld(row, missing))
            raise StepFailed(WITHHELD, permanent=True)


@flow(**shown_as("ask-offices", "Ask offices that do not call how far a referral has come (W-23)."))
async def ask_offices() -> None:
    """Ask offices that do not call how far their referrals have come."""
    waiting = await list_offices_to_ask()
    outcomes = await asyncio.gather(*(ask_office(one) for one in waiting), return_exceptions=True)
    failed = sum(isinstance(outcome, BaseException) for outcome in outcomes)
    get_run_logger().info("%s office(s) asked, %s with news", len(waiting), outcomes.count(True))
    if failed:
        raise StepFailed(f"{failed} of {len(waiting)} failed")
