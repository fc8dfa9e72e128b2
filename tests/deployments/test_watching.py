"""What Prefect does for operators by itself: it tells of trouble, keeps filters, and removes what is old."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from threading import Thread
from typing import Any, ClassVar

import pytest
from prefect import settings as of_prefect
from prefect.client.orchestration import PrefectClient
from prefect.states import Crashed
from pydantic import SecretStr

from deployments.environment import prefect_server_environment
from deployments.registration import register
from deployments.watching import FILTERS, OURS, TROUBLES, watch
from states.settings import Settings
from states.vocabulary import EffectKind
from tasks.sources.registry import Sources
from tests.waiting import PATIENCE


class _Chat(BaseHTTPRequestHandler):
    """The incoming webhook of a chat system."""

    said: ClassVar[SimpleQueue[dict[str, Any]]] = SimpleQueue()

    def do_POST(self) -> None:
        """Take a message."""
        self.said.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def chat() -> Iterator[str]:
    """A chat system's webhook; gives its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Chat) as server:
        Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/hooks/invented"
        finally:
            server.shutdown()


async def test_operators_are_told_of_a_run_that_crashed(client: PrefectClient, settings: Settings) -> None:
    """The chat hears the case's number, the kind and what to do; registered twice, it hears it once."""
    registered = await register(client, Sources(), pool=False)
    with chat() as where:
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
        heard = _Chat.said.get(timeout=PATIENCE)["text"]
        assert heard.startswith("tatflow: a run crashed\nTAT-2026-0001 notify_team is Crashed. ")
        await watch(client, settings)
        assert [each for each in await client.read_automations() if each.name.startswith(OURS)] == []
        assert _Chat.said.empty()


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
