"""The peers' suite itself: it tells how each try went, and leaves no server behind."""

import socket
import sys
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from peers.__main__ import ROOMS
from peers.installing import LOCK, NODE, ROOT, NotHere
from peers.notes import Notes, Verdict, document
from peers.serving import free_port, served
from tests.waiting import PATIENCE

#: a server that starts another process, which would outlive it
SERVER = """\
import subprocess, sys, http.server
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open("child", "w") as told:
    told.write(str(child.pid))
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.BaseHTTPRequestHandler).serve_forever()
"""


def test_every_room_that_is_named_is_there() -> None:
    """A room that nobody wrote would be a suite that ends in the middle."""
    assert [room for room in ROOMS if find_spec(f"peers.{room}") is None] == []


def test_a_claim_that_breaks_is_told_and_the_next_is_tried(capsys: pytest.CaptureFixture[str]) -> None:
    """What is raised is the verdict; the page counts each kind, and a bar in a text breaks no table.

    A peer that is not to be had here keeps no other from being tried either.
    """
    notes = Notes("room")
    with notes.claim("peer 1.0", "adds up"):
        assert sum([1, 1]) == 3, "one | two"
    with notes.claim("peer 1.0", "goes on"):
        pass
    notes.cannot("peer 1.0", "sing")
    with notes.about("other"):
        raise NotHere("install it")
    verdicts = [line.verdict for line in notes.lines]
    assert verdicts == [Verdict.FAILS, Verdict.HOLDS, Verdict.CANNOT, Verdict.NOT_TRIED]
    page = document(notes.lines, made_on=date(2031, 3, 9), machine="Python 3.11")
    assert "9 March 2031 with Python 3.11: 1 hold, 1 fail, 1 the peer cannot do, 1 not tried" in page
    assert "one \\| two" in page
    assert "fails" in capsys.readouterr().out


def test_a_server_and_what_it_started_are_gone_afterwards(tmp_path: Path) -> None:
    """Both: nobody goes on listening, and nobody waits."""
    port = free_port()
    with served([sys.executable, "-c", SERVER, str(port)], port, folder=tmp_path):
        child = psutil.Process(int((tmp_path / "child").read_text(encoding="utf-8")))
        assert child.is_running()
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), PATIENCE):
        pass
    psutil.wait_procs([child], PATIENCE)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_a_server_that_does_not_start_is_told_with_what_it_said(tmp_path: Path) -> None:
    """Whoever runs the suite reads why."""
    port = free_port()
    program = [sys.executable, "-c", "raise SystemExit('no such option')"]
    with pytest.raises(RuntimeError, match="no such option"), served(program, port, folder=tmp_path):
        pass


def test_what_peers_are_installed_from_is_locked_and_names_no_package_index() -> None:
    """Hashes for every package, of whichever index."""
    locks = list((ROOT / "peers").rglob("requirements.lock"))
    assert LOCK in locks
    for lock in locks:
        locked = lock.read_text(encoding="utf-8")
        assert "--hash=sha256:" in locked
        assert "://" not in locked
    node = (NODE / "package-lock.json").read_text(encoding="utf-8")
    assert '"integrity"' in node
    assert '"resolved"' not in node
