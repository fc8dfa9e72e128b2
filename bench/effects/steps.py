"""What an effect costs Prefect's server in processor time, by how many of its steps are task runs.

One server, one relay, news that four people are told at once: in turns with every step as a task run, as it
once was, with one task run around all of them, and with none, as it is.
"""

import asyncio
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings
from sqlalchemy import update

from bench.table import Line, show
from deployments.orchestrator.registration import Deployable, Registered, register_one
from deployments.relay.relay import Relay
from deployments.relay.warm import warm_client
from deployments.supervision import data_folder
from flows.catalog import CATALOG
from flows.effects.team import notify_team
from flows.in_prefect import of_effect
from flows.performing import Does
from states.access import SYSTEM, Act
from states.casebook import Casebook
from states.casebook.effects import listing
from states.casebook.effects.work import WorkOn
from states.contents.payloads import NOTIFY_TEAM, News
from states.settings import Settings
from states.tables import Effect, table_of
from states.vocabulary.effects import EffectKind, EffectStatus
from tasks.desk import Desk
from tasks.drafts import mailing
from tasks.drafts.composing import writer
from tasks.sources.registry import Sources
from tests.cases.walking import Walk
from tests.servers import prefect_server
from tests.waiting import eventually

#: how many effects a turn has, and how many turns there are
EFFECTS, ROUNDS = 40, 4

#: seconds for which the server goes on writing what was told it: events come together, once a second
SETTLING = 4.0

#: of what it was with every step as a task run
TARGET = 0.6

#: as steps once were
AS_TASK: Mapping[str, Any] = {"retries": 2, "retry_delay_seconds": [0.5, 2.0], "persist_result": False}


def _task(name: str, function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    made: Any = task(name=name, task_run_name=name, cache_policy=NO_CACHE, **AS_TASK)(function)
    return made  # type: ignore[no-any-return]


async def every_step(desk: Desk, work: WorkOn[News]) -> None:
    """Tell the team, each step a task run."""
    drafts = (await writer(desk, work)).news(work.payload)
    prepared = await _task("write notices down", mailing.write_down)(desk, work, drafts)
    await asyncio.gather(*(SEND(desk, work, each) for each in prepared.waiting))


SEND = _task("send notice", mailing.send)

one_task = _task("tell the team", notify_team)

VARIANTS: Mapping[str, Does] = {"every step": every_step, "one": one_task, "none": notify_team}


def main() -> None:
    """Measure and print."""
    # As they once were set up: no line in Prefect's database for the end of each task.
    logging.getLogger("prefect.task_runs").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="tat-bench-") as name:
        folder = Path(name)
        for part in ("server", "home"):
            (folder / part).mkdir()
        with prefect_server.running(folder / "server") as (url, pid):
            home = Settings(home=folder / "home", prefect_api_url=url)
            data_folder.furnish(home)
            updates = {PREFECT_API_URL: url, PREFECT_HOME: folder / "client"}
            with temporary_settings(updates), closing(Casebook.open(home)) as book:
                measured = asyncio.run(_measure(Desk(home, book, Sources()), psutil.Process(pid)))
    before = median(measured["every step"])
    lines = [
        Line(
            f"task runs: {name}",
            f"{median(seen) * 1000:.0f} ms ({min(seen) * 1000:.0f} to {max(seen) * 1000:.0f})",
            f"{before * 1000:.0f} ms",
            median(seen) / before,
            TARGET if name == "none" else None,
            at_most=True,
        )
        for name, seen in measured.items()
    ]
    notes = ("Processor time of Prefect's server an effect; peer: every step is a task run.",)
    show("What an effect costs Prefect's server", lines, notes)


async def _measure(desk: Desk, server: psutil.Process) -> dict[str, list[float]]:
    walk = Walk(desk.book)
    numbers = [walk.reported() for _ in range(EFFECTS)]
    with desk.book.store.write() as connection:
        # What the way there owes is not what is measured.
        connection.execute(update(table_of(Effect)).values(status=EffectStatus.DONE))
    measured: dict[str, list[float]] = {name: [] for name in VARIANTS}
    async with warm_client() as client:
        relays = {name: await _relay(desk, client, name) for name in VARIANTS}
        await _carry(desk, client, relays["none"])
        for _ in range(ROUNDS):
            for name, relay in relays.items():
                idle = await _cost(server, partial(asyncio.sleep, SETTLING)) / SETTLING
                begun = time.monotonic()
                _owe(desk, walk, numbers)
                cost = await _cost(server, partial(_carry, desk, client, relay))
                measured[name].append((cost - idle * (time.monotonic() - begun)) / EFFECTS)
    return measured


async def _relay(desk: Desk, client: PrefectClient, name: str) -> Registered:
    sentence = CATALOG[EffectKind.NOTIFY_TEAM].sentence
    flow = of_effect(lambda: desk, f"bench-{name.replace(' ', '-')}", sentence, VARIANTS[name])
    deployment_id = await register_one(client, Deployable(flow, sentence, ("effect",)))
    return Registered(dict.fromkeys(EffectKind, deployment_id), {deployment_id: flow})


def _owe(desk: Desk, walk: Walk, numbers: list[str]) -> None:
    for number in numbers:
        with desk.book.page(number, walk.chair, Act.RECORD) as page:
            page.owe(NOTIFY_TEAM, News(trigger="report"))
            page.log("bench")


async def _carry(desk: Desk, client: PrefectClient, registered: Registered) -> None:
    """Carry all that is owed, until Prefect knows that it is done."""
    relay = Relay(desk.book, client, registered, desk.settings)
    working = asyncio.create_task(relay.run())
    await eventually(partial(_nothing_open, desk))
    relay.stop()
    await working
    await eventually(partial(_all_ended, client, registered))
    await asyncio.sleep(SETTLING)


async def _nothing_open(desk: Desk) -> bool:
    counts = listing.counts(desk.book, by=SYSTEM)
    return counts[EffectStatus.PENDING] + counts[EffectStatus.CLAIMED] == 0


async def _all_ended(client: PrefectClient, registered: Registered) -> bool:
    going_on = [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING]
    runs = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=going_on))),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=list(registered.flows))),
    )
    return not runs


async def _cost(server: psutil.Process, doing: Callable[[], Awaitable[None]]) -> float:
    before = sum(server.cpu_times()[:2])
    await doing()
    return float(sum(server.cpu_times()[:2]) - before)
