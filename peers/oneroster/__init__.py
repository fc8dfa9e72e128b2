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
NEWER = Path(__file__).parent / "newer" / "requirements.lock"

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

#: what Sam is or was in
_SAMS = ["class-bio", "class-art", "class-old"]

#: a search for somebody with an apostrophe, as one of the clients writes it
_ONEIL = {"where": {"email": "o'neil@wnmu.example"}}

#: the clients' own signatures write a space in a secret otherwise than RFC 5849 does
SECRET = "secret-1"  # noqa: S105 - nobody's


def main(notes: Notes) -> None:
    """Try the clients of each."""
    with notes.about("oneroster, strongmind-oneroster-client"):
        interpreter = python(LOCK)
        _signing(notes, interpreter)
        _typed(notes, interpreter)
    with notes.about("timeback-oneroster"):
        _newer(notes, python(NEWER, (3, 12)))


@contextmanager
def _served(version: str = "1.1", **changes: Any) -> Iterator[tuple[Roster, str]]:
    roster = Roster(client_secret=SECRET, **changes)
    with FarSide(roster.answer) as far:
        base = far.url + BASES[version]
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


def _newer(notes: Notes, interpreter: Path) -> None:
    """A client of 1.2, which pages by itself, by links and totals, and asks a person's own routes."""
    peer = version(interpreter, "timeback-oneroster")
    notes.cannot(peer, "reads a university's grades", "it knows none after 13: our people have none here")
    notes.cannot(peer, "form-encodes a client's name for its token", "ours has a colon: it is given a token")
    for what, ask, query, wanted in (
        ("reads every page of our users, two at once", "users", {"limit": 2}, None),
        ("reads our enrollments, each of the shape of 1.2", "enrollments", {}, None),
        ("reads our academic sessions, each of the shape of 1.2", "academic_sessions", {}, None),
        ("reads our orgs, each of the shape of 1.2", "orgs", {}, None),
        ("finds by a filter whom we find, with a quote doubled", "users", _ONEIL, ["user-oneil"]),
        ("reads one record", "user", {}, ["user-sam"]),
        ("reads a person's classes by their own route", "classes of a user", {}, _SAMS),
    ):
        with notes.claim(peer, what), _served("1.2", tokens={STATIC_TOKEN}) as (roster, base):
            for row in roster.collections["users"]:
                row.pop("grades", None)
            given = {"client": "timeback", "token": STATIC_TOKEN, "ask": ask, "query": query}
            root = base.removesuffix(BASES["1.2"])
            said = asked([str(interpreter), str(ASKING)], given | {"base": root})
            collection = "academicSessions" if ask == "academic_sessions" else ask
            all_of_it = [row["sourcedId"] for row in roster.collections.get(collection, ())]
            assert sorted(said) == sorted(wanted or all_of_it), said
