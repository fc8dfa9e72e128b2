"""Programs of peers that are given one thing and say one thing, in JSON."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

#: seconds that one answer may take
PATIENCE = 60.0


def asked(command: list[str], given: object, folder: Path | None = None) -> Any:
    """Ask a program.

    Args:
        command: program and arguments.
        given: what it is given.
        folder: where it runs.

    Raises:
        RuntimeError: it fails; with the first line that it says an error with.
    """
    ended = subprocess.run(
        command,
        input=json.dumps(given),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if ended.returncode:
        errors = [line.strip() for line in ended.stderr.splitlines() if "Error" in line]
        raise RuntimeError((errors or ["it failed"])[0])
    return json.loads(ended.stdout)


def asked_of_node(folder: Path, script: str, given: object) -> Any:
    """Ask a script of ``peers/node``, from the folder of :func:`peers.installing.node`."""
    return asked([str(shutil.which("node")), script], given, folder)
