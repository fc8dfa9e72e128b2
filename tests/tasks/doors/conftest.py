"""What tests of doors work with: an invented team's casebook, a tip line's key, and a reception over HTTP."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from console.reception.app import reception
from states.casebook import Casebook
from tasks.desk import Desk
from tasks.doors.registry import Doors, load_doors
from tasks.far.signatures import Signer, written
from tasks.sources.registry import Sources
from tests.cases.furnishing import Furnish
from tests.cases.walking import Walk
from tests.servers.serving import TRUST, serving
from tests.waiting import PATIENCE

DOORS = """
[safe]
use = "webhook"
site = "silver_city"
keys = {{ "safe-1" = "{key}" }}
{answering}
"""


class TipLine:
    """A tip line that posts signed tips to the reception.

    Args:
        client: talks to the reception.
        signer: its key.
    """

    def __init__(self, client: httpx.AsyncClient, signer: Signer) -> None:
        self._client = client
        self._signer = signer

    def signed(self, tip: object, *, door: str = "safe", signer: Signer | None = None) -> httpx.Request:
        """A signed tip, not sent yet."""
        return self.sign(self._client.build_request("POST", f"/tips/{door}", json=tip), signer)

    def sign(self, request: httpx.Request, signer: Signer | None = None) -> httpx.Request:
        """Sign a request; returns the same."""
        return (signer or self._signer).sign(request, now=datetime.now(UTC))

    async def post(self, tip: object, **how: Any) -> httpx.Response:
        """Send a signed tip."""
        return await self._client.send(self.signed(tip, **how))

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request as it is."""
        return await self._client.send(request)


@pytest.fixture
def key() -> Ed25519PrivateKey:
    """The tip line's key."""
    return Ed25519PrivateKey.generate()


@pytest.fixture
def answering() -> str:
    """What the door's table says of answers; nothing, unless a test says otherwise."""
    return ""


@pytest.fixture
def doors(tmp_path: Path, key: Ed25519PrivateKey, answering: str) -> Doors:
    """The tip line's door, as read from its file."""
    file = tmp_path / "doors.toml"
    file.write_text(DOORS.format(key=written(key.public_key()), answering=answering))
    return load_doors(file)


@pytest.fixture
def desk(furnish: Furnish, tmp_path: Path, doors: Doors) -> Iterator[Desk]:
    """A desk with a casebook without cases, and the door."""
    settings = furnish(tmp_path / "home")
    book = Casebook.open(settings)
    yield Desk(settings, book, Sources(), doors)
    book.close()


@pytest.fixture
def walk(desk: Desk) -> Walk:
    """An invented team, and the way of its cases."""
    return Walk(desk.book)


@pytest.fixture
async def tip_line(desk: Desk, key: Ed25519PrivateKey) -> AsyncIterator[TipLine]:
    """A tip line that knows the way to the reception."""
    with serving(reception(desk)) as url:
        # Links begin with the address that the reception is known by.
        desk.settings.base_url = url
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE, verify=TRUST) as client:
            yield TipLine(client, Signer("safe-1", key))
