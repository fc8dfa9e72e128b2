"""Our invitations (RFC 5545, 5546), read by calendar libraries of other hands."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from notifications.channels.invitation import invitation
from notifications.messages.contexts import Context, Detail
from peers.installing import node, node_version, python, version
from peers.notes import Notes
from peers.running import asked, asked_of_node

BEGINS = datetime(2031, 3, 9, 16, 30, tzinfo=UTC)
ENDS = BEGINS + timedelta(minutes=50)
LINK = "https://tat.example/m/abc?x=1&y=2"
ORGANIZER, SENDER, ATTENDEE = "office@wnmu.example", "tatflow@wnmu.example", "sam.sample@wnmu.example"
#: everything that RFC 5545, 3.3.11 wants escaped, letters of two bytes, and a line that has to be folded
PLACE = "Juan Chacón Building; room 220, \\ the one with the dial-in: ask at the desk for the key to its door"

#: what a library does not tell, though it reads the rest
_UNTOLD = {"ics": ["sequence"], "ical": ["method"]}


def main(notes: Notes) -> None:
    """Have every library read an invitation and the one that takes it back."""
    with notes.about("ics, vobject, ical"):
        interpreter = python()
        program = Path(__file__).parent / "theirs" / "calendars.py"
        for library in ("ics", "vobject", "ical"):
            _try(
                notes,
                version(interpreter, library),
                library,
                lambda given: asked([str(interpreter), str(program)], given),
            )
    with notes.about("ical.js, node-ical, ts-ics"):
        folder = node()
        for library in ("ical.js", "node-ical", "ts-ics"):
            _try(
                notes,
                node_version(folder, library),
                library,
                lambda given: asked_of_node(folder, "calendars.mjs", given),
            )


def _try(notes: Notes, peer: str, library: str, ask: Callable[[dict[str, str]], Any]) -> None:
    for what, text, wanted in (
        ("reads an invitation as we mean it", _invited(), _WANTED),
        ("reads that it is taken back", _invited(cancels=True), _WANTED | _TAKEN_BACK),
    ):
        with notes.claim(peer, what):
            understood = ask({"library": library, "text": text})
            told = {name: value for name, value in wanted.items() if name not in _UNTOLD.get(library, ())}
            read = {name: _plain(name, understood.get(name)) for name in told}
            assert read == told, {name: value for name, value in read.items() if value != told[name]}
    for name in _UNTOLD.get(library, ()):
        notes.cannot(peer, f"tells no {name.upper()}")


def _invited(*, cancels: bool = False) -> str:
    context = Context(
        institution="Example University",
        phone="+1 575 555 0100",
        link=LINK,
        case_number="TAT-2031-0001",
        when=BEGINS,
        detail=Detail(),
    )
    return invitation(
        context,
        meeting="M-1",
        sequence=1 if cancels else 0,
        stamp=BEGINS - timedelta(days=3),
        ends=ENDS,
        organizer=ORGANIZER,
        sender=SENDER,
        attendee=ATTENDEE,
        place=PLACE,
        cancels=cancels,
    )


_WANTED: dict[str, Any] = {
    "method": "REQUEST",
    "sequence": 0,
    "starts": BEGINS,
    "ends": ENDS,
    "summary": "Threat assessment team: case TAT-2031-0001",
    "location": PLACE,
    "organizer": f"mailto:{ORGANIZER}",
    "attendee": f"mailto:{ATTENDEE}",
    "status": "CONFIRMED",
    "alarms": 1,
}
_TAKEN_BACK: dict[str, Any] = {"method": "CANCEL", "sequence": 1, "status": "CANCELLED", "alarms": 0}


def _plain(name: str, value: Any) -> Any:
    if name in ("starts", "ends"):
        return datetime.fromisoformat(str(value)).astimezone(UTC)
    return value.lower() if name in ("organizer", "attendee") and isinstance(value, str) else value
