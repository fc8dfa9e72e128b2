"""Registers every flow as a Prefect deployment: operators see it, start it, and watch its schedule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.exceptions import ObjectNotFound
from prefect.utilities.callables import parameter_schema

from flows.catalog import CATALOG, ROUNDS, Round, flow_name
from flows.limits import limit_name
from flows.prefect_runs import DEPLOYMENT
from states.vocabulary.effects import EffectKind
from tasks.offices.registry import Offices
from tasks.sources.registry import Sources
from tasks.steps.traffic import limits

#: the work pool whose workers run the flows when ``TAT_EXECUTION=pool``
WORK_POOL = "tatflow"

#: the work queue of that pool which workers look into first
URGENT_QUEUE = "urgent"

#: the module in which a worker finds every flow
WORKER = "flows.in_worker"

#: what operators filter by
OF_EFFECTS, OF_ROUNDS = ("effect",), ("scheduled",)

#: what intervals are counted from; without it each registration would put the next run off
ANCHOR = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Deployable:
    """One flow as Prefect is to know it.

    Args:
        flow: the flow.
        description: what operators read about it.
        tags: what they filter by.
        schedule: when Prefect starts it by itself; None: never.
    """

    flow: Flow[..., Any]
    description: str
    tags: tuple[str, ...]
    schedule: CronSchedule | IntervalSchedule | None = None

    @property
    def entrypoint(self) -> str:
        """Where a work pool's worker finds the flow: module path and attribute."""
        return f"{WORKER}.{self.flow.fn.__name__}"


@dataclass(frozen=True, slots=True)
class Registered:
    """The deployments as one server knows them.

    Args:
        effects: which deployment does which kind of effect.
        flows: which flow each deployment runs.
        bulk: the kinds of effects of which one run does many.
    """

    effects: Mapping[EffectKind, UUID]
    flows: Mapping[UUID, Flow[..., Any]]
    bulk: frozenset[EffectKind] = field(default_factory=frozenset)


def deployables(flows: Mapping[str, Flow[..., Any]]) -> list[Deployable]:
    """Every flow of the catalog as Prefect is to know it, with its schedule where it has one.

    Args:
        flows: all of them, by name.
    """
    rounds = {each.name: each for each in ROUNDS}
    sentences = {flow_name(kind): entry.sentence for kind, entry in CATALOG.items()}
    sentences |= {name: each.sentence for name, each in rounds.items()}
    return [
        Deployable(
            flows[name],
            sentence,
            OF_ROUNDS if name in rounds else OF_EFFECTS,
            _schedule(rounds[name]) if name in rounds else None,
        )
        for name, sentence in sentences.items()
    ]


def _schedule(each: Round) -> CronSchedule | IntervalSchedule:
    if each.cron is not None:
        return CronSchedule(cron=each.cron, timezone="UTC")
    return IntervalSchedule(interval=timedelta(seconds=each.interval_seconds or 0), anchor_date=ANCHOR)


async def register(
    client: PrefectClient,
    flows: Mapping[str, Flow[..., Any]],
    sources: Sources,
    offices: Offices,
    *,
    pool: bool,
) -> Registered:
    """Register every flow of the catalog; a deployment that exists already is brought up to date.

    Args:
        client: the Prefect API.
        flows: all of them, by name.
        sources: the data sources that are plugged in; each gets its limit.
        offices: the ways that referrals go out by; likewise.
        pool: whether a work pool's workers run the flows, rather than the relay itself.
    """
    every = deployables(flows)
    await make_limits(client, sources, offices)
    if pool:
        await make_work_pool(client)
    ids = {each.flow.name: await register_one(client, each, pool=pool) for each in every}
    return Registered(
        effects={kind: ids[flow_name(kind)] for kind in CATALOG},
        flows={ids[each.flow.name]: each.flow for each in every},
        bulk=frozenset(kind for kind, entry in CATALOG.items() if entry.bulk),
    )


async def make_limits(client: PrefectClient, sources: Sources, offices: Offices) -> None:
    """Let Prefect hold back what a far side does not bear: a global concurrency limit for each."""
    for side, at_once in limits(sources, offices).items():
        await client.upsert_global_concurrency_limit_by_name(limit_name(side), at_once)


async def catch_up(client: PrefectClient, registered: Registered) -> None:
    """Run every flow that runs at an interval once now: what fell due while nothing ran waits no longer."""
    at_intervals = {each.name for each in ROUNDS if each.interval_seconds is not None}
    for deployment_id, each in registered.flows.items():
        if each.name in at_intervals:
            await client.create_flow_run_from_deployment(deployment_id, name=f"{each.name} at start")


async def make_work_pool(client: PrefectClient) -> None:
    """Make the work pool, and its queue for what is urgent, where they are missing."""
    try:
        await client.read_work_pool(WORK_POOL)
    except ObjectNotFound:
        await client.create_work_pool(WorkPoolCreate(name=WORK_POOL, type="process"))
    try:
        await client.read_work_queue_by_name(URGENT_QUEUE, work_pool_name=WORK_POOL)
    except ObjectNotFound:
        about = "What goes before everything else that cases owe; alarms do not come this way at all."
        # The queue that a pool is made with has first priority, too; Prefect moves it down.
        await client.create_work_queue(URGENT_QUEUE, about, priority=1, work_pool_name=WORK_POOL)


async def register_one(client: PrefectClient, each: Deployable, *, pool: bool = False) -> UUID:
    """Register one flow; returns its deployment's id."""
    schedules = (
        [] if each.schedule is None else [DeploymentScheduleCreate(schedule=each.schedule, active=True)]
    )
    return await client.create_deployment(
        flow_id=await client.create_flow_from_name(each.flow.name),
        name=DEPLOYMENT,
        description=each.description,
        tags=list(each.tags),
        schedules=schedules,
        entrypoint=each.entrypoint,
        parameter_openapi_schema=parameter_schema(each.flow).model_dump(exclude_unset=True),
        enforce_parameter_schema=True,
        work_pool_name=WORK_POOL if pool else None,
        # A worker imports the installed package; there is no code to fetch.
        pull_steps=[] if pool else None,
    )
