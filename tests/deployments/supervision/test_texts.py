"""An alarm by text and push, from the commit to a gateway over real HTTP, while mail hangs."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from pydantic import SecretStr

from states.casebook import Casebook
from states.casebook.alarms import answers
from states.contents.closing import TakeOverContent
from states.policy.pack import PACKS
from states.settings import Settings
from tests.cases.walking import Walk
from tests.deployments.test_alarm_lane import AWAY, book, lane_here, office, raised
from tests.installations.alarming import POLICE, PostOffice
from tests.waiting import eventually

__all__ = ["book", "office"]

PUSH = 'also = ["ntfys://push.wnmu.example/university-police"]'


class Gateway(BaseHTTPRequestHandler):
    """Takes what is posted to it, as an SMS or push gateway does."""

    got: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        """Take one message."""
        self.got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def gateway() -> Iterator[tuple[int, list[tuple[str, bytes]]]]:
    """Run a gateway; gives its port, and what it got."""
    handler: type[Gateway] = type("Listening", (Gateway,), {"got": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, handler.got
        server.shutdown()


@pytest.fixture
def got() -> Iterator[tuple[int, list[tuple[str, bytes]]]]:
    """A gateway for texts and pushes."""
    with gateway() as running:
        yield running


@pytest.fixture
def settings(
    tmp_path: Path, casebook_url: str, office: PostOffice, got: tuple[int, list[tuple[str, bytes]]]
) -> Settings:
    """An installation whose police have a number for texts and a topic for pushes, both at the gateway."""
    port, _ = got
    ways = f'also = ["json://127.0.0.1:{port}/sms", "ntfy://127.0.0.1:{port}/police"]'
    pack = tmp_path / "pack.toml"
    pack.write_text(
        (PACKS / "wnmu" / "pack.toml").read_text(encoding="utf-8").replace(PUSH, ways), encoding="utf-8"
    )
    return Settings(
        home=tmp_path,
        database_url=casebook_url,
        smtp_url=SecretStr(office.url),
        prefect_api_url=AWAY,
        pack=str(pack),
    )


# apprise imports all of its channels at the first use, and one of them imports what Python 3.13 takes away.
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
@pytest.mark.clause("W-13", "U-12", "U-15")
async def test_when_the_mailbox_hangs_a_text_and_a_push_reach_the_police(
    book: Casebook, settings: Settings, office: PostOffice, got: tuple[int, list[tuple[str, bytes]]]
) -> None:
    """They say campus, kind of danger, whom to call, and hold the link with which one takes over."""
    office.hangs = lambda address: address == POLICE
    walk = Walk(book)
    _, posted = got
    number = raised(walk)
    async with lane_here(book, settings):

        async def both() -> bool:
            return len(posted) > 1

        await eventually(both)
    texts = [str(json.loads(body).get("message")) for _, body in posted[:2]]
    for text in texts:
        for told in ("Silver City (main campus)", "imminent", book.pack.duty_line, "/m/"):
            assert told in text
        assert len(text) < 400
    (secret,) = {text.rpartition("/m/")[2].strip()[:64] for text in texts}
    await asyncio.to_thread(answers.by_link, book, secret, TakeOverContent(who="Invented Officer"))
    assert answers.show(book, number, by=walk.chair)[0].alarm.taken_over_at is not None
