"""A server made with aiosmtpd, which runs apart from us with its own Python."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peers.installing import ROOT, python
from peers.mail.server import LATER, NOT_THERE, Running, Set, Taken
from peers.serving import free_port, served

#: the program that is one
PROGRAM = ROOT / "peers" / "theirs" / "mailbox.py"


@contextmanager
def keeper(wanted: Set, folder: Path) -> Iterator[Running]:
    """Run it in a folder."""
    port = free_port()
    offered = {"8BITMIME": wanted.eight_bits, "SMTPUTF8": wanted.any_script}
    given = {
        "port": port,
        "folder": str(folder),
        "certificate": str(wanted.certificate or ""),
        "login": wanted.login,
        "without": [name for name, is_offered in offered.items() if not is_offered],
        "not_there": NOT_THERE,
        "later": LATER,
    }

    def taken() -> list[Taken]:
        return [
            Taken(kept.with_suffix(".to").read_text(encoding="utf-8"), kept.read_bytes())
            for kept in sorted(folder.glob("*.eml"))
        ]

    with served([python(), PROGRAM, json.dumps(given)], port, folder=folder):
        yield Running(port, taken)
