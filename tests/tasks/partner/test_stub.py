"""The stand-in itself: its page, its controls, and the command that runs it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import httpx
import pytest

from states.vocabulary.people import IdentifierKind
from tasks.sources.asking import ask
from tasks.sources.contract import NotFound, Pending
from tasks.sources.registry import load_sources
from tests.servers.partner_serving import LOG, Partner
from tests.tasks.partner.conftest import Ask
from tests.waiting import PATIENCE

MARKUP = '<script>alert("x")</script>'


async def test_a_person_decides_at_the_page(partner: Partner, question: Ask) -> None:
    """The page shows the question with all markup escaped, says what it is, and its buttons decide."""
    asked = question(identifiers={IdentifierKind.NAME: MARKUP, IdentifierKind.DATE_OF_BIRTH: "2001-02-03"})
    reply = await ask(partner.source(), asked, timeout=PATIENCE)
    assert isinstance(reply, Pending)
    page = await partner.over.get("/")
    assert MARKUP not in page.text
    assert "&lt;script&gt;" in page.text
    assert "not the police" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    ticket = (await partner.queries())[0]["ticket"]
    for deed in ("approve", "no_hit"):
        done = await partner.over.post(f"/desk/queries/{ticket}", data={"do": deed})
        assert (done.status_code, done.headers["location"]) == (303, "/")
    late = await partner.over.post(f"/desk/queries/{ticket}", data={"do": "deny", "reason": "other"})
    assert late.headers["location"] == "/?said=refused"
    assert isinstance(await ask(partner.source(), question(ticket=ticket), timeout=PATIENCE), NotFound)


async def test_what_the_page_and_the_controls_do_not_know_is_refused(partner: Partner, question: Ask) -> None:
    """Unknown deeds, tickets, behaviors and keys change nothing."""
    await ask(partner.source(), question(), timeout=PATIENCE)
    over, ticket = partner.over, (await partner.queries())[0]["ticket"]
    assert (
        (await over.post(f"/desk/queries/{ticket}", data={"do": "harm"}))
        .headers["location"]
        .endswith("unknown")
    )
    assert (
        (await over.post("/desk/behavior", data={"behavior": "odd"})).headers["location"].endswith("unknown")
    )
    for path, body, status in (
        (f"/control/queries/{ticket}", {"do": "hit", "class": "bound"}, 409),
        (f"/control/queries/{ticket}", {"do": "run"}, 409),
        (f"/control/queries/{ticket}", {"do": "harm"}, 422),
        ("/control/queries/nobodys", {"do": "approve"}, 404),
    ):
        assert (await over.post(path, json=body)).status_code == status
    assert (
        await over.put("/control/team-keys", json={"a": "b"})
    ).status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert (await partner.queries())[0]["answer"]["status"] == "pending"


async def test_a_page_from_elsewhere_decides_nothing(partner: Partner) -> None:
    """A browser that another page has send something is refused, and so is another host's name."""
    elsewhere = {"Origin": "https://elsewhere.example"}
    answer = await partner.over.post("/desk/behavior", data={"behavior": "down"}, headers=elsewhere)
    assert answer.status_code == httpx.codes.FORBIDDEN
    renamed = await partner.over.get("/", headers={"Host": "elsewhere.example"})
    assert renamed.status_code == httpx.codes.BAD_REQUEST
    own = {"Origin": partner.url}
    assert (
        await partner.over.post("/desk/behavior", data={"behavior": "waits"}, headers=own)
    ).status_code == 303


@pytest.fixture
def printed(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """What `tat partner-stub --json` prints, while it runs; it leaves nothing behind."""
    command = [sys.executable, "-c", "from console.cli import main; main()", "partner-stub", "--port", "0"]
    words = [*command, "--log", str(LOG), "--json"]
    environment = os.environ | {"TAT_HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path)}
    running = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment)
    assert running.stdout is not None
    try:
        lines = list(takewhile(lambda line: line != "}\n", running.stdout))
        yield json.loads("".join(lines) + "}")
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=PATIENCE)
    assert running.returncode == 0
    assert not list(tmp_path.glob("tat-partner-stub-*"))
    assert not (tmp_path / "home").exists()


async def test_the_command_runs_it_and_says_how_to_ask_it(
    printed: dict[str, Any], question: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What `tat partner-stub` prints is a sources file and a key with which it is asked at once."""
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as over:
        assert (await over.get(printed["url"])).status_code == httpx.codes.OK
    for name, value in printed["environment"].items():
        monkeypatch.setenv(name, value)
    (tmp_path / "sources.toml").write_text(printed["sources_toml"])
    (source,) = load_sources(tmp_path / "sources.toml").all()
    assert isinstance(await ask(source, question(), timeout=PATIENCE), Pending)
