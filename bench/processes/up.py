"""`tat up` from nothing to ready, and again with a data folder, and what it keeps in memory at rest.

Beside it, for comparison only: Prefect's own server alone, until it answers.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psutil

from bench.table import Line, show
from deployments.supervision.environment import child_environment, prefect_server_environment
from deployments.supervision.listening import reserved_port
from states.settings import Settings

#: seconds for everything to come to rest before memory is looked at
REST = 10.0
PATIENCE = 180.0
MIB = 1024 * 1024


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="tat-bench-") as folder:
        ours, server = Path(folder, "ours"), Path(folder, "server")
        cold, _ = _measure(_tat_up, ours)
        server_cold, _ = _measure(_server_alone, server)
        warm, memory = _measure(_tat_up, ours, rest=REST)
        server_warm, server_memory = _measure(_server_alone, server, rest=REST)
    peer = "peer: Prefect's server alone"
    lines = [
        Line(f"`tat up` from nothing to ready; {peer}", f"{cold:.1f} s", f"{server_cold:.1f} s"),
        Line(f"`tat up` again; {peer}", f"{warm:.1f} s", f"{server_warm:.1f} s"),
        Line(f"memory at rest, all processes; {peer}", _shown(memory), _shown(server_memory)),
    ]
    show("tat up", lines)


def _shown(memory: tuple[int, int]) -> str:
    count, size = memory
    return f"{size / MIB:,.0f} MiB in {count}"


Start = Callable[[Settings], "tuple[list[str], Mapping[str, str], Callable[[subprocess.Popen[str]], None]]"]


def _measure(start: Start, home: Path, *, rest: float = 0.0) -> tuple[float, tuple[int, int]]:
    """Seconds to ready; number and resident bytes of all processes after ``rest`` seconds."""
    with ExitStack() as stack:
        port = stack.enter_context(reserved_port())
        command, environment, wait = start(Settings(home=home, prefect_port=port, reception_port=0))
        begun = time.perf_counter()
        process = stack.enter_context(_running(command, environment))
        wait(process)
        ready = time.perf_counter() - begun
        time.sleep(rest)
        everything = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        return ready, (len(everything), sum(each.memory_info().rss for each in everything))


def _tat_up(
    settings: Settings,
) -> tuple[list[str], Mapping[str, str], Callable[[subprocess.Popen[str]], None]]:
    def wait(process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        assert any(line.startswith("Ready") for line in process.stdout), "`tat up` was never ready"

    return [str(Path(sys.prefix, "bin", "tat")), "up"], child_environment(settings), wait


def _server_alone(
    settings: Settings,
) -> tuple[list[str], Mapping[str, str], Callable[[subprocess.Popen[str]], None]]:
    (settings.home / "prefect").mkdir(parents=True, exist_ok=True)

    def wait(_process: subprocess.Popen[str]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not _healthy(settings.prefect_url):
            assert time.monotonic() < deadline, "Prefect's server never answered"
            time.sleep(0.05)

    port = str(settings.prefect_port)
    command = [str(Path(sys.prefix, "bin", "prefect")), "server", "start", "--port", port]
    return command, child_environment(settings) | prefect_server_environment(settings), wait


def _healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").is_success
    except httpx.TransportError:
        return False


@contextmanager
def _running(command: list[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
