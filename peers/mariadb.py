"""A MariaDB server of Debian's, and our SQL source: its own tests, run on it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree.ElementTree import parse

from peers.installing import ROOT, debian, debian_version
from peers.notes import Notes
from peers.serving import free_port, served

TESTS = "tests/tasks/sources/sql/test_mariadb.py"


def main(notes: Notes) -> None:
    """Start a server with an empty data folder and run the tests."""
    server, maker = debian("mariadbd", "mariadb-server"), debian("mariadb-install-db", "mariadb-server")
    peer = debian_version("mariadb-server")
    with TemporaryDirectory(prefix="tat-peers-") as name:
        folder, port = Path(name), free_port()
        data = [f"--datadir={folder}/data", "--user=root"]
        made = [
            str(maker),
            "--no-defaults",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            *data,
        ]
        subprocess.run(made, check=True, capture_output=True)
        where = [f"--socket={folder}/socket", "--bind-address=127.0.0.1", f"--port={port}"]
        with served([server, "--no-defaults", *data, *where], port, folder=folder):
            _test(notes, peer, f"mariadb+pymysql://root@127.0.0.1:{port}/mysql", folder / "results.xml")


def _test(notes: Notes, peer: str, url: str, results: Path) -> None:
    program = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", TESTS, f"--junitxml={results}"]
    subprocess.run(
        program, cwd=ROOT, env=os.environ | {"TAT_TEST_MARIADB_URL": url}, capture_output=True, check=False
    )
    for case in parse(results).iter("testcase"):  # noqa: S314 - our own pytest wrote it
        claim = case.get("name", "").removeprefix("test_").replace("_", " ")
        # As in `…[grants0-INSERT]`: one claim of a table of them.
        with notes.claim(peer, re.sub(r"\[\w+\d-(.*)\]$", r": \1", claim)):
            assert len(case) == 0, case[0].get("message")
