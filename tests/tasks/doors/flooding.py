"""Drives a reception in a process of its own: signed tips at a pace, and floods of what nobody signed.

All of it stays on this machine, is counted beforehand, and ends by itself.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from deployments.supervision.children import READY
from deployments.supervision.environment import child_environment
from deployments.supervision.listening import listening_socket
from states.settings import Settings
from states.store.engine import Store
from states.store.migrating import migrate
from states.tables import Report, table_of
from states.vault import make_key_file
from tasks.far.signatures import Signer, written
from tests.tasks.doors.conftest import DOORS
from tests.waiting import PATIENCE

#: how many connections a tip line has at most
LINES = 64

#: bytes of a content that nobody signed
UNSIGNED = 990_000


@dataclass
class Reception:
    """A reception that runs.

    Args:
        settings: its installation's.
        port: where it listens.
        signer: the tip line's key.
        process: its process.
    """

    settings: Settings
    port: int
    signer: Signer
    process: psutil.Process
    #: the most memory that was seen, in bytes, and the most open files: each connection is one
    memory: int = 0
    files: int = 0

    def tip(self, name: str) -> bytes:
        """A signed tip, as it goes over the line."""
        made = httpx.Request(
            "POST",
            f"{self.settings.base_url}/tips/safe",
            json={"id": name, "text": "Somebody in my hall says that they will bring a gun on Friday."},
        )
        request = self.signer.sign(made, now=datetime.now(UTC))
        lines = [b"POST /tips/safe HTTP/1.1"]
        lines += [name + b": " + value for name, value in request.headers.raw]
        return b"\r\n".join([*lines, b"", request.content])

    def look(self) -> None:
        """See how much memory and how many open files it has now."""
        self.memory = max(self.memory, self.process.memory_info().rss)
        self.files = max(self.files, self.process.num_fds())


@dataclass
class Sent:
    """What became of tips.

    Args:
        statuses: how often each status was heard; 0: none was.
        seconds: how long each took that was taken in.
    """

    statuses: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def heard(self, status: int, seconds: float) -> None:
        """Count an answer."""
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status == httpx.codes.ACCEPTED:
            self.seconds.append(seconds)


@contextmanager
def receiving(home: Path) -> Iterator[Reception]:
    """Run a reception on a new installation, with the door of one tip line."""
    key = Ed25519PrivateKey.generate()
    with listening_socket("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        settings = Settings(home=home, base_url=f"http://127.0.0.1:{port}")
        make_key_file(settings.key_file)
        migrate(settings.casebook_url)
        settings.doors_file.write_text(DOORS.format(key=written(key.public_key()), answering=""))
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "console.web", str(listener.fileno())],
                env=child_environment(settings),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                pass_fds=[listener.fileno()],
            )
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().decode().strip() == READY, (home / "log").read_text()
            yield Reception(settings, port, Signer("safe-1", key), psutil.Process(process.pid))
        finally:
            process.kill()


@asynccontextmanager
async def watched(reception: Reception) -> AsyncIterator[None]:
    """See what a reception has, again and again for as long as the block lasts."""

    async def watch() -> None:
        while True:
            reception.look()
            await asyncio.sleep(0.05)

    reception.memory = reception.files = 0
    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def at_a_pace(reception: Reception, names: Sequence[str], per_second: float) -> Sent:
    """Send signed tips at a pace, whatever becomes of those before, and count what is answered."""
    tips = [reception.tip(name) for name in names]
    sent, free = Sent(), asyncio.LifoQueue[_Line]()
    for _ in range(LINES):
        free.put_nowait(_Line(reception.port))
    began = time.monotonic()

    async def one(place: int, tip: bytes) -> None:
        due = began + place / per_second
        await asyncio.sleep(max(due - time.monotonic(), 0.0))
        line = await free.get()
        try:
            status = await line.ask(tip)
        finally:
            free.put_nowait(line)
        sent.heard(status, time.monotonic() - due)

    await asyncio.gather(*(one(place, tip) for place, tip in enumerate(tips)))
    while not free.empty():
        free.get_nowait().close()
    return sent


class _Line:
    """A connection that is kept, and made anew when the other side ends it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> int:
        """Send a request; gives the status of the answer, 0 when there is none."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._ask(request)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            self.close()
            return 0

    async def _ask(self, request: bytes) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        await reader.readexactly(length)
        if b"connection: close" in head:
            self.close()
        return int(head.split(b" ", 2)[1])

    def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


#: what a stranger sends first, and how much of a content they then send: each holds what it can
def _unsigned(path: str, length: int) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode()


FLOODS: dict[str, tuple[bytes, int]] = {
    "unsigned tips": (_unsigned("/tips/safe", UNSIGNED), UNSIGNED),
    "contents that stop": (_unsigned("/m/" + "0" * 64, UNSIGNED), UNSIGNED - 1),
    "heads that stop": (b"GET /health HTTP/1.1\r\nX: ", 0),
    "contents that drip": (_unsigned("/referrals/answer/" + "0" * 64, UNSIGNED), 1),
}


@asynccontextmanager
async def flooded(reception: Reception, flood: str, clients: int) -> AsyncIterator[None]:
    """Flood a reception while the block lasts: so many clients, each again once it is turned away."""
    first, content = FLOODS[flood]
    over = asyncio.Event()

    async def client() -> None:
        while not over.is_set():
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", reception.port)
                try:
                    writer.write(first)
                    await _spill(writer, content)
                    await reader.read(65_536)
                finally:
                    writer.close()
            # A stranger who is turned away comes again, but not in one breath.
            await asyncio.sleep(0.2)

    tasks = [asyncio.create_task(client()) for _ in range(clients)]
    try:
        async with watched(reception):
            yield
    finally:
        over.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _spill(writer: asyncio.StreamWriter, length: int) -> None:
    for _ in range(0, length, 65_536):
        writer.write(bytes(min(65_536, length)))
        await writer.drain()


async def gets_through(reception: Reception, name: str) -> float:
    """Send one signed tip as a tip line does, again until it is taken in; gives the seconds that it took."""
    began = time.monotonic()
    status = 0
    while status != httpx.codes.ACCEPTED:
        assert time.monotonic() - began < PATIENCE, f"{name} does not get through: {status}"
        line = _Line(reception.port)
        status = await line.ask(reception.tip(name))
        line.close()
        if status != httpx.codes.ACCEPTED:
            await asyncio.sleep(0.1)
    return time.monotonic() - began


def on_record(settings: Settings) -> int:
    """How many tips are on record; one that was taken in twice would count twice."""
    store = Store(settings.casebook_url)
    with store.read() as connection:
        found = connection.scalar(select(func.count()).select_from(table_of(Report)))
    store.close()
    return int(found or 0)
