"""Whatever ends a test run, the servers that it started end with it."""

import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from tests.waiting import PATIENCE, until

ROOT = Path(__file__).parents[2]

#: the beginning of a test run that asks for both servers
RUN = """
import signal, sys
from pathlib import Path
from tests.servers import postgres_server, prefect_server
folder = Path(sys.argv[1])
(folder / "orchestrator").mkdir()
lifeline = postgres_server.hold_lifeline(folder)
postgres_server.own_server(folder)
with prefect_server.running(folder / "orchestrator") as (url, pid):
    print((folder / "data" / "postmaster.pid").read_text().split()[0])
    print(pid, flush=True)
    signal.pause()
"""


@pytest.mark.long
def test_a_test_run_that_is_killed_leaves_no_server_behind() -> None:
    """Neither PostgreSQL nor Prefect, though nothing of the run could end them; the folder goes, too."""
    # As the test run does it: PostgreSQL, never run as root, cannot see what pytest keeps for its user.
    folder = Path(tempfile.mkdtemp(prefix="tat-test-"))
    command = [sys.executable, "-c", RUN, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        servers = [psutil.Process(int(run.stdout.readline())) for _ in range(2)]
        run.kill()
    _, alive = psutil.wait_procs(servers, timeout=PATIENCE)
    assert alive == []
    until(lambda: not folder.exists(), "the folder stays")
