"""What Prefect does for operators by itself: it tells of trouble, keeps filters, and removes what is old."""

from datetime import timedelta

import pytest
from prefect import settings as of_prefect
from prefect.client.orchestration import PrefectClient
from prefect.states import Crashed
from pydantic import SecretStr

from deployments.orchestrator.registration import register
from deployments.orchestrator.watching import FILTERS, OURS, TROUBLES, watch
from deployments.supervision.environment import prefect_server_environment
from flows.in_worker import FLOWS
from states.settings import Settings
from states.vocabulary.effects import EffectKind
from tasks.offices.registry import Offices
from tasks.sources.registry import Sources
from tests.servers.chat_server import chat
from tests.waiting import PATIENCE


async def test_operators_are_told_of_a_run_that_crashed(client: PrefectClient, settings: Settings) -> None:
    """The chat hears the case's number, the kind and what to do; registered twice, it hears it once."""
    registered = await register(client, FLOWS, Sources(), Offices(), pool=False)
    with chat() as (where, told):
        telling = settings.model_copy(update={"operators_webhook": SecretStr(where)})
        await watch(client, telling)
        await watch(client, telling)
        ours = [each for each in await client.read_automations() if each.name.startswith(OURS)]
        assert sorted(each.name.removeprefix(OURS) for each in ours) == sorted(TROUBLES)
        run = await client.create_flow_run_from_deployment(
            registered.effects[EffectKind.NOTIFY_TEAM],
            parameters={"effect_id": "invented"},
            name="TAT-2026-0001 notify_team",
        )
        await client.set_flow_run_state(run.id, Crashed(message="invented"), force=True)
        heard = told.get(timeout=PATIENCE)["text"]
        assert heard.startswith("tatflow: a run crashed\nTAT-2026-0001 notify_team is Crashed. ")
        await watch(client, settings)
        assert [each for each in await client.read_automations() if each.name.startswith(OURS)] == []
        assert told.empty()


async def test_filters_are_kept_once_each(client: PrefectClient, settings: Settings) -> None:
    """Whoever opens the list of runs chooses from filters by name."""
    await watch(client, settings)
    await watch(client, settings)
    answer = await client.request("POST", "/saved_searches/filter", json={})
    kept = {each["name"]: each["filters"] for each in answer.json()}
    assert len(answer.json()) == len(kept)
    assert set(FILTERS) <= set(kept)
    assert kept["tatflow: late"][0]["value"] == ["Late"]


def test_prefect_removes_what_is_older_than_the_installation_says(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs with their logs, and events: Prefect understands what its server is told."""
    month = settings.model_copy(update={"keep_runs_days": 30.0})
    for name, value in prefect_server_environment(month).items():
        monkeypatch.setenv(name, value)
    server = of_prefect.Settings().server
    assert {"flow_runs", "events", "orphans"} <= server.services.db_vacuum.enabled_vacuum_types
    assert server.services.db_vacuum.retention_period == timedelta(days=30)
    assert server.events.retention_period == timedelta(days=30)
