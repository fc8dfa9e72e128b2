"""The relay follows the files of sources, offices and doors: what begins is done by what they say now."""

import asyncio
from typing import Any

import httpx
import pytest

from deployments.orchestrator.registration import make_limits
from deployments.relay import process, state
from deployments.relay.process import Seat, follow
from deployments.relay.warm import warm_client
from flows.limits import limit_name
from states.vocabulary.sources import SourceKind
from tasks import plugged as plugging
from tasks.desk import Desk
from tasks.plugged import Plugged
from tasks.steps.traffic import limits
from tests.waiting import eventually

NEW = """[new_cards]
use = "scripted"
at_once = 3
[new_cards.answers.directory]
answer = "found"
"""


@pytest.mark.usefixtures("prefect_client_settings")
async def test_a_new_source_is_asked_without_a_restart(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prefect knows how much it bears before anything is asked, and the relay's note has it.

    A Prefect that is away just then hears of it when it is back.
    """
    away = iter([True])

    async def limits_made(*given: Any) -> None:
        if next(away, False):
            raise httpx.ConnectError("")
        await make_limits(*given)

    monkeypatch.setattr(process, "make_limits", limits_made)
    monkeypatch.setattr(plugging, "SETTLED", 0.0)
    monkeypatch.setattr(process, "LOOK_AT_FILES", 0.05)
    settings, seat = desk.settings, Seat(desk)
    plugged = Plugged(settings)

    async def noted() -> bool:
        relay = state.of_running_relay(settings)
        return relay is not None and "new_cards" in relay.sources

    with state.shown(settings):
        async with warm_client() as client:
            following = asyncio.create_task(follow(plugged, seat, client, settings))
            half = settings.sources_file.with_suffix(".half")
            half.write_text(NEW)
            half.replace(settings.sources_file)
            await eventually(noted)
            following.cancel()
            (name,) = [side for side in limits(seat.now.sources, seat.now.offices) if "new_cards" in side]
            assert (await client.read_global_concurrency_limit_by_name(limit_name(name))).limit == 3
    assert seat.now.sources.for_kind(SourceKind.DIRECTORY) is not None
    assert desk.sources.for_kind(SourceKind.DIRECTORY) is None
