"""Our OneRoster server of the tests, held to the specification by OneRoster clients of other hands.

No OneRoster server stands in the package indexes, so the source is tested against one of our own
(``tests/tasks/sources/oneroster/server.py``): what its clients understand is what shows that it is one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peers.installing import ROOT, python, version
from peers.notes import Notes
from peers.running import asked
from tests.tasks.sources.faults import FarSide
from tests.tasks.sources.oneroster.server import BASES, CLIENT_ID, STATIC_TOKEN, Roster

LOCK = Path(__file__).parent / "requirements.lock"

#: the program that asks with them
ASKING = ROOT / "peers" / "theirs" / "rosters.py"

#: what the generated client reads
COLLECTIONS = (
    "users",
    "students",
    "enrollments",
    "classes",
    "courses",
    "academic_sessions",
    "terms",
    "orgs",
)

#: the clients' own signatures write a space in a secret otherwise than RFC 5849 does
SECRET = "secret-1"  # noqa: S105 - nobody's


def main(notes: Notes) -> None:
    """Try the clients of both."""
    interpreter = python(LOCK)
    _signing(notes, interpreter)
    _typed(notes, interpreter)
    notes.not_tried("timeback-oneroster", "it needs Python 3.12, and tatflow runs with 3.11, too")


@contextmanager
def _served(**changes: Any) -> Iterator[tuple[Roster, str]]:
    roster = Roster(client_secret=SECRET, **changes)
    with FarSide(roster.answer) as far:
        base = far.url + BASES["1.1"]
        roster.links_to = base
        yield roster, base


def _signing(notes: Notes, interpreter: Path) -> None:
    """A client that signs by OAuth 1.0a and follows the links to further pages."""
    peer = version(interpreter, "oneroster")
    given = {"client": "oneroster", "id": CLIENT_ID, "secret": SECRET, "size": 2}
    with notes.claim(peer, "signs by OAuth 1.0a (HMAC-SHA256) as our server reads it, and reads every page"):
        with _served(oauth1="HMAC-SHA256") as (roster, base):
            said = asked([str(interpreter), str(ASKING)], given | {"base": base, "ask": "users"})
        assert sorted(said) == sorted(row["sourcedId"] for row in roster.collections["users"])
    with notes.claim(peer, "reads who is a student, by the route of students"):
        with _served(oauth1="HMAC-SHA256") as (roster, base):
            said = asked([str(interpreter), str(ASKING)], given | {"base": base, "ask": "students"})
        assert set(said) == {
            row["sourcedId"] for row in roster.collections["users"] if row["role"] == "student"
        }
    notes.cannot(peer, "filters, fields and totals", "it asks for whole collections")


def _typed(notes: Notes, interpreter: Path) -> None:
    """A client generated from the specification's OpenAPI document: it refuses what is not of its shape."""
    peer = version(interpreter, "strongmind-oneroster-client")
    given = {"client": "strongmind", "token": STATIC_TOKEN}
    for collection in COLLECTIONS:
        with notes.claim(peer, f"reads our {collection.replace('_', ' ')}, each of the shape of 1.1"):
            with _served(tokens={STATIC_TOKEN}) as (_, base):
                said = asked(
                    [str(interpreter), str(ASKING)], given | {"base": base, "ask": collection, "query": {}}
                )
            assert said
    with notes.claim(peer, "finds by a filter whom we find, with a quote doubled"):
        with _served(tokens={STATIC_TOKEN}) as (_, base):
            query = {"filter": "email='o''neil@wnmu.example'", "limit": 1}
            said = asked(
                [str(interpreter), str(ASKING)], given | {"base": base, "ask": "users", "query": query}
            )
        assert said == ["user-oneil"], said
    with notes.claim(peer, "reads one record"):
        with _served(tokens={STATIC_TOKEN}) as (_, base):
            said = asked([str(interpreter), str(ASKING)], given | {"base": base, "ask": "user", "query": {}})
        assert said == ["user-sam"], said
