"""Scheduled flows leave a run when they have something to do, under the name of their flow."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import FlowRun

from deployments.orchestrator.registration import Registered
from deployments.orchestrator.registration import register as real_registration
from deployments.relay.due_rounds import Rounds, name_upcoming
from flows.in_worker import FLOWS
from states.access import SYSTEM
from states.casebook.effects import claiming
from states.settings import Settings
from states.vocabulary.effects import EffectKind
from tasks.desk import Desk
from tasks.doors.registry import load_doors
from tasks.offices.registry import Offices
from tasks.sources.registry import Sources
from tests.cases.walking import Walk
from tests.waiting import eventually


async def _runs(client: PrefectClient, registered: Registered) -> list[FlowRun]:
    ours = DeploymentFilter(id=DeploymentFilterId(any_=list(registered.flows)))
    return await client.read_flow_runs(deployment_filter=ours)


async def test_a_round_is_started_once_for_what_waits(
    client: PrefectClient, settings: Settings, walk: Walk, tmp_path: Path
) -> None:
    """Nothing waits: no run. A clock, a dead attempt and a file: one run each, once."""
    folder = tmp_path / "mail"
    folder.mkdir()
    settings.doors_file.write_text(
        f'[post]\nuse = "mail_folder"\nsite = "silver_city"\nfolder = "{folder}"\n'
    )
    registered = await real_registration(client, FLOWS, Sources(), Offices(), pool=False)
    before = {run.id for run in await _runs(client, registered)}

    async def look(rounds: Rounds) -> list[str]:
        await rounds.look()
        await rounds.look()
        runs = await _runs(client, registered)
        return sorted(run.name for run in runs if run.id not in before and not run.auto_scheduled)

    walk.in_inquiry()
    later = walk.book.at(walk.book.clock() + timedelta(days=30))
    doors = load_doors(settings.doors_file)
    assert await look(Rounds(client, registered, lambda: Desk(settings, walk.book, Sources(), doors))) == []
    claimed = claiming.claim_due(walk.book, limit=1, kinds=frozenset(EffectKind), seconds=1, by=SYSTEM)
    assert claimed
    (folder / "a.eml").write_bytes(b"Subject: invented\n\nInvented.\n")
    an_hour_ago = datetime.now(UTC).timestamp() - 3600
    os.utime(folder / "a.eml", (an_hour_ago, an_hour_ago))
    rounds = Rounds(client, registered, lambda: Desk(settings, later, Sources(), doors))
    assert await look(rounds) == ["reconcile", "sweep", "take-in"]
    (folder / "b.eml").write_bytes(b"Subject: invented\n\nInvented.\n")
    os.utime(folder / "b.eml", (an_hour_ago, an_hour_ago))
    assert await look(rounds) == ["reconcile", "sweep", "take-in", "take-in"]


async def test_the_coming_runs_of_a_schedule_bear_the_names_of_their_flows(client: PrefectClient) -> None:
    """Prefect calls them by an adjective and an animal, which tells operators nothing."""
    registered = await real_registration(client, FLOWS, Sources(), Offices(), pool=False)

    async def named() -> bool:
        # Prefect's scheduler may make more of them at any moment.
        await name_upcoming(client, registered.flows)
        coming = [run for run in await _runs(client, registered) if run.auto_scheduled]
        names = {run.id: registered.flows[run.deployment_id].name for run in coming if run.deployment_id}
        return bool(coming) and names == {run.id: run.name for run in coming}

    await eventually(named)
