"""What came of each try against a peer, and the document that says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from traceback import extract_tb

from peers.installing import NotHere


class Verdict(StrEnum):
    """How a try went."""

    HOLDS = "holds"
    FAILS = "**fails**"
    CANNOT = "the peer cannot"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Line:
    """One try.

    Args:
        room: the room of the suite, as in ``scim``.
        peer: what it was tried against, with its version.
        what: the claim, in a sentence without its full stop.
        verdict: how it went.
        why: what more there is to say; empty: nothing.
    """

    room: str
    peer: str
    what: str
    verdict: Verdict
    why: str = ""


@dataclass(slots=True)
class Notes:
    """The notes of one room while it runs.

    Args:
        room: its name.
    """

    room: str
    lines: list[Line] = field(default_factory=list)

    @contextmanager
    def claim(self, peer: str, what: str) -> Iterator[None]:
        """Try something; what is raised inside is the verdict, and the next claim is tried all the same.

        Args:
            peer: what it is tried against, with its version.
            what: the claim, in a sentence without its full stop.
        """
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever a peer brings about is what is to be told
            self.failed(peer, what, error)
        else:
            self._note(peer, what, Verdict.HOLDS)

    @contextmanager
    def about(self, peer: str) -> Iterator[None]:
        """Try all there is about a peer; what keeps it from being tried keeps no other from it.

        Args:
            peer: what is tried.
        """
        try:
            yield
        except NotHere as not_here:
            self.not_tried(peer, str(not_here))
        except Exception as error:  # noqa: BLE001 - as above
            self.failed(peer, "runs", error)

    def failed(self, peer: str, what: str, error: Exception) -> None:
        """Say that something does not hold."""
        where = extract_tb(error.__traceback__)[-1]
        said = f"{type(error).__name__}: {error}".partition("\n")[0]
        self._note(peer, what, Verdict.FAILS, f"{said} ({where.name}, line {where.lineno})")

    def cannot(self, peer: str, what: str, why: str = "") -> None:
        """Say what a peer cannot do itself, so that it shows nothing of us."""
        self._note(peer, what, Verdict.CANNOT, why)

    def not_tried(self, peer: str, why: str) -> None:
        """Say that a peer is not to be had on this machine, and what to do about it."""
        self._note(peer, "all of it", Verdict.NOT_TRIED, why)

    def _note(self, peer: str, what: str, verdict: Verdict, why: str = "") -> None:
        self.lines.append(Line(self.room, peer, what, verdict, why))
        print(f"  {verdict.strip('*'):16} {peer}: {what}{f' ({why})' if why else ''}", flush=True)


PREFACE = """\
# tatflow and its peers

Software that nobody here wrote, and how tatflow gets on with it. `make peers` installs each from the package
indexes (PyPI, npm) or takes it from Debian, runs it on this machine alone, and writes this page;
`python -m peers scim` runs one room and writes nothing. The people in it are invented. It is no part of
`make test`.

*The peer cannot* says what a peer does not do itself, so that its room shows nothing about us there;
*not tried* says why a peer was not to be had where this was made. Everything lies in `.peers/`, which may be
deleted.
"""


def document(lines: list[Line], *, made_on: date, machine: str) -> str:
    """The whole page.

    Args:
        lines: of every room, in order.
        made_on: the day.
        machine: what it was run with, as in ``Python 3.11.7, Node 20.20.2``.
    """
    said = [PREFACE, f"Made on {made_on.day} {made_on:%B %Y} with {machine}: {_sum(lines)}.\n"]
    for room in dict.fromkeys(line.room for line in lines):
        said.append(f"## {room}\n\n| peer | tried | how it went |\n|---|---|---|")
        said.extend(
            f"| {_cell(line.peer)} | {_cell(line.what)} |"
            f" {line.verdict}{f': {_cell(line.why)}' if line.why else ''} |"
            for line in lines
            if line.room == room
        )
        said.append("")
    return "\n".join(said)


def _sum(lines: list[Line]) -> str:
    counted = [
        (sum(line.verdict is verdict for line in lines), verdict.strip("*"))
        for verdict in (Verdict.HOLDS, Verdict.FAILS, Verdict.CANNOT, Verdict.NOT_TRIED)
    ]
    words = {
        "holds": "hold",
        "fails": "fail",
        "the peer cannot": "the peer cannot do",
        "not tried": "not tried",
    }
    return ", ".join(f"{count} {words[word]}" for count, word in counted if count)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
