"""Our SCIM source and three services of other hands: scim2-server and canaille (Python), scimmy (Node)."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from peers.installing import node, node_version, python, version
from peers.notes import Notes
from peers.scim.asking import SAM, TOKEN, add, asked, facts_of, source, token
from peers.scim.canaille import try_canaille
from peers.serving import free_port, served
from states.vocabulary.people import IdentifierKind
from tasks.sources.contract import NotFound, Unavailable


def main(notes: Notes) -> None:
    """Try each."""
    with notes.about("scim2-server"):
        program = python().parent / "scim2-server"
        port = free_port()
        command = [str(program), "--port", str(port), "--bearer-token", TOKEN]
        _try(notes, version(python(), "scim2-server"), command, port)
    with notes.about("scimmy"):
        folder, port = node(), free_port()
        command = [str(shutil.which("node")), str(folder / "scimmy.mjs"), str(port), TOKEN]
        peer = node_version(folder, "scimmy-routers")
        notes.cannot(
            peer, "finds nobody by employeeNumber: its own filters do not reach into a schema's addition"
        )
        _try(notes, peer, command, port, numbered=False)
    with notes.about("canaille"):
        try_canaille(notes)


def _try(notes: Notes, peer: str, command: list[str], port: int, *, numbered: bool = True) -> None:
    with _running(command, port) as url:
        with notes.claim(peer, "is tried without asking about anybody, and what it cannot do is said"):
            said = asyncio.run(source(url).check())
            assert said == () if numbered else "none of them by employeeNumber" in said[0], said
        with notes.claim(peer, "finds an employee, and tells who their manager is"):
            by = (IdentifierKind.EMPLOYEE_ID, "E0000001") if numbered else (IdentifierKind.EMAIL, SAM)
            told = facts_of(asked(url, *by))
            wanted = {
                "Title": "Lecturer",
                "Department": "Biology",
                "Manager": "Morgan Model",
                "Account active": "yes",
            }
            assert wanted.items() <= told.items(), told
        with notes.claim(peer, "finds an employee by user name in capitals"):
            assert facts_of(asked(url, IdentifierKind.EMAIL, SAM.upper()))
        with notes.claim(peer, "does not find who is not there, nor anybody by a filter in disguise"):
            for value in ("nobody@wnmu.example", 'x" or userName pr or title eq "'):
                reply = asked(url, IdentifierKind.EMAIL, value)
                assert isinstance(reply, NotFound | Unavailable), reply
        with notes.claim(peer, "does not take a wrong token"):
            reply = asked(url, IdentifierKind.EMPLOYEE_ID, "E0000001", access=token("another"))
            assert reply == Unavailable("unauthorized", permanent=True), reply
        if not numbered:
            notes.cannot(peer, "takes no search by emails.value")
            return
        with notes.claim(peer, "says that there are two, of whom neither is told"):
            reply = asked(url, IdentifierKind.EMAIL, "twice@wnmu.example", email="emails")
            assert reply == Unavailable("several_records", permanent=True), reply


@contextmanager
def _running(command: list[str], port: int) -> Iterator[str]:
    with TemporaryDirectory(prefix="tat-peers-") as name, served(command, port, folder=Path(name)):
        url = f"http://127.0.0.1:{port}/v2"
        lead = add(url, "morgan.model", "E0000009", displayName="Morgan Model")
        add(url, "sam.sample", "E0000001", manager={"value": lead}, title="Lecturer", active=True)
        for number in ("E0000002", "E0000003"):
            add(url, number.lower(), number, emails=[{"value": "twice@wnmu.example"}])
        yield url
