"""What operators find under Artifacts in Prefect: what needs somebody, what is stuck, who lives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import Artifact, StateType
from prefect.client.schemas.sorting import ArtifactSort, FlowRunSort

from deployments.orchestrator.operators_words import Shown, headline, render
from states.access import SYSTEM
from states.casebook.record.operating import Operations, operations
from states.copies import newest_file
from states.store.threads import told
from tasks.desk import Desk
from tasks.signs_of_life import of_household

#: the artifact's key
KEY = "operations"


@dataclass(frozen=True, slots=True)
class Rounds:
    """The rounds whose ends the page shows.

    Args:
        deployments: the deployment of each, by its flow's name.
        since: since when they run.
    """

    deployments: Mapping[str, UUID]
    since: datetime


async def show_operations(client: PrefectClient, desk: Desk, rounds: Rounds) -> None:
    """Bring the operators' page up to date; another version is kept when something else needs somebody.

    Args:
        client: the Prefect API.
        desk: what this process works with.
        rounds: the rounds that are to end well every few minutes.
    """
    ended = {name: await _last_ended(client, id_) for name, id_ in rounds.deployments.items()}
    page, needs = await told(_page, desk, ended, rounds.since)
    found = await client.read_artifacts(
        artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[KEY])),
        sort=ArtifactSort.UPDATED_DESC,
        limit=1,
    )
    if found and f"\n\n{needs}\n\n" in str(found[0].data):
        await _overwrite(client, found[0], page)
    else:
        new = ArtifactCreate(key=KEY, type="markdown", description="What needs an operator.", data=page)
        await client.create_artifact(new)


async def _last_ended(client: PrefectClient, deployment_id: UUID) -> datetime | None:
    completed = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.COMPLETED]))
    runs = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=completed),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id])),
        sort=FlowRunSort.END_TIME_DESC,
        limit=1,
    )
    ended = runs[0].end_time if runs else None
    # Prefect's times are of a kind of their own, whose differences cannot be reckoned with.
    return None if ended is None else datetime.fromtimestamp(ended.timestamp(), UTC)


def _page(desk: Desk, rounds: Mapping[str, datetime | None], since: datetime) -> tuple[str, str]:
    settings = desk.settings
    now: Operations = operations(desk.book, by=SYSTEM)
    shown = Shown(
        at=desk.book.clock(),
        now=now,
        household=of_household(settings.home),
        backup=newest_file(settings),
        backup_every=timedelta(hours=settings.backup_hours),
        rounds=rounds,
        rounds_since=since,
    )
    return render(shown), headline(shown)


async def _overwrite(client: PrefectClient, shown: Artifact, page: str) -> None:
    # Past the client's own method, which would leave an event with the whole page, every minute.
    update = ArtifactUpdate(data=page).model_dump(mode="json", exclude_unset=True)
    answer = await client.request("PATCH", "/artifacts/{id}", path_params={"id": shown.id}, json=update)
    answer.raise_for_status()
