"""The operators' page says first what needs somebody, and who gives signs of life."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect import flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.objects import Artifact
from prefect.states import Completed

from deployments.orchestrator.operators_page import KEY, Rounds, show_operations
from deployments.orchestrator.operators_words import ALL_WELL, Shown, headline, render
from states.access import SYSTEM
from states.casebook.effects import circuits
from states.casebook.effects.listing import EffectLine
from states.casebook.record.operating import Operations
from states.casebook.record.verification import Verification
from tasks.desk import Desk
from tasks.signs_of_life import Household, Part, noted, of_household
from tests.cases.walking import Walk
from tests.deployments.conftest import Register

NOW = datetime(2026, 2, 3, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

QUIET = Operations(
    stuck=[],
    stuck_in_all=0,
    waiting={},
    retried={},
    failing=[],
    last_report={"post": NOW - HOUR},
    last_sent=NOW - timedelta(minutes=3),
    not_taken_over=0,
    kept=0,
    verified=Verification(NOW - 22 * HOUR, holds=True, said=""),
    sealed_on=NOW - HOUR,
)

RELAY = Part("relay", "relay.log", since=NOW - HOUR, heard_at=NOW - timedelta(seconds=5))

WELL = Shown(
    at=NOW,
    now=QUIET,
    household=Household(NOW, (RELAY,)),
    backup=(NOW - 3 * HOUR, 1_234_567),
    backup_every=24 * HOUR,
    rounds={"sweep": NOW - timedelta(minutes=4)},
    rounds_since=NOW - HOUR,
)

STUCK = EffectLine(
    effect_id="0123abcd4567",
    case_number="TAT-2026-0001",
    kind="notify_team",
    status="stuck",
    attempt=8,
    code="channel_unavailable",
    urgent=False,
    created_at=NOW - 26 * HOUR,
    due_at=NOW - 26 * HOUR,
    done_at=None,
    flow_run_id=None,
)


def with_part(**changes: Any) -> Shown:
    """The page of an installation one of whose processes is otherwise."""
    return replace(WELL, household=Household(NOW, (replace(RELAY, **changes),)))


def test_a_quiet_morning_says_that_nothing_needs_anybody() -> None:
    """All is well: then the page says so, and when each thing last went well."""
    page = render(WELL)
    assert headline(WELL) == ALL_WELL
    assert "| relay | runs since 2026-02-03 06:00 UTC | never | just now |" in page
    assert "| backup | 3 hours ago (2026-02-03 04:00 UTC), 1.2 MB, read back whole when it was made |" in page
    assert "| ledger verified | 22 hours ago (2026-02-02 09:00 UTC), it holds |" in page
    assert "| round `sweep` | 4 minutes ago |" in page
    assert "| report at the door `post` | 1 hour ago (2026-02-03 06:00 UTC) |" in page
    assert "The last message went out 3 minutes ago." in page


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (replace(WELL, now=replace(QUIET, kept=3)), "3 things came in that could not be read"),
        (replace(WELL, now=replace(QUIET, not_taken_over=1)), "**1 alarm that nobody has taken over**"),
        (replace(WELL, now=replace(QUIET, stuck=[STUCK], stuck_in_all=1)), "1 effect stuck"),
        (
            replace(WELL, now=replace(QUIET, retried={("notify_team", "outbox_unwritable"): 2})),
            "2 x notify_team failed (`outbox_unwritable`), tried again by itself",
        ),
        (replace(WELL, now=replace(QUIET, waiting={"notify_team": 2})), "not taken up: 2 notify_team"),
        (
            with_part(deaths=3, died_at=NOW - HOUR, exit_code=-9),
            "The relay ended by itself 3 times within a day, last at 2026-02-03 06:00 UTC (exit code -9)",
        ),
        (
            with_part(running=False, heard_at=None),
            "**The relay is dead, and is started again: see `logs/relay.log`",
        ),
        (with_part(heard_at=NOW - HOUR), "**The relay gives no sign of life since 2026-02-03 06:00 UTC"),
        (
            replace(WELL, household=Household(NOW, (RELAY,), NOW - HOUR, "reception")),
            "Everything was restarted after 2026-02-03 06:00 UTC: the reception could not live.",
        ),
        (
            replace(WELL, now=replace(QUIET, verified=Verification(NOW, holds=False, said="Broken at x."))),
            "**The record does not hold**, verified at 2026-02-03 07:00 UTC. Broken at x.",
        ),
        (
            replace(WELL, now=replace(QUIET, verified=Verification(NOW - 49 * HOUR, holds=True, said=""))),
            "The record was last verified at 2026-02-01 06:00 UTC: run `tat ledger verify`.",
        ),
        (replace(WELL, backup=None), "No backup in time: none yet."),
        (replace(WELL, backup=(NOW - 49 * HOUR, 1)), "No backup in time: the last one at 2026-02-01 06:00"),
        (replace(WELL, rounds={"sweep": None}), "The round `sweep` has not ended well yet"),
        (replace(WELL, rounds={"sweep": NOW - HOUR}), "has not ended well since 2026-02-03 06:00 UTC"),
    ],
)
def test_what_needs_somebody_is_said_first(shown: Shown, said: str) -> None:
    """Each kind of trouble is named above everything else, with what to do."""
    assert said in headline(shown)
    assert headline(shown) in render(shown)


def test_a_stuck_effect_has_case_kind_code_and_age() -> None:
    """An operator finds it without knowing what the case is about."""
    page = render(replace(WELL, now=replace(QUIET, stuck=[STUCK], stuck_in_all=1)))
    assert "| TAT-2026-0001 | notify_team | `channel_unavailable` | 1 day | 8 | `0123abcd` |" in page


def test_signs_of_life_are_read_as_they_were_noted(tmp_path: Path) -> None:
    """Also while the `tat up` that noted them writes again, and after it has ended."""
    reception = replace(RELAY, name="reception", died_at=NOW, exit_code=1)
    household = Household(NOW, (RELAY, reception), NOW, "relay")
    assert of_household(tmp_path) is None
    with noted(tmp_path) as note:
        assert of_household(tmp_path) is None
        note.write(household)
        assert of_household(tmp_path) == replace(household, lives=True)
    assert of_household(tmp_path) == household


async def test_the_page_is_kept_up_to_date_and_a_version_kept_of_what_needs_somebody(
    client: PrefectClient, walk: Walk, desk: Desk, register: Register
) -> None:
    """A minute later the same version says so; when a far side fails, another version does."""

    @flow(name="a-round")
    async def a_round() -> None:
        """End well."""

    [deployment_id] = set((await register(a_round)).effects.values())
    run = await client.create_flow_run_from_deployment(deployment_id)
    await client.set_flow_run_state(run.id, Completed(), force=True)

    async def versions() -> list[Artifact]:
        key = ArtifactFilter(key=ArtifactFilterKey(any_=[KEY]))
        return await client.read_artifacts(artifact_filter=key)

    before = {each.id for each in await versions()}
    rounds = Rounds({"sweep": deployment_id}, NOW)
    here = replace(desk, book=walk.book.at(NOW))
    circuits.failed(here.book, "first invented", "timeout", by=SYSTEM)
    await show_operations(client, here, rounds)
    await show_operations(client, replace(here, book=walk.book.at(NOW + timedelta(minutes=1))), rounds)
    [made] = [each for each in await versions() if each.id not in before]
    assert "As of 2026-02-03 07:01 UTC" in str(made.data)
    # Prefect's own clock is ahead of the one that stands still here.
    assert "| round `sweep` | just now |" in str(made.data)
    circuits.failed(here.book, "second invented", "timeout", by=SYSTEM)
    await show_operations(client, here, rounds)
    assert len([each for each in await versions() if each.id not in before]) == 2
