"""What operators find in Prefect: every flow, once, as the catalog says."""

from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from prefect.client.orchestration import PrefectClient
from prefect.flows import load_flow_from_entrypoint

from deployments.orchestrator.registration import Deployable, deployables, register
from deployments.orchestrator.work_pool_file import render
from flows.catalog import CATALOG, ROUNDS
from flows.in_worker import FLOWS
from tasks.offices.registry import Offices
from tasks.sources.registry import Sources


def test_the_file_for_work_pools_is_what_the_catalog_says() -> None:
    """prefect.yaml is up to date with the catalog, and is YAML."""
    written = (Path(__file__).parents[3] / "prefect.yaml").read_text()
    assert written == render(), "Run `python -m deployments.orchestrator.work_pool_file > prefect.yaml`."
    entries: list[dict[str, Any]] = yaml.safe_load(written)["deployments"]
    assert {entry["entrypoint"] for entry in entries} == {each.entrypoint for each in deployables(FLOWS)}


@pytest.mark.parametrize("each", deployables(FLOWS), ids=lambda each: each.flow.name)
def test_every_entrypoint_leads_to_its_flow(each: Deployable) -> None:
    """A work pool's worker finds each flow by its entrypoint."""
    assert load_flow_from_entrypoint(each.entrypoint).name == each.flow.name


async def test_registering_twice_leaves_one_deployment_of_each_flow(client: PrefectClient) -> None:
    """Registration describes, tags and schedules each flow, and repeating it changes nothing."""
    first = await register(client, FLOWS, Sources(), Offices(), pool=False)
    again = await register(client, FLOWS, Sources(), Offices(), pool=False)
    assert first.effects == again.effects
    assert set(first.effects) == set(CATALOG)
    for deployment_id, each in again.flows.items():
        known = await client.read_deployment(deployment_id)
        assert known.name == "tatflow"
        assert known.description
        assert known.tags
        assert known.enforce_parameter_schema
        assert len(known.schedules) == (1 if each.name in {line.name for line in ROUNDS} else 0)
