"""A partner's stand-in and the team's reception, each served over real HTTP for one test."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import uvicorn
from fastapi import FastAPI

from console.partner_stub.app import application
from console.partner_stub.police_log import contacts_of
from console.partner_stub.records import Records
from console.partner_stub.stub import Stub, new_signer
from states.policy.pack import PACKS
from tasks.far.signatures import Signer, written
from tasks.sources.partner.source import PartnerSource
from tests.waiting import PATIENCE, eventually

#: a part of a real university's public police log; it names nobody
LOG = PACKS.parents[1] / "console" / "invented" / "campus_police_log_excerpt.csv"

#: the environment variable that holds the team's key in these tests
KEY = "TAT_TEST_PARTNER_KEY"


@asynccontextmanager
async def served(app: FastAPI, listener: socket.socket | None = None) -> AsyncIterator[str]:
    """Serve an application on this machine; gives its address."""
    sock = listener or reserved()
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    started = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        while not server.started:
            # A server that cannot start ends at once, and says why.
            done, _ = await asyncio.wait({started}, timeout=0.01)
            assert not done, started.result()
        yield address(sock)
    finally:
        server.should_exit = True
        await started
        sock.close()


def reserved() -> socket.socket:
    """A port that nobody else has."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener


def address(listener: socket.socket) -> str:
    """The address of a reserved port."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


class Partner:
    """A stand-in that runs, the team's key for it, and its controls.

    Args:
        stub: the stand-in.
        url: its address.
        ours: the team's key.
        over: a client of its controls.
    """

    def __init__(self, stub: Stub, url: str, ours: Signer, over: httpx.AsyncClient) -> None:
        self.stub = stub
        self.url = url
        self.ours = ours
        self.over = over

    def table(self, **changes: Any) -> dict[str, Any]:
        """The source's table; keyword arguments change it."""
        usual: dict[str, Any] = {
            "url": self.url,
            "kinds": ["weapons_registration", "past_contacts", "protective_orders", "court_registrants"],
            "key_id": self.ours.key_id,
            "private_key": {"env": KEY},
            "partner_keys": {self.stub.signer.key_id: self.stub.public_key()},
            "callback": True,
        }
        return usual | changes

    def source(self, **changes: Any) -> PartnerSource:
        """The source that asks it."""
        return PartnerSource.from_config("police", self.table(**changes))

    async def queries(self) -> list[dict[str, Any]]:
        """Every query that it got, newest first."""
        found: list[dict[str, Any]] = (await self.over.get("/control/queries")).json()
        return found

    async def decide(self, do: str, **more: Any) -> dict[str, Any]:
        """Decide its newest query."""
        ticket = (await self.queries())[0]["ticket"]
        answer = await self.over.post(f"/control/queries/{ticket}", json={"do": do, **more})
        assert answer.status_code == httpx.codes.OK, answer.text
        decided: dict[str, Any] = answer.json()
        return decided

    async def behave(self, behavior: str) -> None:
        """Have it treat those who ask like that."""
        (await self.over.put(f"/control/behavior/{behavior}")).raise_for_status()

    async def called(self) -> str:
        """What became of the newest query's callback, once it is known for good."""

        async def result() -> str:
            query = self.stub.records.queries()[0]
            return query.call_result if query.call_at is None else ""

        said: str = await eventually(result)
        return said


@asynccontextmanager
async def partner_at(folder: Path, monkeypatch: Any, *, callback: str = "") -> AsyncIterator[Partner]:
    """Run a stand-in with a part of a police log as its past contacts.

    Args:
        folder: where its database goes.
        monkeypatch: takes the team's key into the environment.
        callback: where it calls back.
    """
    ours = new_signer("team-1")
    monkeypatch.setenv(KEY, written(ours.key))
    records = Records(folder / "stub.db")
    records.load(contacts_of(LOG, ZoneInfo("America/Chicago")))
    stub = Stub(
        records,
        new_signer("police-1"),
        {ours.key_id: ours.key.public_key()},
        callback_url=callback,
        first_wait=0.05,
    )
    try:
        async with (
            served(application(stub)) as url,
            httpx.AsyncClient(base_url=url, trust_env=False, timeout=PATIENCE) as over,
        ):
            yield Partner(stub, url, ours, over)
    finally:
        records.close()
