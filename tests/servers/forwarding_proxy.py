"""A forwarding proxy as campuses have them on their way out, in a process of its own.

It takes ``CONNECT`` alone (RFC 9110, 9.3.6), and knows names that only it can look up: those it is told.
"""

import asyncio
import base64
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass
class Proxy:
    """A running proxy.

    Args:
        port: where it listens on this machine.
        log: the file that it writes down what it was asked for, head by head.
    """

    port: int
    log: Path

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def asked(self) -> list[str]:
        """For what it was asked, as in ``CONNECT records.example.edu:443``."""
        return [line for line in self.log.read_text().splitlines() if line.startswith("CONNECT")]


@contextmanager
def forwarding(folder: Path, known: Mapping[str, int], *, login: str = "") -> Iterator[Proxy]:
    """Run a proxy for as long as a test needs it.

    Args:
        folder: takes its log.
        known: the names that it may be asked for, with their ports, and the port of this machine behind each.
        login: the ``user:password`` that it wants; empty: none.
    """
    log = folder / "proxy.log"
    log.touch()
    command = [
        sys.executable,
        "-m",
        "tests.servers.forwarding_proxy",
        json.dumps(dict(known)),
        login,
        str(log),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            yield Proxy(int(running.stdout.readline()), log)
        finally:
            running.terminate()


async def _serve(known: dict[str, int], login: str, log: Path) -> None:
    wanted = f"Proxy-Authorization: Basic {base64.b64encode(login.encode()).decode()}"

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            with log.open("a") as file:
                file.write(head)
            method, target, *_ = head.split()
            if login and wanted not in head.splitlines():
                answer = "407 Proxy Authentication Required"
            elif method != "CONNECT" or target not in known:
                answer = "403 Forbidden"
            else:
                answer = await _forward(known[target], reader, writer)
            if answer:
                writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n".encode())
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - whoever starts it reads that
    await server.serve_forever()


async def _forward(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    try:
        their_reader, their_writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return "502 Bad Gateway"
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    await asyncio.gather(_pour(reader, their_writer), _pour(their_reader, writer))
    return ""


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    names, login, log = sys.argv[1:]
    asyncio.run(_serve(json.loads(names), login, Path(log)))
