"""Rounds: a scheduled flow runs when there is something for it to do, and else every few minutes.

Prefect's schedules start each round every few minutes, to show that it lives; here somebody looks every few
seconds whether one has work, and starts it at once. Prefect gives the runs of a schedule names like
``convivial-gibbon``: they get the names of their flows.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from prefect import Flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from sqlalchemy.exc import OperationalError

from deployments.child.clock_watch import ClockWatch
from deployments.orchestrator.operators_page import Rounds as Shown
from deployments.orchestrator.operators_page import show_operations
from deployments.orchestrator.registration import Registered
from flows.catalog import ROUNDS, Round
from tasks.desk import Desk

_log = logging.getLogger(__name__)

#: seconds between two looks at what waits
LOOK_INTERVAL = 5.0

#: looks between two in which the coming runs of schedules get their names, and operators their page
NAMING = 6

#: seconds between two runs of a round from which on it is no sign of life
SELDOM = 3600

#: seconds that a look may take; a folder on a machine that is away keeps no other round from being started
PATIENCE = 30.0


class Rounds:
    """Starts rounds early, for as long as it runs.

    Args:
        client: the Prefect API.
        registered: the deployments.
        at: gives what this process works with now.
    """

    def __init__(self, client: PrefectClient, registered: Registered, at: Callable[[], Desk]) -> None:
        self._client = client
        self._flows = registered.flows
        self._at = at
        self._ids = {flow.name: deployment_id for deployment_id, flow in registered.flows.items()}
        self._begun: dict[str, tuple[str, ...]] = {}
        self._clock = ClockWatch(at().book)
        self._said: set[str] = set()
        often = [each.name for each in ROUNDS if (each.interval_seconds or SELDOM) < SELDOM]
        self._shown = Shown({name: self._ids[name] for name in often if name in self._ids}, datetime.now(UTC))

    async def run(self) -> None:
        """Look again and again, until canceled."""
        looks = 0
        while True:
            await self.look()
            await self._guarded(self._clock.look())
            if looks % NAMING == 0:
                await self._guarded(name_upcoming(self._client, self._flows))
                await self._guarded(show_operations(self._client, self._at(), self._shown))
            looks += 1
            await asyncio.sleep(LOOK_INTERVAL)

    async def look(self) -> None:
        """Start each round for which something else waits than when it was last started here."""
        await asyncio.gather(*(self._guarded(self._look_at(each)) for each in ROUNDS if each.waits))

    async def _look_at(self, each: Round) -> None:
        assert each.waits is not None  # noqa: S101 - for mypy: look() asks
        name = each.name
        token = await asyncio.wait_for(each.waits(self._at()), PATIENCE)
        if token and token != self._begun.get(name):
            await self._client.create_flow_run_from_deployment(self._ids[name], name=name)
        self._begun[name] = token

    async def _guarded(self, looking: Any) -> None:
        try:
            await looking
        except (httpx.HTTPError, OperationalError, TimeoutError) as error:
            # The relay tells operators who is away; the schedules start the rounds meanwhile.
            _log.info("A look at what waits for a round failed (%s).", type(error).__name__)
        except Exception as error:  # noqa: BLE001 - whatever befalls one look, the others go on
            what = type(error).__name__
            if what not in self._said:
                _log.warning("A look at what waits for a round failed (%s); the others go on.", what)
            self._said.add(what)


async def name_upcoming(client: PrefectClient, flows: Mapping[UUID, Flow[..., Any]]) -> None:
    """Give the coming runs of schedules the names of their flows.

    Args:
        client: the Prefect API.
        flows: which flow each deployment runs.
    """
    upcoming = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED]))
        ),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=list(flows))),
    )
    for run in upcoming:
        if run.auto_scheduled and run.deployment_id is not None:
            name = flows[run.deployment_id].name
            if run.name != name:
                await client.update_flow_run(run.id, name=name)
