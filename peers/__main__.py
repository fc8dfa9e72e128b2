"""``python -m peers [NAME …]``: run every room and write ``docs/peers.md``, or only what is named."""

import logging
import platform
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from importlib import import_module

import psutil

from peers.installing import ROOT
from peers.notes import Line, Notes, Verdict, document

#: each is a module or package of this one with ``main(notes)``
ROOMS = ("scim", "fhir", "oneroster", "mail", "mariadb", "signatures", "calendars")


def main(arguments: list[str]) -> int:
    """Run the rooms asked for, all when none is; returns the exit code: 1 when something of ours fails."""
    parser = ArgumentParser(
        prog="python -m peers", description="Run tatflow against software of other hands."
    )
    parser.add_argument("asked", nargs="*", metavar="NAME", help=f"a room: {', '.join(ROOMS)}")
    asked = parser.parse_args(arguments).asked
    unknown = [name for name in asked if name not in ROOMS]
    if unknown:
        print(f"There is no room called {unknown[0]}. There are: {', '.join(ROOMS)}.", file=sys.stderr)
        return 2
    # That something is tried again is no news here.
    logging.getLogger("stamina").addHandler(logging.NullHandler())
    lines = [line for name in asked or ROOMS for line in _run(name)]
    left = psutil.Process().children(recursive=True)
    if left:
        print(f"Still running: {', '.join(each.name() for each in left)}.", file=sys.stderr)
    if not asked:
        made_on = datetime.now(UTC).date()
        page = document(lines, made_on=made_on, machine=_machine())
        (ROOT / "docs" / "peers.md").write_text(page, encoding="utf-8")
    return 1 if left or any(line.verdict is Verdict.FAILS for line in lines) else 0


def _run(name: str) -> list[Line]:
    print(f"{name} …", flush=True)
    notes = Notes(name)
    with notes.about(name):
        import_module(f"peers.{name}").main(notes)
    return notes.lines


def _machine() -> str:
    node = shutil.which("node")
    if node is None:
        return f"Python {platform.python_version()}, no Node"
    said = subprocess.run([node, "--version"], check=True, capture_output=True, text=True).stdout
    return f"Python {platform.python_version()}, Node {said.strip().lstrip('v')}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
